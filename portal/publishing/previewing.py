"""A link by which an outsider reads one record before it is public. It ends by itself, and no server is told its token.

The link is ``/preview/#<token>``: what stands behind # is neither sent nor logged. The page there posts the token, and
the server answers with a cookie that opens exactly that record, through the eyes of whoever made the link.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.urls import reverse
from django.utils import timezone

__all__ = ["COOKIE", "DAYS", "Grant", "Guest", "reader_of"]

COOKIE = "preview"
#: For how many days a link can be made.
DAYS = (1, 3, 7)
#: What is signed for a link is no cookie, and the other way round: who reads a report with cookies has no link.
LINK_SALT = "portal.publishing.preview.link"
COOKIE_SALT = "portal.publishing.preview.cookie"


@dataclass(frozen=True)
class Grant:
    """Leave to read the row ``pk`` of the kind ``label`` as ``maker_id`` sees it, until the moment ``until``."""

    label: str
    pk: int
    maker_id: int
    until: dt.datetime

    @classmethod
    def make(cls, record, by, days):
        """Leave to read ``record``, a working copy too, for ``days`` days."""
        until = (timezone.now() + dt.timedelta(days=days)).replace(microsecond=0)
        return cls(record._meta.label_lower, record.pk, by.pk, until)

    @classmethod
    def read(cls, text, salt=LINK_SALT):
        """The grant that was signed as ``text``; None where it is not ours or its time is over."""
        try:
            label, pk, maker_id, until = signing.loads(text, salt=salt)
        except signing.BadSignature:
            return None
        grant = cls(label, pk, maker_id, dt.datetime.fromtimestamp(until, dt.UTC))
        return grant if grant.until > timezone.now() else None

    def signed(self, salt=LINK_SALT):
        return signing.dumps([self.label, self.pk, self.maker_id, int(self.until.timestamp())], salt=salt)

    @property
    def path(self):
        """The address of the link on this site."""
        return f"{reverse('preview')}#{self.signed()}"

    @cached_property
    def maker(self):
        return get_user_model().objects.filter(pk=self.maker_id).first()

    def covers(self, record):
        return (self.label, self.pk) == (record._meta.label_lower, record.pk)

    def record(self):
        """What it opens to a stranger today; None where that is nothing any more."""
        if self.maker is None:
            return None
        stranger = Guest(AnonymousUser(), self)
        return apps.get_model(self.label).objects.readable_by(stranger).filter(pk=self.pk).first()

    def set_cookie(self, response):
        response.set_cookie(
            COOKIE,
            self.signed(COOKIE_SALT),
            max_age=self.until - timezone.now(),
            path="/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


class Guest:
    """``user``, anonymous or not, who holds a grant besides. The gate asks for both (``PublishableQuerySet``)."""

    def __init__(self, user, grant):
        self.user, self.grant = user, grant

    def __getattr__(self, name):
        return getattr(self.user, name)

    def opens(self, model):
        """Whether the grant names a row of ``model``."""
        return model._meta.label_lower == self.grant.label


def reader_of(request):
    """Who reads: the user, with the grant of a valid preview cookie where there is one.

    For the page of one record and for its files. Lists, search and feeds never ask.
    """
    grant = grant_of(request)
    return Guest(request.user, grant) if grant and grant.maker else request.user


def grant_of(request):
    """The grant in the cookie of ``request``, or None."""
    text = request.COOKIES.get(COOKIE)
    return Grant.read(text, COOKIE_SALT) if text else None
