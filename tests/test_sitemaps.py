import datetime as dt
import re
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
import time_machine
from django.utils import timezone

from portal import sitemaps
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    ColumnFactory,
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    PageFactory,
    PartyFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FIXED = ["/", "/articles/", "/stats/", "/agreements/"]
FIXED += ["/regions/", "/topics/", "/organizations/", "/feeds/", "/feedback/", "/corrections/", "/calendar/"]


def read(client, address="/sitemap.xml", **headers):
    """Address → the day of its last change, of a sitemap or of an index; absolute addresses without the host."""
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)
    found = {one.findtext(f"{SPACE}loc"): one.findtext(f"{SPACE}lastmod") for one in root}
    assert len(found) == len(root)
    return {place.removeprefix("http://testserver"): day for place, day in found.items()}


def test_an_empty_portal_has_its_lists(client):
    assert read(client) == dict.fromkeys(FIXED)


def test_everything_that_is_listed_has_its_address_once(client):
    column, region, topic = ColumnFactory(slug="news"), RegionFactory(code="500000"), TopicFactory(slug="industry")
    source = OrganizationFactory()
    records = [
        ArticleFactory(column=column, source=source, regions=[region], topics=[topic], organizations=[source]),
        AgreementFactory(regions=[region], topics=[topic]),
        PageFactory(slug="about"),
        IndicatorFactory(slug="gdp", topics=[topic]),
    ]
    party = PartyFactory(agreement=records[1]).organization
    release = ReleaseFactory(source=OrganizationFactory())
    series = SeriesFactory(indicator=records[-1], region=region)
    ObservationFactory(series=series, release=release)
    ObservationFactory(series=SeriesFactory(indicator=records[-1], region=region, is_default=False, frequency="Q"))
    others = [column, region, topic, source, party, release.source, series]
    quarterly = [release.source for release in type(release).objects.exclude(pk=release.pk)]
    today = timezone.localdate().isoformat()

    found = read(client)

    assert {place for place, day in found.items() if day} == {one.get_absolute_url() for one in records}
    assert {day for day in found.values() if day} == {today}
    assert {place for place, day in found.items() if not day} == {
        *FIXED,
        *(one.get_absolute_url() for one in (*others, *quarterly)),
    }


def test_what_is_not_public_leaves_no_trace(client):
    hour = dt.timedelta(hours=1)
    now = timezone.now()
    for life in (
        {"status": "draft", "published_at": None},
        {"published_at": now + hour},
        {"status": "withdrawn", "withdrawn_at": now, "withdrawal_reason": "outdated"},
        {"published_at": now - 2 * hour, "offline_at": now - hour},
    ):
        subjects = {"topics": [TopicFactory()], "regions": [RegionFactory()]}
        ArticleFactory(column=None, organizations=[OrganizationFactory()], **subjects, **life)
        PartyFactory(agreement=AgreementFactory(**subjects, **life))
        PageFactory(**life)
        ObservationFactory(series__indicator=IndicatorFactory(topics=[TopicFactory()], **life))
    ObservationFactory(release__status="draft", release__published_at=None)
    listed = SeriesFactory._meta.model.objects.latest("pk").indicator

    assert read(client).keys() == {*FIXED, listed.get_absolute_url()}


def test_a_scheduled_record_enters_by_the_clock(client):
    article = ArticleFactory(published_at=timezone.now() + dt.timedelta(hours=1), column=None, source=None)
    before = read(client)

    with time_machine.travel(timezone.now() + dt.timedelta(hours=1, seconds=1)):
        after = read(client)

    assert after.keys() - before.keys() == {article.get_absolute_url()}


def test_a_former_region_has_its_own_address(client):
    ArticleFactory(regions=[RegionFactory(code="500105", valid_to="2025")], column=None, source=None)

    assert [place for place in read(client) if place.startswith("/regions/5")] == ["/regions/500105-2025/"]


