"""Dates as precise as the source gives them: ISO 8601 strings of reduced precision.

A register says "2020", a newspaper "2020年7月", a treaty its day. ``PartialDateField`` keeps what was said. Comparing
two such dates has two honest questions: is one *surely* before the other, and is it *possibly* before it?
"""

import calendar
import datetime as dt
import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Left, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

SHAPE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def bounds(value):
    """The first and the last day of a partial date.

    Takes "2020", "2020-07" or "2020-07-15" and returns two ``datetime.date``. Raises ``ValueError`` for anything else,
    impossible days (2023-02-30) included. ISO 8601-1:2019, 5.2.2: calendar dates of reduced precision.
    """
    match = SHAPE.fullmatch(value)
    if not match:
        raise ValueError(value)
    year, month, day = (int(part) if part else None for part in match.groups())
    first = dt.date(year, month or 1, day or 1)
    last_month = month or 12
    return first, dt.date(year, last_month, day or calendar.monthrange(year, last_month)[1])


def surely_before(one, other):
    """Whether partial date ``one`` ended before ``other`` began; False where one is empty or no date at all."""
    try:
        return bool(one and other) and bounds(one)[1] < bounds(other)[0]
    except ValueError:  # its own field says what is wrong with it
        return False


def never_before(later, earlier):
    """The condition of a constraint: the date in column ``later`` is not surely before the one in ``earlier``.

    Cut to the precision of ``later``, ``earlier`` must not exceed it: 2023 may follow 2023-03, 2022 may not.
    """
    return models.Q(**{later: ""}) | models.Q(LessThanOrEqual(Left(earlier, Length(later)), models.F(later)))


def validate_partial_date(value):
    try:
        bounds(value)
    except ValueError:
        raise ValidationError(
            _("“%(value)s” is not a date. Write a year (2023), a month (2023-07) or a day (2023-07-15) that exists."),
            code="partial_date",
            params={"value": value},
        ) from None


def as_text(value):
    """A partial date as a reader expects it in the language in use: 2020年7月15日, 2020年7月, 2020年."""
    if not value:
        return ""
    shape = {4: "Y", 7: "YEAR_MONTH_FORMAT", 10: "DATE_FORMAT"}[len(value)]
    text = date_format(bounds(value)[0], shape)
    return str(_("%(year)s (year)") % {"year": text}) if len(value) == 4 else text


class PartialDateField(models.CharField):
    """A year, a month or a day; "" where nobody says. Lookups: ``surely_before``, ``possibly_before``, ``year``."""

    description = _("Date as precise as its source")
    default_validators = [validate_partial_date]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        if isinstance(value, dt.date):
            return value.isoformat()
        return value.strip() if isinstance(value, str) else super().to_python(value)

    def formfield(self, **kwargs):
        shapes = _("A year, a month or a day: 2023, 2023-07, 2023-07-15.")
        help_text = format_lazy("{} {}", self.help_text, shapes) if self.help_text else shapes
        return super().formfield(**{"help_text": help_text, **kwargs})


class _BoundLookup(models.Lookup):
    """Compares one bound of the column with the opposite bound of the argument, as text.

    A month is completed with day 31 whatever its length: between ISO strings of one shape that changes no order.
    """

    column_tail = ()

    def as_sql(self, compiler, connection):
        column, column_params = self.process_lhs(compiler, connection)
        month, day = self.column_tail
        collate = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
        sql = (
            f"({column} <> '' AND CASE LENGTH({column}) WHEN 4 THEN {column} || '{month}{day}' "
            f"WHEN 7 THEN {column} || '{day}' ELSE {column} END{collate} < %s)"
        )
        return sql, (*column_params * 5, self.argument_bound().isoformat())


@PartialDateField.register_lookup
class SurelyBefore(_BoundLookup):
    """Its last possible day lies before the first possible day of the argument."""

    lookup_name = "surely_before"
    column_tail = ("-12", "-31")

    def argument_bound(self):
        return bounds(str(self.rhs))[0]


@PartialDateField.register_lookup
class PossiblyBefore(_BoundLookup):
    """Its first possible day lies before the last possible day of the argument."""

    lookup_name = "possibly_before"
    column_tail = ("-01", "-01")

    def argument_bound(self):
        return bounds(str(self.rhs))[1]


@PartialDateField.register_lookup
class Year(models.Transform):
    """``signed__year="2020"`` finds 2020, 2020-07 and 2020-07-15; "" is the year of no date."""

    lookup_name = "year"
    function = "SUBSTR"
    template = "%(function)s(%(expressions)s, 1, 4)"
    output_field = models.CharField()


class DayInput(forms.DateInput):
    """A whole day, as browsers pick one: they send and take ISO 8601, whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")
