"""A list in other clothes: the same rows as a file and as a feed."""

import csv
import datetime as dt
import io
import json

import feedparser
import pytest
import time_machine
from django.utils import timezone
from python_calamine import CalamineWorkbook

from portal.search import lists
from portal.search.refreshing import rebuild
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    ColumnFactory,
    ObservationFactory,
    PartyFactory,
    RegionFactory,
    SeriesFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

LISTS = {"/articles/": "headline", "/agreements/": "title", "/stats/": "indicator__name"}
FILES = ["csv", "xlsx", "json"]


def make(address, name, **kwargs):
    """A record of the list at ``address`` with everything that a row shows."""
    subjects = {"topics": [TopicFactory()], "regions": kwargs.pop("regions", None) or [RegionFactory()]}
    if address == "/articles/":
        return ArticleFactory(headline=name, **subjects, **kwargs)
    if address == "/agreements/":
        agreement = AgreementFactory(title=name, **subjects, **kwargs)
        PartyFactory(agreement=agreement)
        AmountFactory(agreement=agreement)
        return agreement
    series = SeriesFactory(
        indicator__name=name,
        region=subjects["regions"][0],
        **{f"indicator__{key}": value for key, value in kwargs.items()},
    )
    return ObservationFactory(series=series).series


def bytes_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows(client, address, format):
    """The rows of a download without their headings, as dicts of JSON or as lists of cells."""
    response = client.get(address)
    assert response.status_code == 200
    content = bytes_of(response)
    if format == "json":
        answer = json.loads(content)
        assert answer["count"] == len(answer["results"])
        return answer["results"]
    if format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1:]


def names(client, address, format):
    """The first words of each row: what the record is called."""
    return [(row["title"] if format == "json" else row[0]).split(" · ")[0] for row in rows(client, address, format)]