def test_many_addresses_make_an_index_whose_files_hold_them_all(client, monkeypatch):
    for number in range(7):
        ArticleFactory(column=None, source=None, regions=[RegionFactory()] if number < 2 else [])
    whole = read(client)
    monkeypatch.setattr(sitemaps, "LIMIT", 3)
    monkeypatch.setattr(sitemaps.Section, "limit", 3)

    index = read(client)
    parts = {}
    for place in index:
        parts |= read(client, place)

    assert list(index) == [
        "/sitemap-lists.xml",
        "/sitemap-lists.xml?p=2",
        "/sitemap-lists.xml?p=3",
        "/sitemap-lists.xml?p=4",
        "/sitemap-pages.xml",
        "/sitemap-columns.xml",
        "/sitemap-articles.xml",
        "/sitemap-articles.xml?p=2",
        "/sitemap-articles.xml?p=3",
        "/sitemap-agreements.xml",
        "/sitemap-indicators.xml",
        "/sitemap-series.xml",
        "/sitemap-regions.xml",
        "/sitemap-topics.xml",
        "/sitemap-organizations.xml",
    ]
    assert index["/sitemap-articles.xml"].startswith(timezone.localdate().isoformat())
    assert parts == whole


@pytest.mark.parametrize("address", ["/sitemap-nothing.xml", "/sitemap.xml?p=2", "/sitemap.xml?p=x"])
def test_a_file_that_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_sitemap_costs_the_same_whatever_its_length(client, django_assert_num_queries, count):
    for _turn in range(count):
        PageFactory()
        AgreementFactory()
        ArticleFactory(topics=[TopicFactory()], regions=[RegionFactory()])
        ObservationFactory()

    with django_assert_num_queries(32):  # nine kinds of pages; names by the numbers of three lists
        read(client)


def test_addresses_have_the_scheme_and_the_host_of_the_request(client):
    response = client.get("/sitemap.xml", secure=True, headers={"host": "localhost"})

    assert re.findall("<loc>([^<]+)", response.text)[:2] == ["https://localhost/", "https://localhost/articles/"]


def test_robots_learn_in_plain_text_where_the_sitemap_is(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines()[-1] == "Sitemap: http://testserver/sitemap.xml"


def may_read(rules, address):
    """RFC 9309, 2.2.2: the longest rule that matches decides, and the one that allows where two are equally long."""
    found = []
    for verdict, pattern in re.findall("(?m)^(Allow|Disallow): (.+)$", rules):
        if re.match(re.escape(pattern).replace(r"\*", ".*"), address):
            found.append((len(pattern), verdict == "Allow"))
    return max(found, default=(0, True))[1]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/", True),
        ("/articles/", True),
        ("/articles/?page=2", True),
        ("/articles/1/", True),
        ("/stats/gdp/500000/?as_of=2022-12-31", True),
        ("/columns/news/", True),
        ("/columns/news/?page=2", True),
        ("/articles/?region=500000", False),
        ("/articles/?q=1&page=2", False),
        ("/columns/news/?region=500000", False),
        ("/stats/?format=csv", False),
        ("/stats/gdp/500000/?format=json", False),
        ("/search/?q=1", False),
        ("/admin/login/", False),
    ],
)
def test_robots_read_pages_and_neither_filters_nor_downloads(client, address, allowed):
    assert may_read(client.get("/robots.txt").text, address) is allowed


@pytest.mark.parametrize("address", ["/", "/articles/", "/articles/1/", "/stats/gdp/", "/columns/news/"])
def test_a_simple_robot_that_knows_no_patterns_reads_the_pages_too(client, address):
    robot = RobotFileParser()
    robot.parse(client.get("/robots.txt").text.splitlines())

    assert robot.can_fetch("a simple robot", f"http://testserver{address}")


def test_a_region_with_records_only_in_its_parts_is_there_too(client):
    province = RegionFactory(code="500000")
    ArticleFactory(regions=[RegionFactory(code="500153", kind="county", parent=province)], column=None, source=None)
    RegionFactory(code="510000")

    assert [place for place in read(client) if place.startswith("/regions/5")] == [
        "/regions/500000/",
        "/regions/500153/",
    ]
