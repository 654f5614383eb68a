"""Which record uses which file: written when the record is saved, asked when the file is opened or deleted."""

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.publishing import richtext

__all__ = ["Use", "UsesMedia", "open_uses"]


class Use(models.Model):
    """``record`` shows or offers ``asset``, at the place ``where``: the name of a field."""

    asset = models.ForeignKey("media.Asset", models.PROTECT, related_name="uses", verbose_name=_("file"))
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    where = models.CharField(_("where"), max_length=60)

    class Meta:
        verbose_name = _("use of a file")
        verbose_name_plural = _("uses of files")
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "content_type", "object_id", "where"],
                name="media_use_said_once",
                violation_error_message=_("This use is known already."),
            )
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="media_use_record")]

    def __str__(self):
        return str(self.record)


class UsesMedia(models.Model):
    """A record that shows pictures or offers documents. Its uses go with it when it is deleted.

    Rows below the record (a document of an agreement) call ``record.refresh_media_uses()`` when they are saved or
    deleted; so does whoever changes them by ``update`` or ``bulk_create``.
    """

    media_uses = GenericRelation(Use)

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.refresh_media_uses()

    @classmethod
    def readable_by(cls, user, at=None):
        """Records whose content, and so whose files, ``user`` may read. A kind that cannot tell opens nothing."""
        ask = getattr(cls._default_manager, "readable_by", None)
        return ask(user, at) if ask else cls._default_manager.none()

    def media_ids(self):
        """Pairs (field, id of the asset): rich text and relations of the record and of the rows below it."""
        found = set(ids_of(type(self), type(self)._base_manager.filter(pk=self.pk)))
        for relation in self._meta.related_objects:
            child = relation.related_model
            if relation.one_to_many and relation.on_delete is models.CASCADE and not issubclass(child, UsesMedia):
                found.update(ids_of(child, child._base_manager.filter(**{relation.field.name: self.pk})))
        return found

    def refresh_media_uses(self):
        """Rewrite the uses of this record. Ids in the text that belong to no file are left out."""
        asset = Use._meta.get_field("asset").related_model
        wanted = self.media_ids()
        columns = asset.objects.filter(pk__in={pk for _where, pk in wanted}).values_list("pk", "column")
        known, own = dict(columns), getattr(self, "column_id", None)
        wanted = {(where, pk) for where, pk in wanted if pk in known}
        present = {(use.where, use.asset_id): use for use in self.media_uses.all()}
        self.media_uses.filter(pk__in=[use.pk for key, use in present.items() if key not in wanted]).delete()
        kind = ContentType.objects.get_for_model(self)
        Use.objects.bulk_create(
            [
                Use(asset_id=pk, content_type=kind, object_id=self.pk, where=where)
                for where, pk in sorted(wanted - present.keys())
            ],
            ignore_conflicts=True,
        )
        if others := [pk for pk, column in known.items() if column != own]:
            asset.objects.filter(pk__in=others).update(column=own)


def ids_of(model, rows):
    """Pairs (field, id of the asset) that ``rows`` of ``model`` name, in their rich text and in their relations."""
    asset = Use._meta.get_field("asset").related_model
    texts = [field.name for field in model._meta.fields if isinstance(field, richtext.RichTextField)]
    links = [
        field.name
        for field in model._meta.fields
        if field.is_relation and isinstance(field.related_model, type) and issubclass(field.related_model, asset)
    ]
    if not texts and not links:
        return
    for values in rows.values(*texts, *links):
        for name in texts:
            yield from ((name, pk) for pk in richtext.media_ids(values[name] or ""))
        yield from ((name, values[name]) for name in links if values[name])


def open_uses(user, at=None):
    """The uses by records that ``user`` may read.

    Each record is looked up by its key: a subquery of all readable records would be as long as the portal is old, and
    SQLite would make it anew for every picture of a page.
    """
    readable = Q(pk__in=[])
    for model in apps.get_models():
        if issubclass(model, UsesMedia) and not model._meta.proxy:
            readable |= Q(
                Exists(model.readable_by(user, at).filter(pk=OuterRef("object_id"))),
                content_type__app_label=model._meta.app_label,
                content_type__model=model._meta.model_name,
            )
    return Use.objects.filter(readable)
