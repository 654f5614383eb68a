"""Files of a closed column, once the record that used them is gone: they stay closed."""

import pytest
from django.contrib.auth.models import Group

from portal.media.models import Asset
from portal.publishing import life, trash
from tests.factories import ArticleFactory, ColumnFactory, DocumentFactory, ImageFactory, PageFactory
from tests.publishing.office import draft, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def inner():
    return Group.objects.create(name="内部")


@pytest.fixture
def closed(inner):
    column = ColumnFactory()
    column.editors.add(inner)
    return column


def openers(file, inner):
    """Who opens ``file``: of an editor outside and one inside of the closed column."""
    people = {"outside": member("编辑"), "inside": member("编辑")}
    people["inside"].groups.add(inner)
    return {name for name, user in people.items() if Asset.objects.openable_by(user).filter(pk=file.pk).exists()}


def test_the_file_of_a_deleted_draft_stays_in_its_column(inner, closed):
    article = draft(ArticleFactory, column=closed, image=ImageFactory())
    trash.discard(article, member("编辑"))

    assert openers(article.image, inner) == {"inside"}


def test_the_file_of_a_discarded_copy_stays_in_its_column(inner, closed):
    copy = life.begin_working_copy(ArticleFactory(column=closed), member("编辑"))
    copy.image = ImageFactory()
    copy.save()
    life.discard(copy)

    assert openers(copy.image, inner) == {"inside"}


def test_a_picture_that_was_taken_out_of_a_text_stays_in_its_column(inner, closed):
    picture = ImageFactory()
    page = draft(PageFactory, column=closed, body=f'<figure><img src="{picture.url("w960")}" alt=""></figure>')
    page.body = "<p>没有图了</p>"
    page.save()

    assert openers(picture, inner) == {"inside"}


def test_a_file_that_no_record_used_yet_is_the_desks(inner, closed):
    assert openers(DocumentFactory(), inner) == {"outside", "inside"}


def test_the_last_record_that_was_saved_with_a_file_says_whose_it_is(inner, closed):
    picture = ImageFactory()
    for column in [closed, None]:
        article = draft(ArticleFactory, column=column, image=picture)
        article.delete()

    assert openers(picture, inner) == {"outside", "inside"}