def feed(client, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    parsed = feedparser.parse(response.content)
    assert parsed.bozo == 0
    return parsed


def entries(client, address):
    return [entry.title.split(" · ")[0] for entry in feed(client, address).entries]


@pytest.mark.parametrize("format", FILES)
@pytest.mark.parametrize("address", LISTS)
def test_a_file_holds_all_rows_of_the_list_in_its_order(client, address, format):
    for number in range(25):
        make(address, f"甲{number:02d}")
    shown = []
    for page in (1, 2):
        object_list = client.get(f"{address}?page={page}").context["object_list"]
        shown += [getattr(one, "indicator", one) for one in object_list]

    assert names(client, f"{address}?page=2&format={format}", format) == [str(one) for one in shown]
    assert len(shown) == 25


@pytest.mark.parametrize("format", FILES)
@pytest.mark.parametrize("address", LISTS)
def test_a_file_holds_the_rows_of_the_filter(client, address, format):
    region = RegionFactory(code="500000")
    make(address, "重庆", regions=[region])
    make(address, "四川", regions=[RegionFactory(code="510000")])

    assert names(client, f"{address}?region=500000&format={format}", format) == ["重庆"]
    assert names(client, f"{address}?region=500000&year=1999&format={format}", format) == []


@pytest.mark.parametrize("format", [*FILES, "atom"])
@pytest.mark.parametrize("query", ["region=nowhere", "year=abcd"])
@pytest.mark.parametrize("address", [*LISTS, "/columns/news/"])
def test_a_wrong_value_is_refused_at_its_field_and_gives_no_rows(client, address, query, format):
    ColumnFactory(slug="news")
    for one in LISTS:
        make(one, "甲")

    response = client.get(f"{address}?{query}&format={format}")

    assert (response.status_code, list(response.json())) == (400, ["errors"])
    assert list(response.json()["errors"]) == [query.partition("=")[0]]
    assert "甲" not in response.text


def test_a_format_that_is_not_there_is_refused(client):
    response = client.get("/articles/?format=pdf")

    assert (response.status_code, list(response.json()["errors"])) == (400, ["format"])


def test_the_page_may_be_asked_for_by_its_format(client):
    assert client.get("/articles/?format=html").headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("format", FILES)
@pytest.mark.parametrize("address", LISTS)
def test_nobody_downloads_what_is_not_listed_not_even_staff(admin_client, address, format):
    make(address, "公开")
    make(address, "草稿", status="draft", published_at=None)
    make(address, "定时", published_at=timezone.now() + dt.timedelta(hours=1))
    make(address, "撤稿", status="withdrawn", withdrawn_at=timezone.now(), withdrawal_reason="in_error")

    assert names(admin_client, f"{address}?format={format}", format) == ["公开"]
    assert entries(admin_client, f"{address}?format=atom") == ["公开"]


@pytest.mark.parametrize("address", LISTS)
def test_addresses_in_a_file_are_whole_and_lead_to_the_record(client, address):
    record = make(address, "甲")

    (row,) = rows(client, f"{address}?format=json", "json")

    assert row["url"] == f"http://testserver{record.get_absolute_url()}"
    assert client.get(row["url"]).status_code == 200


#: Queries of a file: rows and what belongs to them (figures, indicators, regions, units and releases of series); a feed
#: needs the site's imprint and menu besides.
PRICES = {"/articles/": (4, 3), "/agreements/": (7, 6), "/stats/": (6, 6)}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("format", [*FILES, "atom"])
@pytest.mark.parametrize("address", LISTS)
def test_a_download_costs_the_same_for_any_number_of_rows(client, django_assert_num_queries, address, format, count):
    for number in range(count):
        make(address, f"甲{number}")

    with django_assert_num_queries(PRICES[address][format == "atom"]):
        content = bytes_of(client.get(f"{address}?format={format}"))

    assert content


def test_many_rows_are_read_in_pieces(client, monkeypatch):
    monkeypatch.setattr(lists, "CHUNK", 2)
    for number in range(5):
        make("/articles/", f"甲{number}")

    found = rows(client, "/articles/?format=json", "json")

    assert [(row["title"], len(row["topics"])) for row in found] == [(f"甲{n}", 1) for n in (4, 3, 2, 1, 0)]


def test_a_column_downloads_its_own_articles(client):
    column, other = ColumnFactory(slug="news", name="要闻"), ColumnFactory(slug="notices")
    make("/articles/", "要闻一", column=column)
    make("/articles/", "要闻二", column=ColumnFactory(parent=column))
    make("/articles/", "通知", column=other)

    assert names(client, "/columns/news/?format=csv", "csv") == ["要闻二", "要闻一"]
    assert entries(client, "/columns/news/?format=atom") == ["要闻二", "要闻一"]
    assert feed(client, "/columns/news/?format=atom").feed.title == "双城 · 要闻"


@pytest.mark.parametrize("address", LISTS)
def test_a_feed_has_the_50_latest_published_whatever_the_order_of_the_list(client, address):
    now = timezone.now()
    for number in range(52):
        record = make(address, f"甲{number:02d}", published_at=now - dt.timedelta(hours=60 - number))
        if address == "/stats/":
            release = record.observations.get().release
            type(release).objects.filter(pk=release.pk).update(published_at=now - dt.timedelta(hours=60 - number))
    if address == "/articles/":
        ArticleFactory(headline="甲52", is_pinned=True, published_at=now - dt.timedelta(days=60))

    assert entries(
        client, f"{address}?sort=-published&format=atom" if address != "/stats/" else f"{address}?format=atom"
    ) == [f"甲{number:02d}" for number in range(51, 1, -1)]


def test_a_feed_says_whose_it_is_and_what_it_holds(client):
    region = RegionFactory(code="500000", name="重庆市")
    published = dt.datetime(2026, 3, 31, 1, tzinfo=dt.UTC)
    with time_machine.travel(published + dt.timedelta(days=1), tick=False):
        article = ArticleFactory(
            headline="甲 < 乙 & “丙”",
            lead="导语 <b>&amp;",
            source__name="重庆日报",
            regions=[region],
            published_at=published,
        )
        make("/articles/", "别处")

        found = feed(client, "/articles/?region=500000&sort=dated&format=atom")

    assert found.feed.title == "双城 · 文章 · 重庆市"
    assert [(link.rel, link.href) for link in found.feed.links] == [
        ("alternate", "http://testserver/articles/?region=500000&sort=dated"),
        ("self", "http://testserver/articles/?region=500000&sort=dated&format=atom"),
    ]
    (entry,) = found.entries
    assert (entry.title, entry.author, entry.link) == (
        "甲 < 乙 & “丙”",
        "重庆日报",
        f"http://testserver{article.get_absolute_url()}",
    )
    assert entry.summary == "导语 &lt;b&gt;&amp;amp;"
    assert (entry.published, entry.updated) == ("2026-03-31T01:00:00+00:00", "2026-04-01T01:00:00+00:00")
    assert entry.id == f"tag:testserver,2026:{article.get_absolute_url()}"


def test_an_entry_stays_the_same_when_its_article_changes(client):
    article = make("/articles/", "甲")
    before = feed(client, "/articles/?format=atom").entries[0]
    article.headline = "乙"
    article.published_at += dt.timedelta(hours=1)
    article.save()

    after = feed(client, "/articles/?format=atom").entries[0]

    assert (after.title, after.id) == ("乙", before.id)


def test_a_revised_figure_is_an_entry_of_its_own(client):
    series = make("/stats/", "地区生产总值")
    before = feed(client, "/stats/?format=atom").entries[0]
    ObservationFactory(series=series, mantissa=120, release__released_on=dt.date(2024, 3, 1))

    after = feed(client, "/stats/?format=atom").entries[0]

    assert before.title.endswith("2022年 · 100亿元")
    assert "2022年 · 100亿元 → 120亿元 · " in after.title
    assert (after.link, after.id != before.id) == (before.link, True)


def test_a_feed_that_has_not_changed_is_not_sent_again(client):
    ArticleFactory()
    first = client.get("/articles/?format=atom")

    again = client.get("/articles/?format=atom", headers={"if-none-match": first["ETag"]})
    ArticleFactory()
    later = client.get("/articles/?format=atom", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content, later.status_code) == (304, b"", 200)


def test_an_empty_feed_is_a_feed_and_always_the_same(client):
    first, second = (client.get("/articles/?format=atom") for _turn in range(2))

    assert feedparser.parse(first.content).bozo == 0
    assert first["ETag"] == second["ETag"]


def test_characters_that_no_xml_can_hold_do_not_break_a_feed_or_a_workbook(client):
    ArticleFactory(headline="甲\x0b乙\x1f", lead="\ufffe导语")

    assert [entry.title for entry in feed(client, "/articles/?format=atom").entries] == ["甲乙"]
    assert names(client, "/articles/?format=xlsx", "xlsx") == ["甲乙"]


@pytest.mark.parametrize("address", LISTS)
def test_a_list_names_its_feed_and_its_files_with_its_filter(client, address):
    make(address, "甲", regions=[RegionFactory(code="500000", name="重庆市")])

    text = client.get(f"{address}?region=500000").text

    assert text.count('<link rel="alternate"') == 1
    assert ' · 重庆市"' in text[: text.index("<body>")]
    assert [format for format in (*FILES, "atom") if f'href="{address}?region=500000&amp;format={format}"' in text] == [
        *FILES,
        "atom",
    ]


def test_a_list_with_a_wrong_filter_offers_no_feed(client):
    assert '<link rel="alternate"' not in client.get("/articles/?region=nowhere").text


@pytest.mark.parametrize("format", FILES)
def test_the_search_downloads_its_hits_of_all_kinds_or_of_one(client, format):
    make("/articles/", "川渝报道")
    make("/articles/", "别的")
    make("/agreements/", "川渝协议")
    rebuild()
    title = "title" if format == "json" else 1

    def hits(query):
        return {row[title] for row in rows(client, f"/search/?q=川渝{query}&format={format}", format)}

    assert hits("") == {"川渝报道", "川渝协议"}
    assert hits("&kind=agreement") == {"川渝协议"}


def test_the_search_can_be_followed(client):
    now = timezone.now()
    make("/articles/", "川渝", published_at=now - dt.timedelta(days=2))
    make("/articles/", "川渝报道", published_at=now - dt.timedelta(days=1))
    make("/articles/", "别的")
    rebuild()

    found = feed(client, "/search/?q=川渝&kind=article&format=atom")

    assert found.feed.title == "双城 · 搜索 · 川渝 · 文章"
    assert [entry.title for entry in found.entries] == ["川渝报道", "川渝"]
    assert client.get("/search/?q=川渝&kind=person&format=atom").status_code == 400
