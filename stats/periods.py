"""Reference periods of SDMX: 2022, 2022-S1, 2022-Q3, 2022-07, 2022-07-15."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.vocabulary.dates import as_text, bounds


class Frequency(models.TextChoices):
    """SDMX CL_FREQ."""

    ANNUAL = "A", _("annual")
    HALF_YEARLY = "S", _("half-yearly")
    QUARTERLY = "Q", _("quarterly")
    MONTHLY = "M", _("monthly")
    DAILY = "D", _("daily")

    @property
    def shape(self):
        """The pattern of a TIME_PERIOD of this frequency."""
        return {
            "A": r"[0-9]{4}",
            "S": r"[0-9]{4}-S[12]",
            "Q": r"[0-9]{4}-Q[1-4]",
            "M": r"[0-9]{4}-(0[1-9]|1[0-2])",
            "D": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
        }[self]

    @property
    def example(self):
        return {"A": "2022", "S": "2022-S1", "Q": "2022-Q3", "M": "2022-07", "D": "2022-07-15"}[self]

    @property
    def in_a_year(self):
        """How many periods a year has; days have no number of their own, they are counted as days."""
        return {"A": 1, "S": 2, "Q": 4, "M": 12, "D": 365}[self]

    def slot(self, period):
        """The place of a TIME_PERIOD of this frequency in the line of all of them: neighbours differ by one."""
        if self is Frequency.DAILY:
            return days(period)[0].toordinal()
        year, _dash, part = period.partition("-")
        return int(year) * self.in_a_year + (int(part.lstrip("SQ")) - 1 if part else 0)

    def period_at(self, slot):
        """The TIME_PERIOD at a place: the inverse of ``slot``."""
        if self is Frequency.DAILY:
            return dt.date.fromordinal(slot).isoformat()
        year, part = divmod(slot, self.in_a_year)
        tail = {"A": "", "S": f"-S{part + 1}", "Q": f"-Q{part + 1}", "M": f"-{part + 1:02d}"}[self]
        return f"{year:04d}{tail}"

    def period_of(self, day):
        """The TIME_PERIOD of this frequency that holds ``day``, a ``datetime.date``."""
        year, month = day.year, day.month
        return {
            "A": f"{year:04d}",
            "S": f"{year:04d}-S{(month + 5) // 6}",
            "Q": f"{year:04d}-Q{(month + 2) // 3}",
            "M": f"{year:04d}-{month:02d}",
            "D": day.isoformat(),
        }[self]

    def a_year_before(self, period):
        """The same period of the year before; of 29 February the 28th."""
        if self is Frequency.DAILY:
            year, rest = int(period[:4]) - 1, period[4:]
            return f"{year:04d}-02-28" if rest == "-02-29" else f"{year:04d}{rest}"
        return self.period_at(self.slot(period) - self.in_a_year)

    def validate(self, period):
        """Raise ``ValidationError`` unless ``period`` is a TIME_PERIOD of this frequency that exists."""
        try:
            if not re.fullmatch(self.shape, period):
                raise ValueError(period)
            days(period)
        except ValueError:
            raise ValidationError(
                _("“%(period)s” is not a period of a %(frequency)s series. Write it like %(example)s."),
                params={"period": period, "frequency": self.label, "example": self.example},
            ) from None


def days(period):
    """The first and the last day of a TIME_PERIOD, as two ``datetime.date``. Raises ``ValueError`` for no period."""
    year, _dash, part = period.partition("-")
    if part[:1] in {"S", "Q"}:
        months = 6 if part[0] == "S" else 3
        first_month = (int(part[1:]) - 1) * months + 1
        last = bounds(f"{year}-{first_month + months - 1:02d}")[1]
        return dt.date(int(year), first_month, 1), last
    return bounds(period)


def period_text(period):
    """A TIME_PERIOD as a reader says it: 2022年, 2022年上半年, 2022年三季度, 2022年7月."""
    year, _dash, part = period.partition("-")
    if part[:1] not in {"S", "Q"}:
        return as_text(period)
    names = {
        "S1": _("first half of %s"),
        "S2": _("second half of %s"),
        "Q1": _("first quarter of %s"),
        "Q2": _("second quarter of %s"),
        "Q3": _("third quarter of %s"),
        "Q4": _("fourth quarter of %s"),
    }
    return str(names[part] % year)
