from django.contrib.auth.forms import PasswordResetForm
from django.utils import translation

__all__ = ["ForgottenPasswordForm"]


class ForgottenPasswordForm(PasswordResetForm):
    """Writes to each member in their own language. Whether an address is known is never told."""

    def send_mail(self, subject_template_name, email_template_name, context, *args, **kwargs):
        with translation.override(context["user"].language):
            super().send_mail(subject_template_name, email_template_name, context, *args, **kwargs)
