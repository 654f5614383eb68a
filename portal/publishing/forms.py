"""What an editor says about the life of a record."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .models import Status, WithdrawalReason
from .previewing import DAYS
from .states import State
from .words import refuse_forbidden

__all__ = ["PreviewLinkForm", "PublishableForm", "WithdrawalForm"]

#: Fields that are set by buttons and that constraints speak of.
RULED_BY = ("status", "published_at", "offline_at", "withdrawn_at", "withdrawal_reason", "working_copy_of")


class PublishableForm(forms.ModelForm):
    """Its clock: a time that has passed is no schedule, and nothing goes offline before it is public.

    ``seen`` in the data is the number of the newest revision that the editor saw: nobody overwrites a colleague.
    ``user`` is who fills it in, ``meanwhile`` what others saved since that revision; the admin says both.
    """

    user = None
    meanwhile = None
    change_note = forms.CharField(
        label=_("what was changed"),
        required=False,
        max_length=300,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text=_("In one sentence. Readers see it in the edit history."),
    )

    def _get_validation_exclusions(self):
        # The rules of a record (constraints) name its status and its clock, whether or not the form shows them.
        return super()._get_validation_exclusions() - ({*RULED_BY} - set(self._errors))

    def _post_clean(self):
        # Not in clean(): a form may fill its text there.
        super()._post_clean()
        refuse_forbidden(self)

    def clean_published_at(self):
        at = self.cleaned_data["published_at"]
        before = self.initial.get("published_at")
        unchanged = at and before and at == before.replace(microsecond=0)
        if at and not unchanged and at <= timezone.now():
            raise forms.ValidationError(
                _("This time has passed. Give one that is still to come, or leave it empty to publish at once.")
            )
        return at

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and self.instance.status != Status.DRAFT:
            self.add_error(None, self._no_draft_any_more())
            for name in ("published_at", "offline_at"):  # its clock is as it stands, whatever was typed
                cleaned.pop(name, None)
        if self.meanwhile is not None:
            self.meanwhile.settle(self)
        if "_publish" in self.data and (offline := cleaned.get("offline_at")) and offline <= timezone.now():
            self.add_error("offline_at", _("This time has passed. Empty it, or give one that is still to come."))
        return cleaned

    def _no_draft_any_more(self):
        return _(
            "%(user)s took this further while you were writing; it is “%(state)s” now, and nothing was saved. What you "
            "wrote is still here: keep it, take the record back or begin a working copy, and bring it in there."
        ) % {"user": self.instance.updated_by or _("Somebody"), "state": State.of(self.instance).label}


class WithdrawalForm(forms.Form):
    """Why a record is taken back, and where its readers go."""

    reason = forms.ChoiceField(
        label=_("reason of withdrawal"),
        choices=[("", "---------"), *WithdrawalReason.choices],
        help_text=_("Readers are told. What was in error or unlawful is no longer shown; the rest stays readable."),
        error_messages={"required": _("Choose why it is withdrawn; readers are told.")},
    )
    replacement_url = forms.CharField(
        label=_("replaced by"),
        required=False,
        max_length=200,
        help_text=_("The address that readers are sent on to, such as /articles/1024/. It may stay empty."),
    )

    note = forms.CharField(
        label=_("what happened"),
        required=False,
        max_length=300,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text=_("For the office; readers do not see it."),
    )

    def __init__(self, *args, in_emergency=False, **kwargs):
        """``in_emergency``: who withdraws may not publish, hence says why, and those who may are told."""
        super().__init__(*args, **kwargs)
        if in_emergency:
            self.fields["note"].required = True
            self.fields["note"].help_text = _("All who may withdraw this are told at once.")
        else:
            del self.fields["note"]

    def clean_replacement_url(self):
        address = self.cleaned_data["replacement_url"]
        local = address.startswith("/") and not address.startswith(("//", "/\\"))
        if address and not local and not address.startswith(("https://", "http://")):
            raise forms.ValidationError(_("The address begins with / or https://."))
        return address

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") == WithdrawalReason.CONSOLIDATED and cleaned.get("replacement_url") == "":
            self.add_error("replacement_url", _("Give the address of the record that took it up."))
        return cleaned


class PreviewLinkForm(forms.Form):
    """For how many days an outsider may read what is not public yet."""

    days = forms.TypedChoiceField(
        label=_("It ends after"),
        choices=lambda: [(days, ngettext("%d day", "%d days", days) % days) for days in DAYS],
        coerce=int,
        initial=DAYS[1],
    )
