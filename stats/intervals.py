"""What follows from published figures: sums, shares and growth, as intervals where a figure is a bound.

Interval arithmetic after R. E. Moore (1966): the result holds every number that the figures allow. Where nothing
honest follows (约, …级; prices, units or bases that differ) it is refused, and the refusal says why.
"""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.vocabulary.quantities import Qualifier

from .codelists import ObsStatus, Transformation

INFINITY = Decimal("Infinity")


class Refused(ValueError):
    """Nothing can be computed honestly; the message says why."""


class Interval(NamedTuple):
    """Every number from ``low`` through ``high``, infinity where no limit is known."""

    low: Decimal
    high: Decimal

    @property
    def is_point(self):
        return self.low == self.high

    def __add__(self, other):
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other):
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other):
        ends = [_product(mine, its) for mine in self for its in other]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other):
        """Raises ``Refused`` where the divisor may be zero."""
        if other.low <= 0 <= other.high:
            raise Refused(_("What it would be divided by may be zero."))
        return self * Interval(1 / other.high, 1 / other.low)

    def __contains__(self, number):
        return self.low <= number <= self.high

    def meets(self, other):
        """Whether one number may be both: a bound that contains the exact value contradicts nothing."""
        return self.low <= other.high and other.low <= self.high

    def distance(self, other):
        """How far the nearest numbers of both are from one another; 0 where they meet."""
        return max(Decimal(0), self.low - other.high, other.low - self.high)

    def widened(self, by):
        """With ``by`` more on both sides."""
        return Interval(self.low - by, self.high + by)


def _product(one, other):
    return Decimal(0) if not one or not other else one * other


def point(number):
    return Interval(Decimal(number), Decimal(number))


def interval_of(figure, rounded=False):
    """The numbers that ``figure`` (a Quantity) allows, in base units.

    ``rounded``: with half of its last printed decimal on each side, as far as the printed number may be from the true
    one. Raises ``Refused`` where it has no value or its words set no limit.
    """
    if not figure.has_value:
        raise Refused(_("A figure is missing."))
    low, high = figure.limits
    if low is None and high is None:
        raise Refused(_("“%s” sets no limit to compute with.") % Qualifier(figure.qualifier).label)
    found = Interval(
        -INFINITY if low is None else Decimal(low).scaleb(figure.unit_mult),
        INFINITY if high is None else Decimal(high).scaleb(figure.unit_mult),
    )
    return found.widened(Decimal("0.5").scaleb(figure.unit_mult - figure.decimals)) if rounded else found


def is_same_number(one, other):
    """Whether two exact figures of one unit can be one number that was printed with different decimals."""
    if {one.qualifier, other.qualifier} != {Qualifier.EXACT} or not (one.has_value and other.has_value):
        return False
    if one.unit_id != other.unit_id or one.decimals == other.decimals:
        return False
    return interval_of(one, rounded=True).meets(interval_of(other, rounded=True))


def total(figures, rounded=False):
    """The sum of ``figures``, in base units; ``rounded`` as in ``interval_of``. Raises ``Refused`` where one is missing
    or they count in other units.
    """
    figures = list(figures)
    if len({figure.unit_id for figure in figures}) != 1:
        raise Refused(_("They are counted in different units."))
    return sum((interval_of(figure, rounded) for figure in figures), start=point(0))


def share(part, *whole):
    """How much of ``whole``, one figure or those that make it up, the figure ``part`` is, in per cent: an Interval.

    Raises ``Refused``.
    """
    for one in whole:
        _refuse_unlike(part, one)
        if part.time_period != one.time_period:
            raise Refused(_("They are of different periods."))
    if part not in whole or len(whole) == 1:
        return interval_of(part) / total(whole) * point(100)
    # It stands on both sides: as 1 / (1 + others / part) each number stands once, and the interval is as narrow as is.
    others = total(one for one in whole if one != part) / interval_of(part)
    return point(100) / (point(1) + others)


def growth(new, old, is_broken=False, rounded=False):
    """The change from the figure ``old`` to ``new`` of one series, in per cent: an Interval.

    ``is_broken``: a figure between the two, or ``new`` itself, begins to measure otherwise; ``rounded`` as in
    ``interval_of``. Raises ``Refused``.
    """
    _refuse_unlike(new, old)
    if new.series.transformation != Transformation.LEVEL:
        raise Refused(_("Only a level grows; this is a change, a share or an index already."))
    if is_broken or new.obs_status == ObsStatus.BREAK:
        raise Refused(_("The series breaks between the two: they are measured otherwise."))
    if _changed_basis(new.release, old.release):
        raise Refused(_("The two were published on different bases: one was revised, the other was not."))
    before = interval_of(old, rounded)
    if before.low < 0:
        raise Refused(_("The figure before is negative or has no lower limit, so that no rate of change exists."))
    return (interval_of(new, rounded) / before - point(1)) * point(100)


def _refuse_unlike(one, other):
    """What cannot stand in one sum: other units or prices, a forecast, the words of two ranks."""
    if one.unit_id != other.unit_id:
        raise Refused(_("They are counted in different units."))
    if one.series.price_basis != other.series.price_basis:
        raise Refused(_("They are counted in different prices."))
    if ObsStatus.FORECAST in {one.obs_status, other.obs_status}:
        raise Refused(_("One of them is a forecast."))
    if one.release.rank != other.release.rank:
        raise Refused(_("They are the words of sources of different ranks."))


def _changed_basis(one, other):
    """Whether the later of two releases has put its figure on a new basis, on which the other's never was."""
    later = max(one, other, key=lambda release: release.released_on)
    return one.pk != other.pk and later.changes_basis
