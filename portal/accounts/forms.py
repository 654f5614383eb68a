import unicodedata

from django import forms
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import Group
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from . import second_factor

__all__ = ["CodeForm", "EnrolForm", "ForgottenPasswordForm", "RoleForm"]


class ForgottenPasswordForm(PasswordResetForm):
    """Writes to each member in their own language. Whether an address is known is never told."""

    def send_mail(self, subject_template_name, email_template_name, context, *args, **kwargs):
        with translation.override(context["user"].language):
            super().send_mail(subject_template_name, email_template_name, context, *args, **kwargs)


class CodeForm(forms.Form):
    """Asks ``user`` for a code, of the app or a backup code; a wrong one counts against the login."""

    code = forms.CharField(
        label=pgettext_lazy("second factor", "Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code.")},
    )
    #: What an answer with this form is sent as.
    status = 200

    def __init__(self, *args, request, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_code(self):
        # Blanks and hyphens between groups, and the wide digits of a Chinese keyboard, are no mistake.
        text = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        code = "".join(sign for sign in text if not (sign.isspace() or sign == "-"))
        try:
            right = code.isdecimal() and code.isascii() and self.take(code)
        except second_factor.TooSoon as refusal:
            self.status = 429
            seconds = max(1, round((refusal.until - timezone.now()).total_seconds()))
            message = ngettext(
                "Too soon after a wrong code. Wait %d second.",
                "Too soon after a wrong code. Wait %d seconds.",
                seconds,
            )
            raise forms.ValidationError(message % seconds) from refusal
        if not right:
            self.refuse()
            raise forms.ValidationError(
                _("This code is wrong or has been used. Take the one that the app shows now, or another backup code.")
            )
        return code

    def take(self, code):
        return second_factor.take(self.user, code)

    def refuse(self):
        second_factor.tell_wrong_code(self.request, self.user)


class EnrolForm(CodeForm):
    """Asks for the first code of an app, to be sure that it has the secret."""

    def __init__(self, *args, device, **kwargs):
        super().__init__(*args, **kwargs)
        self.device = device

    def take(self, code):
        return second_factor.take_from(self.device, code)

    def refuse(self):
        """Nobody guesses a secret that the same page shows."""


class RoleForm(forms.ModelForm):
    """A group with what it demands of its members."""

    demands_second_factor = forms.BooleanField(
        label=_("demands a second factor"),
        required=False,
        help_text=_("Members enter a code of an authenticator app after their password, and set it up at once."),
    )

    class Meta:
        model = Group
        fields = ["name", "permissions"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        role = getattr(self.instance, "role", None) if self.instance.pk else None
        self.initial.setdefault("demands_second_factor", bool(role and role.demands_second_factor))
