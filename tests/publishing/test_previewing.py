"""Preview: a signed link opens one record to an outsider, for a while, and nothing else."""

import datetime as dt
import logging

import html5lib
import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core import signing
from django.test import Client
from django.utils import timezone

from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Status
from portal.publishing.previewing import COOKIE, Grant, reader_of
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    CitationFactory,
    ColumnFactory,
    ImageFactory,
    IndicatorFactory,
    MilestoneFactory,
    ObservationFactory,
    OrganizationFactory,
    PageFactory,
    PartyFactory,
    ReleaseFactory,
    SeriesFactory,
    StaffFactory,
    UserFactory,
)

from .office import draft

pytestmark = pytest.mark.django_db


def copy_of(record, factory, **kwargs):
    return factory(status="draft", published_at=None, working_copy_of=record, **kwargs)


def token_for(record, by=None, days=3):
    return Grant.make(record, by or StaffFactory(), days).signed()


def guest(record, by=None, days=3):
    """A stranger who has opened the link of ``record``."""
    client = Client()
    client.post("/preview/", {"code": token_for(record, by, days)})
    return client


def words(response):
    return response.content.decode()


RECORDS = {
    "article": (ArticleFactory, {"headline": "还没有公开的"}),
    "agreement": (AgreementFactory, {"title": "还没有公开的"}),
    "page": (PageFactory, {"title": "还没有公开的"}),
    "indicator": (IndicatorFactory, {"name": "还没有公开的"}),
}


@pytest.fixture(params=RECORDS)
def unpublished(request):
    factory, title = RECORDS[request.param]
    return draft(factory, **title)


# The link


def test_a_link_opens_the_draft_to_a_stranger(client, unpublished):
    assert client.get(unpublished.get_absolute_url()).status_code == 404

    opened = client.post("/preview/", {"code": token_for(unpublished)}, follow=True)

    assert opened.redirect_chain == [(unpublished.get_absolute_url(), 302)]
    assert "还没有公开的" in words(opened)
    assert opened.context["preview"].pk == unpublished.pk


def test_the_whole_address_may_be_pasted_instead_of_the_code(client):
    article = draft()

    opened = client.post("/preview/", {"code": f" https://example.org/preview/#{token_for(article)} "})

    assert opened.url == article.get_absolute_url()


def test_the_page_of_links_keeps_its_token_behind_the_hash():
    grant = Grant.make(draft(), StaffFactory(), 1)

    assert grant.path == f"/preview/#{grant.signed()}"


def test_the_cookie_is_for_servers_only_and_ends_with_the_link(client, settings):
    settings.SESSION_COOKIE_SECURE = True
    with time_machine.travel("2026-05-01 08:00+08:00", tick=False):
        cookie = client.post("/preview/", {"code": token_for(draft(), days=3)}).cookies[COOKIE]

    said = {name: cookie[name] for name in ("httponly", "secure", "samesite", "path", "max-age")}
    assert said == {"httponly": True, "secure": True, "samesite": "Lax", "path": "/", "max-age": 3 * 24 * 3600}


def test_a_cookie_is_no_link(client):
    article = draft()
    visitor = guest(article)

    assert client.post("/preview/", {"code": visitor.cookies[COOKIE].value}).status_code == 403


def test_what_opens_nothing_is_refused_in_the_same_words_whatever_the_reason(client):
    article, gone, other = draft(), draft(), draft()
    retired = StaffFactory()
    dead = {
        "nothing": "",
        "tampered": token_for(article)[:-1] + "_",
        "signed for something else": signing.dumps([article.pk]),
        "deleted": token_for(gone),
        "never there": Grant("articles.article", 987654, StaffFactory().pk, in_days(1)).signed(),
        "over": Grant("articles.article", article.pk, StaffFactory().pk, in_days(-1)).signed(),
        "its maker is no editor": token_for(other, by=UserFactory()),
        "its maker has left": token_for(other, by=retired),
    }
    gone.delete()
    retired.is_active = False
    retired.save()

    answers = {why: client.post("/preview/", {"code": code}) for why, code in dead.items()}

    assert {why: answer.status_code for why, answer in answers.items()} == dict.fromkeys(dead, 403)
    assert len({without_csrf(answer) for answer in answers.values()}) == 1
    assert client.cookies.get(COOKIE) is None


def in_days(days):
    return timezone.now() + dt.timedelta(days=days)


def without_csrf(response):
    token = str(response.context["csrf_token"])
    return words(response).replace(token, "")


def test_a_forged_post_is_refused():
    assert Client(enforce_csrf_checks=True).post("/preview/", {"code": token_for(draft())}).status_code == 403


def test_the_page_of_links_is_strict_html(client):
    client.post("/preview/", {"code": token_for(draft())})
    for response in (client.get("/preview/"), client.post("/preview/"), client.post("/preview/", {"end": "1"})):
        html5lib.HTMLParser(strict=True).parse(words(response))


