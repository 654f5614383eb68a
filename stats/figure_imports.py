"""A file of figures on its way in: what it is told beside, what was tried, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.media.models import Document, UsesMedia
from portal.publishing.models import Status
from portal.vocabulary.models import Organization, Region

from .codelists import Reason

__all__ = ["FigureImport", "State", "may_import"]

#: Parts of a mapping that are said of one file and never of the next: a year of the last file would date it wrongly.
OWN = {"period"}
#: Who imports makes releases and puts figures into them.
RIGHTS = ["stats.add_release", "stats.add_observation"]


def may_import(user):
    """Whether ``user`` may bring in tables of figures."""
    return user.is_active and user.is_staff and user.has_perms(RIGHTS)


class State(models.TextChoices):
    OPEN = "open", pgettext_lazy("figure import", "open")
    DONE = "done", pgettext_lazy("figure import", "taken in")
    DISCARDED = "discarded", pgettext_lazy("figure import", "discarded")


class FigureImportQuerySet(models.QuerySet):
    def readable_by(self, user, at=None):
        """One's own; all of them for who may publish releases. Figures may be under embargo while they are tried."""
        if not may_import(user):
            return self.none()
        return self if user.has_perm("stats.publish_release") else self.filter(created_by=user)

    def last_of_shape(self, shape):
        """The last that was taken in of the same headings, or None."""
        return self.filter(shape=shape, state=State.DONE).order_by("-done_at", "-pk").first()


class FigureImport(UsesMedia):
    """One file. It is tried as often as need be, and taken in once.

    ``mapping`` is that of ``importing``, ``report`` what ``trials`` keeps of the last attempt. ``releases`` are the
    keys of those that got figures: no relation, since they are deleted and brought back as if it were not there.
    """

    # The file
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("file"))
    shape = models.CharField(_("headings"), max_length=64, editable=False, db_index=True)

    # What the file does not say
    source = models.ForeignKey(
        Organization,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("Who published the figures, where the file does not say it."),
    )
    released_on = models.DateField(
        _("released on"), null=True, blank=True, help_text=_("The day on which the source published them.")
    )
    region = models.ForeignKey(
        Region,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("Only where all figures are of one region that the file does not name."),
    )
    indicator = models.ForeignKey(
        "stats.Indicator",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indicator"),
        help_text=_("Only where all figures are of one indicator, and the file names none or another."),
    )
    reason = models.CharField(_("reason of revision"), max_length=10, choices=Reason, default=Reason.ROUTINE)
    note = models.TextField(_("note"), blank=True)

    # What it means
    mapping = models.JSONField(_("meaning of columns and names"), default=dict, blank=True, editable=False)
    remembered_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("remembered")
    )

    # What came of it
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, editable=False)
    report = models.JSONField(_("report"), null=True, blank=True, editable=False)
    releases = models.JSONField(_("releases"), default=list, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)
    done_at = models.DateTimeField(_("taken in at"), null=True, blank=True, editable=False)

    objects = FigureImportQuerySet.as_manager()

    #: To the files, which ask it of all that use them: nothing here is before readers or reviewers.
    status = Status.DRAFT

    class Meta:
        verbose_name = _("figure import")
        verbose_name_plural = _("figure imports")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values),
                name="stats_figureimport_known_state",
                violation_error_message=_("Choose the state from the list."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.DONE, done_at__isnull=False) | (~Q(state=State.DONE) & Q(done_at=None)),
                name="stats_figureimport_done_with_a_time",
                violation_error_message=_("What was taken in has a time, and nothing else has."),
            ),
        ]

    def __str__(self):
        return self.document.title

    @property
    def options(self):
        """What is said beside the file, as ``importing`` takes it."""
        return {
            "source": self.source.name if self.source else "",
            "released": self.released_on.isoformat() if self.released_on else "",
            "region": self.region.address if self.region else "",
            "indicator": self.indicator.slug if self.indicator else "",
        }

    @property
    def is_open(self):
        return self.state == State.OPEN

    @property
    def is_ready(self):
        """Whether the last trial found nothing to reject, and something to write."""
        report = self.report or {}
        return self.is_open and not report.get("rejected", True) and bool(report["new"] + report["revised"])

    def remember(self):
        """Take over what was said about the last file of the same headings; what is said of this one stays."""
        last = type(self).objects.last_of_shape(self.shape)
        if last:
            self.remembered_from = last
            self.mapping = {part: said for part, said in last.mapping.items() if part not in OWN}
            self.source = self.source or last.source
            if self.reason == Reason.ROUTINE:
                self.reason = last.reason

    def forget(self):
        """Without what was remembered: as the file says it itself."""
        if self.remembered_from and self.source == self.remembered_from.source:
            self.source = None
        self.remembered_from = None
        self.mapping = {part: said for part, said in self.mapping.items() if part in OWN}
