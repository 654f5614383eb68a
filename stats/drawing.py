"""From figures to charts: what of an observation can be drawn, and how."""

from dataclasses import dataclass

from portal.vocabulary.models import RegionKind
from portal.vocabulary.quantities import Qualifier
from portal.vocabulary.templatetags.quantities import quantity_text, unit_text

from .charts import NARROW, WIDE, Chart, Kind, Line, Point, draw
from .codelists import Accumulation, ObsStatus
from .periods import Frequency, period_text

KINDS = {
    Qualifier.EXACT: Kind.EXACT,
    Qualifier.ABOUT: Kind.ABOUT,
    Qualifier.NEARLY: Kind.BELOW,
    Qualifier.ORDER_OF_MAGNITUDE: Kind.ABOUT,
    Qualifier.OVER: Kind.ABOVE,
    Qualifier.AT_LEAST: Kind.ABOVE,
    Qualifier.AT_MOST: Kind.BELOW,
    Qualifier.UNDER: Kind.BELOW,
    Qualifier.RANGE: Kind.RANGE,
}


@dataclass(frozen=True)
class Picture:
    """One chart in two sizes, with what must be said beside it."""

    #: What tells its ids from those of other charts of the page.
    key: str
    name: str
    unit: str
    sizes: list[Chart]
    #: Pairs of a line's name and the period at which it breaks, in words.
    breaks: list[tuple[str, str]]
    #: The first and the last value of each line, in words.
    spans: list[tuple[str, str, str]]

    @property
    def kinds(self):
        return {mark.kind for line in self.sizes[0].lines for mark in line.marks}


def picture(name, lines):
    """The Picture of ``lines``, pairs of a comparable series and its figures; None where there is nothing to compare.

    The first series says in which multiplier the axis counts.
    """
    first = lines[0][0]
    drawn = [Line(label(series), points(series, figures, first.unit_mult)) for series, figures in lines]
    return pictured(name, unit_text(first), Frequency(first.frequency), drawn)


def pictured(name, unit, frequency, lines, key="chart", sizes=(WIDE, NARROW), slots=None):
    """The Picture of ``lines`` of points; None where there is nothing to compare: one period alone makes no chart, a
    number says it. ``slots``, the first and the last, where several pictures share an axis of time.
    """
    lines = [line for line in lines if line.points]
    if len({point.slot for line in lines for point in line.points}) < 2:
        return None
    return Picture(
        key=key,
        name=name,
        unit=unit,
        sizes=[draw(lines, size, frequency, slots) for size in sizes],
        breaks=[(line.name, point.period) for line in lines for point in line.points if point.is_break],
        spans=[(line.name, line.points[0].text, line.points[-1].text) for line in lines],
    )


def name_of(region):
    """What a region is called beside others: the nation by the short name that says more (全国)."""
    return (region.kind == RegionKind.NATION and region.short_name) or region.label


def label(series):
    """The name of a line."""
    return name_of(series.region)


def points(series, figures, unit_mult):
    """The figures of ``series`` as points, oldest first; those in another unit than the series have no place."""
    frequency = Frequency(series.frequency)
    made = []
    for figure in sorted(figures, key=lambda one: one.time_period):
        if not figure.has_value or figure.unit_id != series.unit_id:
            continue
        low, high = (figure.value_low, figure.value_high) if figure.mantissa is None else (figure.mantissa, None)
        shift = figure.unit_mult - unit_mult
        slot = frequency.slot(figure.time_period)
        made.append(
            Point(
                slot=slot,
                value=float(low.scaleb(shift)),
                end=None if high is None else float(high.scaleb(shift)),
                kind=kind(figure),
                period=period_text(figure.time_period),
                said=quantity_text(figure),
                is_break=figure.obs_status == ObsStatus.BREAK and bool(made),
                starts=series.accumulation == Accumulation.YEAR_TO_DATE and slot % frequency.in_a_year == 0,
            )
        )
    return made


def kind(figure):
    """How a figure is drawn: as its words say, a forecast of one number as not exact."""
    found = KINDS[Qualifier(figure.qualifier)]
    return Kind.ABOUT if found == Kind.EXACT and figure.obs_status == ObsStatus.FORECAST else found
