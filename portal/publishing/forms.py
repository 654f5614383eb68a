"""What an editor says about the life of a record."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import WithdrawalReason

__all__ = ["PublishableForm", "WithdrawalForm"]

#: Fields that are set by buttons and that constraints speak of.
RULED_BY = ("status", "published_at", "offline_at", "withdrawn_at", "withdrawal_reason", "working_copy_of")


class PublishableForm(forms.ModelForm):
    """Its clock: a time that has passed is no schedule, and nothing goes offline before it is public.

    ``seen`` in the data is when the record had been changed last as the editor saw it: nobody overwrites a colleague.
    ``user`` is who fills it in; the admin says so.
    """

    user = None

    def _get_validation_exclusions(self):
        # The rules of a record (constraints) name its status and its clock, whether or not the form shows them.
        return super()._get_validation_exclusions() - ({*RULED_BY} - set(self._errors))

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
        seen = self.data.get("seen")
        if seen and self.instance.pk and seen != self.instance.updated_at.isoformat():
            self.add_error(None, self._changed_meanwhile())
        if "_publish" in self.data and (offline := cleaned.get("offline_at")) and offline <= timezone.now():
            self.add_error("offline_at", _("This time has passed. Empty it, or give one that is still to come."))
        return cleaned

    def _changed_meanwhile(self):
        return _(
            "%(user)s changed this while you were writing, and it was not saved. Open it anew in another tab and bring "
            "your changes in there."
        ) % {"user": self.instance.updated_by or _("Somebody")}


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
