"""The figures of one series as a file: DESIGN's JSON of a series, and the same rows as CSV and XLSX.

And the figures of regions side by side: a row for each cell of the table.
"""

from django.utils.translation import gettext_lazy as _

from portal.publishing import tables
from portal.vocabulary.templatetags.quantities import quantity_text, unit_text

from .tables import numbers

COLUMNS = [
    ("time_period", _("Period")),
    ("value", _("Value")),
    ("value_low", _("at least")),
    ("value_high", _("at most")),
    ("value_base", _("Value in base units")),
    ("printed", _("As printed")),
    ("qualifier", _("Qualifier")),
    ("status", _("Status")),
    ("stage", _("Stage")),
    ("source", _("Source")),
    ("rank_label", _("rank")),
    ("release", _("Release")),
    ("released_on", _("Released on")),
    ("reason_label", _("reason of revision")),
    ("source_place", _("place in the source")),
    ("footnote", _("footnote")),
    ("note", _("note")),
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
    ("stage", _("Stage")),
    ("source", _("Source")),
    ("rank", _("rank")),
    ("release", _("Release")),
    ("released_on", _("Released on")),
    ("reason", _("reason of revision")),
    ("source_place", _("place in the source")),
    ("footnote", _("footnote")),
    ("note", _("note")),
    ("growth", _("Year on year (as published)")),
]
NOTHING = {"value": None, "value_low": None, "value_high": None}


def respond(format, series, figures, explanation):
    """The figures of ``series``, oldest first, as a response with a file of ``format``: csv, xlsx or json.

    ``explanation`` (an Explanation) is told of each.
    """
    unit, named = unit_text(series), (f"{series.indicator.slug}-{series.region.address}", explanation.title)
    rows = (row(series, figure, explanation) for figure in sorted(figures, key=lambda one: one.time_period))
    if format == tables.Format.JSON:
        subject = {"indicator": series.indicator.slug, "region": series.region.address, "unit": unit}
        extra = subject | {"url": explanation.page, "as_of": explanation.day}
        return tables.respond(format, named[0], COLUMNS, rows, rows_key="observations", **extra)
    subject = {"indicator": series.indicator.label, "region": series.region.label, "unit": unit}
    rows = (subject | one for one in rows)
    sheets = explanation.sheets()
    return tables.respond(format, named[0], SUBJECT + COLUMNS, rows, title=named[1], sheets=sheets)


def row(series, figure, explanation):
    """One figure by the names of COLUMNS, in the unit of ``series``.

    What is not exact is no ``value`` but its limits; a value in another unit is nothing but ``printed``.
    """
    explanation.add(figure)
    is_counted = figure.unit_id == series.unit_id
    base = numbers(figure, -figure.unit_mult)["value"]
    return {
        "time_period": figure.time_period,
        **(numbers(figure, series.unit_mult - figure.unit_mult) if is_counted else NOTHING),
        "value_base": base if is_counted else None,
        "printed": printed(figure),
        "qualifier": figure.qualifier,
        "status": figure.obs_status,
        "stage": figure.stage,
        "rank": figure.release.rank,
        "rank_label": figure.release.get_rank_display(),
        "reason_label": figure.release.get_reason_display(),
        **origin(figure),
    }


def origin(figure):
    """Who said it, when, why again, where it stands there, and what is to be noted."""
    release = figure.release
    return {
        "source": release.source.label,
        "release": release.title,
        "released_on": release.released_on,
        "reason": release.reason,
        "source_place": figure.source_place,
        "footnote": figure.footnote,
        "note": release.note,
    }


def printed(figure):
    """In the source's own words; "" where it gives no value."""
    return figure.printed or (quantity_text(figure) if figure.has_value else "")


def compare(format, indicator, comparison, explanation):
    """The cells of a Comparison's table that hold something, as a response with a file of ``format``."""
    told = cells_of(comparison)
    rows = (compared(period, cell, explanation) for period, cell in told)
    return tables.respond(
        format,
        indicator.slug,
        COMPARED,
        rows,
        title=explanation.title,
        sheets=explanation.sheets(),
        indicator=indicator.slug,
        url=explanation.page,
        as_of=explanation.day,
    )


def cells_of(comparison):
    """Pairs of a period and each cell that holds a figure or growth."""
    return [(period, cell) for period, row in comparison.rows for cell in row if cell["figure"] or cell["growth"]]


def compared(period, cell, explanation):
    """One cell by the names of COMPARED, in the figure's own unit. What is not exact is no ``value`` but its limits;
    where growth alone is known, the release is that of the growth.
    """
    figure, growth = cell["figure"], cell["growth"]
    for one in (figure, growth):
        if one:
            explanation.add(one)
    release = (figure or growth).release
    return {
        "time_period": period,
        "region": cell["series"].region.label,
        **(numbers(figure) if figure else NOTHING),
        "unit": unit_text(figure) if figure else "",
        "printed": printed(figure) if figure else "",
        "qualifier": figure.qualifier if figure else "",
        "status": figure.obs_status if figure else "",
        "stage": figure.stage if figure else "",
        "rank": release.get_rank_display(),
        **origin(figure or growth),
        "reason": release.get_reason_display(),
        "growth": printed(growth) if growth else "",
    }
