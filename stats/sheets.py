"""The figures of one series as a file: DESIGN's JSON of a series, and the same rows as CSV and XLSX."""

from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _

from portal.publishing import tables
from portal.vocabulary.templatetags.quantities import quantity_text, unit_text

COLUMNS = [
    ("time_period", _("Period")),
    ("value", _("Value")),
    ("value_base", _("Value in base units")),
    ("printed", _("As printed")),
    ("qualifier", _("Qualifier")),
    ("status", _("Status")),
    ("stage", _("Stage")),
    ("release", _("Release")),
    ("released_on", _("Released on")),
]
#: A sheet that is passed on must still say what it counts.
SUBJECT = [("indicator", _("Indicator")), ("region", _("Region")), ("unit", _("Unit"))]


def respond(format, series, figures):
    """The figures of ``series``, oldest first, as a response with a file of ``format``: csv, xlsx or json."""
    unit = unit_text(series)
    rows = [row(series, figure) for figure in sorted(figures, key=lambda one: one.time_period)]
    if format == tables.Format.JSON:
        subject = {"indicator": series.indicator.slug, "region": series.region.address, "unit": unit}
        said = JsonResponse(subject | {"observations": rows}, json_dumps_params={"ensure_ascii": False})
        said["X-Robots-Tag"] = "noindex"
        return said
    subject = {"indicator": series.indicator.label, "region": series.region.label, "unit": unit}
    name = f"{series.indicator.slug}-{series.region.address}"
    title = f"{series.region.label} {series.indicator.label}"
    return tables.respond(format, name, SUBJECT + COLUMNS, [subject | one for one in rows], title=title)


def row(series, figure):
    """One figure by the names of COLUMNS. A range, and a value in another unit, is no single number but ``printed``."""
    value = figure.mantissa if figure.unit_id == series.unit_id else None
    return {
        "time_period": figure.time_period,
        "value": None if value is None else number(value.scaleb(figure.unit_mult - series.unit_mult)),
        "value_base": None if figure.mantissa is None else number(figure.mantissa.scaleb(figure.unit_mult)),
        "printed": figure.printed or (quantity_text(figure) if figure.has_value else ""),
        "qualifier": figure.qualifier,
        "status": figure.obs_status,
        "stage": figure.stage,
        "release": figure.release.title,
        "released_on": figure.release.released_on,
    }


def number(decimal):
    """A decimal as a number of JSON, without the zeros that only the database has added."""
    return int(decimal) if decimal == decimal.to_integral_value() else float(decimal)
