import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.media.forms import DocumentUploadForm, ImageUploadForm, keep
from portal.media.models import Asset
from tests.factories import ImageFactory, StaffFactory, picture_bytes

pytestmark = pytest.mark.django_db


def image_form(content, name="江景.JPG", **said):
    return ImageUploadForm(said, {"file": SimpleUploadedFile(name, content)}, uploaded_by=StaffFactory())


def test_an_upload_is_kept_under_its_hash_with_the_name_in_a_column():
    content = picture_bytes()
    sha256 = hashlib.sha256(content).hexdigest()

    image = image_form(content, alt="两江交汇").save()

    assert image.file.name == f"assets/{sha256[:2]}/{sha256}.png"
    assert (image.original_name, image.title, image.alt) == ("江景.png", "江景", "两江交汇")
    assert (image.kind, image.content_type, image.width, image.height) == ("image", "image/png", 64, 48)
    assert image.bytes == image.file.size
    assert image.uploaded_by.is_staff


def test_the_same_file_again_gives_the_asset_that_is_there_and_leaves_its_words_alone():
    first = image_form(picture_bytes(), alt="两江交汇").save()

    again = image_form(picture_bytes(), name="另一个名字.png", alt="别的", title="别的")
    found = again.save()

    assert (found.pk, found.alt, found.title) == (first.pk, "两江交汇", "江景")
    assert again.existing == first
    assert Asset.objects.count() == 1


def test_of_two_uploads_of_one_file_at_one_moment_the_second_gives_the_first(settings):
    form = image_form(picture_bytes())
    assert form.is_valid()
    first = image_form(picture_bytes()).save()

    assert keep(form.save(commit=False)) == first
    assert Asset.objects.count() == 1
    assert len(list((settings.MEDIA_ROOT / "assets").rglob("*.png"))) == 1


def test_a_refused_file_says_at_its_field_what_to_do():
    form = image_form(b"<svg/>", "logo.svg")

    assert form.errors == {"file": [str(form.errors["file"][0])]}
    assert "PNG" in form.errors["file"][0]


def test_no_file_and_an_empty_file_are_refused():
    assert list(ImageUploadForm({}, {}).errors) == ["file"]
    assert list(image_form(b"").errors) == ["file"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("合同\u202efdp.exe", "合同fdp.txt"),
        ("长" * 200 + ".txt", "长" * 200 + ".txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
    ],
)
def test_names_that_deceive_or_break_headers_are_made_harmless(name, kept):
    form = DocumentUploadForm({}, {"file": SimpleUploadedFile(name, "一行字".encode())})

    assert form.is_valid(), form.errors
    assert form.instance.original_name == kept


def test_a_picture_and_a_document_share_no_row():
    image = ImageFactory()

    assert list(Asset.objects.values_list("kind", flat=True)) == ["image"]
    assert image.kind == "image"
