import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from portal.media.models import Asset, Document, Image, Use
from tests.factories import ArticleFactory, DocumentFactory, ImageFactory, PageFactory

pytestmark = pytest.mark.django_db


def figure(*images):
    return "".join(f'<figure><img src="{image.url("w960")}" alt=""></figure><p>x</p>' for image in images)


def uses_of(record):
    return sorted(record.media_uses.values_list("asset", "where"))


def test_the_proxies_see_their_own_kind():
    image, document = ImageFactory(), DocumentFactory()

    assert list(Image.objects.all()) == [image]
    assert list(Document.objects.all()) == [document]
    assert Asset.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"bytes": 0}, "media_asset_not_empty"),
        ({"width": 0}, "media_asset_pictures_have_a_size"),
        ({"height": None}, "media_asset_pictures_have_a_size"),
        ({"content_type": "image/svg+xml"}, "media_asset_known_format"),
        ({"kind": "film"}, "media_asset_"),  # against two rules at once
    ],
)
def test_the_database_refuses_what_no_upload_makes(changes, constraint):
    image = ImageFactory()

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Asset.objects.filter(pk=image.pk).update(**changes)

    assert constraint in str(refused.value)


def test_a_file_is_kept_once():
    image = ImageFactory()

    with pytest.raises(ValidationError) as refused:
        Asset(sha256=image.sha256).validate_unique()

    assert list(refused.value.message_dict) == ["sha256"]


def test_saving_a_record_writes_down_which_files_its_text_shows():
    one, two = ImageFactory.create_batch(2)
    page = PageFactory(body=figure(one, two) + figure(one))
    assert uses_of(page) == [(one.pk, "body"), (two.pk, "body")]

    page.body = figure(two)
    page.save()
    assert uses_of(page) == [(two.pk, "body")]


def test_a_number_that_belongs_to_no_file_is_left_out():
    page = PageFactory(body='<p><a href="/media/987654/original/">x</a></p>')

    assert uses_of(page) == []


def test_relations_count_as_uses():
    image = ImageFactory()
    article = ArticleFactory(image=image, body=figure(image))

    assert uses_of(article) == [(image.pk, "body"), (image.pk, "image")]


def test_uses_go_with_their_record_and_protect_their_file():
    image = ImageFactory()
    page = PageFactory(body=figure(image))

    with pytest.raises(ProtectedError):
        image.delete()
    with pytest.raises(ProtectedError):
        Image.objects.all().delete()

    page.delete()
    assert Use.objects.count() == 0
    image.delete()
    assert Asset.objects.count() == 0


def test_an_unchanged_record_is_saved_in_a_fixed_number_of_queries(django_assert_num_queries):
    images = ImageFactory.create_batch(5)
    page = PageFactory(body=figure(*images))

    # savepoint, update, own text, known ids, present uses, release; links, links to it (2)
    with django_assert_num_queries(9):
        page.save()
