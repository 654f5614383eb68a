"""What may be asked of an indicator or a series by its address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.publishing.tables import Format
from portal.search.forms import FormatForm
from portal.vocabulary.dates import DayInput

from .charts import LINES
from .codelists import Accumulation, PriceBasis, Transformation
from .comparison import Shape, View
from .models import Series
from .periods import Frequency

#: In which clothes figures leave: the formats of all lists, and the one of statisticians' programs.
FORMATS = [*Format.choices, ("jsonstat", "JSON-stat"), ("atom", "Atom")]


class SpanForm(forms.Form):
    """From which year to which, as of which day, and whether as a page or as a file. Left open: all years, today."""

    since = forms.IntegerField(min_value=1000, max_value=9998, required=False, label=_("From year"))
    until = forms.IntegerField(min_value=1000, max_value=9998, required=False, label=_("To year"))
    as_of = forms.DateField(required=False, label=_("As it was known on"), widget=DayInput)
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
    def years(self):
        """Pairs of a label and a year, as far as one was chosen."""
        pairs = [(self.fields[name].label, self.cleaned_data[name]) for name in ("since", "until")]
        return [(label, year) for label, year in pairs if year]

    @property
    def shown(self):
        """The names of the fields that a reader sees and sets; the others are kept as the address has them."""
        return ["since", "until", "as_of"]

    @property
    def wants_download(self):
        return self.data.get("format", "html") not in {"", "html"}


class ComparisonForm(SpanForm):
    """Which regions stand side by side, and what is shown of them."""

    region = forms.MultipleChoiceField(
        required=False,
        label=_("Regions"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("There are no figures of a region “%(value)s”.")},
    )
    view = forms.ChoiceField(choices=View, required=False, label=_("View"))
    shape = forms.ChoiceField(choices=Shape, required=False, label=_("Shown as"))
    # What can be chosen here is known once figures were looked up: ``choose``.
    of = forms.CharField(max_length=30, required=False, label=_("Share of"))
    within = forms.CharField(max_length=30, required=False, label=_("Map of"))
    period = forms.CharField(max_length=10, required=False, label=_("Period"))

    field_order = ["view", "shape", "of", "within", "period", "since", "until", "as_of", "indicator", "region"]

    @property
    def formats(self):
        """Growth, shares and maps are computed here: they have no feed, and no place in JSON-stat."""
        is_plain = self.data.get("view", "") in {"", View.LEVEL} and self.data.get("shape", "") in {"", Shape.CHART}
        return FORMATS if is_plain else Format.choices

    def __init__(self, *args, regions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [(region.address, region.label) for region in regions]

    def clean_region(self):
        chosen = list(dict.fromkeys(self.cleaned_data["region"]))
        if len(chosen) > LINES:
            raise forms.ValidationError(_("Choose at most %d regions: more lines cannot be told apart.") % LINES)
        return chosen

    @property
    def chosen_view(self):
        return View(self.cleaned_data.get("view") or View.LEVEL)

    @property
    def is_map(self):
        return self.cleaned_data.get("shape") == Shape.MAP

    @property
    def shown(self):
        span = ["within", "period"] if self.is_map else ["since", "until"]
        return [*(["of"] if self.chosen_view == View.SHARE else []), *span, "as_of"]

    def choose(self, name, choices, default=""):
        """What was chosen of ``choices`` (pairs) in the field ``name``, ``default`` where nothing was; None, and an
        error at the field, where that is not among them.
        """
        chosen = self.cleaned_data[name]
        if chosen and chosen not in dict(choices):
            self.fields[name].widget = forms.Select(choices=[(chosen, chosen), *choices])
            self.add_error(name, _("Nothing is known here of “%s”. Choose from the list.") % chosen)
            return None
        self.fields[name].widget = forms.Select(choices=choices)
        return chosen or self.settle(name, default)

    def settle(self, name, value):
        """Show ``value``, which nobody chose, in the field ``name``. Returns it."""
        self.data = self.data.copy()
        self.data[name] = value
        return value


#: How many charts a page can show beside one another.
INDICATORS = 6


class IndicatorsForm(ComparisonForm):
    """Which indicators stand side by side, for which regions."""

    formats = Format.choices

    indicator = forms.MultipleChoiceField(
        required=False,
        label=_("Indicators"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("There are no figures of an indicator “%(value)s”.")},
    )
    shape = None

    def __init__(self, *args, indicators, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [(one.slug, one.label) for one in indicators]

    def clean_indicator(self):
        chosen = list(dict.fromkeys(self.cleaned_data["indicator"]))
        if len(chosen) > INDICATORS:
            raise forms.ValidationError(_("Choose at most %d indicators: more charts are no comparison.") % INDICATORS)
        if self.wants_download and not chosen:
            raise forms.ValidationError(_("Choose the indicators that the file is to hold."))
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
