"""Which figures a query asks for: its key, its span of time, its day; and each of them as a row."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.vocabulary.models import Region, Unit
from portal.vocabulary.quantities import Quantity
from portal.vocabulary.templatetags.quantities import quantity_text
from stats.models import Indicator, Observation
from stats.periods import Frequency, days
from stats.tables import value_and_limits

from .components import DIMENSIONS, ID, TIME, area_id, code_id
from .failures import syntax_error
from .forms import FLAT

__all__ = ["DataQuery", "Row", "read_key"]

#: Longer keys name every region and every indicator one by one; leaving a dimension empty says the same.
KEY_CHARACTERS = 4000
#: The end of a former region's time, behind its code.
ENDED = re.compile(r"-[0-9]{4}(?:-[0-9]{2}){0,2}\Z")
#: Rows that the database hands over at once.
PIECE = 2000


def read_key(text):
    """``A.500000+510000.gdp...`` as a dict of dimension and set of values; a dimension left empty is not in it.

    Raises Failure where it has not a place for every dimension, or something that can be no code.
    """
    if text in {"", "all"}:
        return {}
    if len(text) > KEY_CHARACTERS:
        raise syntax_error(_("The key is too long: it may have %d characters.") % KEY_CHARACTERS, 414)
    places = text.split(".")
    if len(places) != len(DIMENSIONS):
        names = ".".join(one.id for one in DIMENSIONS)
        message = _("The key has %(found)d places and needs %(wanted)d: %(names)s. Any of them may be empty.")
        raise syntax_error(message % {"found": len(places), "wanted": len(DIMENSIONS), "names": names})
    found = {dimension.id: set(place.split("+")) for dimension, place in zip(DIMENSIONS, places, strict=True) if place}
    for values in found.values():
        if wrong := [value for value in sorted(values) if not ID.fullmatch(value)]:
            raise syntax_error(_("“%s” in the key is no code.") % wrong[0][:80])
    return found


def _matching(key):
    """The condition for observations of ``key`` (see ``read_key``)."""
    found = Q()
    for dimension in DIMENSIONS:
        values = key.get(dimension.id)
        if values is None:
            continue
        if dimension.id == "REF_AREA":
            names = Region.objects.filter(code__in=values | {ENDED.sub("", value) for value in values})
            values = [pk for pk, *name in names.values_list("pk", "code", "valid_to") if area_id(*name) in values]
        column = f"{dimension.column}__slug" if dimension.id == "INDICATOR" else dimension.column
        found &= Q(**{f"{column}__in": values})
    return found


def _within(start, end):
    """The condition for figures whose whole period lies within two days; None is open.

    Of each frequency the periods are texts of one shape, in the order of time.
    """
    if not (start or end):
        return Q()
    found = Q()
    for frequency in Frequency:
        one = Q(series__frequency=frequency)
        if start:
            period = frequency.period_of(start)
            one &= Q(**{"time_period__gte" if days(period)[0] == start else "time_period__gt": period})
        if end:
            period = frequency.period_of(end)
            one &= Q(**{"time_period__lte" if days(period)[1] == end else "time_period__lt": period})
        found |= one
    return found


def _told_after(moment):
    """The condition for figures that became public after ``moment``: see ``Release.told_at``."""
    return Q(release__published_at__gt=moment) | Q(release__released_on__gt=timezone.localdate(moment))


class Row(NamedTuple):
    """One figure with what SDMX says of it; its fields are those of COLUMNS."""

    frequency: str
    region: str
    region_valid_to: str
    indicator: str
    accumulation: str
    transformation: str
    price_basis: str
    series_unit: str
    series_unit_mult: int
    time_period: str
    mantissa: Decimal | None
    value_low: Decimal | None
    value_high: Decimal | None
    unit_code: str
    unit_symbol: str
    unit_mult: int
    decimals: int
    qualifier: str
    printed: str
    obs_status: str
    stage: str
    source_place: str
    footnote: str
    release: str
    release_pk: int
    source: str
    released_on: dt.date
    rank: int
    reason: str
    release_note: str

    has_value, limits = Quantity.has_value, Quantity.limits

    @property
    def unit(self):
        return Unit(code=self.unit_code, symbol=self.unit_symbol, name=self.unit_symbol)

    @property
    def key(self):
        """The values of all dimensions, in their order, the period last."""
        area = area_id(self.region, self.region_valid_to)
        form = (self.accumulation, self.transformation, self.price_basis)
        return self.frequency, area, self.indicator, *form, self.time_period

    @property
    def series_attributes(self):
        return {"UNIT_MEASURE": code_id(self.series_unit), "UNIT_MULT": str(self.series_unit_mult)}

    @property
    def _shift(self):
        return self.unit_mult - self.series_unit_mult

    @property
    def value(self):
        """OBS_VALUE, in the unit and the multiple of its series; None for a bound and for another unit."""
        return self._scaled(value_and_limits(self)[0])

    @property
    def attributes(self):
        """The attributes of the observation by their ids, without those that it does not have."""
        _value, low, high = value_and_limits(self)
        is_exact = self.value is not None
        said = {
            "OBS_STATUS": self.obs_status,
            "QUALIFIER": self.qualifier,
            "VALUE_LOW": self._scaled(low),
            "VALUE_HIGH": self._scaled(high),
            "DECIMALS": str(self.decimals - self._shift) if is_exact else None,
            "PRINTED": self.printed or (quantity_text(self) if self.has_value and not is_exact else None),
            "STAGE": self.stage,
            "RELEASE": self.release,
            "RELEASED_ON": self.released_on.isoformat(),
            "SOURCE": self.source,
            "SOURCE_PLACE": self.source_place,
            "COMMENT_OBS": self.footnote,
            "RANK": str(self.rank),
            "REASON": self.reason,
            "RELEASE_NOTE": self.release_note,
        }
        return {name: value for name, value in said.items() if value}

    def _scaled(self, number):
        if number is None or self.unit_code != self.series_unit:
            return None
        return f"{number.scaleb(self._shift).normalize():f}"


_ELSEWHERE = {
    "region": "series__region__code",
    "region_valid_to": "series__region__valid_to",
    "indicator": "series__indicator__slug",
    "series_unit": "series__unit__code",
    "series_unit_mult": "series__unit_mult",
    "unit_code": "unit__code",
    "unit_symbol": "unit__symbol",
    "release": "release__title",
    "release_pk": "release",
    "source": "release__source__name",
    "released_on": "release__released_on",
    "rank": "release__rank",
    "reason": "release__reason",
    "release_note": "release__note",
} | {name: f"series__{name}" for name in ("frequency", "accumulation", "transformation", "price_basis")}
COLUMNS = [_ELSEWHERE.get(name, name) for name in Row._fields]


@dataclass(frozen=True)
class DataQuery:
    """A key (``read_key``) and the cleaned values of a DataQueryForm; ``rows`` are the answer, one query."""

    key: dict
    asked: dict

    @property
    def has_history(self):
        return self.asked.get("includeHistory", False)

    @property
    def detail(self):
        return self.asked["detail"] or "full"

    @property
    def dimension(self):
        """What tells the figures of one group apart: time, another dimension, or all of them (FLAT)."""
        asked = self.asked["dimensionAtObservation"] or TIME.id
        # Where there are no figures, there is nothing to be laid flat.
        return TIME.id if asked == FLAT and self.detail in {"serieskeysonly", "nodata"} else asked

    def rows(self):
        """An iterator over Row, those of one series together, the oldest first; with history, release by release."""
        found, groups = self._figures(), self._group_columns()
        release = ["release__released_on", "release"] if self.has_history else []
        if self.detail in {"serieskeysonly", "nodata"}:
            found = _ends(found, release + groups, 1, None)
        elif self.asked["firstNObservations"] or self.asked["lastNObservations"]:
            ends = self.asked["firstNObservations"], self.asked["lastNObservations"]
            found = _ends(found, [*release, "series"], *ends)
        found = found.order_by(*release, *groups, self._last_column())
        return (Row._make(values) for values in found.values_list(*COLUMNS).iterator(chunk_size=PIECE))

    def available(self, dimensions):
        """For each id of ``dimensions`` the values that the figures have, in order; of TIME the first and the last day.

        One query each; none of them holds a figure.
        """
        found = self._figures().order_by()
        return {name: AVAILABLE[name](found) for name in dimensions}

    def _figures(self):
        """The public figures that are asked for, as of the day."""
        moment = self.asked["asOf"]
        day = moment and timezone.localdate(moment)
        start, end = self.asked["startPeriod"], self.asked["endPeriod"]
        found = Observation.objects.filter(_matching(self.key), _within(start and start[0], end and end[1]))
        found = found.once_counted(day) if self.has_history else found.as_of(day)
        if self.asked["updatedAfter"]:
            found = found.filter(_told_after(self.asked["updatedAfter"]))
        return found.filter(series__indicator__in=Indicator.objects.listed())

    def _last_column(self):
        """The column by which the figures of one group are told apart."""
        if self.dimension == FLAT:
            return TIME.column
        return next(one.column for one in (*DIMENSIONS, TIME) if one.id == self.dimension)

    def _group_columns(self):
        """The columns that the figures of one group share: of a series, or of a section across another dimension."""
        if self.dimension in {TIME.id, FLAT}:
            return ["series__indicator__slug", "series__region__code", "series"]
        return [one.column for one in (*DIMENSIONS, TIME) if one.id != self.dimension]


def _ends(figures, groups, first, last):
    """Of each group the ``first`` periods, the ``last`` ones, or both; None takes none."""
    time = F(TIME.column)
    ends = {"from_start": (time.asc(), first), "from_end": (time.desc(), last)}
    wanted = Q(pk__in=[])
    for name, (order, number) in ends.items():
        if number:
            figures = figures.annotate(**{name: Window(RowNumber(), partition_by=groups, order_by=order)})
            wanted |= Q(**{f"{name}__lte": number})
    return figures.filter(wanted)


def _areas(figures):
    names = figures.values_list("series__region__code", "series__region__valid_to").distinct()
    return sorted(area_id(*name) for name in names)


def _values(column):
    return lambda figures: sorted(set(figures.values_list(column, flat=True).distinct()))


def _time(figures):
    """The first and the last day of all periods, as two dates; None where there is none."""
    periods = [days(period) for period in figures.values_list(TIME.column, flat=True).distinct()]
    return (min(first for first, _last in periods), max(last for _first, last in periods)) if periods else None


#: How the values of a dimension are found among figures.
AVAILABLE = {one.id: _values(one.column) for one in DIMENSIONS} | {
    "REF_AREA": _areas,
    "INDICATOR": _values("series__indicator__slug"),
    TIME.id: _time,
}
