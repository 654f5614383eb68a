"""Percentages that follow from figures, as they are shown: a number, an interval, or the reason why there is none."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.vocabulary.templatetags.quantities import MINUS

from .charts import Kind, Point
from .codelists import ObsStatus
from .intervals import Interval, Refused, growth
from .periods import Frequency, period_text

#: To which place percentages are shown: those below 1 and shares, which change little from year to year, to the second.
TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")


@dataclass(frozen=True)
class Computed:
    """A percentage; ``refusal`` says why there is none. An interval never looks like an exact number."""

    interval: Interval | None
    refusal: str = ""
    step: Decimal = TENTH

    @classmethod
    def by(cls, compute, *figures, step=TENTH, **options):
        """What ``compute``, a function of ``intervals``, makes of the figures."""
        try:
            found = compute(*figures, **options)
        except Refused as refusal:
            return cls(None, str(refusal))
        if not (found.low.is_finite() or found.high.is_finite()):
            return cls(None, _("The figures set no limit."))
        return cls(found, step=step)

    def __bool__(self):
        return self.interval is not None

    @property
    def kind(self):
        low, high = self.interval
        if low == high:
            return Kind.EXACT
        if low.is_finite():
            return Kind.RANGE if high.is_finite() else Kind.ABOVE
        return Kind.BELOW

    @property
    def is_bound(self):
        return self.kind != Kind.EXACT

    @property
    def limits(self):
        """The least and the most it can be, rounded outwards so that they still hold; None where there is no limit."""
        low, high = self.interval
        known = [abs(end) for end in self.interval if end.is_finite()]
        step = HUNDREDTH if max(known) < 1 else self.step
        if not self.is_bound:
            return (_rounded(low, step, ROUND_HALF_UP),) * 2
        return _rounded(low, step, ROUND_FLOOR), _rounded(high, step, ROUND_CEILING)

    @property
    def text(self):
        """≥ 12.3%, 12.1%–12.4%, 12.3%; the reason where there is none."""
        if not self:
            return self.refusal
        low, high = (None if limit is None else f"{limit}%".replace("-", MINUS) for limit in self.limits)
        if self.kind == Kind.RANGE:
            return pgettext("quantity", "%(low)s–%(high)s") % {"low": low, "high": high}
        return {Kind.EXACT: low, Kind.ABOVE: f"≥ {low}", Kind.BELOW: f"≤ {high}"}[self.kind]

    def point(self, frequency, period):
        """Its place in a chart, in the period of a ``frequency``; None where there is none."""
        if not self:
            return None
        low, high = self.interval
        return Point(
            slot=frequency.slot(period),
            value=float(high if self.kind == Kind.BELOW else low),
            end=float(high) if self.kind == Kind.RANGE else None,
            kind=self.kind,
            period=period_text(period),
            said=self.text,
        )


def _rounded(limit, step, rounding):
    """``limit`` as a multiple of ``step``, however many digits that takes; None for infinity."""
    if not limit.is_finite():
        return None
    rounded = limit.quantize(step, rounding, Context(prec=100))
    return abs(rounded) if rounded.is_zero() else rounded  # −0.00 is zero


def year_on_year(figures, period):
    """The change of ``figures``, those of one series by their period, to ``period`` from the year before: Computed.

    None where either is not there at all: nothing is missing that anybody promised.
    """
    figure = figures.get(period)
    frequency = figure and Frequency(figure.series.frequency)
    before = frequency and figures.get(frequency.a_year_before(period))
    if not before:
        return None
    between = (one for one in figures.values() if before.time_period < one.time_period <= period)
    is_broken = any(one.obs_status == ObsStatus.BREAK for one in between)
    return Computed.by(growth, figure, before, is_broken=is_broken)
