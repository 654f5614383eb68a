"""What is uploaded with bad intent, or by bad luck: refused at its field, and nothing of it stays."""

import contextlib
import io
import struct
import zipfile
import zlib

import PIL.Image
import PIL.ImageFile
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL.PngImagePlugin import PngInfo

from portal.media import expansion
from portal.media.models import Asset, Document, Image
from tests.factories import DocumentFactory, PageFactory, StaffFactory, picture_bytes

pytestmark = pytest.mark.django_db

EDITOR = "/admin/media/image/upload/"
WORDS = {"title": "", "alt": "", "caption": "", "credit": ""}
OFFICE = {
    "xlsx": ("[Content_Types].xml", "xl/workbook.xml"),
    "docx": ("[Content_Types].xml", "word/document.xml"),
    "ofd": ("OFD.xml",),
}


@pytest.fixture(autouse=True)
def uploads(client, settings, tmp_path):
    """The folder where uploads lie while they are looked at; even small ones do."""
    client.force_login(StaffFactory(language="en"))
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1
    return settings.FILE_UPLOAD_TEMP_DIR


def by_the_form(client, kind, file):
    """What the form of the admin says at the field of the file."""
    response = client.post(f"/admin/media/{kind}/add/", WORDS | {"file": file})
    return response.context["adminform"].form.errors["file"] if response.status_code == 200 else []


def by_the_editor(client, file):
    response = client.post(EDITOR, WORDS | {"file": file})
    return [response.json()["error"]] if response.status_code == 400 else []


def nothing_stays(settings):
    stored = settings.MEDIA_ROOT.rglob("*") if settings.MEDIA_ROOT.exists() else ()
    return not [path for path in stored if path.is_file()] and not [*settings.FILE_UPLOAD_TEMP_DIR.iterdir()]


# Pictures ------------------------------------------------------------------------------------------------------------


def png_of(width, height):
    """A PNG of some bytes whose header promises so many pixels."""
    content = bytearray(picture_bytes())
    content[16:24] = struct.pack(">II", width, height)
    content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    return bytes(content)


def png_with(chunk, data):
    content = picture_bytes()
    made = struct.pack(">I", len(data)) + chunk + data + struct.pack(">I", zlib.crc32(chunk + data))
    return content[:33] + made + content[33:]


def png_with_texts():
    texts = PngInfo()
    for number in range(80):
        texts.add_text(f"text{number}", "x" * 1_000_000, zip=True)
    return picture_bytes(pnginfo=texts)


