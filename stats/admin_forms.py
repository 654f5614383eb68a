"""A figure as an editor types it, and the series that it belongs to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.desk import RuledRows
from portal.publishing import life
from portal.publishing.rights import may_edit
from portal.vocabulary.quantities import Multiplier

from .models import Observation, Series


class ObservationForm(forms.ModelForm):
    """Unit and multiplier left empty are those of the series; a figure is added to a draft release only.

    As a row of a release's form, whose admin asks who may edit that.
    """

    unit_mult = forms.TypedChoiceField(
        label=_("multiplier"),
        choices=[("", _("as the series")), *Multiplier.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Observation
        fields = "__all__"  # noqa: DJ007 (the admin names them)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["unit_mult"] = ""
        if "unit" in self.fields:
            self.fields["unit"].required = False
            self.fields["unit"].help_text = _("Left empty: as the series.")

    def clean_release(self):
        release = self.cleaned_data["release"]
        if release and not release.takes_figures:
            raise forms.ValidationError(_("Figures are added to a draft. Make a new release for them."))
        return release

    def clean(self):
        cleaned = super().clean()
        series = cleaned.get("series")
        if series and "unit" in self.fields and not (cleaned.get("unit") or "unit" in self.errors):
            cleaned["unit"] = series.unit
        if cleaned.get("unit_mult") is None and "unit_mult" not in self.errors:
            cleaned["unit_mult"] = series.unit_mult if series else Multiplier.ONE
        return cleaned


class FigureForm(ObservationForm):
    """One figure by itself. Its release is locked: nobody submits it while it changes."""

    user = None

    def clean_release(self):
        release = self.cleaned_data["release"]
        if not may_edit(self.user, release):
            raise forms.ValidationError(_("You may not write in this release."))
        try:
            life.lock(release)
        except life.Refused as gone:
            raise forms.ValidationError(str(gone)) from gone
        return super().clean_release()


class SeriesForm(forms.ModelForm):
    """How a series is shown may change; what it counts may not, once reviewers or readers have seen a figure of it."""

    user = None

    class Meta:
        model = Series
        fields = "__all__"  # noqa: DJ007 (the admin names them)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if getattr(self.instance, "is_fixed", False):
            for name in self.fields.keys() & {"indicator", "region", *Series.KEY, "unit"}:
                self.fields[name].disabled = True

    def clean_indicator(self):
        indicator = self.cleaned_data["indicator"]
        if self.user and not may_edit(self.user, indicator):
            raise forms.ValidationError(_("You may not write in the column of this indicator."))
        return indicator


class SeriesRows(RuledRows):
    """The series of one indicator: one of them is the default for a region."""

    def clean(self):
        super().clean()
        taken = set()
        for form in self.forms:
            said = form.cleaned_data if form.is_valid() else {}
            if said.get("is_default") and not said.get("DELETE"):
                if said["region"] in taken:
                    form.add_error("is_default", _("Choose one series of this region as its default, not two."))
                taken.add(said["region"])
