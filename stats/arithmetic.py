"""What the kinds of validation rule compute, over the figures of one slot: a ``Breach`` with the sum, or None.

By interval arithmetic, each printed number with half of its last decimal on both sides: what is rounded, or a bound, is
no breach as long as there are numbers for which the rule holds. ``Refused`` says why nothing can be said at all.
"""

import math
from decimal import Decimal
from hashlib import sha256
from itertools import chain
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.vocabulary.quantities import Multiplier
from portal.vocabulary.templatetags.quantities import digits, quantity_text

from .codelists import ObsStatus, Transformation
from .intervals import Refused, growth, interval_of, point, total
from .periods import period_text

__all__ = ["Breach", "growth_of_levels", "magnitude", "part_of_whole", "quotient", "slip", "slipped", "sum_of_parts"]

#: Terms of a sum that are written out; of more, the first and their number.
WRITTEN_OUT = 8
#: Powers of ten by which a unit slips: 千, 万, 亿.
SLIPS = (3, 4, 8)
#: From this power on two figures of one line are suspiciously far apart (316 times).
SUSPICIOUS = 2.5


class Breach(NamedTuple):
    """Figures that break a rule: the sum written out, and the figures that took part."""

    told: str
    figures: tuple

    @property
    def fingerprint(self):
        """Of the numbers: while they stay the same, so does what was decided about them."""
        numbers = sorted(
            f"{one.series_id} {one.time_period} {one.qualifier} {_plain(one.mantissa)} {_plain(one.value_low)} "
            f"{_plain(one.value_high)} {one.unit_mult} {one.decimals}"
            for one in self.figures
        )
        return sha256("\n".join(numbers).encode()).hexdigest()


def _plain(number):
    return "" if number is None else f"{Decimal(str(number)).normalize():f}"


# The kinds -----------------------------------------------------------------------------------------------------------


def part_of_whole(part, whole, tolerance=0):
    """A breach where ``part`` is surely more than ``whole``. Raises ``Refused``."""
    _refuse_forecasts(part, whole)
    if part.unit_id != whole.unit_id:
        raise Refused(_("They are counted in different units."))
    limit = _tolerated(interval_of(whole, rounded=True), whole, tolerance)
    excess = interval_of(part, rounded=True).low - limit.high
    if excess <= 0:
        return None
    beyond = interval_of(part).low - interval_of(whole).high
    told = _("%(part)s is more than %(whole)s by %(difference)s, beyond rounding (±%(slack)s).") % {
        "part": named(part),
        "whole": named(whole),
        "difference": _in_unit(beyond, whole),
        "slack": _in_unit(beyond - excess, whole),
    }
    return Breach(told, (part, whole))


def sum_of_parts(parts, whole, tolerance=0, name=None):
    """A breach where ``parts`` surely do not add up to ``whole``; ``name`` names a part in the sum. Raises ``Refused``
    where a part is missing.
    """
    _refuse_forecasts(whole, *parts)
    exact, rounded = total(parts), total(parts, rounded=True)
    if parts[0].unit_id != whole.unit_id:
        raise Refused(_("They are counted in different units."))
    terms = [named(part, name) for part in parts]
    if len(terms) > WRITTEN_OUT:
        terms = [*terms[: WRITTEN_OUT - 1], _("… (%d in all)") % len(parts)]
    return _against(" + ".join(terms), exact, rounded, whole, tolerance, parts)


def quotient(dividend, divisor, result, tolerance=0):
    """A breach where ``dividend`` ÷ ``divisor`` surely is not ``result``, in per cent where that is. Raises
    ``Refused``.
    """
    _refuse_forecasts(dividend, divisor, result)
    is_share = result.unit.dimension == "share"
    if is_share and dividend.unit_id != divisor.unit_id:
        raise Refused(_("They are counted in different units."))
    scale = point(100 if is_share else 1)
    exact = interval_of(dividend) / interval_of(divisor) * scale
    rounded = interval_of(dividend, rounded=True) / interval_of(divisor, rounded=True) * scale
    return _against(
        f"{named(dividend)} ÷ {named(divisor)}", exact, rounded, result, tolerance, (dividend, divisor), places=2
    )


