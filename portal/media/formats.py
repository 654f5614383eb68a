"""Which files the portal takes, by what they are, not by what they are called."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Format", "Kind"]


class Kind(models.TextChoices):
    IMAGE = "image", _("picture")
    DOCUMENT = "document", _("document")


class Format(models.TextChoices):
    """A media type (IANA) that is taken; the value is served as ``Content-Type``."""

    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"
    WEBP = "image/webp", "WebP"
    PDF = "application/pdf", "PDF"
    OFD = "application/ofd", "OFD"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word (docx)"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel (xlsx)"
    ODS = "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument (ods)"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint (pptx)"
    DOC = "application/msword", "Word (doc)"
    XLS = "application/vnd.ms-excel", "Excel (xls)"
    PPT = "application/vnd.ms-powerpoint", "PowerPoint (ppt)"
    CSV = "text/csv", "CSV"
    TXT = "text/plain", _("plain text")

    @property
    def extension(self):
        """The end of the stored and of the offered file name, without the dot."""
        return "jpg" if self is Format.JPEG else self.name.lower()

    @property
    def kind(self):
        return Kind.IMAGE if self.value.startswith("image/") else Kind.DOCUMENT
