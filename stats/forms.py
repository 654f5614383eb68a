"""What may be asked of an indicator or a series by its address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.publishing.tables import Format
from portal.search.forms import FormatForm

from .charts import LINES
from .codelists import Accumulation, PriceBasis, Transformation
from .models import Series
from .periods import Frequency

#: In which clothes figures leave: the formats of all lists, and the one of statisticians' programs.
FORMATS = [*Format.choices, ("jsonstat", "JSON-stat"), ("atom", "Atom")]


class SpanForm(forms.Form):
    """From which year to which, as of which day, and whether as a page or as a file. Left open: all years, today."""

    since = forms.IntegerField(min_value=1000, max_value=9998, required=False, label=_("From year"))
    until = forms.IntegerField(min_value=1000, max_value=9998, required=False, label=_("To year"))
    as_of = forms.DateField(
        required=False, label=_("As it was known on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    format = forms.ChoiceField(required=False, label=_("Format"))
    #: A release that is not public yet, shown as if it were (``views.IndicatorPage.previewed``).
    release = forms.IntegerField(required=False, label=_("Release"))

    #: Beside the page, as what it may leave.
    formats = Format.choices

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [("html", "HTML"), *self.formats]

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last year lies before the first."))
        return cleaned

    @property
    def span(self):
        return {name: self.cleaned_data[name] for name in ("since", "until", "as_of")}

    @property
    def wants_download(self):
        return self.data.get("format", "html") not in {"", "html"}


class ComparisonForm(SpanForm):
    """Which regions stand side by side."""

    formats = FORMATS

    region = forms.MultipleChoiceField(
        required=False,
        label=_("Regions"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("There are no figures of a region “%(value)s”.")},
    )

    def __init__(self, *args, regions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [(region.address, region.label) for region in regions]

    def clean_region(self):
        chosen = list(dict.fromkeys(self.cleaned_data["region"]))
        if len(chosen) > LINES:
            raise forms.ValidationError(_("Choose at most %d regions: more lines cannot be told apart.") % LINES)
        return chosen


class SeriesForm(SpanForm):
    """Which series of an indicator and a region. Left open: the default series."""

    formats = FORMATS

    frequency = forms.ChoiceField(choices=Frequency, required=False, label=_("Frequency"))
    accumulation = forms.ChoiceField(choices=Accumulation, required=False, label=_("Accumulation"))
    transformation = forms.ChoiceField(choices=Transformation, required=False, label=_("Transformation"))
    price_basis = forms.ChoiceField(choices=PriceBasis, required=False, label=_("Prices"))

    def choose(self, series):
        """The first of ``series`` that has what was asked for; None, and an error at a field, where none has."""
        for key in Series.KEY:
            wanted = self.cleaned_data[key]
            series = [one for one in series if not wanted or getattr(one, key) == wanted]
            if not series:
                self.add_error(key, _("There are no figures of this form here."))
                return None
        return series[0]


class FigureFormatForm(FormatForm):
    """The formats of every list, and JSON-stat."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [("html", "HTML"), *FORMATS]
        self.fields["format"].error_messages["invalid_choice"] = _(
            "There is no format “%(value)s”. There are csv, xlsx, json, jsonstat and atom."
        )
