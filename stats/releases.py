"""A release: the figures that one source published on one day."""

import datetime as dt

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.media.models import Document, UsesMedia
from portal.publishing.models import Publishable, PublishableQuerySet, Status
from portal.vocabulary.models import Organization
from portal.vocabulary.names import localized

from .codelists import Rank, Reason

__all__ = ["Release"]


class ReleaseQuerySet(PublishableQuerySet):
    def openable_by(self, user, at=None):
        """One that is dated ahead is opened by editors alone until its day."""
        return self._of_its_day(super().openable_by(user, at), user, at)

    def readable_by(self, user, at=None):
        return self._of_its_day(super().readable_by(user, at), user, at)

    def _of_its_day(self, found, user, at):
        return found.filter(Q(released_on__lte=timezone.localdate(at)) | self._unpublished_of(user))

    def withdrawn(self, at=None):
        """Those that were public once, the last withdrawn first; readers of their figures are told why."""
        at = at or timezone.now()
        found = self.originals().filter(status=Status.WITHDRAWN, published_at__lte=at)
        return found.filter(released_on__lte=timezone.localdate(at)).order_by("-withdrawn_at", "-pk")

    def telling(self, series):
        """Those with figures of any of ``series`` (a queryset)."""
        figures = self.model._meta.get_field("observations").related_model.objects
        return self.filter(Exists(figures.filter(release=OuterRef("pk"), series__in=series)))


class Release(Publishable, UsesMedia):
    """One publication of figures by one source on one day. Vintages are nothing but the order of releases."""

    apart = ("observations", "findings")
    tabled = ("observations",)

    source = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="releases",
        verbose_name=_("source"),
        help_text=_("Who published it."),
    )
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    released_on = models.DateField(_("released on"), help_text=_("The day on which the source published it."))
    rank = models.PositiveSmallIntegerField(_("rank"), choices=Rank, default=Rank.OFFICIAL)
    reason = models.CharField(_("reason of revision"), max_length=10, choices=Reason, default=Reason.ROUTINE)
    file = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file"))
    url = models.URLField(_("address on the web"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-released_on", "source"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["source", "released_on"],
                condition=Q(working_copy_of=None),
                name="stats_release_source_and_day",
                violation_error_message=_(
                    "This source has a release of that day already. Add the figures to that one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(rank__in=Rank.values),
                name="stats_release_known_rank",
                violation_error_message=_("Choose the rank from the list."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def label(self):
        return localized(self, "title")

    def get_absolute_url(self):
        return reverse("release", args=[self.pk])

    def complete(self, said):
        """Fill in of ``said``, by field, what is still empty here; nothing that somebody wrote is overwritten.

        Returns the names of the fields that were filled, and of those that say something else. Saved by the caller.
        """
        filled, differing = [], []
        for name, value in said.items():
            own = getattr(self, name)
            if value and not own:
                setattr(self, name, value)
                filled.append(name)
            elif value and value != own and not (name == "note" and value in own):  # a file's notes came behind it
                differing.append(name)
        return filled, differing

    def is_told(self, at=None):
        """Whether its figures are public: listed, and its day has come."""
        return self.is_listed(at) and self.released_on <= timezone.localdate(at)

    @property
    def changes_basis(self):
        return Reason(self.reason).changes_basis

    @property
    def takes_figures(self):
        """Whether figures are typed into it: not once it is in review, and never into a working copy, which is of its
        words alone; a public figure is changed by a new release.
        """
        return self.status == Status.DRAFT and not self.working_copy_of_id

    @property
    def told_at(self):
        """Since when and until when its figures are public; a day ahead of its publication begins at midnight."""
        day = timezone.make_aware(dt.datetime.combine(self.released_on, dt.time.min))
        return max(self.published_at, day), self.offline_at

    def search_dependents(self):
        """Publishing a release brings its indicators regions and years to be found by."""
        indicator = apps.get_model("stats", "Indicator")
        return [(indicator, self.observations.values_list("series__indicator", flat=True).distinct())]
