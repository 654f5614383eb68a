"""The public pages: their price in queries, their HTML, and what they say of a record's life."""

import datetime as dt
import re

import html5lib
import pytest
from django.template.loader import get_template
from django.utils import timezone

from portal.pages.models import MenuItem
from portal.publishing.models import Status
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    CitationFactory,
    ColumnFactory,
    MilestoneFactory,
    ObservationFactory,
    OrganizationFactory,
    PageFactory,
    PartyFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    StaffFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


class World:
    """``count`` records of each kind about one region, one topic and one organization."""

    def __init__(self, count):
        self.region = RegionFactory(code="500000", name="重庆市")
        self.topic = TopicFactory(slug="industry", name="产业")
        self.column = ColumnFactory(slug="news", name="要闻")
        self.organization = OrganizationFactory(name="重庆市统计局", region=self.region)
        subjects = {"regions": [self.region], "topics": [self.topic]}
        self.series = SeriesFactory(region=self.region, indicator__slug="gdp", indicator__topics=[self.topic])
        for number in range(count):
            self.agreement = self.make_agreement(subjects)
            figure = ObservationFactory(
                series=self.series if number == 0 else SeriesFactory(region=self.region),
                release=ReleaseFactory(source=self.organization, released_on=dt.date(2023, 3, 1 + number)),
            )
            revised = ReleaseFactory(source=self.organization, released_on=dt.date(2024, 3, 1 + number))
            ObservationFactory(series=self.series, release=revised, time_period=f"{2020 + number}")
            self.article = ArticleFactory(source=self.organization, column=self.column, **subjects)
            ObservationFactory(release=figure.release if number == 0 else self.release)
            self.release = figure.release if number == 0 else self.release
            CitationFactory(article=self.article, observation=figure)
            CitationFactory(
                article=self.article, observation=None, agreement=self.agreement, part="amount:total_investment:agreed"
            )
        for _number in range(count):  # around the region and the topic
            RegionFactory(name="荣昌区", parent=self.region)
            RegionFactory(valid_to="1996").successions.create(successor=self.region)
            RegionFactory(kind="group").memberships.create(member=self.region)
            TopicFactory(parent=self.topic)
        for number in range(count):  # all of them in the box of one article
            CitationFactory(article=self.article, exact=f"第{number}句")
            SeriesFactory(
                indicator=self.series.indicator, region=self.region, frequency="SQM"[number], is_default=False
            )
            PartyFactory(agreement=self.agreement, side="四川")
            MilestoneFactory(agreement=self.agreement, kind="started", date="2024")
            AmountFactory(agreement=self.agreement, label=f"投资{number}")

    def make_agreement(self, subjects):
        agreement = AgreementFactory(signed="2023-03-31", place=self.region, **subjects)
        PartyFactory(agreement=agreement, organization=self.organization, side="重庆")
        AmountFactory(agreement=agreement)
        return agreement

    def addresses(self):
        return {
            "home": "/",
            "articles": "/articles/",
            "column": "/columns/news/",
            "article": self.article.get_absolute_url(),
            "figures": "/stats/",
            "indicator": "/stats/gdp/",
            "series": "/stats/gdp/500000/",
            "release": self.release.get_absolute_url(),
            "agreements": "/agreements/",
            "agreement": self.agreement.get_absolute_url(),
            "region": "/regions/500000/",
            "topic": "/topics/industry/",
            "organization": self.organization.get_absolute_url(),
            "regions": "/regions/",
            "topics": "/topics/",
            "organizations": "/organizations/",
        }


