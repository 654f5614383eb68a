"""Pictures and documents: one table, kept once by their hash, and open when a record that uses them is."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.publishing.models import Status
from portal.publishing.rights import columns_open_to, may_publish
from portal.vocabulary.models import Column

from .formats import Format, Kind
from .renditions import Rendition
from .uses import Use, UsesMedia, open_uses

__all__ = ["Asset", "Document", "Image", "Use", "UsesMedia"]


def stored_name(asset, filename):
    """Where the file of ``asset`` lies: by its hash; the user's name for it is only a column."""
    return f"assets/{asset.sha256[:2]}/{asset.sha256}.{Format(asset.content_type).extension}"


class AssetQuerySet(models.QuerySet):
    def unused(self):
        return self.filter(uses=None)

    def openable_by(self, user, at=None):
        """Files that ``user`` may open.

        Those of records whose content is open to the user. Files that no record uses are for staff who may view them,
        and to whom the column is open in which they were used last: what was deleted, discarded or taken out of a
        text of a closed column stays closed.
        """
        allowed = Q(Exists(open_uses(user, at).filter(asset=OuterRef("pk"))))
        if user.is_active and user.is_staff:
            kinds = [kind for kind in Kind if user.has_perm(f"media.view_{kind}")]
            unused = ~Exists(Use.objects.filter(asset=OuterRef("pk")))
            allowed |= unused & Q(kind__in=kinds) & (Q(column=None) | Q(column__in=columns_open_to(user)))
        return self.filter(allowed)

    def public(self, at=None):
        """Files that everybody may open."""
        return self.openable_by(AnonymousUser(), at)


class OfKind(models.Manager.from_queryset(AssetQuerySet)):
    """Only the rows of one kind: the manager of a proxy."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def get_queryset(self):
        return super().get_queryset().filter(kind=self.kind)


class Asset(models.Model):
    """An uploaded file. Made by ``portal.media.forms``, which looks at its content.

    Deleting the row leaves the file in the storage, so that the recycle bin can bring it back; the command
    ``sweep_media`` removes what neither a row nor the bin names any more.
    """

    # Identity
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, editable=False)
    file = models.FileField(_("file"), upload_to=stored_name, max_length=120)
    sha256 = models.CharField(
        _("hash"),
        max_length=64,
        unique=True,
        editable=False,
        help_text=_("SHA-256 of the file as it was uploaded."),
        error_messages={"unique": _("This file has been uploaded before. Choose it from the list.")},
    )

    # What people read
    title = models.CharField(_("title"), max_length=200, help_text=_("By which it is found again."))
    alt = models.CharField(
        _("text for those who do not see it"),
        max_length=300,
        blank=True,
        help_text=_("Say what the picture shows, in one sentence. Leave it empty only where the picture decorates."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Photographer or rights holder."))

    # The file
    original_name = models.CharField(_("name of the file"), max_length=255, blank=True, editable=False)
    content_type = models.CharField(_("format"), max_length=100, choices=Format, editable=False)
    bytes = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True, editable=False)

    #: Of the record that was saved with it last.
    column = models.ForeignKey(Column, models.PROTECT, null=True, editable=False, related_name="+")

    # Who and when
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)

    #: The kind of a proxy's rows.
    KIND = ""

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture or document")
        verbose_name_plural = _("pictures and documents")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["kind", "-uploaded_at"], name="media_asset_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values, content_type__in=Format.values),
                name="media_asset_known_format",
                violation_error_message=_("Files of this format are not taken."),
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.IMAGE, width__isnull=False, height__isnull=False, width__gt=0, height__gt=0)
                | Q(kind=Kind.DOCUMENT, width__isnull=True, height__isnull=True),
                name="media_asset_pictures_have_a_size",
                violation_error_message=_("A picture has a width and a height; a document has none."),
            ),
            models.CheckConstraint(
                condition=Q(bytes__gt=0),
                name="media_asset_not_empty",
                violation_error_message=_("The file is empty. Choose another one."),
            ),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.__dict__.get("kind") == "":
            self.kind = self.KIND

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return self.url(Rendition.ORIGINAL)

    def url(self, rendition):
        """The address of one rendition."""
        return reverse("media", args=[self.pk, Rendition(rendition).value])

    @cached_property
    def past_draft(self):
        """The records that use it and are in review, public or withdrawn, or working copies in review."""
        uses = self.uses.order_by("content_type", "object_id", "where").prefetch_related("record")
        found = dict.fromkeys(use.record for use in uses if use.record)
        return [record for record in found if record.status != Status.DRAFT]

    def is_described_by(self, user):
        """Whether ``user``, who may change files, may change what is said about this one.

        Caption, alternative text and credit are shown by every page that shows the file, at once and without review.
        So while records past their draft use it, that takes the right to publish each of them; who has it mends a
        slip of the pen in public as well. What drafts alone use is reviewed with them.
        """
        one_of_each = {(type(one), one.column_id, one.original.column_id): one for one in self.past_draft}
        return all(may_publish(user, record) for record in one_of_each.values())

    def is_openable_by(self, user, at=None):
        """The same question as ``openable_by``, of the row in hand."""
        return Asset.objects.openable_by(user, at).filter(pk=self.pk).exists()


class Image(Asset):
    KIND = Kind.IMAGE
    objects = OfKind(Kind.IMAGE)

    class Meta:
        proxy = True
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class Document(Asset):
    KIND = Kind.DOCUMENT
    objects = OfKind(Kind.DOCUMENT)

    class Meta:
        proxy = True
        verbose_name = _("document")
        verbose_name_plural = _("documents")
