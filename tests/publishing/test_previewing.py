"""Preview: a signed link opens one record to an outsider, for a while, and nothing else."""

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.test import Client

from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Status
from portal.publishing.previewing import COOKIE, reader_of
from tests.factories import AgreementFactory, ArticleFactory, ColumnFactory, ImageFactory, StaffFactory, UserFactory

from .office import copy_of, draft, guest, in_days, token_for, words

pytestmark = pytest.mark.django_db


def test_it_opens_that_record_alone():
    article, other = draft(), draft()
    visitor = guest(article)

    seen = {one.pk: visitor.get(one.get_absolute_url()).status_code for one in (article, other)}

    assert seen == {article.pk: 200, other.pk: 404}


def test_it_opens_no_record_of_another_kind_with_the_same_number():
    article, agreement = draft(pk=77), draft(AgreementFactory, pk=77)
    visitor = guest(article)

    assert visitor.get(agreement.get_absolute_url()).status_code == 404


def test_it_opens_no_list_no_search_no_feed_and_no_sitemap():
    article = draft(headline="还没有公开的", column=ColumnFactory(slug="news"))
    visitor = guest(article)
    doors = ["/", "/articles/", "/columns/news/", "/search/?q=公开", "/articles/?format=atom", "/sitemap-articles.xml"]

    assert [door for door in doors if "还没有公开的" in words(visitor.get(door))] == []
    article.status, article.published_at = Status.PUBLISHED, in_days(-1)
    article.save()
    assert "还没有公开的" in words(visitor.get("/articles/"))


def test_it_opens_no_desk():
    assert guest(draft()).get("/admin/").status_code == 302


def test_it_ends_by_itself():
    article = draft()
    visitor = guest(article, days=1)

    with time_machine.travel(in_days(1.01)):
        assert visitor.get(article.get_absolute_url()).status_code == 404


def test_a_reader_ends_it():
    article = draft(headline="还没有公开的")
    visitor = guest(article)
    assert "还没有公开的" in words(visitor.get("/preview/"))

    ended = visitor.post("/preview/", {"end": "1"})

    assert (ended.status_code, "还没有公开的" in words(ended)) == (200, False)
    assert visitor.get(article.get_absolute_url()).status_code == 404


def test_it_is_dead_as_soon_as_its_maker_may_not_open_the_record():
    column = ColumnFactory()
    maker = UserFactory(is_staff=True)
    maker.user_permissions.add(Permission.objects.get(codename="view_article"))
    article = draft(column=column)
    visitor = guest(article, by=maker)
    assert visitor.get(article.get_absolute_url()).status_code == 200

    maker.user_permissions.clear()

    assert visitor.get(article.get_absolute_url()).status_code == 404


def deactivate(maker, column):
    maker.is_active = False
    maker.save()


def take_from_the_desk(maker, column):
    maker.is_staff = False
    maker.save()


def close_the_column(maker, column):
    column.editors.add(Group.objects.create(name="他们"))


@pytest.mark.parametrize("lose", [deactivate, take_from_the_desk, close_the_column])
def test_a_link_and_its_pictures_are_dead_as_soon_as_its_maker_lost_the_right(lose):
    maker, column, picture = UserFactory(is_staff=True), ColumnFactory(), ImageFactory()
    maker.user_permissions.add(Permission.objects.get(codename="view_article"))
    article = draft(column=column, image=picture)
    visitor = guest(article, by=maker)
    doors = [article.get_absolute_url(), picture.url("w960")]
    assert [visitor.get(door).status_code for door in doors] == [200, 200]

    lose(maker, column)

    assert [visitor.get(door).status_code for door in doors] == [404, 404]
    assert Client().post("/preview/", {"code": token_for(article, by=maker)}).status_code == 403


def test_the_pictures_are_closed_when_the_link_ends():
    picture = ImageFactory()
    visitor = guest(draft(image=picture), days=1)
    assert visitor.get(picture.url("w960")).status_code == 200

    with time_machine.travel(in_days(1.01)):
        assert visitor.get(picture.url("w960")).status_code == 404


