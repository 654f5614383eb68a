"""The code after the password: of an authenticator app (TOTP, RFC 6238), or one of ten backup codes.

A session whose password was right and whose code is missing counts as anonymous everywhere; ``is_admitted`` is asked by
the middleware alone, once for each request. django-otp keeps secrets, codes and what slows down guessing.
"""

import base64

import segno
from axes.helpers import get_client_session_hash
from axes.models import AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import user_login_failed
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from .locking import unlock

__all__ = [
    "TooSoon", "admit", "backup_codes_left", "confirm", "device_of", "is_admitted", "log", "new_backup_codes",
    "picture_of", "remove", "secret_of", "take", "tell_wrong_code", "unconfirmed_device_of",
]  # fmt: skip

#: Where a session keeps which device it was admitted by: another device is another admission.
ADMITTED = "second_factor"
BACKUP_CODES = 10
#: Digits, so that one field with one keyboard takes both kinds of code; their number tells them apart.
BACKUP_DIGITS = 12


class TooSoon(Exception):
    """After wrong codes the next one has to wait until the moment ``until``."""

    def __init__(self, until):
        super().__init__()
        self.until = until


# The gate


def is_admitted(user, session):
    """Whether ``session`` has shown all that is asked of ``user`` (from ``User.objects.with_second_factor()``)."""
    if user.second_factor is None:
        return not user.is_second_factor_demanded
    return session.get(ADMITTED) == user.second_factor


def admit(request, user, device):
    """Count the session of ``request`` as ``user`` from now on: the code of ``device`` was right."""
    request.session[ADMITTED] = device.pk
    unlock(user.get_username())
    if request.user.is_anonymous:  # the log of logins tells when this one was complete, and by what
        login = AccessLog.objects.filter(session_hash=get_client_session_hash(request))
        login.update(attempt_time=timezone.now(), path_info=request.path)


# Devices


def device_of(user):
    """The authenticator app of ``user``, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def unconfirmed_device_of(user):
    """The app that ``user`` is about to enrol, with a secret of its own; the same one until it is confirmed."""
    found = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return found or TOTPDevice.objects.create(user=user, confirmed=False, name="app")


@transaction.atomic
def confirm(device):
    """Enrol ``device`` for good. Returns its backup codes."""
    TOTPDevice.objects.filter(user=device.user_id).exclude(pk=device.pk).delete()
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    return new_backup_codes(device.user)


@transaction.atomic
def new_backup_codes(user):
    """Ten codes that work once each, instead of those there were."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="backup")
    codes = [get_random_string(BACKUP_DIGITS, "0123456789") for _number in range(BACKUP_CODES)]
    for code in codes:
        device.token_set.create(token=code)
    return codes


def backup_codes_left(user):
    return StaticDevice.objects.filter(user=user, token_set__isnull=False).count()


@transaction.atomic
def remove(user):
    """Take app and codes from ``user``; whether there were any."""
    apps, _kinds = TOTPDevice.objects.filter(user=user).delete()
    codes, _kinds = StaticDevice.objects.filter(user=user).delete()
    return apps + codes > 0


def secret_of(device):
    """The secret as an authenticator app takes it by hand: base 32 in groups of four."""
    secret = base64.b32encode(device.bin_key).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def picture_of(device):
    """The secret for the camera: a QR code as the address of an SVG, dark on white in every colour scheme."""
    return segno.make(device.config_url, micro=False).svg_data_uri(scale=5, dark="#000", light="#fff")


# Codes


def take(user, code):
    """Whether ``code``, digits, is one that ``user`` has now; it is used up. Raises TooSoon after wrong ones."""
    kind = StaticDevice if len(code) == BACKUP_DIGITS else TOTPDevice
    device = kind.objects.filter(user=user, confirmed=True).order_by("pk").first()
    return device is not None and take_from(device, code)


def take_from(device, code):
    """Whether ``code`` is one of ``device``, as in ``take``."""
    allowed, why = device.verify_is_allowed()
    if not allowed:
        raise TooSoon(why["locked_until"])
    return verify_token(device.user, device.persistent_id, code) is not None


def tell_wrong_code(request, user):
    """A wrong code counts as a wrong password does: six of them lock the login."""
    user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)


def log(user, by, message):
    """Write into the admin's log what ``by`` did to the login of ``user``."""
    LogEntry.objects.log_actions(by.pk, [user], CHANGE, change_message=message, single_object=True)
