"""The release calendar: which figures will be published when, as their sources announce it.

Official statistics everywhere announce their releases: provisional while only the month is known, confirmed with day
and hour, cancelled; a change of date is told with its reason, and the earlier date stays on record.
"""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Left, Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _

from portal.publishing.frozen import FrozenQuerySet, FrozenRows
from portal.vocabulary.dates import PartialDateField, as_text, bounds
from portal.vocabulary.models import Organization
from portal.vocabulary.names import localized

__all__ = ["AnnouncedDate", "Announcement", "CalendarState", "Standing"]


class Standing(models.TextChoices):
    """What a source says of a date."""

    PROVISIONAL = "provisional", _("provisional")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", _("cancelled")


class CalendarState(models.TextChoices):
    """Where an announced release stands; beyond what its source says of the date, what became of it."""

    PROVISIONAL = Standing.PROVISIONAL.value, Standing.PROVISIONAL.label
    CONFIRMED = Standing.CONFIRMED.value, Standing.CONFIRMED.label
    CANCELLED = Standing.CANCELLED.value, Standing.CANCELLED.label
    OVERDUE = "overdue", _("overdue")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class AnnouncementQuerySet(models.QuerySet):
    def with_dates(self, at=None):
        """Add what the newest of its dates says (``number``, ``due``, ``hour``, ``standing``, ``told_at``),
        ``is_published``, ``is_withdrawn``, and ``is_over``: either of these, or cancelled and its date passed.

        That it is published or withdrawn is the word of its release alone, told as soon as readers see it and not
        before.
        """
        today = timezone.localdate(at)
        newest = AnnouncedDate.objects.filter(announcement=OuterRef("pk")).order_by("-number")
        releases = self.model._meta.get_field("release").related_model.objects
        told = releases.listed(at).filter(released_on__lte=today, pk=OuterRef("release"))
        taken_back = releases.withdrawn(at).filter(pk=OuterRef("release"))
        passed = AnnouncedDate.objects.filter(
            announcement=OuterRef("pk"), number=OuterRef("number"), date__surely_before=today.isoformat()
        )
        return self.annotate(
            number=Subquery(newest.values("number")[:1]),
            due=Subquery(newest.values("date")[:1]),
            hour=Subquery(newest.values("time")[:1]),
            standing=Subquery(newest.values("standing")[:1]),
            told_at=Subquery(newest.values("made_at")[:1]),
            due_year=Left("due", 4),
            is_published=Exists(told),
            is_withdrawn=Exists(taken_back),
            is_over=Case(
                When(Q(is_published=True) | Q(is_withdrawn=True), then=Value(True)),
                When(Q(standing=Standing.CANCELLED) & Exists(passed), then=Value(True)),
                default=Value(False),
            ),
        )

    def in_order(self):
        """What is to come, the next first; then what is over, the last first. Needs ``with_dates``."""
        return self.order_by("is_over", Case(When(is_over=False, then=F("due"))), "-due", "pk")

    def coming(self, at=None):
        """What is to come and not cancelled, the next first; what is overdue comes first."""
        return self.with_dates(at).filter(is_over=False).exclude(standing=Standing.CANCELLED).in_order()

    def for_listing(self, at=None):
        """With what a line of the calendar shows: source, release, listed indicators, and all dates."""
        indicators = self.model._meta.get_field("indicators").related_model.objects
        return (
            self.with_dates(at)
            .in_order()
            .select_related("source", "release")
            .prefetch_related(Prefetch("indicators", indicators.listed(at)), "dates")
        )


