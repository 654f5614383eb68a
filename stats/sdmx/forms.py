"""What a query may say after its question mark, by the names that SDMX gives it."""

import datetime as dt
import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from stats.periods import days

from .components import DIMENSIONS, TIME
from .failures import semantic_error, syntax_error
from .formats import DataFormat, SchemaFormat, StructureFormat

#: Reporting periods of SDMX in which none of our series counts, and other spellings of those that some count in.
REPORTING = re.compile(r"([0-9]{4})-(A1|T[1-3]|M(?:0[1-9]|1[0-2])|W[0-5][0-9]|D[0-3][0-9]{2})")
DATETIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9:.]+(?:Z|[+\-][0-9]{2}:[0-9]{2})?")
#: What dimensionAtObservation may name: one dimension, or all of them.
FLAT = "AllDimensions"
OBSERVATION_DIMENSIONS = [(name, name) for name in (TIME.id, FLAT, *(one.id for one in DIMENSIONS))]


def span(text):
    """The first and the last day of a common:StandardTimePeriodType. Raises ``ValueError`` for anything else."""
    if moment := DATETIME.fullmatch(text):
        return days(moment[1])
    if not (reporting := REPORTING.fullmatch(text)):
        return days(text)
    year, kind, number = int(reporting[1]), reporting[2][0], int(reporting[2][1:])
    if kind == "W":
        first = dt.date.fromisocalendar(year, number, 1)
        return first, first + dt.timedelta(days=6)
    if kind == "D":
        day = dt.date(year, 1, 1) + dt.timedelta(days=number - 1)
        if day.year != year:
            raise ValueError(text)
        return day, day
    months = {"A": 12, "T": 4, "M": 1}[kind]
    last = number * months
    return days(f"{year:04d}-{last - months + 1:02d}")[0], days(f"{year:04d}-{last:02d}")[1]


class PeriodField(forms.CharField):
    """A period as its first and last day."""

    def clean(self, value):
        text = super().clean(value)
        try:
            return span(text) if text else None
        except (ValueError, OverflowError):
            message = _("“%s” is no period of SDMX. Write it like 2022, 2022-S1, 2022-Q3, 2022-07 or 2022-07-15.")
            raise ValidationError(message % text) from None


class MomentField(forms.CharField):
    """xs:dateTime, or a day, as a moment; one without a time zone is told by the portal's clock."""

    def __init__(self, *args, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at

    def clean(self, value):
        text = super().clean(value)
        try:
            moment = (parse_datetime(text) or self._of_day(parse_date(text))) if text else None
            aware = timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment
            if aware:
                timezone.localtime(aware)
        except (ValueError, OverflowError):
            aware = None
        if text and not aware:
            message = _("“%s” is no moment of SDMX. Write it like 2022-12-31 or 2022-12-31T12:00:00+08:00.")
            raise ValidationError(message % text)
        return aware

    def _of_day(self, day):
        return day and dt.datetime.combine(day, self.at)


class TruthField(forms.TypedChoiceField):
    """xs:boolean, in capitals too: sdmx1 writes Python's True."""

    def __init__(self, **kwargs):
        words = ["true", "false", "1", "0"]
        choices = [(word, word) for word in words]
        super().__init__(choices=choices, coerce={"true", "1"}.__contains__, empty_value=False, **kwargs)

    def to_python(self, value):
        return super().to_python(value).lower()


class QueryForm(forms.Form):
    """A query that says what it does not have is refused: a misspelt filter would give everything."""

    @classmethod
    def read(cls, request):
        """The cleaned values of the query of ``request``. Raises Failure."""
        form = cls(request.GET)
        unknown = sorted(request.GET.keys() - form.fields.keys())
        if unknown:
            text = _("There is no parameter “%(name)s” here. Those that are understood: %(known)s.")
            raise syntax_error(text % {"name": unknown[0][:80], "known": ", ".join(form.fields)})
        if not form.is_valid():
            name, messages = next(iter(form.errors.items()))
            raise syntax_error(f"{name}: {messages[0]}")
        form.judge()
        return form.cleaned_data

    def judge(self):
        """Raise Failure where values are right one by one and not together."""


class StructureQueryForm(QueryForm):
    references = forms.CharField(required=False, max_length=60)
    detail = forms.ChoiceField(
        required=False,
        choices=[
            (name, name)
            for name in (
                "full", "allstubs", "referencestubs", "allcompletestubs", "referencecompletestubs", "referencepartial",
            )
        ],
    )  # fmt: skip
    format = forms.ChoiceField(choices=StructureFormat, required=False)


class SchemaQueryForm(QueryForm):
    dimensionAtObservation = forms.ChoiceField(required=False, choices=OBSERVATION_DIMENSIONS)
    explicitMeasure = forms.ChoiceField(required=False, choices=[("false", "false")])
    format = forms.ChoiceField(choices=SchemaFormat, required=False)


class SpanForm(QueryForm):
    """Of which time, and as of when."""

    startPeriod = PeriodField(required=False, max_length=40)
    endPeriod = PeriodField(required=False, max_length=40)
    updatedAfter = MomentField(required=False, max_length=40, at=dt.time.min)
    asOf = MomentField(required=False, max_length=40, at=dt.time.max)

    def judge(self):
        asked = self.cleaned_data
        start, end = asked["startPeriod"], asked["endPeriod"]
        if start and end and end[1] < start[0]:
            raise semantic_error(_("endPeriod lies before startPeriod."))
        if asked["asOf"] and asked["updatedAfter"] and asked["asOf"] < asked["updatedAfter"]:
            raise semantic_error(_("asOf lies before updatedAfter."))


class AvailabilityQueryForm(SpanForm):
    """Which values figures have. “available” would need what each dimension could have beside the others' choice."""

    mode = forms.ChoiceField(required=False, choices=[("exact", "exact")])
    references = forms.CharField(required=False, max_length=60)
    format = forms.ChoiceField(choices=StructureFormat, required=False)


class DataQueryForm(SpanForm):
    firstNObservations = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    lastNObservations = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    dimensionAtObservation = forms.ChoiceField(required=False, choices=OBSERVATION_DIMENSIONS)
    detail = forms.ChoiceField(
        required=False, choices=[(name, name) for name in ("full", "dataonly", "serieskeysonly", "nodata")]
    )
    includeHistory = TruthField(required=False)
    format = forms.ChoiceField(choices=DataFormat, required=False)
