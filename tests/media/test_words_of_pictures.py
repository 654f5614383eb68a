"""The words of a picture: who may change them depends on the records that show it."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from portal.publishing.models import Status
from portal.roles import make_roles
from tests.factories import ArticleFactory, ColumnFactory, ImageFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = {"title": "江景", "alt": "两江交汇", "caption": "新的说明", "credit": ""}


def office(role, *groups):
    user = UserFactory(is_staff=True, language="en")
    user.groups.add(make_roles()[role], *groups)
    return user


def words_changed(client, image):
    """Whether the form takes other words: it is shown, and what is posted is saved."""
    form = f"/admin/media/image/{image.pk}/change/"
    page, answer = client.get(form), client.post(form, WORDS)
    image.refresh_from_db()
    offered = 'name="caption"' in page.content.decode()
    assert (page.status_code, answer.status_code) == (200, 302 if offered else 403)
    assert (image.caption == WORDS["caption"]) == offered
    return offered


@pytest.mark.parametrize(("role", "may"), [("编辑", False), ("发布", True), ("管理员", True)])
def test_the_words_of_a_picture_in_public_are_changed_by_who_may_publish_what_shows_it(client, role, may):
    image, other = ImageFactory(), ImageFactory()
    ArticleFactory(image=image, headline="公开的文章")
    ArticleFactory(image=other, status=Status.DRAFT, published_at=None)
    client.force_login(office(role))

    assert words_changed(client, image) == may
    assert words_changed(client, other)


@pytest.mark.parametrize("life", [
    {"status": Status.IN_REVIEW, "published_at": None},
    {"published_at": timezone.now() + dt.timedelta(days=1)},
    {"status": Status.WITHDRAWN, "withdrawn_at": timezone.now(), "withdrawal_reason": "outdated"},
])  # fmt: skip
def test_what_is_reviewed_waits_or_was_withdrawn_keeps_the_words_of_its_pictures(client, life):
    image = ImageFactory()
    ArticleFactory(image=image, **life)
    client.force_login(office("编辑"))

    assert not words_changed(client, image)


def test_a_picture_of_two_columns_takes_the_right_in_both(client):
    ours, theirs = Group.objects.create(name="我们"), Group.objects.create(name="他们")
    columns = ColumnFactory(), ColumnFactory()
    for column, group in zip(columns, (ours, theirs), strict=True):
        column.publishers.add(group)
    image = ImageFactory()
    for column in columns:
        ArticleFactory(image=image, column=column)

    client.force_login(office("发布", ours))
    assert not words_changed(client, image)
    client.force_login(office("发布", ours, theirs))
    assert words_changed(client, image)


def test_who_may_not_change_the_words_of_a_picture_is_told_which_records_show_it(client):
    image = ImageFactory()
    ArticleFactory(image=image, headline="公开的文章")
    ArticleFactory(image=image, headline="起草的文章", status=Status.DRAFT, published_at=None)
    told = {}
    for role in ("编辑", "审核", "发布"):
        client.force_login(office(role))
        page = client.get(f"/admin/media/image/{image.pk}/change/").content.decode()
        told[role] = page.partition("Why it is locked")[2].partition("field-")[0]

    assert [title in told["编辑"] for title in ("公开的文章", "起草的文章")] == [True, False]
    assert (told["审核"], told["发布"]) == ("", "")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_picture_costs_the_same_for_any_number_of_records(client, count, django_assert_max_num_queries):
    image = ImageFactory()
    ArticleFactory.create_batch(count, image=image, column=ColumnFactory())
    client.force_login(office("编辑"))
    client.get("/admin/")

    with django_assert_max_num_queries(PRICE):
        client.get(f"/admin/media/image/{image.pk}/change/")


PRICE = 20
