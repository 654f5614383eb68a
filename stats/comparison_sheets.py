"""Files of what stands side by side: growth and shares as they are shown, several indicators, a map."""

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from portal.publishing import tables
from portal.vocabulary.templatetags.quantities import quantity_text, unit_text

from .comparison import View
from .tables import numbers

REGION = [("region", _("Region")), ("region_code", _("region code"))]
#: A computed value that is an interval has no ``value`` but its limits; what could not be computed has its reason.
RESULT = [
    ("value", _("Value")),
    ("value_low", _("at least")),
    ("value_high", _("at most")),
    ("unit", _("Unit")),
    ("printed", _("As printed")),
]
ORIGIN = [("rank", _("rank")), ("release", _("Release")), ("released_on", _("Released on"))]
COLUMNS = [
    ("indicator", _("Indicator")),
    ("time_period", _("Period")),
    *REGION,
    ("measure", _("Measure")),
    *RESULT,
    ("refused", _("Why it is not computed")),
    *ORIGIN,
]
MAPPED = [("time_period", _("Period")), *REGION, *RESULT, ("level", _("Class")), *ORIGIN]


def respond(format, name, comparisons, explanation):
    """The cells of the Comparisons' tables that hold something, as a response with a file of ``format``.

    ``explanation`` (an Explanation) is told of every figure.
    """
    cells = [
        (comparison, period, cell) for comparison in comparisons for period, row in comparison.rows for cell in row
    ]
    figures = [one for *_where, cell in cells for one in (cell["figure"], cell["growth"]) if one]
    prefetch_related_objects(figures, "release__source")
    for one in figures:
        explanation.add(one)
    rows = (row for comparison, period, cell in cells for row in told(comparison, period, cell))
    return _file(format, name, COLUMNS, rows, explanation)


def _file(format, name, columns, rows, explanation):
    more = {"url": explanation.page, "as_of": explanation.day}
    return tables.respond(format, name, columns, rows, title=explanation.title, sheets=explanation.sheets(), **more)


def told(comparison, period, cell):
    """A row for each value of one cell: what was published, and what is computed from it."""
    region = cell["series"].region
    base = dict.fromkeys([key for key, _label in COLUMNS], "")
    base |= {"indicator": comparison.indicator.label, "time_period": period}
    base |= {"region": region.label, "region_code": region.code}
    if comparison.view == View.LEVEL and cell["figure"]:
        yield base | {"measure": cell["series"].form} | published(cell["figure"])
    if comparison.view != View.SHARE and cell["growth"]:
        yield base | {"measure": cell["growth_series"].form} | published(cell["growth"])
    if cell["computed"] is not None:
        yield base | {"measure": comparison.measure} | computed(cell["computed"])


def published(figure):
    """A figure by the names of RESULT and ORIGIN, in its own unit. Where it has no value, there is none."""
    release = figure.release
    return {
        **(numbers(figure) if figure.has_value else {"value": None, "value_low": None, "value_high": None}),
        "unit": unit_text(figure),
        "printed": quantity_text(figure) if figure.has_value else "",
        "rank": release.get_rank_display(),
        "release": release.title,
        "released_on": release.released_on,
    }


def computed(found):
    """What was computed by the names of RESULT, or why it was not."""
    if not found:
        return {"value": None, "value_low": None, "value_high": None, "refused": found.refusal}
    low, high = found.limits
    exact = not found.is_bound
    return {
        "value": low if exact else None,
        "value_low": None if exact else low,
        "value_high": None if exact else high,
        "unit": "%",
        "printed": found.text,
    }


def mapped(format, indicator, tiles, explanation):
    """The tiles of a map that have a value, the largest first, as a response with a file of ``format``."""
    rows = (
        {"time_period": tiles.period, "region": one.region.label, "region_code": one.region.code}
        | {"level": one.class_name}
        | published(one.figure)
        for one in tiles.table
    )
    for one in tiles.table:
        explanation.add(one.figure)
    return _file(format, f"{indicator.slug}-map", MAPPED, rows, explanation)
