"""What a figure consists of in the terms of SDMX. Structure, key and messages are all made of these lists."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

#: Who maintains the structures, what they are called, and in which version they are.
AGENCY, FLOW, CONCEPTS, VERSION = "SC", "FIGURES", "CS_FIGURES", "1.0"
#: common:IDType of SDMX-ML 2.1, what a code may be called.
ID = re.compile(r"[A-Za-z0-9_@$\-]+")


@dataclass(frozen=True)
class Component:
    """A dimension, an attribute or the measure: of a ``codelist``, or of text that has the form ``text_type``."""

    id: str
    name: str
    codelist: str = ""
    text_type: str = "String"
    #: Where an observation has it; of dimensions alone.
    column: str = ""
    is_mandatory: bool = False


DIMENSIONS = [
    Component("FREQ", _("Frequency"), "CL_FREQ", column="series__frequency"),
    Component("REF_AREA", _("Region"), "CL_AREA", column="series__region"),
    Component("INDICATOR", _("Indicator"), "CL_INDICATOR", column="series__indicator"),
    Component("ACCUMULATION", _("Accumulation"), "CL_ACCUMULATION", column="series__accumulation"),
    Component("TRANSFORMATION", _("Transformation"), "CL_TRANSFORMATION", column="series__transformation"),
    Component("PRICE_BASIS", _("Prices"), "CL_PRICE_BASIS", column="series__price_basis"),
]
TIME = Component("TIME_PERIOD", _("Period"), text_type="ObservationalTimePeriod", column="time_period")
MEASURE = Component("OBS_VALUE", _("Value"), text_type="Decimal")
#: What is the same for all figures of a series.
SERIES_ATTRIBUTES = [
    Component("UNIT_MEASURE", _("Unit"), "CL_UNIT", is_mandatory=True),
    Component("UNIT_MULT", _("Multiplier, as a power of ten"), "CL_UNIT_MULT", is_mandatory=True),
]
ATTRIBUTES = [
    Component("OBS_STATUS", _("Status"), "CL_OBS_STATUS", is_mandatory=True),
    Component("QUALIFIER", _("Qualifier"), "CL_QUALIFIER", is_mandatory=True),
    Component("VALUE_LOW", _("at least"), text_type="Decimal"),
    Component("VALUE_HIGH", _("at most"), text_type="Decimal"),
    Component("DECIMALS", _("Decimal places of the printed value"), text_type="Integer"),
    Component("PRINTED", _("As printed")),
    Component("STAGE", _("Stage"), "CL_STAGE"),
    Component("RELEASE", _("Release"), is_mandatory=True),
    Component("RELEASED_ON", _("Released on"), text_type="GregorianDay", is_mandatory=True),
    Component("SOURCE", _("Source"), is_mandatory=True),
    Component("SOURCE_PLACE", _("Place in the source")),
    Component("COMMENT_OBS", _("footnote")),
    Component("RANK", _("Rank"), "CL_RANK", is_mandatory=True),
    Component("REASON", _("Reason of revision"), "CL_REASON", is_mandatory=True),
    Component("RELEASE_NOTE", _("Note of the release")),
]


@lru_cache(maxsize=4096)
def code_id(text):
    """``text`` as the id of a code: characters that an id cannot have are written as $ and their number."""
    return re.sub(r"[^A-Za-z0-9_@\-]", lambda found: f"${ord(found[0]):06X}", text)


def area_id(code, valid_to):
    """The id of a region: its code, with the end of its time where the code has passed on: 500105-2025."""
    return code_id(f"{code}-{valid_to}" if valid_to else code)


def series_key(series):
    """The key of one Series in a query for data: A.500000.gdp.none.level.current."""
    area = area_id(series.region.code, series.region.valid_to)
    form = (series.accumulation, series.transformation, series.price_basis)
    return ".".join([series.frequency, area, series.indicator.slug, *form])
