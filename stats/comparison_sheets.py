"""Files of what stands side by side: growth and shares as they are shown, several indicators, a map."""

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
ORIGIN = [
    ("rank", _("rank")),
    ("release", _("Release")),
    ("released_on", _("Released on")),
    ("footnote", _("footnote")),
]
COLUMNS = [
    ("indicator", _("Indicator")),
    ("time_period", _("Period")),
    *REGION,
    ("measure", _("Measure")),
    *RESULT,
    ("refused", _("Why it is not computed")),
    *ORIGIN,
]
MAPPED = [
    ("time_period", _("Period")),
    *REGION,
    *RESULT,
    ("level", _("Class")),
    ("measure", _("Measure")),
    ("refused", _("Why it is not computed")),
    *ORIGIN,
]


def respond(format, name, comparisons, explanation):
    """The cells of the Comparisons' tables that hold something, as a response with a file of ``format``.

    ``explanation`` (an Explanation) is told of every figure.
    """
    cells = [
        (comparison, period, cell) for comparison in comparisons for period, row in comparison.rows for cell in row
    ]
    figures = [one for *_where, cell in cells for one in (cell["figure"], cell["growth"]) if one]
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
        "footnote": figure.footnote,
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
    """What is known of the tiles of a map, the largest value first, and why it is not, as a response with a file of
    ``format``. The value that gives a tile its colour has the name of its class.
    """
    cells = list(tiles.snapshot.cells.values())
    for one in (figure for cell in cells for figure in (cell["figure"], cell["growth"]) if figure):
        explanation.add(one)
    refused = {region.pk for _why, regions in tiles.refused for region in regions}
    listed = [(one.cell, one) for one in tiles.table]
    listed += [(cell, None) for cell in cells if cell["series"].region_id in refused]
    rows = (row for cell, tile in listed for row in _mapped(tiles, cell, tile))
    return _file(format, f"{indicator.slug}-map", MAPPED, rows, explanation)


def _mapped(tiles, cell, tile):
    names = [key for key, _label in MAPPED]
    for row in told(tiles.snapshot, tiles.period, cell):
        is_computed = cell["computed"] is not None and row["measure"] == tiles.snapshot.measure
        is_drawn = tile and tile.drawn and tile.is_computed == is_computed
        row["level"] = tile.level.name if is_drawn else ""
        yield {name: row[name] for name in names}