class Announcement(models.Model):
    """One release that a source has announced. It is public as it stands here; what was announced is not deleted.

    It has no reviews, and nobody publishes it: it repeats what its source has made public, and no figure. Statisticians
    and administrators write it, as far as the columns of its indicators and of its release are theirs; words that the
    office does not print are refused when it is saved; who wrote which date stays on record, frozen. That the release
    is out is not theirs to say: it follows from the release, which has passed its reviews.
    """

    title = models.CharField(
        _("title"), max_length=200, help_text=_("What will be released, with its period: 2026年11月份国民经济运行情况")
    )
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    source = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="announcements",
        verbose_name=_("source"),
        help_text=_("Who will publish it."),
    )
    indicators = models.ManyToManyField(
        "stats.Indicator", blank=True, related_name="announcements", verbose_name=_("indicators")
    )
    release = models.OneToOneField(
        "stats.Release",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="announcement",
        verbose_name=_("release"),
        help_text=_("The release once it is entered here. As soon as it is public the calendar says “published”."),
    )
    url = models.URLField(
        _("address on the web"), max_length=500, blank=True, help_text=_("Where the source announces it.")
    )

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announced release")
        verbose_name_plural = _("release calendar")
        ordering = ["-pk"]
        default_permissions = ("add", "change", "view")

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("announcement", args=[self.pk])

    @property
    def label(self):
        return localized(self, "title")

    # Where it stands. Needs ``with_dates``.

    @property
    def state(self):
        if self.is_out:
            return CalendarState.PUBLISHED if self.is_published else CalendarState.WITHDRAWN
        return CalendarState.OVERDUE if self.is_overdue() else CalendarState(self.standing)

    @property
    def is_out(self):
        """Whether its release has been published, whatever became of that."""
        return self.is_published or self.is_withdrawn

    def is_overdue(self, at=None):
        """Whether its date has passed with nothing published here; a month has passed with its last day."""
        at = at or timezone.now()
        if self.is_out or self.standing == Standing.CANCELLED:
            return False
        return self.moment < at if self.moment else bounds(self.due)[1] < timezone.localdate(at)

    @property
    def moment(self):
        """Day and hour as a datetime; None while only the month or the day is known."""
        if self.hour is None:
            return None
        return timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(self.due), self.hour))

    @property
    def news_at(self):
        """When the last thing became known: its date, its publication, or that this was withdrawn."""
        if self.is_withdrawn:
            return self.release.withdrawn_at
        return self.release.told_at[0] if self.is_published else self.told_at

    @property
    def when(self):
        return date_text(self.due, self.hour)

    @property
    def month(self):
        """The month it is due in, in words; the year where no month is known."""
        return as_text(self.due[:7])

    def changes(self):
        """What became of earlier dates, the oldest first: dicts of the ``earlier`` row and the ``later`` one, which
        says why. A cancellation is among them.
        """
        dates = sorted(self.dates.all(), key=lambda one: one.number)
        return [{"earlier": one, "later": next_one} for one, next_one in zip(dates, dates[1:], strict=False)]

    # What is announced

    @transaction.atomic
    def announce(self, by, standing, date, time=None, reason=""):
        """Keep the next word of the source on its date. ``by`` is who writes it down (None: the demo).

        Raises ValidationError where it says nothing new, or breaks a rule of AnnouncedDate.
        """
        list(type(self).objects.select_for_update().filter(pk=self.pk).values_list("pk"))
        last = self.dates.order_by("-number").first()
        if last and (last.standing, last.date, last.time) == (standing, date, time):
            raise ValidationError(_("This is what the calendar says already."))
        row = AnnouncedDate(
            announcement=self,
            number=last.number + 1 if last else 1,
            standing=standing,
            date=date,
            time=time,
            reason=reason,
            made_by=by,
        )
        row.full_clean()
        row.save()
        return row

    def cancel(self, by, reason):
        """The source will not publish it; its date stays, struck through."""
        last = self.dates.order_by("-number").first()
        return self.announce(by, Standing.CANCELLED, last.date, last.time, reason)


class AnnouncedDate(FrozenRows):
    """What a source said of the date of one release, and when that was written down. Never changed."""

    announcement = models.ForeignKey(
        Announcement, models.PROTECT, related_name="dates", verbose_name=_("announced release")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    standing = models.CharField(_("standing"), max_length=11, choices=Standing)
    date = PartialDateField(_("date"), blank=False)
    time = models.TimeField(_("hour"), null=True, blank=True)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("written down at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written down by"),
    )

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("announced date")
        verbose_name_plural = _("announced dates")
        ordering = ["announcement", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "number"],
                name="stats_announceddate_number",
                violation_error_message=_("Somebody else changed the date at the same moment. Look at it again."),
            ),
            models.CheckConstraint(
                condition=Q(number=1) & ~Q(standing=Standing.CANCELLED) | Q(number__gt=1) & ~Q(reason=""),
                name="stats_announceddate_changed_for_a_reason",
                violation_error_message=_("Say why the date changes; readers are told."),
            ),
            models.CheckConstraint(
                condition=Q(standing=Standing.CANCELLED)
                | Q(standing=Standing.PROVISIONAL, time=None)
                | (Q(standing=Standing.CONFIRMED, time__isnull=False) & Q(Exact(Length("date"), 10))),
                name="stats_announceddate_confirmed_to_the_hour",
                violation_error_message=_("A confirmed date has a day and an hour; a provisional one has no hour."),
            ),
        ]

    def __str__(self):
        return date_text(self.date, self.time)

    @property
    def is_cancellation(self):
        return self.standing == Standing.CANCELLED


def date_text(date, time):
    """A partial date, with the hour where it is known: 2026年12月9日 09:30, 2026年12月."""
    if time is None:
        return as_text(date)
    return f"{date_format(bounds(date)[0], 'DATE_FORMAT')} {time_format(time, 'H:i')}"