# What the cookie opens


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


def test_a_copy_that_was_published_meanwhile_leaves_its_link_nothing():
    article = ArticleFactory(headline="公开的", column=None)
    copy = life.begin_working_copy(article, StaffFactory())
    copy.headline = "改过的"
    copy.save()
    visitor, token, address = guest(copy), token_for(copy), copy.preview_url

    life.publish(copy, StaffFactory())

    assert visitor.get(address).status_code == 404
    assert visitor.post("/preview/", {"code": token}).status_code == 403
    public = visitor.get(article.get_absolute_url())
    assert ("改过的" in words(public), public.context["preview"]) == (True, None)


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


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_of_links_is_kept_and_listed_by_nobody(client, method):
    response = getattr(client, method)("/preview/")

    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "same-origin")


def test_a_token_reaches_neither_an_address_nor_a_log(client, caplog):
    caplog.set_level(logging.DEBUG)
    article = draft()
    token = token_for(article)

    opened = client.post("/preview/", {"code": token}, follow=True)
    client.post("/preview/", {"code": token + "x"})

    assert token not in words(opened)
    assert all(token not in address for address, _status in opened.redirect_chain)
    assert [record for record in caplog.records if token in record.getMessage()] == []


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


# Working copies


def test_the_copy_is_at_the_address_of_its_original_and_has_none_of_its_own(client):
    article = ArticleFactory(headline="公开的")
    copy = copy_of(article, ArticleFactory, headline="改过的")
    client.force_login(StaffFactory())

    shown = client.get(copy.preview_url)

    assert copy.preview_url == f"{article.get_absolute_url()}?version=copy"
    assert ("改过的" in words(shown), "公开的" in words(shown)) == (True, False)
    assert "改过的" not in words(client.get(article.get_absolute_url()))
    assert client.get(f"/articles/{copy.pk}/").status_code == 404


def test_without_a_copy_there_is_no_such_version(client):
    article = ArticleFactory()
    client.force_login(StaffFactory())

    assert client.get(f"{article.get_absolute_url()}?version=copy").status_code == 404


def test_the_public_has_no_copies(client):
    article = ArticleFactory()
    copy = copy_of(article, ArticleFactory)

    assert client.get(copy.preview_url).status_code == 404


def test_a_link_to_a_copy_opens_the_copy_and_the_public_page_stays_as_it_is():
    article = ArticleFactory(headline="公开的")
    copy = copy_of(article, ArticleFactory, headline="改过的")
    visitor = guest(copy)

    assert "改过的" in words(visitor.get(copy.preview_url))
    assert "改过的" not in words(visitor.get(article.get_absolute_url()))


def test_a_link_to_a_draft_opens_no_copy_of_it():
    article = draft()
    copy = copy_of(article, ArticleFactory)

    assert guest(article).get(copy.preview_url).status_code == 404


def test_a_copy_of_what_is_offline_opens_by_its_link():
    article = ArticleFactory(offline_at=in_days(-0.5))
    copy = copy_of(article, ArticleFactory, headline="改过的")
    visitor = guest(copy)

    assert "改过的" in words(visitor.get(copy.preview_url))
    assert visitor.get(article.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("factory", "path"), [(PageFactory, "/pages/old/"), (IndicatorFactory, "/stats/old/")])
def test_copies_of_what_is_addressed_by_a_word_are_found_by_the_word_that_is_public(client, factory, path):
    copy = copy_of(factory(slug="old"), factory, slug="new")
    client.force_login(StaffFactory())

    assert copy.preview_url == f"{path}?version=copy"
    assert client.get(copy.preview_url).context["record"] == copy


def test_the_parts_of_the_page_are_the_copys(client):
    agreement = AgreementFactory()
    old, new = OrganizationFactory(name="原来的机构"), OrganizationFactory(name="后来的机构")
    PartyFactory(agreement=agreement, organization=old)
    copy = copy_of(agreement, AgreementFactory)
    PartyFactory(agreement=copy, organization=new)
    MilestoneFactory(agreement=copy, kind="started", date="2024")
    client.force_login(StaffFactory())

    shown = words(client.get(copy.preview_url))

    assert ("后来的机构" in shown, "原来的机构" in shown, "2024" in shown) == (True, False, True)


def test_the_citations_of_the_page_are_the_copys(client):
    article = ArticleFactory()
    CitationFactory(article=article, exact="原来的引文")
    copy = copy_of(article, ArticleFactory)
    CitationFactory(article=copy, exact="后来的引文")
    client.force_login(StaffFactory())

    shown = words(client.get(copy.preview_url))

    assert ("后来的引文" in shown, "原来的引文" in shown) == (True, False)


