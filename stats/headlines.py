"""Key figures for a first look: the newest of each series, with the change that can honestly stand beside it."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from portal.vocabulary.models import Unit

from .codelists import ObsStatus, PriceBasis, Transformation
from .computed import Computed
from .intervals import growth
from .models import Indicator, Observation, Series
from .periods import Frequency


@dataclass(frozen=True)
class Headline:
    """The newest figure of a series; its published ``growth`` of the same period, or the figure of a year ago.

    ``is_computable`` says that the difference of the two may be shown as a change. Money changes with prices, so that
    its difference is no growth. For the rest ``intervals.growth`` decides: no forecast, no words of two ranks, nothing
    on both sides of a break (``is_broken``) or of a new basis. A bound has no difference (``figures.change`` knows).
    """

    series: Series
    figure: Observation
    growth: Observation | None
    before: Observation | None
    is_broken: bool

    @property
    def is_computable(self):
        counts_no_money = (
            self.series.price_basis == PriceBasis.NONE and self.series.unit.dimension != Unit.Dimension.CURRENCY
        )
        if self.before is None or not counts_no_money:
            return False
        return bool(Computed.by(growth, self.figure, self.before, is_broken=self.is_broken))


def key_figures(indicators=6, regions=3):
    """The first indicators, each with its newest figures in the regions of which most is known here.

    A period of which nobody gives a value hides none of before.
    Returns dicts of ``indicator`` and ``headlines``, in the order of the indicators' positions.
    """
    series = Series.objects.listed().filter(is_default=True)
    known = series.order_by().values("region").annotate(known=Count("pk")).order_by("-known", "region__code")
    series = series.filter(region__in=[row["region"] for row in known[:regions]])
    first = Indicator.objects.filter(pk__in=series.values("indicator"))[:indicators]
    found = series.filter(indicator__in=list(first)).select_related("indicator", "region", "unit")
    shown = [one for one in found.prefetch_related(newest_values()) if one.latest]
    beside = figures_beside(shown)
    return [
        {"indicator": indicator, "headlines": [headline(one, beside) for one in group]}
        for indicator, group in groupby(shown, key=lambda one: one.indicator)
    ]


def newest_values():
    """What gives each series its newest figure that has a value: ``latest``, a list of one or none."""
    given = Observation.objects.as_of().exclude(obs_status=ObsStatus.MISSING)
    later = given.filter(series=OuterRef("series"), time_period__gt=OuterRef("time_period"))
    newest = given.exclude(Exists(later)).select_related("unit", "release__source")
    return Prefetch("observations", newest, to_attr="latest")


def headline(series, beside):
    """The Headline of a series with ``latest``, out of the figures that ``figures_beside`` has found."""
    (figure,) = series.latest
    siblings = [one.series for one in beside if one.time_period == figure.time_period]
    source = series.growth_among(siblings)
    frequency = Frequency(series.frequency)
    a_year_ago = frequency.a_year_before(figure.time_period)
    own = [one for one in beside if one.series == series and a_year_ago <= one.time_period <= figure.time_period]
    return Headline(
        series,
        figure,
        growth=next((one for one in beside if one.series == source and one.time_period == figure.time_period), None),
        before=next((one for one in own if one.time_period == a_year_ago), None),
        is_broken=any(one.obs_status == ObsStatus.BREAK and one.time_period > a_year_ago for one in own),
    )


def figures_beside(shown):
    """The figures of the series ``shown`` and of their published growth, of the years that their newest need."""
    newest = [one.latest[0].time_period for one in shown]
    growth = Q(series__transformation=Transformation.YEAR_ON_YEAR)
    growth &= Q(series__indicator__in={one.indicator_id for one in shown})
    growth &= Q(series__region__in={one.region_id for one in shown})
    figures = Observation.objects.filter(Q(series__in=shown) | growth).as_of()
    since = int(min(newest)[:4]) - 1 if newest else None
    return list(figures.of_years(since).select_related("series", "unit", "release"))
