"""Where validation rules apply: which figures of which series belong together, and which version of each is taken."""

from collections import defaultdict
from functools import cached_property
from itertools import product
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.vocabulary.dates import bounds
from portal.vocabulary.models import Region, Unit
from portal.vocabulary.regions import GroupMember

from .claims import preferred
from .codelists import PriceBasis, Transformation
from .intervals import Refused, interval_of
from .periods import days
from .rules import RuleKind

__all__ = ["Application", "Shelves", "Versions"]


class Application(NamedTuple):
    """A rule at one place: ``slots`` are pairs of series and period in the order that its kind computes with."""

    rule: object
    #: The primary key of the series that a finding is about.
    series: int
    period: str
    slots: tuple


class Shelves:
    """The series that rules speak of, by what they are of; finds where the rules apply."""

    def __init__(self, series, rules):
        self.by_pk = {one.pk: one for one in series}
        self.by_key = {(one.indicator_id, one.region_id, *_form(one)): one for one in series}
        self.rules = rules
        self.cells = defaultdict(list)
        for one in series:
            self.cells[one.indicator_id, one.region_id, one.frequency, one.accumulation].append(one)

    def applications(self, touched):
        """Each Application of the rules that needs one of the slots ``touched``, pairs of series key and period; each
        once, those of one series together.
        """
        found = {}
        for pk, period in touched:
            for rule, ways in self.ways_of(pk):
                for way in ways(rule, self.by_pk[pk], period):
                    found[rule.pk, way.series, way.period] = way
        return sorted(found.values(), key=lambda one: (one.slots[-1][0], one.period))

    def ways_of(self, pk):
        """The rules that may speak of a series, with what finds where."""
        kinds = {
            RuleKind.PART: self._parts,
            RuleKind.SUM: self._sums,
            RuleKind.REGIONS: self._regions,
            RuleKind.RATIO: self._ratios,
            RuleKind.GROWTH: self._growths,
        }
        for rule in self.rules:
            if rule.kind in kinds and self._names(rule, self.by_pk[pk]):
                yield rule, kinds[rule.kind]

    def _names(self, rule, series):
        if rule.region_id and rule.kind != RuleKind.REGIONS and rule.region_id != series.region_id:
            return False
        named = rule.indicators
        return not named or series.indicator_id in named

    def _at(self, indicator, like, region=None):
        """The series of ``indicator`` in the form of ``like``; None where there is none."""
        return self.by_key.get((indicator, region or like.region_id, *_form(like)))

    # The kinds: each yields the applications that need the figure of ``series`` for ``period``.

    def _parts(self, rule, series, period):
        if series.transformation != Transformation.LEVEL:
            return
        whole = self._at(rule.whole_id, series)
        names = [one.pk for one in rule.parts.all()]
        for name in names if series == whole else [series.indicator_id]:
            part = self._at(name, series)
            if part and whole and part != whole:
                yield Application(rule, part.pk, period, ((part.pk, period), (whole.pk, period)))

    def _sums(self, rule, series, period):
        if series.transformation != Transformation.LEVEL:
            return
        line = [self._at(one, series) for one in [*(part.pk for part in rule.parts.all()), rule.whole_id]]
        if all(line):
            yield Application(rule, line[-1].pk, period, tuple((one.pk, period) for one in line))

    def _regions(self, rule, series, period):
        if series.transformation != Transformation.LEVEL:
            return
        wholes = [series.region_id, *self._around[series.region_id]]
        for region in wholes if rule.region_id is None else {rule.region_id} & set(wholes):
            whole = self._at(series.indicator_id, series, region)
            parts = [self._at(series.indicator_id, series, one) for one in self._within(region, period)]
            if whole and parts and all(parts):
                line = [*parts, whole]
                yield Application(rule, whole.pk, period, tuple((one.pk, period) for one in line))

    def _ratios(self, rule, series, period):
        place = series.region_id, series.frequency, series.accumulation
        dividend = next(one.pk for one in rule.parts.all())
        lines = [
            [one for one in self.cells[(indicator, *place)] if one.transformation == Transformation.LEVEL or is_last]
            for indicator, is_last in [(dividend, False), (rule.whole_id, False), (rule.quotient_id, True)]
        ]
        done = set()
        for line in product(*lines):
            result = line[-1]
            prices = {one.price_basis for one in line} - {PriceBasis.NONE}
            # A share may be published of the very indicator that is divided, as another series of it.
            fits = result not in line[:-1] and result.transformation in {Transformation.LEVEL, Transformation.SHARE}
            if series in line and fits and len(prices) < 2 and result not in done:
                done.add(result)
                yield Application(rule, result.pk, period, tuple((one.pk, period) for one in line))

    def _growths(self, rule, series, period):
        """A rate is asked of its own period; a level of its own and of the next year, on which it is the base."""
        cell = self.cells[series.indicator_id, series.region_id, series.frequency, series.accumulation]
        is_level = series.transformation == Transformation.LEVEL
        for rate in [one for one in cell if one.transformation == Transformation.YEAR_ON_YEAR]:
            level = self.by_key.get((*_place(rate), Transformation.LEVEL, rate.price_basis))
            if level and series in {rate, level}:
                for at in [period, _a_year_from(period, 1)] if is_level else [period]:
                    slots = ((level.pk, at), (level.pk, _a_year_from(at, -1)), (rate.pk, at))
                    yield Application(rule, rate.pk, at, slots)

    # Regions within regions

    @cached_property
    def _members(self):
        """{region: [(region within it, first day, last day)]}, of groups and of what has a series here."""
        regions = {one.region_id for one in self.by_pk.values()}
        found = defaultdict(list)
        groups = GroupMember.objects.filter(group__in=regions)
        for row in groups.values_list("group", "member", "valid_from", "valid_to"):
            found[row[0]].append(row[1:])
        children = Region.objects.filter(parent__in=regions)
        for row in children.values_list("parent", "pk", "valid_from", "valid_to"):
            found[row[0]].append(row[1:])
        return found

    @cached_property
    def _around(self):
        """{region: those that it is within}."""
        found = defaultdict(set)
        for region, members in self._members.items():
            for member, _since, _until in members:
                found[member].add(region)
        return found

    def _within(self, region, period):
        """What ``region`` consists of at the end of ``period``."""
        last = days(period)[1]
        return [
            member
            for member, since, until in self._members[region]
            if (not since or bounds(since)[0] <= last) and (not until or bounds(until)[1] >= last)
        ]


