"""Regions side by side: which of an indicator's series can share one chart and one table, and what both show."""

from collections import defaultdict
from functools import cached_property

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.vocabulary.models import RegionKind
from portal.vocabulary.templatetags.quantities import unit_text

from .charts import LINES, NARROW, WIDE, Line
from .codelists import PriceBasis
from .computed import year_on_year
from .drawing import label, pictured, points
from .models import Observation
from .periods import Frequency, period_text


class View(models.TextChoices):
    """What is shown of the regions compared."""

    LEVEL = "level", pgettext_lazy("view of figures", "Values")
    GROWTH = "growth", gettext_lazy("Year on year")
    SHARE = "share", gettext_lazy("Shares")


class Shape(models.TextChoices):
    """As what it is drawn."""

    CHART = "chart", gettext_lazy("Chart")
    MAP = "map", gettext_lazy("Map")


class Comparison:
    """The first series of some regions, as far as they can be compared: a chart and its table twin.

    ``chosen`` are the series compared, ``others`` those that were asked for and count in another unit or form.
    Its figures come with ``compare``.
    """

    def __init__(self, series, addresses=(), *, view=View.LEVEL, since=None):
        """``series`` are all of an indicator, with ``length``; ``addresses`` the regions asked for, if any."""
        self.view, self.since, self.whole = View(view), since, None
        self.firsts = first_of_each(series)
        wanted = [self.firsts[address] for address in addresses if address in self.firsts]
        self.chosen = [one for one in wanted if one.is_comparable_with(wanted[0])]
        if not addresses:
            self.chosen = usual(self.firsts.values())
        self.others = [one for one in wanted if one not in self.chosen]
        self.growth = {one: one.growth_among(series) for one in self.chosen}
        shown = addresses or [one.region.address for one in self.chosen]
        #: Which line a region is, from 1: its colour is the same in all charts of a page.
        self.numbers = {address: number for number, address in enumerate(shown, start=1)}
        self.figures = defaultdict(dict)

    @property
    def indicator(self):
        return self.chosen[0].indicator if self.chosen else None

    @property
    def needed(self):
        """The series whose figures it needs."""
        found = [*self.chosen, *(self.whole.series if self.whole else ())]
        return {one for one in (*found, *self.growth.values()) if one}

    def region_of(self, address):
        """The place of the region among the columns; None where it has none."""
        return next((place for place, one in enumerate(self.chosen) if one.region.address == address), None)

    @property
    def comparable(self):
        """All series that can share the chart, those that were not chosen too."""
        return [one for one in self.firsts.values() if self.chosen and one.is_comparable_with(self.chosen[0])]

    # Table ---------------------------------------------------------------------------------------------------------

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

    @cached_property
    def rows(self):
        """Pairs of a period, newest first, and its cells.

        A cell is a dict with what it holds of ``figure``, published ``growth`` and what is ``computed`` for this view,
        else None; ``note`` is the number of the reason (``reasons``) where nothing can be computed. A period of which
        nothing at all can be computed is told among the reasons alone.
        """
        return [(period, cells) for period, cells in self._all_rows if any(self._holds(cell) for cell in cells)]

    @cached_property
    def _all_rows(self):
        known = [self.figures[one.pk] for pair in self.growth.items() for one in pair if one]
        periods = (one for one in sorted(set().union(*known), reverse=True) if self._is_shown(one))
        columns = self.columns
        return [(period, [self._cell(period, *column) for column in columns]) for period in periods]

    def _is_shown(self, period):
        return not self.since or period >= f"{self.since:04d}"

    def _cell(self, period, series, name, growth):
        published = growth and self.figures[growth.pk].get(period)
        cell = {"series": series, "name": name, "growth_series": growth, "growth": published}
        cell["figure"] = self.figures[series.pk].get(period)
        cell["computed"] = self._computed(period, series, published)
        refused = cell["computed"] is not None and not cell["computed"]
        return cell | {"note": self._note(cell["computed"].refusal) if refused else None}

    def _computed(self, period, series, published):
        if self.view == View.SHARE and self.whole:
            return self.whole.share(series, period, self.figures)
        if self.view != View.GROWTH or (published and self.draws_published):
            return None
        found = year_on_year(self.figures[series.pk], period)
        return None if published and not found else found  # nobody misses what the source itself tells

    def _holds(self, cell):
        if self.view == View.LEVEL:
            return cell["figure"] or cell["growth"]
        return cell["computed"] or (self.view == View.GROWTH and cell["growth"])

    @cached_property
    def _notes(self):
        return {}

    def _note(self, refusal):
        return self._notes.setdefault(refusal, len(self._notes) + 1)

    @property
    def reasons(self):
        """Triples of a number, why nothing was computed in the cells that bear it, and the stretches of periods that
        stand in no row for it: pairs of the first and the last, in words.
        """
        shown = {period for period, _cells in self.rows}
        left = defaultdict(set)
        for period, cells in self._all_rows:
            for note in {cell["note"] for cell in cells if period not in shown and cell["note"]}:
                left[note].add(self.frequency.slot(period))
        return [(number, refusal, self._stretches(left[number])) for refusal, number in self._notes.items()]

    def _stretches(self, slots):
        firsts = sorted(slot for slot in slots if slot - 1 not in slots)
        lasts = sorted(slot for slot in slots if slot + 1 not in slots)
        return [
            tuple(period_text(self.frequency.period_at(slot)) for slot in ends)
            for ends in zip(firsts, lasts, strict=True)
        ]

    @property
    def has_computed(self):
        return any(cell["computed"] for _period, cells in self.rows for cell in cells)

    @property
    def measure(self):
        """What is computed here, in words, with the prices in which growth is counted."""
        if self.view == View.SHARE:
            return _("share of %s, computed") % (self.whole.label if self.whole else "")
        basis = PriceBasis(self.chosen[0].price_basis)
        if basis == PriceBasis.NONE:
            return _("year on year, computed")
        return _("year on year, computed in %s") % basis.label

    # Chart ---------------------------------------------------------------------------------------------------------

    @cached_property
    def draws_published(self):
        """Whether the chart of growth holds what was published. One chart draws one measure: where a region has no two
        published values, all of them are computed, since growth in other prices is no neighbour of it.
        """
        return bool(self.chosen) and all(
            growth and len([one for one in self.figures[growth.pk] if self._is_shown(one)]) > 1
            for growth in self.growth.values()
        )

    @property
    def frequency(self):
        return Frequency(self.chosen[0].frequency)

    @property
    def slots(self):
        """The places in time that its table shows."""
        return [self.frequency.slot(period) for period, _cells in self.rows]

    def picture(self, key="chart", sizes=(WIDE, NARROW), slots=None):
        """Its chart; None where there is nothing to compare."""
        if not self.chosen:
            return None
        name, unit, lines = self._drawn()
        lines = [
            Line(label(one), drawn, self.numbers[one.region.address])
            for one, drawn in zip(self.chosen, lines, strict=True)
        ]
        return pictured(name, unit, self.frequency, lines, key=key, sizes=sizes, slots=slots)

    def _drawn(self):
        """The name of the chart, the unit of its axis, and the points of each line."""
        name, first = self.indicator.label, self.chosen[0]
        if self.view == View.LEVEL:
            return name, unit_text(first), [points(one, self._shown(one), first.unit_mult) for one in self.chosen]
        if self.view == View.GROWTH and self.draws_published:
            name = _("%s, year on year as published") % name
            return name, "%", [points(one, self._shown(one), 0) for one in self.growth.values()]
        if self.view == View.SHARE and self.whole:
            name = _("%(name)s, share of %(whole)s") % {"name": name, "whole": self.whole.label}
        else:
            name = _("%s, year on year, computed") % name
        return name, "%", [self._computed_points(place) for place in range(len(self.chosen))]

    def _shown(self, series):
        return [figure for period, figure in self.figures[series.pk].items() if self._is_shown(period)]

    def _computed_points(self, place):
        """The points of the column at ``place``, oldest first."""
        told = [(period, cells[place]["computed"]) for period, cells in reversed(self.rows)]
        return [one.point(self.frequency, period) for period, one in told if one]