def test_what_points_at_the_original_stands_on_the_page_of_its_copy(client):
    agreement = AgreementFactory()
    relating = AgreementFactory(title="实施细则")
    relating.relations.create(kind="implements", target=agreement)
    draft(AgreementFactory, title="没有公开的细则").relations.create(kind="implements", target=agreement)
    CitationFactory(article__headline="讲到它的文章", observation=None, agreement=agreement)
    copy = copy_of(agreement, AgreementFactory)

    shown = words(guest(copy).get(copy.preview_url))

    said = {text: text in shown for text in ("实施细则", "讲到它的文章", "没有公开的细则")}
    assert said == {"实施细则": True, "讲到它的文章": True, "没有公开的细则": False}


def test_an_indicators_copy_is_shown_with_the_figures_of_the_indicator(client):
    series = SeriesFactory(region__name="重庆市")
    ObservationFactory(series=series)
    copy = copy_of(series.indicator, IndicatorFactory, name="改过的名称")
    client.force_login(StaffFactory())

    page = client.get(copy.preview_url)
    of_region = client.get(f"{series.get_absolute_url()}?version=copy")

    assert ("改过的名称" in words(page), list(page.context["series"])) == (True, [series])
    assert ("改过的名称" in words(of_region), of_region.context["one"]) == (True, series)


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


# The desk, where links are made


def link_page(record):
    options = record._meta
    return f"/admin/{options.app_label}/{options.model_name}/{record.pk}/preview-link/"


def test_a_link_is_made_at_the_desk_shown_once_and_noted_without_its_token(client, unpublished):
    maker = StaffFactory(language="en")
    client.force_login(maker)
    with time_machine.travel("2026-05-01 08:00+08:00", tick=False):
        response = client.post(link_page(unpublished), {"days": "3"})

        link, grant = response.context["link"], response.context["grant"]
        assert link == f"http://testserver{grant.path}"
        assert f'value="{link}"' in words(response)
        assert Client().post("/preview/", {"code": link}).url == unpublished.get_absolute_url()
    noted = LogEntry.objects.get()
    assert (noted.user, noted.object_id) == (maker, str(unpublished.pk))
    assert noted.get_change_message() == "Preview link made, until May 4, 2026, 8 a.m."
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_the_form_of_a_draft_leads_to_preview_and_link_and_that_of_a_public_one_to_neither(client):
    shown, public = draft(), ArticleFactory()
    client.force_login(StaffFactory(language="en"))
    found = {}
    for record in (shown, public):
        page = words(client.get(f"/admin/articles/article/{record.pk}/change/"))
        found[record.pk] = (f'href="{link_page(record)}"' in page, ">Preview</a>" in page)

    assert found == {shown.pk: (True, True), public.pk: (False, False)}


def test_a_copy_has_a_link_of_its_own(client):
    article = ArticleFactory(headline="公开的")
    copy = copy_of(article, ArticleFactory, headline="改过的")
    client.force_login(StaffFactory())

    link = client.post(link_page(copy), {"days": "1"}).context["link"]

    assert "改过的" in words(Client().post("/preview/", {"code": link}, follow=True))
    assert LogEntry.objects.get().object_id == str(article.pk)


@pytest.mark.parametrize("factory", [ArticleFactory, ReleaseFactory])
def test_what_is_public_has_no_links(client, factory):
    client.force_login(StaffFactory())

    assert client.post(link_page(draft(factory)), {"days": "1"}).status_code == 200
    assert client.post(link_page(factory()), {"days": "1"}).status_code == 404


def test_a_copy_of_what_was_taken_back_has_no_links(client):
    article = ArticleFactory()
    copy = copy_of(article, ArticleFactory)
    life.withdraw(article, StaffFactory(), "legal")
    client.force_login(StaffFactory())

    assert client.post(link_page(copy), {"days": "1"}).status_code == 404


def test_who_may_only_look_makes_no_link(client):
    looker = UserFactory(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(looker)
    article = draft()

    page = words(client.get(f"/admin/articles/article/{article.pk}/change/"))

    assert link_page(article) not in page
    assert [client.get(link_page(article)).status_code, client.post(link_page(article)).status_code] == [403, 403]


@pytest.mark.parametrize("days", ["", "2", "365", "x"])
def test_links_are_for_one_three_or_seven_days(client, days):
    client.force_login(StaffFactory())

    response = client.post(link_page(draft()), {"days": days})

    assert (response.context["grant"], LogEntry.objects.count()) == (None, 0)


def test_a_record_of_a_closed_column_does_not_exist_at_the_page_of_links(client, desks):
    ours, theirs = (draft(column=column) for column in desks)

    assert [client.get(link_page(one)).status_code for one in (ours, theirs)] == [200, 302]


@pytest.mark.parametrize("code", ["中文", "\0", "a:b:c", "::", "x" * 100_000])
def test_any_code_may_be_posted(client, code):
    assert client.post("/preview/", {"code": code}).status_code == 403
