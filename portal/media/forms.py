"""Uploads: what a file is decides, and the same file is kept once."""

import re
from pathlib import PurePath

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.publishing.richtext import RichTextField, media_ids

from .formats import Format
from .inspection import inspect_document, inspect_image
from .models import Asset, Document, Image

__all__ = ["DocumentForm", "DocumentUploadForm", "ImageForm", "ImageUploadForm", "ShowsOpenMedia", "keep"]


class UploadForm(forms.ModelForm):
    """Makes an asset of an uploaded file. Of a file that is there already ``save`` returns the asset it has.

    ``existing`` is that asset, or None. ``uploader`` is who fills in the forms of the class (None: the portal itself).
    """

    inspect = None
    uploader = None

    file = forms.FileField(
        label=_("file"),
        allow_empty_file=True,  # so that our own sentence says what to do
        error_messages={
            "required": _("Choose a file."),
            "invalid": _("No file arrived. Choose it again."),
        },
    )

    def __init__(self, *args, uploaded_by=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.uploaded_by = uploaded_by or self.uploader
        self.existing = None
        self.fields["title"].required = False
        self.fields["title"].help_text = _("By which it is found again. Left empty: the name of the file.")

    def clean_file(self):
        file = self.cleaned_data["file"]
        found = type(self).inspect(file)
        instance = self.instance
        self.existing = type(instance).objects.filter(sha256=found.sha256).first()
        if self.existing and not self._may_learn_of(self.existing):
            raise forms.ValidationError(_("This file belongs to a record that is not open to you. Choose another one."))
        instance.kind = found.format.kind
        for name in ("sha256", "bytes", "width", "height"):
            setattr(instance, name, getattr(found, name))
        instance.content_type = found.format.value
        instance.original_name = printable_name(file.name, found.format)
        instance.uploaded_by = self.uploaded_by
        found.content.name = instance.original_name
        return found.content

    def _may_learn_of(self, asset):
        """Whether who uploads may be given ``asset``, and so what a colleague has said about it."""
        user = self.uploaded_by
        return user is None or asset.uploaded_by_id == user.pk or asset.is_openable_by(user)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("title"):
            cleaned["title"] = PurePath(self.instance.original_name).stem[:200]
        return cleaned

    def save(self, commit=True):
        """The new asset, or the one that this file has been given before, unchanged."""
        if self.existing:
            self.save_m2m = self._save_m2m
            self.existing.uploaded_before = True
            return self.existing
        if not commit:
            return super().save(commit=False)
        kept = keep(super().save(commit=False))
        self.existing = kept if kept is not self.instance else None
        return kept


class ImageUploadForm(UploadForm):
    inspect = inspect_image

    class Meta:
        model = Image
        fields = ["file", "title", "alt", "caption", "credit"]


class DocumentUploadForm(UploadForm):
    inspect = inspect_document

    class Meta:
        model = Document
        fields = ["file", "title", "caption", "credit"]


class ImageForm(forms.ModelForm):
    """What is said about a picture; the picture itself never changes."""

    class Meta:
        model = Image
        fields = ["title", "alt", "caption", "credit"]


class DocumentForm(forms.ModelForm):
    class Meta:
        model = Document
        fields = ["title", "caption", "credit"]


#: What an editor is told of files that a text may not take up.
CLOSED = _("The text shows a file that is not open to you, or not there: %s. Take it out, or upload it yourself.")


class ShowsOpenMedia:
    """For forms of records: a text takes up only files that ``self.user`` may open.

    Publishing the text opens them to everybody, and the address of a file is a number that anybody can type.
    """

    def _post_clean(self):
        # Not in clean(): a form may fill its text there.
        for field in self._meta.model._meta.fields:
            if isinstance(field, RichTextField) and field.name in self.cleaned_data:
                new = media_ids(self.cleaned_data[field.name] or "") - media_ids(self.initial.get(field.name) or "")
                openable = Asset.objects.openable_by(self.user).filter(pk__in=new).values_list("pk", flat=True)
                if closed := sorted(new - set(openable)):
                    self.add_error(field.name, CLOSED % ", ".join(f"/media/{pk}/" for pk in closed))
        super()._post_clean()


def printable_name(name, found):
    """The user's name for the file, without what would break a header or a file system, ending as its format does."""
    name = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069/\\]", "", str(name)).strip() or "file"
    stem = PurePath(name).stem[:200] or "file"
    return f"{stem}.{Format(found).extension}"


def keep(asset):
    """Save a new asset. Where the same file arrived at the same moment, return the one that was first."""
    try:
        with transaction.atomic():
            asset.save()
    except IntegrityError:
        first = Asset.objects.filter(sha256=asset.sha256).first()
        if first is None:
            raise
        if asset.file.name != first.file.name:
            asset.file.storage.delete(asset.file.name)
        first.uploaded_before = True
        return first
    return asset
