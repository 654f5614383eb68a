"""What an uploaded file is, found by reading it. Names and declared types are not believed.

Whatever is refused is refused with a ValidationError that says what to do instead.
"""

import hashlib
import logging
import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

import PIL.Image
import PIL.ImageOps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import ImageCms

from .expansion import check_archive
from .formats import Format

logger = logging.getLogger(__name__)

__all__ = ["Inspected", "inspect_document", "inspect_image"]

MEGABYTE = 1024 * 1024
IMAGE_BYTES = 20 * MEGABYTE
IMAGE_PIXELS = 50_000_000
#: WebP holds no more than 16,383 pixels a side.
IMAGE_SIDE = 16_000
DOCUMENT_BYTES = 50 * MEGABYTE
#: Passes in which a progressive JPEG draws itself. Cameras and programs make about ten; a few bytes more each, and a
#: worker would draw for hours.
PASSES = 100
#: Of a document, where readers' programs look for what it is.
SNIFFED = 1024

#: Pillow's name of what is read → what is kept, and how it is written. Of an animation the first picture is kept.
READ_AS = {
    "JPEG": (Format.JPEG, "JPEG", {"quality": 90, "optimize": True, "progressive": True}),
    "MPO": (Format.JPEG, "JPEG", {"quality": 90, "optimize": True, "progressive": True}),
    "PNG": (Format.PNG, "PNG", {}),
    "GIF": (Format.PNG, "PNG", {}),
    "WEBP": (Format.WEBP, "WEBP", {"quality": 90}),
}
#: MPO (a JPEG with a second picture behind the first) is no reader of its own.
TAKEN = [name for name in READ_AS if name != "MPO"]
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")
MARKUP = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:!|\?xml|html|svg|head|body|script|\w+[\s>/])", re.IGNORECASE)
#: What makes a page of a file, wherever it stands in its head: browsers that guess would run it.
PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|meta\s|img\s)", re.IGNORECASE)
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
#: What stands before a text in UTF-16, as Excel saves “Unicode text”. Without it nothing tells such a text from bytes.
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: ``content`` is what is kept, ``sha256`` that of what was uploaded."""

    content: File
    format: Format
    sha256: str
    bytes: int
    width: int | None = None
    height: int | None = None


def inspect_image(file):
    """Read an uploaded picture and write it anew, upright, in sRGB, without EXIF and whatever else was attached.

    Takes a Django File. Returns Inspected; raises ValidationError.
    """
    check_size(file, IMAGE_BYTES)
    check_passes(file)
    try:
        with PIL.Image.open(file, formats=TAKEN) as picture:
            if picture.width * picture.height > IMAGE_PIXELS or max(picture.size) > IMAGE_SIDE:
                raise too_many_pixels()
            kept_as, written_as, options = READ_AS[picture.format]
            picture.load()
            picture = displayable(PIL.ImageOps.exif_transpose(picture), written_as)
    except ValidationError:
        raise
    except PIL.Image.DecompressionBombError as error:
        raise too_many_pixels() from error
    except PIL.UnidentifiedImageError as error:
        raise ValidationError(advice_for_no_picture(head_of(file)), code="format") from error
    except Exception as error:  # a broken file makes Pillow's readers stumble in many ways
        logger.info("A picture could not be read.", exc_info=True)
        raise damaged_picture() from error
    content = BytesIO()
    picture.save(content, written_as, **options)
    return Inspected(
        content=ContentFile(content.getvalue()),
        format=kept_as,
        sha256=hash_of(file),
        bytes=content.tell(),
        width=picture.width,
        height=picture.height,
    )


def displayable(picture, written_as):
    """``picture`` in sRGB and in a mode that the format ``written_as`` holds, with nothing attached."""
    if (profile := picture.info.get("icc_profile")) and picture.mode in {"RGB", "RGBA", "CMYK", "L"}:
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            picture = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            logger.info("A colour profile could not be read; the picture keeps its colours.", exc_info=True)
    transparent = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    if written_as == "JPEG":
        picture = picture if picture.mode in {"RGB", "L"} else picture.convert("RGB")
    elif picture.mode not in {"RGB", "RGBA", "L"}:
        picture = picture.convert("RGBA" if transparent else "L" if picture.mode.startswith(("1", "I")) else "RGB")
    bare = picture.copy()
    bare.info = {}
    return bare


def inspect_document(file):
    """Read what an uploaded document is. Takes a Django File. Returns Inspected; raises ValidationError."""
    check_size(file, DOCUMENT_BYTES)
    head = head_of(file)[:SNIFFED]
    if head.startswith(b"PK\x03\x04"):
        found = format_in_zip(file)
    elif head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        found = format_in_compound_file(file)
    elif b"%PDF-" in head and not head.startswith(PICTURES):
        found = Format.PDF
        if PAGE.search(head):
            raise two_in_one()
    else:
        found = format_of_text(file)
    file.seek(0)
    return Inspected(content=file, format=found, sha256=hash_of(file), bytes=file.size)


def format_in_zip(file):
    names = check_archive(file)
    if any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names):
        raise ValidationError(_("The file contains macros. Save it without macros (docx, xlsx, pptx)."), code="macros")
    marks = {"word/": Format.DOCX, "xl/": Format.XLSX, "ppt/": Format.PPTX}
    if "[Content_Types].xml" in names:
        for folder, found in marks.items():
            if any(name.startswith(folder) for name in names):
                return found
    if "OFD.xml" in names:
        return Format.OFD
    if {"mimetype", "content.xml"} <= names and declared_in_zip(file) == Format.ODS:
        return Format.ODS
    raise ValidationError(_("Archives are not taken. Upload the files in it one by one."), code="archive")


def declared_in_zip(file):
    """What an OpenDocument file says it is (ODF 1.3, part 2, 3.3): its first member holds nothing else."""
    file.seek(0)
    with zipfile.ZipFile(file) as archive, archive.open("mimetype") as member:
        return member.read(100).decode("ascii", "replace")


def format_in_compound_file(file):
    """doc, xls, ppt and what WPS saves under wps, et, dps: told apart by the stream that each of them has."""
    file.seek(0)
    content = file.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise ValidationError(_("The file is locked by a password. Save it without and upload that."), code="password")
    streams = {
        "WordDocument": Format.DOC,
        "Workbook": Format.XLS,
        "Book": Format.XLS,
        "PowerPoint Document": Format.PPT,
    }
    for stream, found in streams.items():
        if (stream + "\0").encode("utf-16-le") in content:
            return found
    raise unknown_document()


def format_of_text(file):
    file.seek(0)
    content = as_utf8(file.read())
    if MARKUP.match(content):
        raise ValidationError(_("Web pages and SVG drawings are not taken. Save it as PDF."), code="markup")
    if content.startswith(b"{\\rtf"):
        raise ValidationError(_("RTF is not taken. Save it as docx or PDF."), code="format")
    if content.startswith(PICTURES):
        raise ValidationError(_("This is a picture. Upload it under pictures."), code="format")
    if CONTROLS.search(content) or not any(decodes(content, encoding) for encoding in ("utf-8", "gb18030")):
        raise unknown_document()
    return Format.CSV if str(file.name).lower().endswith(".csv") else Format.TXT


def as_utf8(content):
    """A text in UTF-16 as UTF-8, so that it is judged as every text; other bytes as they are."""
    if not content.startswith(UTF16):
        return content
    try:
        return content.decode("utf-16").encode()
    except UnicodeError as error:
        raise unknown_document() from error


def decodes(content, encoding):
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def check_size(file, limit):
    if not file.size:
        raise ValidationError(_("The file is empty. Choose another one."), code="empty")
    if file.size > limit:
        raise ValidationError(
            _("The file has %(size).1f MB, at most %(limit)d MB are taken. Make it smaller and upload that.")
            % {"size": file.size / MEGABYTE, "limit": limit // MEGABYTE},
            code="bytes",
        )


def check_passes(file):
    """Refuse a picture that would be drawn over and over. In a JPEG's data no other byte 0xDA follows a 0xFF."""
    file.seek(0)
    if file.read(3) == PICTURES[0]:
        file.seek(0)
        if file.read().count(b"\xff\xda") > PASSES:
            raise damaged_picture()


