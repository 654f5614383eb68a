"""The sizes in which a picture is offered; django-imagekit makes each once and keeps it in the storage of the files."""

from io import BytesIO

import PIL.Image
from django.db import models
from django.utils.translation import gettext_lazy as _
from imagekit import ImageSpec
from imagekit.cachefiles import ImageCacheFile
from imagekit.processors import ResizeToFill, ResizeToFit
from imagekit.utils import generate

from .formats import Format, Kind

__all__ = ["Rendition", "open_file"]

#: Part of every ETag. Raise it when a rendition of the same file is to look different.
VERSION = 1

SAVED_AS = {
    Format.JPEG: ("JPEG", {"quality": 82, "optimize": True, "progressive": True}),
    Format.PNG: ("PNG", {"optimize": True}),
    Format.WEBP: ("WEBP", {"quality": 82}),
}


class Scaled(ImageSpec):
    """A rendition as imagekit keeps it: its name in the storage depends on the source and on what is done to it."""

    def __init__(self, source, processors, saved_as):
        super().__init__(source=source)
        self.processors = processors
        self.format, self.options = saved_as

    def generate(self):
        # imagekit's own generate() mutes the process's standard error for as long as it saves. Two threads that do
        # so at once leave it muted for good.
        with self.source.storage.open(self.source.name) as file, PIL.Image.open(file) as picture:
            if picture.mode == "P":  # a palette cannot be scaled smoothly
                picture = picture.convert("RGBA")
            mode = picture.mode
            for processor in self.processors:
                picture = processor.process(picture)
            content = BytesIO()
            picture.convert(mode).save(content, self.format, **self.options)
        content.seek(0)
        return content


class Rendition(models.TextChoices):
    ORIGINAL = "original", _("as uploaded")
    W480 = "w480", _("480 pixels wide")
    W960 = "w960", _("960 pixels wide")
    W1600 = "w1600", _("1600 pixels wide")
    THUMB = "thumb", _("square of 240 pixels")

    def suits(self, kind):
        return self is Rendition.ORIGINAL or kind == Kind.IMAGE

    def size_of(self, asset):
        """(width, height) in pixels of this rendition of a picture. Nothing is ever enlarged."""
        if self is Rendition.ORIGINAL:
            return asset.width, asset.height
        if self is Rendition.THUMB:
            return 240, 240
        limit = int(self.value[1:])
        if asset.width <= limit:
            return asset.width, asset.height
        return limit, max(1, round(asset.height * limit / asset.width))

    def kept(self, asset):
        """The imagekit file of this rendition of a picture. Nothing is made yet."""
        if self is Rendition.THUMB:
            processors = [ResizeToFill(240, 240)]
        else:
            processors = [ResizeToFit(width=int(self.value[1:]), upscale=False)]
        return ImageCacheFile(
            Scaled(asset.file, processors, SAVED_AS[Format(asset.content_type)]), storage=asset.file.storage
        )


def open_file(asset, rendition):
    """The open file of ``rendition``, made now if it is not there. Raises FileNotFoundError if the source is lost."""
    if rendition is Rendition.ORIGINAL:
        return asset.file.storage.open(asset.file.name)
    kept = rendition.kept(asset)
    kept.generate()
    if not kept.cachefile_backend.exists(kept):
        # Another worker is writing it at this moment; half of a picture must not be served.
        return generate(kept.generator)
    try:
        return kept.storage.open(kept.name)
    except FileNotFoundError:  # remembered as made, and lost since, say by restoring a backup
        kept.generate(force=True)
        return kept.storage.open(kept.name)