def growth_of_levels(new, old, rate, tolerance=0):
    """A breach where the published ``rate`` surely is not the change from ``old`` to ``new``; ``tolerance`` in
    percentage points. Raises ``Refused``, also where the prices of both are not known to be the same.
    """
    _refuse_forecasts(new, old, rate)
    if rate.series.price_basis != new.series.price_basis:
        raise Refused(
            _("The growth is published in “%(one)s”, the levels in “%(other)s”: one does not follow from the other.")
            % {"one": rate.series.get_price_basis_display(), "other": new.series.get_price_basis_display()}
        )
    exact, rounded = growth(new, old), growth(new, old, rounded=True)
    said = f"{named(new)} ÷ {named(old)} − 1"
    return _against(said, exact, rounded, rate, tolerance, (new, old), is_points=True, places=2)


def slip(figure, others, power):
    """The breach of a ``figure`` that is about 10^``power`` times what ``others`` of its line are."""
    times = digits(Decimal(10) ** abs(power), 0)
    pattern = _("%(figure)s is about %(times)s times as much as %(others)s. Is it the unit?")
    if power < 0:
        pattern = _("%(figure)s is about one part in %(times)s of %(others)s. Is it the unit?")
    beside = _(", ").join(
        _("%(value)s (%(period)s, released on %(day)s)")
        % {
            "value": quantity_text(one),
            "period": period_text(one.time_period),
            "day": f"{one.release.released_on:%Y-%m-%d}",
        }
        for one in others
    )
    return Breach(pattern % {"figure": named(figure), "times": times, "others": beside}, (figure, *others))


def magnitude(value):
    """The power of ten of a number in base units, as a float; None for zero and where there is none."""
    return math.log10(abs(value)) if value else None


def slipped(own, others):
    """The power of ten by which ``own`` is off, where most of ``others`` (magnitudes all) say so; 0 where not."""
    off = [own - one for one in others]
    for sign in (1, -1):
        far = sorted(sign * one for one in off if sign * one >= SUSPICIOUS)
        if far and 2 * len(far) > len(off):
            middle = far[len(far) // 2]
            return sign * min(SLIPS, key=lambda power: abs(power - middle))
    return 0


# What they have in common --------------------------------------------------------------------------------------------


def _against(said, exact, rounded, published, tolerance, parts, is_points=False, places=None):
    """The breach where ``rounded``, what was computed, cannot be what was ``published``; ``exact`` is the same of the
    numbers as printed.
    """
    allowed = _tolerated(interval_of(published, rounded=True), published, tolerance, is_points)
    beyond = rounded.distance(allowed)
    if not beyond:
        return None
    difference = exact.distance(interval_of(published))
    told = _(
        "%(sum)s = %(result)s, but published is %(published)s: off by %(difference)s, beyond rounding (±%(slack)s)."
    )
    told %= {
        "sum": said,
        "result": _interval_text(exact, published, places),
        "published": named(published),
        "difference": _in_unit(difference, published, places),
        "slack": _in_unit(difference - beyond, published, places),
    }
    return Breach(told, tuple(chain(parts, [published])))


def _tolerated(interval, figure, tolerance, is_points=False):
    """``interval`` of ``figure`` with the tolerance of the rule: in per cent of its number, or in points."""
    tolerance = Decimal(tolerance)
    if not tolerance:
        return interval
    if is_points:
        return interval.widened(tolerance)
    ends = [abs(end) for end in interval if end.is_finite()]
    return interval.widened(max(ends) * tolerance / 100)


def _refuse_forecasts(*figures):
    if any(figure.obs_status == ObsStatus.FORECAST for figure in figures):
        raise Refused(_("One of them is a forecast."))


def named(figure, name=None):
    """A figure with what it is of: 地区生产总值 29129.03亿元; of a rate or a share with what it is."""
    series = figure.series
    said = [name(figure) if name else series.indicator]
    if series.transformation != Transformation.LEVEL:
        said.append(series.get_transformation_display())
    return " ".join(map(str, [*said, quantity_text(figure)]))


def _interval_text(interval, like, places):
    if interval.is_point:
        return _in_unit(interval.low, like, places)
    low, high = (_in_unit(end, like, places) if end.is_finite() else None for end in interval)
    if low is None:
        return _("at most %s") % high
    if high is None:
        return _("at least %s") % low
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _in_unit(number, like, places=None):
    """A number in base units, in the multiplier and unit of the figure ``like``, rounded to be read."""
    power = like.unit_mult
    places = like.decimals if places is None else max(places, like.decimals)
    scaled = Decimal(number).scaleb(-power)
    # A difference that is less than the last decimal is not nothing.
    while places < 5 and scaled and abs(scaled) < Decimal(1).scaleb(-places):
        places += 1
    rounded = scaled.quantize(Decimal(1).scaleb(-places))
    return f"{digits(rounded, 0)}{Multiplier(power).sign}{like.unit.symbol}"
