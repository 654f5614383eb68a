"""A figure as an editor types it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.desk import RuledRows
from portal.publishing.models import Status
from portal.vocabulary.quantities import Multiplier

from .models import Observation


class ObservationForm(forms.ModelForm):
    """Unit and multiplier left empty are those of the series; a figure is added to a draft release only."""

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
        if release and release.status != Status.DRAFT:
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
