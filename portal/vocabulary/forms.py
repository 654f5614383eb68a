"""One form for each row of a file of regions. What one row alone cannot say is checked in ``importing``."""

from django import forms
from django.forms.models import construct_instance
from django.utils.translation import gettext_lazy as _

from .dates import bounds, validate_partial_date
from .models import GroupMember, Region, Succession


class RowForm(forms.ModelForm):
    """A row becomes an unsaved record; its keys are checked with the whole file, not one query a row."""

    use_required_attribute = False

    def _post_clean(self):
        # ModelForm's own would check the constraints too: queries for each of 3,700 rows.
        self.instance = construct_instance(self, self.instance, self._meta.fields)
        try:
            self.instance.clean_fields(self._get_validation_exclusions())
        except forms.ValidationError as error:
            self._update_errors(error)
        first, last = (getattr(self.instance, name, "") for name in ("valid_from", "valid_to"))
        if not self.errors and first and last and bounds(first)[0] > bounds(last)[1]:
            self.add_error("valid_to", _("It ends before it begins. Give the last year in which it was in force."))


class RegionRowForm(RowForm):
    """A row of divisions.csv or groups.csv. ``parent`` is a code: whoever held it in the last year of this row."""

    parent = forms.CharField(max_length=24, required=False)

    class Meta:
        model = Region
        fields = ["code", "name", "name_en", "short_name", "aliases", "kind", "valid_from", "valid_to"]

    def clean_code(self):
        code = self.cleaned_data["code"]
        if not (code.isascii() and code.replace("-", "").isalnum()):
            raise forms.ValidationError(_("A code has Latin letters, digits and hyphens only: 500153, CYEC."))
        return code


class RegionReference(forms.CharField):
    """The code of a region; its last year stands in the column beside it."""

    def __init__(self, **kwargs):
        super().__init__(max_length=24, **kwargs)


class LastYear(forms.CharField):
    """When the region that is meant ended; empty for the one in force."""

    def __init__(self, **kwargs):
        super().__init__(max_length=10, required=False, validators=[validate_partial_date], **kwargs)


class SuccessionRowForm(RowForm):
    """A row of successions.csv: both regions by code and last year."""

    predecessor = RegionReference()
    predecessor_valid_to = LastYear()
    successor = RegionReference()
    successor_valid_to = LastYear()

    class Meta:
        model = Succession
        fields = ["share", "year", "document_no"]


class MemberRowForm(RowForm):
    """A row of members.csv: a group in force, the member by code and last year, and since when, until when."""

    group = RegionReference()
    member = RegionReference()
    member_valid_to = LastYear()

    class Meta:
        model = GroupMember
        fields = ["valid_from", "valid_to", "note"]
