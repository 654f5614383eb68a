"""What an editor calls the state of a record: its status and the clock together."""

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Status

#: How long before it goes offline a record is on somebody's list.
SOON = dt.timedelta(days=7)


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    EXPIRING = "expiring", _("offline within 7 days")
    OFFLINE = "offline", _("offline")
    WITHDRAWN = "withdrawn", _("withdrawn")

    def among(self, records, at=None):
        """Those of ``records`` that are in this state; what is expiring is published as well."""
        at = at or timezone.now()
        if self is State.PUBLISHED:
            return records.listed(at)
        if self is State.SCHEDULED:
            return records.scheduled(at)
        if self is State.EXPIRING:
            return records.expiring(SOON, at)
        if self is State.OFFLINE:
            return records.filter(status=Status.PUBLISHED, published_at__lte=at, offline_at__lte=at)
        return records.filter(status=self.value)

    @classmethod
    def of(cls, record, at=None):
        """The state of the row in hand."""
        at = at or timezone.now()
        if record.status != Status.PUBLISHED:
            return cls(record.status)
        if record.published_at > at:
            return cls.SCHEDULED
        if record.offline_at is None or record.offline_at > at + SOON:
            return cls.PUBLISHED
        return cls.EXPIRING if record.offline_at > at else cls.OFFLINE
