"""What may be asked of a series by its address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .codelists import Accumulation, PriceBasis, Transformation
from .models import Series
from .periods import Frequency


class SeriesForm(forms.Form):
    """Which series of an indicator and a region, and as of which day. Left open: the default series, today."""

    frequency = forms.ChoiceField(choices=Frequency, required=False, label=_("Frequency"))
    accumulation = forms.ChoiceField(choices=Accumulation, required=False, label=_("Accumulation"))
    transformation = forms.ChoiceField(choices=Transformation, required=False, label=_("Transformation"))
    price_basis = forms.ChoiceField(choices=PriceBasis, required=False, label=_("Prices"))
    as_of = forms.DateField(required=False, label=_("As of"), widget=forms.DateInput({"type": "date"}))

    def choose(self, series):
        """The first of ``series`` that has what was asked for, the default one first; None where none has."""
        wanted = {key: self.cleaned_data[key] for key in Series.KEY if self.cleaned_data[key]}
        return series.filter(**wanted).order_by("-is_default", "pk").first()