def jpeg_of_passes(number):
    """A progressive JPEG that draws its last pass so many times."""
    content = picture_bytes((300, 300), format="JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * number + b"\xff\xd9"


ZEROS = zlib.compress(bytes(50_000_000), 9)
BAD_PICTURES = {
    "0 bytes": (b"", "江景.png", "empty"),
    "60000 × 60000 pixels": (png_of(60_000, 60_000), "江景.png", "pixels"),
    "16001 pixels wide": (png_of(16_001, 10), "江景.png", "pixels"),
    "SVG with script": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.svg", "SVG"),
    "SVG named .png": (b"<?xml version='1.0'?><svg onload='alert(1)'/>", "a.png", "SVG"),
    "HTML named .jpg": (b"<!doctype html><script>alert(1)</script>", "a.jpg", "web pages"),
    "a truncated JPEG": (picture_bytes((400, 400), format="JPEG")[:700], "a.jpg", "damaged"),
    "a text that unpacks to 50 MB": (png_with(b"zTXt", b"Comment\0\0" + ZEROS), "a.png", "damaged"),
    "many texts of a megabyte": (png_with_texts(), "a.png", "damaged"),
    "a profile that unpacks to 50 MB": (png_with(b"iCCP", b"sRGB\0\0" + ZEROS), "a.png", "damaged"),
    "a JPEG that is drawn 500 times": (jpeg_of_passes(500), "a.jpg", "damaged"),
    "a PDF": (b"%PDF-1.7\n", "a.jpg", "PDF"),
    "a path for a name": (b"no picture", "../../../etc/cron.d/江景.png", "not a picture"),
}


@pytest.mark.parametrize("door", ["form", "editor"])
@pytest.mark.parametrize(("content", "name", "reason"), BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_a_bad_picture_is_refused_at_its_field_and_leaves_nothing(client, settings, door, content, name, reason):
    file = SimpleUploadedFile(name, content)

    errors = by_the_form(client, "image", file) if door == "form" else by_the_editor(client, file)

    assert (len(errors), reason in errors[0]) == (1, True)
    assert Asset.objects.count() == 0
    assert nothing_stays(settings)


@pytest.mark.parametrize("content", [png_of(60_000, 60_000), png_of(16_001, 10)])
def test_too_many_pixels_are_refused_before_any_is_unpacked(client, monkeypatch, content):
    loaded = []
    monkeypatch.setattr(PIL.ImageFile.ImageFile, "load", lambda picture: loaded.append(picture))

    by_the_editor(client, SimpleUploadedFile("a.png", content))

    assert loaded == []


def test_of_a_film_of_thousands_of_pictures_the_first_is_kept_and_no_other_read(client, monkeypatch):
    frames = [PIL.Image.new("L", (8, 8), shade % 256) for shade in range(3000)]
    content = io.BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
    read = []
    step = PIL.GifImagePlugin.GifImageFile._seek
    monkeypatch.setattr(
        PIL.GifImagePlugin.GifImageFile, "_seek", lambda self, frame, **k: read.append(frame) or step(self, frame, **k)
    )

    assert by_the_editor(client, SimpleUploadedFile("a.gif", content.getvalue())) == []

    assert (Image.objects.get().content_type, set(read) - {0}) == ("image/png", set())


def test_where_a_photo_was_taken_is_in_no_rendition(client):
    exif = PIL.Image.Exif()
    exif[0x010F] = "相机"
    exif.get_ifd(0x8825)[2] = (29.0, 33.0, 0.0)  # latitude
    content = picture_bytes((1200, 900), format="JPEG", exif=exif, comment=b"29.33")
    client.post(EDITOR, {"file": SimpleUploadedFile("a.jpg", content)})
    image = Image.objects.get()

    for rendition in ("original", "w480", "w960", "thumb"):
        kept = PIL.Image.open(io.BytesIO(b"".join(client.get(image.url(rendition)).streaming_content)))
        assert (dict(kept.getexif()), kept.info.get("comment")) == ({}, None)


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd.png", "a/../../b.png", "..png"]
)
def test_a_name_leads_to_no_other_place(client, settings, name):
    response = client.post(EDITOR, {"file": SimpleUploadedFile(name, picture_bytes())})

    image = Image.objects.get()
    assert response.status_code == 200
    assert image.file.name == f"assets/{image.sha256[:2]}/{image.sha256}.png"
    assert {"/", "\\"}.isdisjoint(image.original_name)
    assert [path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == [f"{image.sha256}.png"]


# Documents -----------------------------------------------------------------------------------------------------------


def archive(names, **members):
    """A ZIP file with a letter in each of ``names``, and ``members`` with their content."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, "x")
        for name, data in members.items():
            made.writestr(name, data)
    return content.getvalue()


def claiming(content, size, name=b"bomb"):
    """The archive with another size of ``name`` in its directory."""
    entry = content.rindex(name) - 46
    return content[: entry + 24] + struct.pack("<I", size) + content[entry + 28 :]


def nested(names, depth):
    inner = archive(names)
    for _ in range(depth - 1):
        inner = archive(names, inner=inner)
    return inner


def gigabytes(names):
    """An archive of a megabyte whose last member, which claims 10 bytes, unpacks to a gigabyte."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    megabyte = deflate.compress(bytes(2**20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    packed = megabyte * 1024 + deflate.flush()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in names:
            made.writestr(name, "x")
        made.writestr("bomb", packed)
    content = bytearray(content.getvalue())
    first, entry = content.index(b"bomb") - 30, content.rindex(b"bomb") - 46
    content[first + 8 : first + 10] = content[entry + 10 : entry + 12] = struct.pack("<H", zipfile.ZIP_DEFLATED)
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    return bytes(content)


def sharing(names):
    """An archive of a thousand entries that all mean the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, "x")
        made.writestr("shared", bytes(100_000))
        made.filelist += [made.getinfo("shared")] * 1000
        made._didModify = True
    return content.getvalue()


def locked(names):
    content = bytearray(archive(names))
    entry = content.rindex(names[-1].encode()) - 46
    content[entry + 8] |= 1
    return bytes(content)


XLSX = OFFICE["xlsx"]
BOMBS = {
    "claims 4 GB": lambda names: claiming(archive(names, bomb="x"), 2**32 - 2),
    "has a gigabyte": gigabytes,
    "lies in four layers": lambda names: nested(names, 4),
}
BAD_DOCUMENTS = {
    "0 bytes": (b"", "报表.xlsx", "empty"),
    "HTML named .pdf": (b"<!doctype html><script>alert(1)</script>", "a.pdf", "Web pages"),
    "SVG with script": (b"<svg onload='alert(1)'/>", "a.svg", "Web pages"),
    "PDF behind a page": (b"<html><script>alert(1)</script>\n%PDF-1.7\n", "a.pdf", "web page at once"),
    "page behind a PDF": (b"%PDF-1.7\n1 0 obj <</A (<SCRIPT>alert(1)</SCRIPT>)>>", "a.pdf", "web page at once"),
    "a picture that is a PDF": (picture_bytes() + b"%PDF-1.7\n", "a.pdf", "picture"),
    "a path for a name": (b"MZ\0\0", "../../etc/cron.d/a.pdf", "not taken"),
    **{
        f".{end} that {does}": (make(names), f"a.{end}", "Unpacked")
        for end, names in OFFICE.items()
        for does, make in BOMBS.items()
    },
    "20,000 members": (archive([*XLSX, *map(str, range(20_000))]), "a.xlsx", "Unpacked"),
    "a member claims less than it has": (claiming(archive(XLSX, bomb="x" * 99), 9), "a.xlsx", "damaged"),
    "members share their bytes": (sharing(XLSX), "a.xlsx", "damaged"),
    "a member is locked": (locked(XLSX), "a.xlsx", "password"),
    "cut off": (archive(XLSX, bomb=bytes(1000))[:-60], "a.xlsx", "damaged"),
}


@pytest.mark.parametrize(("content", "name", "reason"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS)
def test_a_bad_document_is_refused_at_its_field_and_leaves_nothing(client, settings, content, name, reason):
    errors = by_the_form(client, "document", SimpleUploadedFile(name, content))

    assert (len(errors), reason in errors[0]) == (1, True)
    assert Asset.objects.count() == 0
    assert nothing_stays(settings)


def test_no_more_is_unpacked_than_is_allowed(monkeypatch):
    monkeypatch.setattr(expansion, "UNPACKED", 3 * expansion.MEGABYTE)
    unpacked = []
    pieces = expansion.pieces

    def counted(file, member):
        for piece in pieces(file, member):
            unpacked.append(len(piece))
            yield piece

    monkeypatch.setattr(expansion, "pieces", counted)
    with pytest.raises(expansion.ValidationError):
        expansion.check_archive(io.BytesIO(gigabytes(XLSX)))
    assert max(unpacked) == expansion.PIECE
    assert expansion.UNPACKED < sum(unpacked) <= expansion.UNPACKED + expansion.PIECE

    unpacked.clear()
    with pytest.raises(expansion.ValidationError):
        expansion.check_archive(io.BytesIO(claiming(archive(XLSX, bomb="x"), 2**32 - 2)))
    assert unpacked == []


def test_the_directory_of_an_archive_is_not_read_where_it_is_endless(monkeypatch):
    monkeypatch.setattr(zipfile, "ZipFile", lambda file: pytest.fail("it was read"))

    with pytest.raises(expansion.ValidationError):
        expansion.check_archive(io.BytesIO(expansion.ENTRY * (expansion.MEMBERS + 1)))


def test_the_budget_is_one_for_all_layers(monkeypatch):
    monkeypatch.setattr(expansion, "UNPACKED", 300_000)
    inner = archive(XLSX, sheet=bytes(100_000))

    assert expansion.check_archive(io.BytesIO(archive(XLSX, one=inner, two=inner))) == {*XLSX, "one", "two"}
    with pytest.raises(expansion.ValidationError):
        expansion.check_archive(io.BytesIO(archive(XLSX, one=inner, two=inner, three=inner)))


@pytest.mark.parametrize("seed", range(40))
def test_broken_archives_are_refused_or_taken_and_nothing_else(seed):
    content = bytearray(archive(XLSX, inner=nested(XLSX, 2), sheet=bytes(range(256)) * 40))
    for step in range(4):
        content[(seed * 7919 + step * 104_729) % len(content)] = (seed * 31 + step * 17) % 256

    with contextlib.suppress(expansion.ValidationError):
        expansion.check_archive(io.BytesIO(content))


def test_a_presentation_with_a_workbook_behind_its_chart_is_taken(client):
    pptx = archive(["[Content_Types].xml", "ppt/presentation.xml"], embedded=archive(XLSX, sheet=bytes(5000)))

    assert by_the_form(client, "document", SimpleUploadedFile("汇报.pptx", pptx)) == []
    assert Document.objects.get().original_name == "汇报.pptx"


def test_a_document_is_handed_out_as_a_file_and_never_as_a_page(client):
    document = DocumentFactory()
    PageFactory(body=f'<p><a href="{document.get_absolute_url()}">全文</a></p>')
    client.logout()

    response = client.get(document.get_absolute_url())

    assert response.status_code == 200
    assert response["Content-Type"] == document.content_type
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
