"""Mail to those whose turn it is. It leaves once the step is committed; a post office that fails stops no step."""

import logging
from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from . import rights
from .reviews import Round

__all__ = ["ask", "tell_published", "tell_returned", "tell_withdrawn"]

logger = logging.getLogger(__name__)

SUBJECTS = {
    "review": gettext_noop("To review: %s"),
    "publish": gettext_noop("To publish: %s"),
    "returned": gettext_noop("Sent back: %s"),
    "published": gettext_noop("Published: %s"),
    "withdrawn": gettext_noop("Withdrawn in an emergency: %s"),
}


def ask(record):
    """Those who may take the next step with a record in review: its next reviewers, or who publishes it."""
    standing = Round(record)
    if standing.is_complete:
        _send("publish", record, [user for user in _office() if rights.may_publish(user, record)])
    else:
        able = [user for user in _office() if standing.is_stranger(user) and rights.may_review(user, record)]
        _send("review", record, able, level=standing.next_level)


def tell_returned(record, by, comment):
    _send("returned", record, _authors(record), by=by, comment=comment)


def tell_published(record, by):
    _send("published", record, [user for user in _authors(record) if user != by], by=by)


def tell_withdrawn(record, by, note):
    """Of an emergency learn all who could have withdrawn it, and who wrote it."""
    if note:
        able = [user for user in _office() if user != by and rights.may_publish(user, record)]
        _send("withdrawn", record, {*able, *_authors(record)} - {by}, by=by, comment=note)


def _office():
    return get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")


def _authors(record):
    submitted = Round(record).submitted
    pks = {record.created_by_id, submitted.made_by_id if submitted else None} - {None}
    return _office().filter(pk__in=pks)


def _send(kind, record, users, **context):
    """One letter to each of ``users``, in their language; nobody sees who else got it."""
    for user in users:
        with translation.override(user.language):
            context |= {"kind": kind, "record": record, "user": user, "address": _address(record)}
            text = render_to_string("publishing/letter.txt", context)
            subject = " ".join((_(SUBJECTS[kind]) % record).split())
        transaction.on_commit(partial(_post, subject, text, user.email))


def _address(record):
    """Where the record stands in the admin, on the first host that the portal answers to."""
    path = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    return path if settings.DEBUG else f"https://{settings.ALLOWED_HOSTS[0].lstrip('.')}{path}"


def _post(subject, text, address):
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])
    except OSError:
        logger.exception("A letter could not be sent.")