@pytest.mark.parametrize("reason", ["in_error", "legal"])
@pytest.mark.parametrize("of_copy", [False, True])
def test_what_is_taken_back_is_opened_by_no_link_that_was_made_before(reason, of_copy):
    picture = ImageFactory()
    article = ArticleFactory(headline="不该公开的", image=picture)
    copy = copy_of(article, ArticleFactory, headline="不该公开的副本", image=picture)
    record = copy if of_copy else article
    visitor, token = guest(record), token_for(record)
    address = record.preview_url
    assert [visitor.get(door).status_code for door in (address, picture.url("w960"))] == [200, 200]

    life.withdraw(article, StaffFactory(), reason)

    assert visitor.get(address).status_code == (404 if of_copy else 410)
    assert visitor.get(picture.url("w960")).status_code == 404
    assert "不该公开的" not in words(visitor.get("/preview/"))
    assert visitor.post("/preview/", {"code": token}).status_code == 403


def test_what_is_withdrawn_and_still_read_is_where_its_link_leads():
    picture = ImageFactory()
    article = ArticleFactory(image=picture)
    visitor, token = guest(article), token_for(article)

    life.withdraw(article, StaffFactory(), "outdated")

    assert visitor.post("/preview/", {"code": token}).url == article.get_absolute_url()
    assert [visitor.get(door).status_code for door in (article.get_absolute_url(), picture.url("w960"))] == [200, 200]


def test_a_published_record_is_the_public_page_without_a_word_of_preview():
    article = draft()
    visitor = guest(article)
    article.status, article.published_at = Status.PUBLISHED, in_days(-1)
    article.save()

    response = visitor.get(article.get_absolute_url())

    assert (response.context["preview"], "X-Robots-Tag" in response) == (None, False)


def test_an_editor_with_a_link_still_opens_what_is_open_to_editors(client):
    article, other = draft(), draft()
    client.force_login(StaffFactory())
    client.post("/preview/", {"code": token_for(article)})

    assert client.get(other.get_absolute_url()).status_code == 200


def test_the_pictures_of_the_draft_are_open_and_no_others():
    shown, other = ImageFactory(), ImageFactory()
    article = draft(image=shown)
    draft(image=other)
    visitor = guest(article)

    answers = [visitor.get(one.url("w960")) for one in (shown, other)]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0]["Cache-Control"] == "private, no-store"


def test_no_cache_keeps_it_no_engine_lists_it_no_site_learns_of_it():
    article = draft()
    response = guest(article).get(article.get_absolute_url())

    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "no-referrer")


@pytest.mark.parametrize("others", [0, 2])
def test_a_guest_costs_the_same_whatever_else_there_is(others, django_assert_num_queries):
    article = draft()
    maker = UserFactory(is_staff=True)
    maker.user_permissions.add(Permission.objects.get(codename="view_article"))
    visitor = guest(article, by=maker)
    visitor.get(article.get_absolute_url())
    ArticleFactory.create_batch(others)

    # Who made the link, and three for permissions and columns; article, topics, regions, organizations; corrections,
    # citations, related ones.
    with django_assert_num_queries(4 + 7):
        visitor.get(article.get_absolute_url())


def test_the_banner_says_until_when():
    article = draft()
    with time_machine.travel("2026-05-01 08:00+08:00", tick=False):
        shown = words(guest(article, days=3).get(article.get_absolute_url()))

    assert shown.count("notice-preview") == 1
    assert "2026年5月4日 08:00" in shown


def test_the_gate_gives_a_guest_one_row_more(rf):
    article, _other = draft(), draft()
    listed = ArticleFactory()
    visitor = guest(article)
    request = rf.get("/")
    request.COOKIES = {COOKIE: visitor.cookies[COOKIE].value}
    request.user = UserFactory()

    assert set(Article.objects.openable_by(reader_of(request))) == {article, listed}