def head_of(file):
    file.seek(0)
    return file.read(4096)


def hash_of(file):
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def too_many_pixels():
    return ValidationError(
        _("The picture has too many pixels. Make it smaller: at most %(million)d million, and %(side)d a side.")
        % {"million": IMAGE_PIXELS // 1_000_000, "side": IMAGE_SIDE},
        code="pixels",
    )


def damaged_picture():
    return ValidationError(
        _("The picture is damaged or not complete. Open it on your computer, save it anew and upload that."),
        code="damaged",
    )


def two_in_one():
    return ValidationError(
        _("The file is a PDF and a web page at once. Open the PDF, save it anew and upload that."), code="markup"
    )


def unknown_document():
    return ValidationError(
        _("Files of this format are not taken. Upload PDF, OFD, Word, Excel, PowerPoint, CSV or plain text."),
        code="format",
    )


def advice_for_no_picture(head):
    if MARKUP.match(head):
        return _("SVG drawings and web pages are not taken as pictures. Save it as PNG.")
    if head[4:8] == b"ftyp":
        return _("HEIC, AVIF and films are not taken. Save the picture as JPEG.")
    if b"%PDF-" in head[:1024]:
        return _("This is a PDF. Upload it under documents, or save the page as PNG.")
    return _("This is not a picture that browsers show. Save it as JPEG, PNG or WebP.")