class Versions:
    """Every version of some slots that was known on the day of ``release``, its own among them."""

    def __init__(self, figures, release, shelves, slots):
        series, periods = {pk for pk, _period in slots}, {period for _pk, period in slots}
        known = figures.known(release.released_on, previewed=release)
        # Of the release's own day, whether or not it is public.
        rows = list(known.filter(series__in=series, time_period__in=periods).order_by("pk"))
        releases = type(release).objects.select_related("source").in_bulk({row.release_id for row in rows})
        units = Unit.objects.in_bulk({row.unit_id for row in rows})
        self.release, self.versions = release, defaultdict(list)
        for row in rows:
            row.series, row.release, row.unit = (
                shelves.by_pk[row.series_id],
                releases[row.release_id],
                units[row.unit_id],
            )
            self.versions[row.series_id, row.time_period].append(row)

    def figures_of(self, application):
        """The figure of each slot: that of the release itself, else the one that counts on its day. None where a slot
        has none. Raises ``Refused`` where they were not published for one another.
        """
        found = [self._figure(slot) for slot in application.slots]
        if None in found or all(one.release_id != self.release.pk for one in found):
            return None
        for one in found:
            if self._is_revised(one) and any(_is_before(other, one) for other in found):
                raise Refused(_("One was revised, the other was not: they were not published for one another."))
        return found

    def _figure(self, slot):
        versions = self.versions.get(slot)
        if not versions:
            return None
        return next((one for one in versions if one.release_id == self.release.pk), None) or preferred(versions)

    def _is_revised(self, figure):
        """Whether its slot had another number before."""
        day = figure.release.released_on
        slot = figure.series_id, figure.time_period
        return any(one.release.released_on < day and _differ(one, figure) for one in self.versions[slot])


def _is_before(one, revised):
    """Whether ``one`` was published before ``revised`` was, for its period or a later one."""
    return one.release.released_on < revised.release.released_on and one.time_period >= revised.time_period


def _differ(one, other):
    try:
        return not interval_of(one, rounded=True).meets(interval_of(other, rounded=True))
    except Refused:
        return False


def _form(series):
    return series.frequency, series.accumulation, series.transformation, series.price_basis


def _place(series):
    return series.indicator_id, series.region_id, series.frequency, series.accumulation


def _a_year_from(period, years):
    return f"{int(period[:4]) + years:04d}{period[4:]}"
