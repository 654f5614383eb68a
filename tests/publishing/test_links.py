"""Links from a text into the site: where they lead, and when they are dead."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import override

from portal.publishing.links import told_dead, with_dead_links
from portal.publishing.models import Link
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    ColumnFactory,
    ImageFactory,
    IndicatorFactory,
    OrganizationFactory,
    PageFactory,
    RegionFactory,
    SeriesFactory,
    TopicFactory,
)

from .office import ARTICLES, PAGE_FORM, draft, said, shown
from .test_desk import start_page

pytestmark = pytest.mark.django_db


def link(address, words="文字"):
    return f'<p>见<a href="{address}">{words}</a>。</p>'


def dead_in(html, **fields):
    page = PageFactory(body=html, **fields)
    return [one.path for one in page.links_within.dead()]


def withdraw(record, reason="outdated"):
    type(record).objects.filter(pk=record.pk).update(
        status="withdrawn", withdrawn_at=timezone.now(), withdrawal_reason=reason
    )


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/articles/?year=2023",
        "/stats/",
        "/search/?q=川",
        "/feedback/",
        "/regions/",
        "/feeds/",
        "/articles",
        "#fn-1",
        "/static/css/base.css",
        "https://example.org/articles/999999/",
        "//example.org/nowhere/",
        "mailto:office@example.org",
        "tel:02312345678",
    ],
)
def test_pages_without_a_record_and_other_sites_are_alive(address):
    assert dead_in(link(address)) == []


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/articles/999999/", "/articles/999999/"),
        ("/articles/999999/?page=2#top", "/articles/999999/"),
        ("/nowhere", "/nowhere"),
        ("/nowhere/", "/nowhere/"),
        ("nowhere/", "/pages/about/nowhere/"),
        ("../../articles/999999/", "/articles/999999/"),
        ("http://localhost/nowhere/", "/nowhere/"),
        ("https://LOCALHOST:8000/nowhere/", "/nowhere/"),
        ("/columns/nothing/", "/columns/nothing/"),
        ("/stats/nothing/", "/stats/nothing/"),
        ("/regions/999999/", "/regions/999999/"),
        ("/topics/nothing/", "/topics/nothing/"),
        ("/organizations/999999/", "/organizations/999999/"),
        ("/pages/nothing/", "/pages/nothing/"),
        ("/admin/articles/article/", "/admin/articles/article/"),
        ("/%00/", "/%00/"),
        ("/articles/99999999999999999999/", "/articles/99999999999999999999/"),
        (f"/{'a' * 1990}", f"/{'a' * 1990}"),
    ],
)
def test_an_address_of_this_site_that_leads_to_nothing_is_dead(settings, address, path):
    settings.ALLOWED_HOSTS = ["localhost"]

    assert dead_in(link(address), slug="about") == [path]


def test_links_to_records_of_every_kind_are_alive_while_readers_may_open_them():
    records = [
        ArticleFactory(),
        AgreementFactory(),
        IndicatorFactory(),
        PageFactory(slug="contact"),
        RegionFactory(),
        TopicFactory(),
        OrganizationFactory(),
    ]
    columns = [ColumnFactory()]

    page = PageFactory(body="".join(link(one.get_absolute_url()) for one in records + columns))

    assert [one.target for one in page.links_within.all()] == [*records, None]
    assert list(page.links_within.dead()) == []


def test_a_target_that_dies_later_is_noticed_without_saving_anything():
    going = {
        "withdrawn": ArticleFactory(),
        "offline": AgreementFactory(),
        "deleted": ArticleFactory(),
        "a draft again": IndicatorFactory(),
        "a topic that is deleted": TopicFactory(),
    }
    staying = ArticleFactory()
    addresses = [one.get_absolute_url() for one in going.values()]
    page = PageFactory(body="".join(map(link, [*addresses, staying.get_absolute_url()])))
    assert list(page.links_within.dead()) == []

    withdraw(going["withdrawn"])
    type(going["offline"]).objects.update(offline_at=timezone.now())
    going["deleted"].delete()
    type(going["a draft again"]).objects.update(status="draft", published_at=None)
    going["a topic that is deleted"].delete()

    assert [one.path for one in page.links_within.dead()] == addresses


def test_a_scheduled_target_is_dead_until_its_hour():
    hour = timezone.now() + dt.timedelta(hours=1)
    article = ArticleFactory(published_at=hour)
    page = PageFactory(body=link(article.get_absolute_url()))

    assert [page.links_within.dead(at).count() for at in (hour - dt.timedelta(seconds=1), hour)] == [1, 0]


def test_two_drafts_that_link_to_one_another_are_alive_once_both_are_public():
    first, second = draft(), draft()
    for one, other in ((first, second), (second, first)):
        one.body = link(other.get_absolute_url())
        one.save()
    assert Link.objects.dead().count() == 2

    type(first).objects.update(status="published", published_at=timezone.now())
    assert Link.objects.dead().count() == 0


def test_a_target_that_is_younger_than_the_link_is_alive_once_it_is_there():
    page = PageFactory(body=link("/pages/rules/") + link("/pages/rules"))
    assert page.links_within.dead().count() == 2

    PageFactory(slug="rules")
    assert page.links_within.dead().count() == 0


def test_a_target_that_moves_leaves_its_links_dead():
    indicator = IndicatorFactory(slug="gdp")
    SeriesFactory(indicator=indicator, region=RegionFactory(code="500000"))
    page = PageFactory(body="".join(map(link, ["/stats/gdp/", "/stats/gdp/500000/", "/stats/grp/", "/stats/gdp/51/"])))
    assert [one.path for one in page.links_within.dead()] == ["/stats/grp/", "/stats/gdp/51/"]

    indicator.slug = "grp"
    indicator.save()
    assert [one.path for one in page.links_within.dead()] == ["/stats/gdp/", "/stats/gdp/500000/", "/stats/gdp/51/"]


def test_files_of_the_media_are_not_asked_for():
    image = ImageFactory()

    assert PageFactory(body=link(image.url("original"))).links_within.count() == 0


def test_links_are_written_anew_with_the_text_and_go_with_the_record():
    page = PageFactory(
        body=link("/articles/1/", "甲<strong>乙</strong>") + link("/articles/1/", "甲乙") + link("/stats/")
    )
    assert list(page.links_within.values_list("where", "path", "text")) == [
        ("body", "/articles/1/", "甲乙"),
        ("body", "/stats/", "文字"),
    ]

    page.body = "<p>无</p>"
    page.save()
    assert Link.objects.count() == 0

    page.body = link("/stats/")
    page.save()
    page.delete()
    assert Link.objects.count() == 0


def test_the_message_names_the_dead_links_by_their_words():
    page = PageFactory(body=link("/articles/999999/", "旧闻") + link("/stats/", "数据") + link("/nowhere/", "他处"))

    with override("en"):
        assert told_dead(page) == [
            "These links lead readers nowhere, or to what is not public: “旧闻” /articles/999999/; “他处” /nowhere/"
        ]
    assert told_dead(PageFactory(body=link("/stats/"))) == []
    assert told_dead(AgreementFactory()) == []


def test_what_is_withdrawn_has_nothing_to_do():
    page, other = PageFactory(body=link("/nowhere/")), PageFactory(body=link("/nowhere/"))
    withdraw(other)

    assert list(with_dead_links(type(page).objects.all())) == [page]


# At the desk ---------------------------------------------------------------------------------------------------------


def test_saving_tells_the_dead_links(client, chief):
    response = client.post("/admin/pages/page/add/", PAGE_FORM | {"body": link("/nowhere/", "他处"), "_save": "1"})

    assert response.status_code == 302
    assert any("“他处” /nowhere/" in one for one in said(response))


def test_dead_links_are_a_card_of_the_start_page_and_a_filter_of_the_lists(client, chief):
    target = ArticleFactory()
    article = ArticleFactory(body=link(target.get_absolute_url()))
    PageFactory(body=link("/stats/"))
    assert dead_card(client)["count"] == 0

    withdraw(target)

    card = dead_card(client)
    assert ([one["record"] for one in card["records"]], card["count"]) == ([article], 1)
    assert client.get(card["kinds"][0]["url"]).context["cl"].result_count == 1
    assert shown(client, "missing=links") == {article}


def dead_card(client):
    with override("en"):
        (card,) = (one for one in start_page(client)["waiting"] if str(one["title"]) == "Dead links")
    return card


def test_a_kind_without_texts_has_no_such_filter(client, chief):
    agreement = AgreementFactory()

    assert shown(client, "missing=links", kind=type(agreement)) == {agreement}


@pytest.mark.parametrize("count", [1, 3])
def test_the_filter_costs_the_same_for_any_number_of_links(client, chief, count, django_assert_num_queries):
    for _ in range(count):
        ArticleFactory(body=link("/nowhere/") * count)

    # session, user, open columns; columns of the filter, count, dates of the hierarchy (2), articles; imprint, menu (3)
    with django_assert_num_queries(11):
        response = client.get(f"{ARTICLES}?missing=links")

    assert response.context["cl"].result_count == count


def test_all_links_are_written_anew_by_a_command():
    page = PageFactory(body=link("/nowhere/", "他处"))
    Link.objects.all().delete()
    told = io.StringIO()

    call_command("check_links", stdout=told)

    assert list(Link.objects.values_list("object_id", "path")) == [(page.pk, "/nowhere/")]
    assert "/nowhere/" in told.getvalue()