def compare(comparisons, *, since=None, until=None, as_of=None, previewed=None):
    """Give ``comparisons`` their figures, of the years and as of the day, all by one query. Returns them.

    ``previewed``: a release that is taken for public.
    """
    needed = set().union(*(one.needed for one in comparisons))
    # Growth in the first year is told against the year before.
    first = since - 1 if since and any(one.view == View.GROWTH for one in comparisons) else since
    figures = Observation.objects.filter(series__in=needed).of_years(first, until).as_of(as_of, previewed=previewed)
    known, by_pk = defaultdict(dict), {one.pk: one for one in needed}
    for figure in figures.select_related("unit", "release__source").order_by("-time_period"):
        figure.series = by_pk[figure.series_id]
        known[figure.series_id][figure.time_period] = figure
    for one in comparisons:
        one.figures = known
    return comparisons


def first_of_each(series):
    """The first of ``series`` in each region, by the address of the region."""
    firsts = {}
    for one in series:
        firsts.setdefault(one.region.address, one)
    return firsts


def usual(firsts):
    """The series that a reader sees who has chosen none: of the most usual form, those of which most is known.

    The nation is left to those who ask for it: beside the whole, its parts are one flat line.
    """
    most = max(groups(firsts), key=lambda group: (len(group), sum(one.length for one in group)), default=[])
    parts = [one for one in most if one.region.kind != RegionKind.NATION]
    return sorted(parts if len(parts) > 1 else most, key=lambda one: (-one.length, one.region.code))[:LINES]


def groups(series):
    """``series`` in lists of those that can share an axis."""
    found = []
    for one in series:
        group = next((group for group in found if group[0].is_comparable_with(one)), None)
        if group:
            group.append(one)
        else:
            found.append([one])
    return found
