"""Wholes of which regions are parts: the nation, a province, a group such as 川渝; and the shares of their parts."""

from collections import defaultdict
from functools import cached_property

from django.utils.translation import gettext as _

from portal.vocabulary.models import GroupMember, Region, RegionKind, Unit
from portal.vocabulary.quantities import Qualifier

from .codelists import Transformation
from .computed import HUNDREDTH, Computed
from .drawing import name_of
from .intervals import Refused, share

#: Parts may exceed a whole by revisions that not all of them know yet: the provinces of 2012 gave 11% more than China.
TOLERANCE = 125
#: The narrower a whole, the more its shares say.
KINDS = [RegionKind.COUNTY, RegionKind.PREFECTURE, RegionKind.PROVINCE, RegionKind.NATION, RegionKind.GROUP]


class Wholes:
    """What lies within what among some ``regions``, looked up once for any number of indicators."""

    def __init__(self, regions):
        self.holders = Region.objects.holders({one.pk for one in regions})
        self.regions = Region.objects.in_bulk(set().union(*self.holders.values()))
        self.members = defaultdict(set)
        for group, member in GroupMember.objects.filter(valid_to="").values_list("group", "member"):
            self.members[group].add(member)

    def among(self, series):
        """The wholes of which figures in ``series``, comparable ones of different regions, give shares.

        A dict of Whole by the address of its region; the narrowest come first, groups last.
        """
        by_region = {one.region_id: one for one in series}
        parts = defaultdict(set)
        for pk in by_region:
            for holder in self.holders[pk] - {pk}:
                parts[holder].add(pk)
        found = [self._whole(self.regions[pk], by_region, held) for pk, held in parts.items()]
        found = [one for one in found if one.own or one.members]
        for one in found:
            # A sum of members equals itself: whether they may be added shows in what gives its own figure.
            one.checks = [other for other in found if other.own] if one.members else [one]
        return {one.region.address: one for one in sorted(found, key=lambda one: (one.rank, one.region.code))}

    def _whole(self, region, by_region, held):
        direct = self.members[region.pk] or {pk for pk in held if self.regions[pk].parent_id == region.pk}
        return Whole(
            region=region,
            own=by_region.get(region.pk),
            members=[by_region[pk] for pk in direct] if self.members[region.pk] and direct <= held else [],
            parts=[by_region[pk] for pk in direct & held],
            held=held,
        )


class Whole:
    """A region with figures of its ``own``, or a group whose ``members`` all have some, so that they can be added."""

    def __init__(self, region, own, members, parts, held):
        self.region, self.own, self.members, self.parts, self.held = region, own, members, parts, held
        #: The wholes by which it shows whether figures of parts add up.
        self.checks = [self]
        self._is_sum = None

    @property
    def rank(self):
        return KINDS.index(self.region.kind) if self.region.kind in KINDS else len(KINDS)

    @property
    def label(self):
        return name_of(self.region)

    @cached_property
    def series(self):
        """All series whose figures it needs."""
        needed = [one for check in (self, *self.checks) for one in (check.own, *check.members, *check.parts)]
        return {one for one in needed if one}

    def share(self, series, period, known):
        """The share of the figure of ``series`` in it, Computed; None where neither is known in ``period``.

        ``known``: figures by period by the key of their series.
        """
        figure = known[series.pk].get(period)
        if figure is None:
            return None
        return Computed.by(self._share, figure, step=HUNDREDTH, period=period, known=known)

    def _share(self, figure, period, known):
        series = figure.series
        if self.region.pk == series.region_id:
            raise Refused(_("This is the whole itself."))
        if series.region_id not in self.held:
            words = _("%(part)s is no part of %(whole)s.")
            raise Refused(words % {"part": series.region.label, "whole": self.label})
        no_sum = series.unit.dimension in {Unit.Dimension.SHARE, Unit.Dimension.TIME}
        if series.transformation != Transformation.LEVEL or no_sum:
            raise Refused(_("Rates and averages have no shares: those of parts do not add up to the whole."))
        whole = self._figures(period, known)
        if not whole:
            raise Refused(_("No figure of %s is known for this period.") % self.label)
        if not all(one.adds_up(known) for one in self.checks):
            raise Refused(_("The parts add up to far more than the whole: this figure is no sum of its parts."))
        return share(figure, *whole)

    def _figures(self, period, known):
        """Its own figure if it is exact, else those of all its members, else its own; nothing where there are none."""
        own = self.own and known[self.own.pk].get(period)
        if own and own.has_value and own.qualifier == Qualifier.EXACT:
            return [own]
        members = [known[one.pk].get(period) for one in self.members]
        if members and all(one and one.has_value for one in members):
            return members
        return [own] if own and own.has_value else []

    def adds_up(self, known):
        """Whether its parts exceed it in no period: an income per head of the parts does. Asked once."""
        if self._is_sum is None:
            periods = set().union(*(known[one.pk] for one in self.parts))
            self._is_sum = all(self._is_sound(period, known) for period in periods)
        return self._is_sum

    def _is_sound(self, period, known):
        whole = self._figures(period, known)
        parts = [known[one.pk].get(period) for one in self.parts] if whole else []
        shares = [Computed.by(share, one, *whole) for one in parts if one]
        return sum(one.interval.low for one in shares if one and one.interval.low.is_finite()) <= TOLERANCE


def choose_whole(form, comparisons, usual=None):
    """Give each of ``comparisons`` the whole that ``form`` names, else the region at the address ``usual``, else the
    narrowest that holds all its regions. Where there is a usual one, what was chosen for regions elsewhere is let go.

    False, and an error at the field, where the one that was asked for has no figures. A comparison of whose regions
    nothing is the whole goes without.
    """
    wholes = Wholes([one.region for comparison in comparisons for one in comparison.firsts.values()])
    known = [wholes.among(comparison.comparable) for comparison in comparisons]
    labels = {address: whole.label for found in known for address, whole in found.items()}
    chosen = form.choose("of", list(labels.items()))
    if chosen is None:
        return False
    for comparison, found in zip(comparisons, known, strict=True):
        if usual and chosen and found[chosen].held.isdisjoint(one.region_id for one in comparison.chosen):
            chosen = ""
        comparison.whole = found.get(chosen or usual) or (None if chosen else nearest(comparison, found))
    if not chosen and (told := [one.whole for one in comparisons if one.whole]):
        form.settle("of", told[0].region.address)
    return True


def nearest(comparison, wholes):
    """The first of ``wholes`` that holds all regions of ``comparison`` but those that are wholes of it; or None."""
    pks = {one.region_id for one in comparison.chosen}
    return next((one for one in wholes.values() if pks - {one.region.pk} <= one.held), None)
