"""The figures of one series as a file: DESIGN's JSON of a series, and the same rows as CSV and XLSX.

And the figures of regions side by side: a row for each cell of the table.
"""

from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _

from portal.publishing import tables
from portal.vocabulary.templatetags.quantities import quantity_text, unit_text

from .tables import numbers

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
COMPARED = [
    ("time_period", _("Period")),
    ("region", _("Region")),
    ("value", _("Value")),
    ("value_low", _("at least")),
    ("value_high", _("at most")),
    ("unit", _("Unit")),
    ("printed", _("As printed")),
    ("qualifier", _("Qualifier")),
    ("status", _("Status")),
    ("rank", _("rank")),
    ("release", _("Release")),
    ("released_on", _("Released on")),
    ("growth", _("Year on year (as published)")),
]


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
        "value_base": None if value is None else number(value.scaleb(figure.unit_mult)),
        "printed": printed(figure),
        "qualifier": figure.qualifier,
        "status": figure.obs_status,
        "stage": figure.stage,
        "release": figure.release.title,
        "released_on": figure.release.released_on,
    }


def printed(figure):
    """In the source's own words; "" where it gives no value."""
    return figure.printed or (quantity_text(figure) if figure.has_value else "")


def number(decimal):
    """A decimal as a number of JSON, without the zeros that only the database has added."""
    return int(decimal) if decimal == decimal.to_integral_value() else float(decimal)


def compare(format, indicator, comparison):
    """The cells of a Comparison's table that hold something, as a response with a file of ``format``."""
    rows = [
        compared(period, cell)
        for period, cells in comparison.rows
        for cell in cells
        if cell["figure"] or cell["growth"]
    ]
    return tables.respond(format, indicator.slug, COMPARED, rows, title=indicator.label, indicator=indicator.slug)


def compared(period, cell):
    """One cell by the names of COMPARED, in the figure's own unit. What is not exact is no ``value`` but its limits;
    where growth alone is known, the release is that of the growth.
    """
    figure, growth = cell["figure"], cell["growth"]
    release = (figure or growth).release
    return {
        "time_period": period,
        "region": cell["series"].region.label,
        **(numbers(figure) if figure else {"value": None, "value_low": None, "value_high": None}),
        "unit": unit_text(figure) if figure else "",
        "printed": printed(figure) if figure else "",
        "qualifier": figure.qualifier if figure else "",
        "status": figure.obs_status if figure else "",
        "rank": release.get_rank_display(),
        "release": release.title,
        "released_on": release.released_on,
        "growth": printed(growth) if growth else "",
    }
