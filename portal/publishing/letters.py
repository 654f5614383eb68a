"""Mail to those whose turn it is. It leaves once the step is committed; a post office that fails stops no step."""

import logging
from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import get_connection, send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .people import publishers_of, reviewers_of
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
        _send("publish", record, _with_mail(publishers_of(record)))
    else:
        have_read = {review.reviewer_id for review in standing.reviews.values()}
        strangers = reviewers_of(record).exclude(pk__in=standing.authors() | have_read)
        _send("review", record, _with_mail(strangers), level=standing.next_level)


def tell_returned(record, by, comment):
    _send("returned", record, _authors(record), by=by, comment=comment)


def tell_published(record, by):
    _send("published", record, _others(_authors(record), by), by=by)


def tell_withdrawn(record, by, note):
    """Of an emergency learn all who could have withdrawn it, and who wrote it."""
    if note:
        told = _with_mail(publishers_of(record)) | _authors(record)
        _send("withdrawn", record, _others(told, by), by=by, comment=note)


def _with_mail(users):
    return users.filter(is_active=True, is_staff=True).exclude(email="")


def _authors(record):
    submitted = Round(record).submitted
    pks = {record.created_by_id, submitted.made_by_id if submitted else None} - {None}
    return _with_mail(get_user_model().objects.filter(pk__in=pks))


def _others(users, by):
    return users.exclude(pk=by.pk) if by else users


def _send(kind, record, users, **context):
    """One letter to each of ``users``, in their language; nobody sees who else got it."""
    letters = []
    for user in users:
        with translation.override(user.language):
            context |= {"kind": kind, "record": record, "user": user, "address": _address(record)}
            text = render_to_string("publishing/letter.txt", context)
            subject = " ".join((_(SUBJECTS[kind]) % record).split())
        letters.append((subject, text, user.email))
    if letters:
        transaction.on_commit(partial(_post, letters), robust=True)


def _address(record):
    """Where the record stands in the admin, on the first host that the portal answers to."""
    path = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    return path if settings.DEBUG else f"https://{settings.ALLOWED_HOSTS[0].lstrip('.')}{path}"


def _post(letters):
    """Over one connection: where nobody answers, that is found out once. An address that is refused stops no other."""
    try:
        with get_connection() as post:
            for subject, text, address in letters:
                try:
                    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address], connection=post)
                except OSError:
                    logger.exception("A letter could not be sent.")
    except OSError:
        logger.exception("No letter could be sent.")