#: Queries of each page, whatever its length. Two of each are the frame's, imprint and menu, which the cache keeps.
PRICES = {
    # Recommended; articles; agreements, parties, organizations, regions; six for key figures, next releases; columns.
    "home": 16,
    "articles": 17,  # page, count; a count for each of five facets and their names; regions and what they lie in
    # The same, and the column, those within it; agreements and series that are filed there, each with the column.
    "column": 23,
    # Article, topics, regions, organizations; citations, amounts, units, milestones; its neighbours, related articles;
    # its corrections, as of every record, and its public history.
    "article": 15,
    "figures": 19,  # page, count, newest figures; seven facets as above
    # Indicator, topics, corrections, history, next releases; series, newest figures; those side by side; withdrawn
    # releases; articles.
    "indicator": 12,
    # Indicator, topics, corrections, region; series and siblings; figures, vintages; withdrawn releases; elsewhere,
    # beside; articles.
    "series": 13,
    "release": 7,  # release, number of figures, figures; corrections, history
    "agreements": 20,  # page, count, parties, organizations, regions; seven facets as above
    # Agreement, corrections, history and the ten kinds of rows around it; those like it; articles that tell it.
    "agreement": 17,
    # Its groups, successions, origins, parts; a count for each kind, nine and three for what parts and origins have;
    # articles; series, figures; agreements with parties and regions.
    "region": 29,
    # Topics below and six counts of what they have; indicators and their series; a count for each kind, and the same.
    "topic": 22,
    "regions": 12,  # regions; of each kind the values that rows hold, what they lie in, and the groups of these
    "topics": 9,  # topics; of each kind the values that rows hold, and what they lie in
    "organizations": 7,  # page, count; of each kind the values that rows hold
    "organization": 15,  # releases and their figures; a count for each kind, and the same
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("page", PRICES)
def test_a_page_costs_the_same_whatever_its_length(client, django_assert_num_queries, page, count):
    address = World(count).addresses()[page]

    with django_assert_num_queries(PRICES[page]):
        response = client.get(address)

    assert response.status_code == 200


def parse(response):
    """The page as a tree; raises where the HTML is not what the standard says it should be."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())


@pytest.mark.parametrize("page", PRICES)
def test_pages_are_strict_html_without_inline_style_or_script(client, page):
    tree = parse(client.get(World(2).addresses()[page]))

    assert tree.get("lang") == "zh-Hans"
    assert [element for element in tree.iter() if "style" in element.attrib] == []
    assert list(tree.iter("style")) == []
    assert [script for script in tree.iter("script") if "src" not in script.attrib] == []
    assert [name for element in tree.iter() for name in element.attrib if name.startswith("on")] == []
    assert len(list(tree.iter("h1"))) == len(list(tree.iter("main"))) == 1
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "address", ["/", "/articles/", "/stats/", "/agreements/", "/articles/?region=nowhere", "/articles/?year=1999"]
)
def test_empty_pages_are_pages_too(client, address):
    response = client.get(address)

    assert response.status_code == 200
    assert parse(response).get("lang") == "zh-Hans"


def text_of(response):
    return " ".join("".join(parse(response).find("body").itertext()).split())


def test_a_wrong_filter_is_told_at_its_field_and_shows_no_rows(client):
    ArticleFactory(headline="看不见")

    response = client.get("/articles/?year=abc&region=nowhere")

    tree = parse(response)
    assert "看不见" not in text_of(response)
    wrong = [element for element in tree.iter("details") if "field-wrong" in element.get("class", "")]
    assert [element.get("id") for element in wrong] == ["facet-region", "facet-year"]
    told = {element.get("id") for element in tree.iter("ul") if element.get("class") == "errorlist"}
    assert {element.find(".//fieldset").get("aria-describedby") for element in wrong} == told


def test_an_empty_result_says_what_to_drop(client):
    region = RegionFactory(code="500000", name="重庆市")
    ArticleFactory.create_batch(2, regions=[region], dated=dt.date(2023, 4, 1))

    response = client.get("/articles/?region=500000&year=2019")

    ways = [link.get("href") for link in parse(response).find(".//ul[@class='ways-out']").iter("a")]
    assert ways == ["/articles/?region=500000"]


def test_the_pager_keeps_the_filters(client):
    column = ColumnFactory(slug="news")
    ArticleFactory.create_batch(41, column=column)

    tree = parse(client.get("/articles/?column=news&page=2"))

    links = {link.get("rel"): link.get("href") for link in tree.find(".//nav[@class='pager']").iter("a")}
    assert links["prev"] == "?column=news&page=1"
    assert links["next"] == "?column=news&page=3"


def test_the_menu_says_where_the_reader_is(client):
    for url in ("/", "/articles/", "/stats/"):
        MenuItem.objects.create(place="header", label="栏目", url=url)

    tree = parse(client.get("/articles/"))

    current = [link.get("href") for link in tree.find(".//nav[@class='menu']").iter("a") if link.get("aria-current")]
    assert current == ["/articles/"]


def test_what_was_withdrawn_and_stays_says_why(client):
    article = ArticleFactory(
        headline="旧文",
        status=Status.WITHDRAWN,
        withdrawn_at=timezone.now(),
        withdrawal_reason="outdated",
        replacement_url="/articles/7/",
    )

    response = client.get(article.get_absolute_url())

    assert response.status_code == 200
    notice = parse(response).find(".//div[@role='note']")
    assert [link.get("href") for link in notice.iter("a")] == ["/articles/7/"]
    assert "旧文" in text_of(response)


def test_what_was_wrong_is_gone_and_says_only_why(client):
    article = ArticleFactory(
        headline="错误的文章", status=Status.WITHDRAWN, withdrawn_at=timezone.now(), withdrawal_reason="in_error"
    )

    response = client.get(article.get_absolute_url())

    assert response.status_code == 410
    assert "错误的文章" not in response.content.decode()
    assert article.get_withdrawal_reason_display() in text_of(response)


@pytest.mark.parametrize(
    "life",
    [
        {"status": Status.DRAFT, "published_at": None},
        {"published_at": timezone.now() + dt.timedelta(days=1)},
        {"offline_at": timezone.now() - dt.timedelta(hours=1)},
    ],
)
def test_the_office_is_told_that_it_sees_a_preview(client, life):
    article = ArticleFactory(**life)
    client.force_login(StaffFactory())

    tree = parse(client.get(article.get_absolute_url()))

    assert len(tree.findall(".//p[@role='note']")) == 1


def test_a_public_record_has_no_notice(client):
    tree = parse(client.get(ArticleFactory().get_absolute_url()))

    assert [element for element in tree.iter() if element.get("role") == "note"] == []


def test_a_quote_opens_under_its_figure(client):
    citation = CitationFactory(exact="突破3万亿元", prefix="民营经济增加值", suffix="，占比")

    tree = parse(client.get(citation.article.get_absolute_url()))

    assert [mark.text for mark in tree.find(".//section[@class='evidence']").iter("mark")] == ["突破3万亿元"]


def test_a_series_page_as_of_a_day_shows_what_was_known_then(client):
    series = SeriesFactory(indicator__slug="gdp", region__code="500000")
    for day, value in ((dt.date(2023, 1, 19), "29129"), (dt.date(2026, 3, 31), "28772")):
        ObservationFactory(series=series, mantissa=value, release=ReleaseFactory(released_on=day))

    def newest(address):
        return "".join(parse(client.get(address)).find(".//p[@class='headline-value']").itertext()).strip()

    assert newest("/stats/gdp/500000/") == "28772亿元"
    assert newest("/stats/gdp/500000/?as_of=2024-01-01") == "29129亿元"


def test_a_former_region_names_its_successors(client):
    former = RegionFactory(code="500105", name="江北区", valid_to="2025")
    successor = RegionFactory(code="500191", name="两江新区")
    former.successions.create(successor=successor, share="whole", year=2026)

    tree = parse(client.get("/regions/500105-2025/"))

    assert [link.text for link in tree.find(".//div[@role='note']").iter("a")] == ["两江新区"]


def test_a_page_of_the_site_shows_its_text(client):
    page = PageFactory(title="关于我们", body="<p>双城是一个门户。</p>")

    assert "双城是一个门户。" in text_of(client.get(page.get_absolute_url()))


def test_what_is_not_there_offers_ways_on(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    links = [link.get("href") for link in parse(response).find(".//ul[@class='ways-on']").iter("a")]
    assert links == ["/", "/articles/", "/stats/", "/agreements/"]


def test_a_foreign_host_is_refused_with_a_page(client, settings):
    settings.DEBUG = False

    response = client.get("/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert "400" in text_of(response)


def test_the_page_of_a_failure_needs_neither_database_nor_context(django_assert_num_queries):
    with django_assert_num_queries(0):
        html = get_template("500.html").render()

    html5lib.HTMLParser(strict=True).parse(html)
    assert re.findall(r'(?:href|src)="([^"]+)"', html) == ["/static/css/failure.css", "/"]
