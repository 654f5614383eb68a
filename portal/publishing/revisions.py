"""Versions of a record, each kept as it was: append-only."""

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .comparing import changed_names
from .frozen import FrozenQuerySet, FrozenRows
from .rights import columns_open_to
from .snapshots import take

__all__ = ["Revision", "RevisionStep", "revise"]


class RevisionStep(models.TextChoices):
    """By which step of its life a revision came about."""

    SAVED = "saved", _("saved")
    SUBMITTED = "submitted", _("submitted")
    PUBLISHED = "published", pgettext_lazy("event", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("event", "withdrawn")
    RESTORED = "restored", _("restored")


class RevisionQuerySet(FrozenQuerySet):
    def of(self, record):
        """Those of ``record``, the oldest first; a working copy's are its original's."""
        kind = ContentType.objects.get_for_model(record)
        return self.filter(content_type=kind, object_id=record.working_copy_of_id or record.pk).order_by("number")

    def since(self, record, number):
        """Those of ``record`` after revision ``number``."""
        return self.of(record).filter(number__gt=number)

    def open_to(self, user):
        """Those that ``user``, to whom their record is open, may read: a version lies in the column that it names."""
        if user.is_superuser:
            return self
        column = "snapshot__rows__0__fields__column"
        nowhere = Q(**{column: None}) | Q(**{f"{column}__isnull": True})
        return self.filter(nowhere | Q(**{f"{column}__in": sorted(columns_open_to(user))}))

    def public(self):
        """What readers are told of: publications that changed more than a letter, and withdrawals."""
        return self.filter(step__in=[RevisionStep.PUBLISHED, RevisionStep.WITHDRAWN], is_minor=False)


class Revision(FrozenRows):
    """What a record said at one moment. ``object_id`` is that of the record itself, also where a copy was saved."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name=_("kind"))
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    number = models.PositiveIntegerField(pgettext_lazy("version", "number"))
    title = models.CharField(_("title"), max_length=200)
    step = models.CharField(_("step"), max_length=10, choices=RevisionStep, default=RevisionStep.SAVED)
    snapshot = models.JSONField()
    changed = models.JSONField(_("changed"), default=list)
    note = models.CharField(_("what was changed"), max_length=300, blank=True)
    is_minor = models.BooleanField(_("minor change"), default=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "number"],
                name="publishing_revision_number",
                violation_error_message=_("Somebody else saved a revision at the same moment. Try again."),
            )
        ]
        indexes = [models.Index(fields=["-made_at", "-id"], name="publishing_revision_newest")]

    def __str__(self):
        return f"{self.title} #{self.number}"

    @property
    def changed_labels(self):
        """What the fields and kinds of rows are called that it changed; their bare names where they are gone."""
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()
        return [_label(model, name) for name in self.changed]


def _label(model, name):
    try:
        found = (
            apps.get_model(name)._meta.verbose_name_plural if "." in name else model._meta.get_field(name).verbose_name
        )
    except (AttributeError, LookupError, FieldDoesNotExist):
        return name
    return str(capfirst(found))


def revise(record, by, step=RevisionStep.SAVED, note="", minor=False, at=None):
    """Keep what ``record`` says now as its next revision. Returns it, or None where nothing was changed and saved.

    ``by`` is who did it (None: the portal), ``at`` when (now). Call it in the transaction that changed the record,
    which it locks.
    """
    with_lock = type(record)._base_manager.select_for_update(of=("self",))
    list(with_lock.filter(pk=record.working_copy_of_id or record.pk).values_list("pk"))
    last = Revision.objects.of(record).last()
    snapshot = take(record)
    changed = changed_names(last.snapshot, snapshot) if last else []
    if step == RevisionStep.SAVED and last and not changed:
        return None
    return Revision.objects.create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.working_copy_of_id or record.pk,
        number=last.number + 1 if last else 1,
        title=str(record)[:200],
        step=step,
        snapshot=snapshot,
        changed=changed,
        note=note[: Revision._meta.get_field("note").max_length],
        is_minor=minor,
        made_at=at or timezone.now(),
        made_by=by,
    )
