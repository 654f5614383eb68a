"""Regions in one period: what a map shows of them."""

from collections import defaultdict
from functools import cached_property

from .comparison import Comparison, View, compare, groups
from .computed import year_on_year


class Snapshot(Comparison):
    """Comparable series, each with its cell in one ``period``; until ``at`` there is none.

    One map draws one measure, as one chart does: of growth what was published, of the form that most regions have, or
    what is computed, whichever is known of more of them.
    """

    def __init__(self, series, chosen, *, view):
        """``series`` are all of an indicator, ``chosen`` those of them that are shown."""
        self.period = ""
        super().__init__(series if chosen else (), [one.region.address for one in chosen], view=view)
        told = [one for one in self.growth.values() if one] if self.view == View.GROWTH else []
        usual = max(groups(told), key=len, default=[])
        self.growth = {one: growth if growth in usual else None for one, growth in self.growth.items()}

    def at(self, period, **known):
        """``self`` with the figures of ``period``; ``known``: ``as_of`` and ``previewed`` of ``compare``."""
        self.period = period
        compare([self], since=int(period[:4]), until=int(period[:4]), **known)
        return self

    @cached_property
    def cells(self):
        """The cell of each series (as in ``rows``), by the key of its region."""
        columns = self.columns if self.period else ()
        return {one.region_id: self._cell(self.period, one, *more) for one, *more in columns}

    @cached_property
    def draws_published(self):
        published = [self.figures[one.pk].get(self.period) for one in self.growth.values() if one]
        computed = [year_on_year(self.figures[one.pk], self.period) for one in self.chosen]
        told = sum(1 for one in published if one and one.has_value)
        return 0 < told >= sum(map(bool, computed))

    def drawn(self, cell):
        """What is drawn of a cell: an Observation with a value in the unit of its series, or Computed; else None."""
        if self.view == View.SHARE or (self.view == View.GROWTH and not self.draws_published):
            return cell["computed"] or None
        figure, series = cell["figure"], cell["series"]
        if self.view == View.GROWTH:
            figure, series = cell["growth"], cell["growth_series"]
        return figure if figure and figure.has_value and figure.unit_id == series.unit_id else None

    @property
    def counted(self):
        """The series in whose unit and form it counts; None where it computes per cent."""
        if self.view == View.LEVEL:
            return self.chosen[0] if self.chosen else None
        if self.view == View.GROWTH and self.draws_published:
            return next(one for one in self.growth.values() if one)
        return None

    @cached_property
    def refused(self):
        """Pairs of why nothing was computed, and the regions of which nothing can be shown for it."""
        found = defaultdict(list)
        for cell in self.cells.values():
            if cell["note"]:
                found[cell["computed"].refusal].append(cell["series"].region)
        return list(found.items())
