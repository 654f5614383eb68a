from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class User(AbstractUser):
    """A member of the office. Users are deactivated, never deleted: their name stands under what they published."""

    first_name = None
    last_name = None
    name = models.CharField(
        pgettext_lazy("person", "name"), max_length=80, blank=True, help_text=_("As it stands under an article.")
    )
    language = models.CharField(
        _("language of the admin"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return str(self)

    get_short_name = get_full_name
