from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice

from .locking import failures_of


class UserQuerySet(models.QuerySet):
    def with_second_factor(self):
        """Add ``second_factor`` (the key of the confirmed device, or None) and ``is_second_factor_demanded``: by one of
        their roles, and of who may do what every role may, by any.
        """
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True).order_by("pk")
        demanding = Role.objects.filter(demands_second_factor=True)
        of_user = Exists(demanding.filter(group__user=OuterRef("pk")))
        return self.annotate(
            second_factor=Subquery(devices.values("pk")[:1]),
            is_second_factor_demanded=of_user | Q(Q(is_superuser=True) & Exists(demanding)),
        )

    def with_login_failures(self):
        """Add ``login_failures``: how many wrong passwords and codes count against the login now."""
        return self.annotate(login_failures=failures_of(OuterRef("username")))

    def end_sessions(self):
        """Whoever is logged in as one of these users is not any more."""
        return self.update(session_number=F("session_number") + 1)

    def deactivate(self):
        """No login any more, and none of those there are. Returns how many were active."""
        return self.filter(is_active=True).update(is_active=False, session_number=F("session_number") + 1)


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False


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
    # A part of what a session is recognized by: another number ends all of them.
    session_number = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return str(self)

    get_short_name = get_full_name

    @property
    def is_locked(self):
        """Whether wrong passwords lock the login (of a user from ``with_login_failures``)."""
        return self.login_failures >= settings.AXES_FAILURE_LIMIT

    def get_session_auth_hash(self):
        return f"{super().get_session_auth_hash()}:{self.session_number}"

    def get_session_auth_fallback_hash(self):
        for known in super().get_session_auth_fallback_hash():
            yield f"{known}:{self.session_number}"


class Role(models.Model):
    """What a group demands of its members, beside what it allows them."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="role")
    demands_second_factor = models.BooleanField(_("demands a second factor"), default=False)

    class Meta:
        default_permissions = ()
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self):
        return str(self.group)
