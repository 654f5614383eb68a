import contextlib
import hashlib
import io
import random
import zipfile
import zlib

import PIL.Image
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.media import inspection
from portal.media.formats import Format
from portal.media.inspection import inspect_document, inspect_image
from tests.factories import picture_bytes

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def upload(content, name="file"):
    return SimpleUploadedFile(name, content)


def kept_picture(content):
    found = inspect_image(upload(content))
    return PIL.Image.open(io.BytesIO(found.content.read())), found


def archive(*names, declared="x"):
    """A ZIP with these members; ``declared`` is what the one called mimetype says."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in names:
            made.writestr(name, declared if name == "mimetype" else "x")
    return content.getvalue()


def refusal(inspect, content, name="file"):
    with pytest.raises(ValidationError) as refused:
        inspect(upload(content, name))
    return refused.value.code


@pytest.mark.parametrize(
    ("written_as", "kept_as"),
    [("JPEG", Format.JPEG), ("PNG", Format.PNG), ("WEBP", Format.WEBP), ("GIF", Format.PNG)],
)
def test_pictures_are_known_by_their_content_whatever_their_name(written_as, kept_as):
    picture, found = kept_picture(picture_bytes(format=written_as))

    assert (found.format, found.width, found.height) == (kept_as, 64, 48)
    assert picture.size == (64, 48)
    assert found.bytes == found.content.size


def test_a_photo_is_turned_upright_and_loses_where_it_was_taken():
    exif = PIL.Image.Exif()
    exif[0x0112] = 6  # taken with the camera on its side
    exif[0x010F] = "a camera"
    exif.get_ifd(0x8825)[2] = (29.0, 33.0, 0.0)  # latitude

    picture, found = kept_picture(picture_bytes((64, 48), format="JPEG", exif=exif, comment=b"private"))

    assert (found.width, found.height) == (48, 64)
    assert dict(picture.getexif()) == {}
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def test_the_hash_is_of_the_file_as_it_was_uploaded():
    content = picture_bytes()

    assert inspect_image(upload(content)).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("mode", "written_as", "shown_in"),
    [
        ("1", "PNG", "L"),
        ("L", "PNG", "L"),
        ("LA", "PNG", "RGBA"),
        ("P", "PNG", "RGB"),
        ("RGBA", "PNG", "RGBA"),
        ("I;16", "PNG", "L"),
        ("CMYK", "JPEG", "RGB"),
        ("YCbCr", "JPEG", "RGB"),
        ("RGBA", "WEBP", "RGBA"),
    ],
)
def test_every_mode_that_a_format_can_hold_is_shown(mode, written_as, shown_in):
    content = io.BytesIO()
    PIL.Image.new(mode, (8, 8)).save(content, written_as)

    picture, _found = kept_picture(content.getvalue())

    assert (picture.size, picture.mode) == ((8, 8), shown_in)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "format"),
        (b'\xef\xbb\xbf <?xml version="1.0"?><svg/>', "format"),
        (b"<html><body>", "format"),
        (b"\0\0\0\x18ftypheic", "format"),
        (b"%PDF-1.4", "format"),
        (b"BM" + b"\0" * 60, "format"),
        (b"no picture", "format"),
        (picture_bytes((300, 300), format="JPEG")[:400], "damaged"),
        (picture_bytes((300, 300))[:100], "damaged"),
    ],
)
def test_what_is_no_whole_picture_is_refused(content, code):
    assert refusal(inspect_image, content, "harmless.png") == code


def test_too_many_bytes_and_too_many_pixels_are_refused(monkeypatch):
    monkeypatch.setattr(inspection, "IMAGE_BYTES", 100)
    assert refusal(inspect_image, picture_bytes() + b"\0" * 100) == "bytes"
    monkeypatch.setattr(inspection, "IMAGE_BYTES", 10_000_000)
    monkeypatch.setattr(inspection, "IMAGE_PIXELS", 64 * 48 - 1)
    assert refusal(inspect_image, picture_bytes()) == "pixels"


def test_a_picture_of_a_billion_pixels_is_refused_before_it_is_unpacked():
    # A PNG of 3 kB whose header promises 40,000 × 40,000.
    content = bytearray(picture_bytes())
    content[16:24] = (40_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")

    assert refusal(inspect_image, bytes(content)) == "pixels"


@pytest.mark.parametrize("seed", range(60))
def test_broken_pictures_are_refused_or_shown_and_nothing_else(seed):
    chance = random.Random(seed)
    content = bytearray(picture_bytes((40, 40), format=["JPEG", "PNG", "WEBP", "GIF"][seed % 4]))
    for _ in range(5):
        content[chance.randrange(len(content))] = chance.randrange(256)

    with contextlib.suppress(ValidationError):
        kept_picture(bytes(content))


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"%PDF-1.7\n", "x.exe", Format.PDF),
        (b"\n junk before %PDF-1.4", "x", Format.PDF),
        (archive("[Content_Types].xml", "word/document.xml"), "x.zip", Format.DOCX),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "x", Format.XLSX),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), "x", Format.PPTX),
        (archive("OFD.xml", "Doc_0/Document.xml"), "公文.ofd", Format.OFD),
        (archive("mimetype", "content.xml", declared=Format.ODS.value), "附表.ods", Format.ODS),
        (COMPOUND + "WordDocument\0".encode("utf-16-le"), "x.wps", Format.DOC),
        (COMPOUND + "Workbook\0".encode("utf-16-le"), "x", Format.XLS),
        (COMPOUND + "PowerPoint Document\0".encode("utf-16-le"), "x", Format.PPT),
        ("地区,年份\n重庆,2022".encode("gb18030"), "表.CSV", Format.CSV),
        ("一行字".encode(), "说明.txt", Format.TXT),
        ("地区\t2022年\r\n重庆\t5\r\n".encode("utf-16"), "表.txt", Format.TXT),
        ("\ufeff地区,2022年\n重庆,5\n".encode("utf-16-be"), "表.csv", Format.CSV),
    ],
    # Not by their bytes: those of an archive tell when it was made, and two processes must name a test alike.
    ids=lambda part: part.name if isinstance(part, Format) else "",
)
def test_documents_are_known_by_their_content(content, name, found):
    inspected = inspect_document(upload(content, name))

    assert (inspected.format, inspected.content.read(), inspected.bytes) == (found, content, len(content))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "markup"),
        (b"  <svg onload=alert(1)>", "markup"),
        (b"<script>alert(1)</script>", "markup"),
        (b"{\\rtf1 text}", "format"),
        (b"MZ\x90\0\x03", "format"),
        (b"\x7fELF\x02", "format"),
        (picture_bytes(), "format"),
        (archive("readme.txt"), "archive"),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
        (archive("mimetype", "content.xml", "Basic/Standard/Module1.xml", declared=Format.ODS.value), "macros"),
        (archive("mimetype", "content.xml", declared="application/vnd.oasis.opendocument.text"), "archive"),
        (archive("[Content_Types].xml", "word/document.xml")[:40], "damaged"),
        (COMPOUND + "EncryptedPackage\0".encode("utf-16-le"), "password"),
        (COMPOUND, "format"),
        (b"\xff\xff\xff", "format"),
        ("地区\t5".encode("utf-16-le"), "format"),
        ("地区\t5\0".encode("utf-16"), "format"),
        (b"\xff\xfe\x00\xd8", "format"),
        ("<script>alert(1)</script>".encode("utf-16"), "markup"),
    ],
    ids=range(20),  # zip archives hold the time: a name made of them would differ from one process to the next
)
def test_other_files_are_refused_as_documents(content, code):
    assert refusal(inspect_document, content, "harmless.pdf") == code
