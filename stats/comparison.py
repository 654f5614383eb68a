"""Regions side by side: which of an indicator's series can share one chart and one table."""

from collections import defaultdict

from portal.vocabulary.models import RegionKind

from .charts import LINES
from .drawing import label, picture
from .models import Observation


class Comparison:
    """The first series of some regions, as far as they can be compared: a chart and its table twin.

    ``chosen`` are the series compared, ``others`` those that were asked for and count in another unit or form.
    """

    def __init__(self, series, addresses=(), *, since=None, until=None, as_of=None, previewed=None):
        """``series`` are all of an indicator, with ``length``; ``addresses`` the regions asked for, if any;
        ``previewed`` a release that is taken for public.
        """
        firsts = {}
        for one in series:
            firsts.setdefault(one.region.address, one)
        wanted = [firsts[address] for address in addresses]
        self.chosen = [one for one in wanted if one.is_comparable_with(wanted[0])] or usual(firsts.values())
        self.others = [one for one in wanted if one not in self.chosen]
        self.growth = {one: one.growth_among(series) for one in self.chosen}
        needed = [one for one in (*self.chosen, *self.growth.values()) if one]
        figures = Observation.objects.filter(series__in=needed).of_years(since, until).as_of(as_of, previewed=previewed)
        self.figures = defaultdict(dict)
        for figure in figures.select_related("unit", "release").order_by("-time_period"):
            self.figures[figure.series_id][figure.time_period] = figure

    def picture(self, name):
        return picture(name, [(one, self.figures[one.pk].values()) for one in self.chosen]) if self.chosen else None

    @property
    def columns(self):
        """Triples of a series, its name, and the series of its published growth where that has figures here."""
        return [
            (one, label(one), growth if growth and self.figures[growth.pk] else None)
            for one, growth in self.growth.items()
        ]

    @property
    def has_growth(self):
        return any(growth for _series, _name, growth in self.columns)

    @property
    def rows(self):
        """Pairs of a period, newest first, and its cells, a dict for each column: ``figure`` and ``growth`` or None."""
        known = [self.figures[one.pk] for pair in self.growth.items() for one in pair if one]
        return [
            (period, [self._cell(period, *column) for column in self.columns])
            for period in sorted(set().union(*known), reverse=True)
        ]

    def _cell(self, period, series, name, growth):
        return {
            "series": series,
            "name": name,
            "growth_series": growth,
            "figure": self.figures[series.pk].get(period),
            "growth": growth and self.figures[growth.pk].get(period),
        }


def usual(firsts):
    """The series that a reader sees who has chosen none: of the most usual form, those of which most is known.

    The nation is left to those who ask for it: beside the whole, its parts are one flat line.
    """
    groups = []
    for one in firsts:
        group = next((group for group in groups if group[0].is_comparable_with(one)), None)
        if group:
            group.append(one)
        else:
            groups.append([one])
    most = max(groups, key=lambda group: (len(group), sum(one.length for one in group)), default=[])
    parts = [one for one in most if one.region.kind != RegionKind.NATION]
    return sorted(parts if len(parts) > 1 else most, key=lambda one: (-one.length, one.region.code))[:LINES]
