import datetime as dt
import io
import random

import PIL.Image
import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.utils import timezone
from imagekit.cachefiles.backends import CacheFileState

from portal.media import renditions
from portal.media.models import Asset
from portal.media.renditions import Rendition
from portal.publishing.models import Status
from tests.factories import ColumnFactory, DocumentFactory, ImageFactory, PageFactory, UserFactory, picture_bytes

pytestmark = pytest.mark.django_db


def figure(image):
    return f'<figure><img src="{image.url("w960")}" alt=""></figure>'


def link(document):
    return f'<p><a href="{document.url("original")}">x</a></p>'


def member(*permissions, **fields):
    user = UserFactory(is_staff=True, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def wide_picture(size=(2000, 1000), **fields):
    content = picture_bytes(size, format=fields.pop("format", "PNG"))
    return ImageFactory(content=content, width=size[0], height=size[1], **fields)


def body(response):
    return b"".join(response.streaming_content)


# Who may open what


def test_a_file_is_open_when_a_record_that_uses_it_is():
    tomorrow = timezone.now() + dt.timedelta(days=1)
    images = {
        name: ImageFactory() for name in ("seen", "draft", "scheduled", "expired", "withdrawn", "wrong", "unused")
    }
    PageFactory(body=figure(images["seen"]))
    PageFactory(body=figure(images["draft"]), status=Status.DRAFT)
    PageFactory(body=figure(images["scheduled"]), published_at=tomorrow)
    PageFactory(body=figure(images["expired"]), offline_at=timezone.now() - dt.timedelta(hours=1))
    now = {"status": Status.WITHDRAWN, "withdrawn_at": timezone.now()}
    PageFactory(body=figure(images["withdrawn"]), withdrawal_reason="outdated", **now)
    PageFactory(body=figure(images["wrong"]), withdrawal_reason="in_error", **now)

    def open_to(user, at=None):
        return {name for name, image in images.items() if image.is_openable_by(user, at)}

    assert open_to(AnonymousUser()) == {"seen", "withdrawn"}
    assert open_to(AnonymousUser(), at=tomorrow + dt.timedelta(hours=1)) == {"seen", "withdrawn", "scheduled"}
    assert open_to(UserFactory()) == {"seen", "withdrawn"}
    assert open_to(member()) == {"seen", "withdrawn"}
    assert open_to(member("view_image")) == {"seen", "withdrawn", "unused"}
    assert open_to(member("view_document")) == {"seen", "withdrawn"}
    assert open_to(member("view_page")) == set(images) - {"unused"}
    assert open_to(member("view_page", "view_image", is_active=False)) == {"seen", "withdrawn"}


def test_a_draft_in_a_column_of_others_keeps_its_files_closed():
    others = ColumnFactory()
    others.editors.add(Group.objects.create(name="others"))
    image = ImageFactory()
    PageFactory(body=figure(image), status=Status.DRAFT, column=others)

    assert not image.is_openable_by(member("view_page", "view_image"))
    assert image.is_openable_by(UserFactory(is_staff=True, is_superuser=True))


def test_one_open_record_is_enough():
    image = ImageFactory()
    PageFactory(body=figure(image), status=Status.DRAFT)
    PageFactory(body=figure(image))

    assert list(Asset.objects.public()) == [Asset.objects.get(pk=image.pk)]


# What is answered


def test_a_public_picture_may_be_cached_and_a_closed_one_may_not(client):
    image = ImageFactory()
    page = PageFactory(body=figure(image))
    response = client.get(image.url("original"))
    assert (response.status_code, response["Cache-Control"]) == (200, "public, max-age=600")
    assert "Cookie" not in response.get("Vary", "")
    assert response["Content-Type"] == "image/png"
    assert body(response) == image.file.read()

    page.status = Status.DRAFT
    page.save()
    assert client.get(image.url("original")).status_code == 404

    client.force_login(member("view_page"))
    response = client.get(image.url("original"))
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.parametrize(
    ("rendition", "size"),
    [
        ("original", (2000, 1000)),
        ("w480", (480, 240)),
        ("w960", (960, 480)),
        ("w1600", (1600, 800)),
        ("thumb", (240, 240)),
    ],
)
@pytest.mark.parametrize(
    ("written_as", "content_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_renditions_have_their_size_and_their_format(client, rendition, size, written_as, content_type):
    image = wide_picture(format=written_as, content_type=content_type)
    PageFactory(body=figure(image))

    response = client.get(image.url(rendition))
    content = body(response)
    picture = PIL.Image.open(io.BytesIO(content))

    assert (picture.size, picture.format, response["Content-Type"]) == (size, written_as, content_type)
    assert Rendition(rendition).size_of(image) == size
    assert int(response["Content-Length"]) == len(content)


def test_a_small_picture_is_not_enlarged(client):
    image = ImageFactory()
    PageFactory(body=figure(image))

    assert PIL.Image.open(io.BytesIO(body(client.get(image.url("w480"))))).size == (64, 48)


def test_a_rendition_is_made_once(client, monkeypatch):
    image = wide_picture()
    PageFactory(body=figure(image))
    first = body(client.get(image.url("w480")))
    monkeypatch.setattr(renditions.Scaled, "generate", lambda self: pytest.fail("made again"))

    assert body(client.get(image.url("w480"))) == first


def test_a_rendition_that_was_lost_is_made_again(client, settings):
    image = wide_picture()
    PageFactory(body=figure(image))
    first = body(client.get(image.url("w480")))
    for path in (settings.MEDIA_ROOT / "CACHE").rglob("*.png"):
        path.unlink()

    assert body(client.get(image.url("w480"))) == first


def test_while_another_worker_writes_a_rendition_the_whole_picture_is_served(client, settings):
    image = wide_picture()
    PageFactory(body=figure(image))
    kept = Rendition.W480.kept(image)
    kept.cachefile_backend.set_state(kept, CacheFileState.GENERATING)

    assert PIL.Image.open(io.BytesIO(body(client.get(image.url("w480"))))).size == (480, 240)


def test_an_unchanged_file_is_not_sent_again(client):
    image = ImageFactory()
    PageFactory(body=figure(image))
    first = client.get(image.url("w480"))

    by_tag = client.get(image.url("w480"), headers={"If-None-Match": first["ETag"]})
    by_date = client.get(image.url("w480"), headers={"If-Modified-Since": first["Last-Modified"]})

    assert (by_tag.status_code, by_tag["ETag"], by_tag["Cache-Control"]) == (304, first["ETag"], "public, max-age=600")
    assert by_date.status_code == 304
    assert client.get(image.url("w960"), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_head_answers_without_a_body_and_post_is_refused(client):
    image = ImageFactory()
    PageFactory(body=figure(image))

    response = client.head(image.url("original"))
    assert (response.status_code, response.getvalue(), response["Content-Length"]) == (200, b"", str(image.bytes))
    assert client.post(image.url("original")).status_code == 405


def test_a_document_is_offered_under_the_name_it_came_with_and_runs_nothing(client):
    document = DocumentFactory(original_name='合作"协议" 2023.pdf')
    PageFactory(body=link(document))

    response = client.get(document.get_absolute_url())

    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%90%88%E4%BD%9C%22%E5%8D%8F%E8%AE%AE%22%202023.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script" not in response["Content-Security-Policy"]
    assert body(response) == document.file.read()


@pytest.mark.parametrize(
    "address",
    [
        "/media/1/w481/",
        "/media/1/original.png/",
        "/media/0/original/",
        f"/media/{10**30}/original/",
        "/media/999/w480/",
    ],
)
def test_what_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_a_document_has_no_thumbnail(client):
    document = DocumentFactory()
    PageFactory(body=link(document))

    assert client.get(document.url("thumb")).status_code == 404


def test_a_file_that_the_storage_lost_is_not_found(client):
    image = ImageFactory()
    PageFactory(body=figure(image))
    image.file.storage.delete(image.file.name)

    assert client.get(image.url("original")).status_code == 404
    assert client.get(image.url("w480")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_opening_costs_the_same_for_any_number_of_uses(client, count, django_assert_num_queries):
    image, draft = ImageFactory(), ImageFactory()
    for _ in range(count):
        PageFactory(body=figure(image))
        PageFactory(body=figure(draft), status=Status.DRAFT)

    with django_assert_num_queries(1):  # the file, if its records are open to everybody
        assert client.get(image.url("original")).status_code == 200

    client.force_login(member("view_page"))
    # the same, session, user, permissions (2), open columns, the file for this user
    with django_assert_num_queries(7):
        assert client.get(draft.url("original")).status_code == 200


def test_every_rendition_of_noise_is_smaller_than_the_picture(client):
    chance = random.Random(1)
    content = io.BytesIO()
    PIL.Image.frombytes("RGB", (1700, 20), chance.randbytes(1700 * 20 * 3)).save(content, "PNG")
    image = ImageFactory(content=content.getvalue(), width=1700, height=20)
    PageFactory(body=figure(image))

    sizes = [len(body(client.get(image.url(name)))) for name in ("w480", "w960", "w1600", "original")]

    assert sizes == sorted(sizes)
