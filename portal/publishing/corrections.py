"""更正: what was wrong, what is right, and why; numbered, public, and kept for good."""

import hashlib

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .frozen import FrozenQuerySet, FrozenRows
from .words import findings_in, told

__all__ = ["Correction", "Outcome", "correctable_kinds", "publish", "publish_drafts_of"]


class Outcome(models.TextChoices):
    """What became of a corrected record since, and with it of the words of the correction."""

    READABLE = "readable", _("public")
    WITHDRAWN = "withdrawn", _("the record was withdrawn")
    GONE = "gone", _("the record is no longer public")


class CorrectionQuerySet(FrozenQuerySet):
    def public(self):
        """What the ledger holds, the newest first; their records may be open or not."""
        return self.filter(published_at__isnull=False).order_by("-number")

    def drafts(self):
        return self.filter(published_at=None)

    def of(self, record):
        """Those of ``record``; a working copy's are its original's."""
        options = record._meta
        kind = {"content_type__app_label": options.app_label, "content_type__model": options.model_name}
        return self.filter(**kind, object_id=record.working_copy_of_id or record.pk)

    def with_records(self):
        """With the corrected records, but for their long texts: one query for each kind among them."""
        kinds = [
            kind._base_manager.defer(
                *(field.name for field in kind._meta.concrete_fields if isinstance(field, models.TextField))
            )
            for kind in correctable_kinds()
        ]
        return self.select_related("content_type").prefetch_related(GenericPrefetch("record", kinds))


class Correction(FrozenRows):
    """One correction of one published record. A draft may still be changed; published it is frozen."""

    frozen_when = Q(published_at__isnull=False)
    #: Names of the fields that readers are told.
    WORDS = ("wrong", "right", "why")

    # What it corrects
    number = models.PositiveIntegerField(_("number"), null=True, unique=True, editable=False)
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, editable=False, related_name="+", verbose_name=_("kind")
    )
    object_id = models.PositiveBigIntegerField(editable=False)
    record = GenericForeignKey("content_type", "object_id")
    title = models.CharField(
        _("title"), max_length=200, editable=False, help_text=_("Of the record, when it was corrected.")
    )

    # What it says
    wrong = models.TextField(_("what was wrong"), max_length=2000)
    right = models.TextField(_("what is right"), max_length=2000)
    why = models.TextField(_("why it was wrong"), max_length=2000)

    # Who and when
    drafted_at = models.DateTimeField(_("drafted at"), default=timezone.now, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-drafted_at", "-pk"]
        # Who may change the record may draft, who may publish the record may publish: there is no other right.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(number=None, published_at=None, published_by=None)
                | Q(number__gte=1, published_at__isnull=False, published_by__isnull=False),
                name="publishing_correction_published_whole",
                violation_error_message=_("A published correction has a number, an hour and a person; a draft none."),
            ),
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="publishing_correction_record")]

    def __str__(self):
        named = {"number": self.number, "title": self.title}
        return gettext("%(number)s: %(title)s") % named if self.number else self.title

    def get_absolute_url(self):
        return reverse("correction", args=[self.number])

    @property
    def stamp(self):
        """Another one as soon as one character of its words is another."""
        return hashlib.sha256("\0".join(self._words().values()).encode()).hexdigest()[:32]

    def _words(self):
        return {name: getattr(self, name) for name in self.WORDS}

    def check_words(self):
        """Findings of ``words`` in what readers will be told."""
        return findings_in(self, self.WORDS)

    @property
    def kind_name(self):
        """What the record is, in words: article, agreement."""
        return self.content_type.model_class()._meta.verbose_name

    @property
    def outcome(self):
        """Whether readers may read the record. Where they may not, neither title nor words of this are told."""
        record = self.record
        if record is None:
            return Outcome.GONE
        if record.is_gone():
            return Outcome.WITHDRAWN
        # One that was withdrawn and whose content stays is read with the notice that says so.
        return Outcome.READABLE if record.is_told() or record.withdrawn_at else Outcome.GONE

    @property
    def is_told(self):
        return self.outcome == Outcome.READABLE


def correctable_kinds():
    """Models whose records have a life."""
    return [kind for kind in apps.get_models() if hasattr(kind, "is_listed")]


@transaction.atomic
def publish(correction, by):
    """Give it the next number and freeze it. Returns False where it was public already, is gone, or says something else
    than ``correction``, which is what ``by`` read. Raises ValidationError where it holds a forbidden word.

    Numbers have no gaps, whoever publishes at the same time: on PostgreSQL they wait for one another at the row of the
    kind, on SQLite every transaction that writes does.
    """
    if forbidden := [finding for finding in correction.check_words() if finding.word.is_forbidden]:
        said = _("The correction of “%s” holds a forbidden word.") % correction.title
        raise ValidationError([said, *told(forbidden)])
    ContentType.objects.select_for_update(no_key=True).get(pk=ContentType.objects.get_for_model(Correction).pk)
    last = Correction.objects.aggregate(last=Max("number"))["last"] or 0
    drafts = Correction.objects.drafts().filter(pk=correction.pk, **correction._words())
    taken = drafts.update(number=last + 1, published_at=timezone.now(), published_by=by)
    if taken:
        correction.refresh_from_db()
    return bool(taken)


def publish_drafts_of(record, by):
    """Publish what is drafted for ``record`` or its working copy, the oldest first. Returns the corrections.

    Raises ValidationError where one of them holds a forbidden word.
    """
    drafts = Correction.objects.drafts().of(record).order_by("drafted_at", "pk")
    return [correction for correction in drafts if publish(correction, by)]
