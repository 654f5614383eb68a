"""What is asked of the log."""

import datetime as dt

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.vocabulary.dates import DayInput

from .log import Event
from .tables import Format

#: Days that the database and its time zone can add one to.
DAYS = [MinValueValidator(dt.date(1970, 1, 2)), MaxValueValidator(dt.date(9000, 1, 1))]
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


class PlaceField(forms.CharField):
    """The place of a line in the list: microseconds since 1970, rank of its source, primary key, with dots between."""

    default_validators = [RegexValidator(r"\A\d{1,17}\.\d{1,2}\.\d{1,18}\Z")]

    def clean(self, value):
        if not (text := super().clean(value)):
            return None
        moment, rank, pk = map(int, text.split("."))
        return EPOCH + moment * MICROSECOND, -rank, pk


def written_place(place):
    """A Line's ``place`` as PlaceField reads it."""
    at, rank, pk = place
    return f"{(at - EPOCH) // MICROSECOND}.{-rank}.{pk}"


class LogForm(forms.Form):
    """``kinds`` are the models that may be asked for. Cleaned, ``kind`` is a ContentType, ``since`` and ``until`` are
    moments: a day includes its whole length, in our own time.
    """

    q = forms.CharField(label=pgettext_lazy("log", "words"), max_length=100, required=False)
    person = forms.ModelChoiceField(User.objects.order_by("username"), label=_("who"), required=False)
    event = forms.ChoiceField(label=_("what was done"), choices=[("", "---------"), *Event.choices], required=False)
    kind = forms.ChoiceField(label=_("kind of record"), required=False)
    since = forms.DateField(label=_("from this day"), required=False, validators=DAYS)
    until = forms.DateField(label=_("to this day"), required=False, validators=DAYS)
    #: One record of that kind, by its number.
    record = forms.IntegerField(min_value=0, max_value=10**18, required=False, widget=forms.HiddenInput)
    before = PlaceField(required=False, widget=forms.HiddenInput)
    format = forms.ChoiceField(choices=Format.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, data, kinds):
        super().__init__(data)
        self.kinds = {model._meta.label_lower: model for model in kinds}
        names = [(label, capfirst(model._meta.verbose_name)) for label, model in self.kinds.items()]
        self.fields["kind"].choices = [("", "---------"), *names]
        self.fields["person"].label_from_instance = lambda user: f"{user} ({user.username})"
        for name in ("since", "until"):
            self.fields[name].widget = DayInput()

    def clean_kind(self):
        model = self.kinds.get(self.cleaned_data["kind"])
        return model and ContentType.objects.get_for_model(model)

    def clean_record(self):
        record = self.cleaned_data["record"]
        return "" if record is None else str(record)

    def clean(self):
        if self.cleaned_data.get("record") and not self.cleaned_data.get("kind"):
            self.add_error("kind", _("Choose the kind of that record too."))
        return self.cleaned_data

    def clean_since(self):
        return _midnight(self.cleaned_data["since"])

    def clean_until(self):
        day = self.cleaned_data["until"]
        return _midnight(day and day + dt.timedelta(days=1))


def _midnight(day):
    return day and timezone.make_aware(dt.datetime.combine(day, dt.time()))
