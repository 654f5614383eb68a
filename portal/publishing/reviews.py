"""三审: who has read what, at which level, and what they said."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .frozen import FrozenQuerySet, FrozenRows
from .revisions import Revision, RevisionStep

__all__ = ["Decision", "Level", "Review", "Round"]


class Level(models.IntegerChoices):
    """三审三校: each level is another person's. At publication a record may still be sent back."""

    FIRST = 1, _("first review (初审)")
    SECOND = 2, _("second review (复审)")
    FINAL = 3, _("final review (终审)")
    PUBLICATION = 4, _("publication (签发)")


class Decision(models.TextChoices):
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("sent back")


class Review(FrozenRows):
    """One person's decision on one submitted revision."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="reviews", verbose_name=_("revision"))
    level = models.PositiveSmallIntegerField(pgettext_lazy("review", "level"), choices=Level)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    comment = models.TextField(_("comment"), blank=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=Level.values, decision__in=Decision.values)
                & ~Q(level=Level.PUBLICATION, decision=Decision.APPROVED),
                name="publishing_review_known_decision",
                violation_error_message=_("Choose level and decision from the lists."),
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.APPROVED) | ~Q(comment=""),
                name="publishing_review_returned_with_comment",
                violation_error_message=_("Say what is to be changed."),
            ),
            models.UniqueConstraint(
                fields=["revision", "level"],
                name="publishing_review_one_a_level",
                violation_error_message=_("This review has been given already."),
            ),
            models.UniqueConstraint(
                fields=["revision", "reviewer"],
                condition=Q(level__lt=Level.PUBLICATION),
                name="publishing_review_each_level_another_person",
                violation_error_message=_("Each level is reviewed by another person."),
            ),
        ]

    def __str__(self):
        return f"{self.get_level_display()}: {self.get_decision_display()}"


class Round:
    """Where a record stands: the revision that was submitted last, and what its reviewers said.

    ``needed`` is the number of reviews, ``submitted`` the revision or None, ``reviews`` its reviews by level. What was
    said of an earlier working copy is no part of this one's.
    """

    def __init__(self, record):
        self.record = record
        self.needed = record.reviews_needed

    @cached_property
    def submitted(self):
        since = Revision.objects.of(self.record).filter(made_at__gte=self.record.created_at)
        return since.filter(step=RevisionStep.SUBMITTED).last()

    @cached_property
    def reviews(self):
        reviews = self.submitted.reviews.select_related("reviewer") if self.submitted else ()
        return {review.level: review for review in reviews}

    @property
    def is_complete(self):
        return self.record.reviews_passed >= self.needed

    @property
    def next_level(self):
        """The level that comes next; publication where all reviews are passed."""
        return Level.PUBLICATION if self.is_complete else Level(self.record.reviews_passed + 1)

    @property
    def levels(self):
        """Pairs (level, its review or None) of all levels that are needed."""
        return [(level, self.reviews.get(level)) for level in Level if level <= self.needed]

    def authors(self):
        """Primary keys of all who wrote what is to be reviewed: the draft, or this working copy of a public record.

        Who copies what others wrote, or brings it back, answers for it as its author.
        """
        wrote = Revision.objects.of(self.record).filter(made_at__gte=self.record.created_at).exclude(made_by=None)
        return {*wrote.values_list("made_by", flat=True), self.record.created_by_id} - {None}

    def is_stranger(self, user):
        """Whether ``user`` has neither written nor reviewed this version."""
        return user.pk not in self.authors() and user.pk not in {one.reviewer_id for one in self.reviews.values()}
