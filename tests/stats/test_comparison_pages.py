"""Several indicators side by side: what may be asked, what is shown, what it costs."""

import datetime as dt
import json

import html5lib
import pytest

from portal.publishing.models import Status
from stats.models import Indicator
from tests.factories import IndicatorFactory, ObservationFactory, RegionFactory, ReleaseFactory, SeriesFactory

pytestmark = pytest.mark.django_db

PAGE = "/stats/compare/"


def text(element):
    return " ".join("".join(element.itertext()).split())


def tree(client, query=""):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(
        client.get(PAGE + query).content.decode()
    )


@pytest.fixture
def regions():
    nation = RegionFactory(code="100000", name="中华人民共和国", short_name="全国", kind="nation")
    return {
        "100000": nation,
        "500000": RegionFactory(code="500000", name="重庆市", parent=nation),
        "510000": RegionFactory(code="510000", name="四川省", parent=nation),
    }


def tell(slug, region, *numbers, **form):
    """Figures from 2020 on of the indicator ``slug``."""
    indicator = Indicator.objects.filter(slug=slug).first() or IndicatorFactory(slug=slug, name=f"指标{slug}")
    series = SeriesFactory(indicator=indicator, region=region, **form)
    for year, number in enumerate(numbers, start=2020):
        ObservationFactory(series=series, time_period=f"{year}", mantissa=number)
    return series


@pytest.fixture
def two(regions):
    for slug in ("gdp", "trade"):
        tell(slug, regions["100000"], 100, 200, 300)
        tell(slug, regions["500000"], 3, 6, 9)
        tell(slug, regions["510000"], 5, 10, 16)


BOTH = "?indicator=gdp&indicator=trade"


def test_without_a_choice_there_is_a_chooser_and_no_chart(client, two):
    page = tree(client)

    boxes = {(one.get("name"), one.get("value")) for one in page.iter("input") if one.get("type") == "checkbox"}
    assert {value for name, value in boxes if name == "indicator"} == {"gdp", "trade"}
    assert {value for name, value in boxes if name == "region"} == {"100000", "500000", "510000"}
    assert list(page.iter("figure")) == []
    assert [one.get("open") for one in page.iter("details")] == ["", None]


def test_each_indicator_has_its_chart_and_its_rows(client, two):
    page = tree(client, f"{BOTH}&region=510000&region=500000&since=2021")

    assert [text(one) for one in page.iter("h3")] == ["指标gdp", "指标trade"]
    assert len(list(page.iter("figure"))) == 2
    heads = [text(cell) for cell in page.find(".//table/thead/tr")]
    assert heads == ["时期", "四川省", "重庆市"]
    rows = [[text(cell) for cell in row] for row in page.findall(".//table/tbody/tr") if len(row) == 3]
    assert rows == [["2022年", "16亿元", "9亿元"], ["2021年", "10亿元", "6亿元"]] * 2


def test_a_region_has_one_colour_on_the_whole_page(client, two, regions):
    tell("local", regions["500000"], 1, 2)

    page = tree(client, f"{BOTH}&indicator=local&region=510000&region=500000")

    lines = [
        (one.get("data-name"), one.get("class"))
        for one in page.iter()
        if one.get("class", "").startswith("chart-line") and one.get("data-name")
    ]
    assert set(lines) == {("四川省", "chart-line line-1"), ("重庆市", "chart-line line-2")}


def test_charts_of_one_frequency_share_their_axis_of_time(client, regions):
    tell("long", regions["500000"], *range(1, 7))
    tell("short", regions["500000"], 1, 2)

    page = tree(client, "?indicator=long&indicator=short&region=500000")

    firsts = [json.loads(one.get("data-reading"))[0][1] for one in page.iter() if one.get("data-name")]
    assert len(firsts) == 4
    assert firsts[0] == firsts[2]


def test_ids_are_told_once(client, two):
    ids = [one.get("id") for one in tree(client, BOTH).iter() if one.get("id")]

    assert len(ids) == len(set(ids))


def test_without_regions_those_are_shown_of_which_most_is_known_and_not_the_nation(client, two, regions):
    tell("more", regions["510000"], 1, 2, 3, 4)

    heads = [text(cell) for cell in tree(client, f"{BOTH}&indicator=more").find(".//table/thead/tr")]

    assert heads == ["时期", "四川省", "重庆市"]


def test_a_region_without_figures_of_an_indicator_is_named(client, two, regions):
    tell("local", regions["500000"], 1, 2)

    page = tree(client, "?indicator=local&indicator=gdp&region=500000&region=510000")

    notes = [text(one) for one in page.iter("p") if one.get("class") == "panel-note"]
    assert [("四川省" in note, "重庆市" in note) for note in notes] == [(True, False)]


def test_growth_and_shares_of_all(client, two):
    growth = tree(client, f"{BOTH}&view=growth&region=500000")
    share = tree(client, f"{BOTH}&view=share&region=500000")

    computed = [text(one) for one in growth.iter("span") if one.get("class") == "quantity computed"]
    assert computed == ["50.0%", "100.0%"] * 2
    computed = [text(one) for one in share.iter("span") if one.get("class") == "quantity computed"]
    assert computed == ["3.00%", "3.00%", "3.00%"] * 2
    assert [one.get("value") for one in share.iter("option") if one.get("selected") is not None] == ["100000"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("indicator=none", "indicator"),
        ("indicator=gdp&region=nowhere", "region"),
        ("indicator=gdp&view=map", "view"),
        ("indicator=gdp&view=share&of=nowhere", "of"),
        ("indicator=gdp&since=2022&until=2020", "until"),
        ("indicator=gdp&as_of=soon", "as_of"),
        ("&".join(f"indicator=one-{number}" for number in range(7)), "indicator"),
    ],
)
def test_a_wrong_choice_is_told_at_its_field_and_gives_no_file(client, two, regions, query, field):
    for number in range(7):
        tell(f"one-{number}", regions["500000"], 1)

    page = tree(client, f"?{query}")

    assert (list(page.iter("table")), list(page.iter("figure"))) == ([], [])
    assert [one.get("id") for one in page.iter("ul") if one.get("class") == "errorlist"] == [f"id_{field}_error"]
    refused = client.get(f"{PAGE}?{query}&format=json")
    assert (refused.status_code, list(json.loads(refused.content)["errors"])) == (400, [field])


def test_more_regions_than_can_be_told_apart_are_refused(client, two):
    for number in range(5):
        ObservationFactory(series__region=RegionFactory(code=f"90000{number}"))
    query = "".join(f"&region=90000{number}" for number in range(5))

    assert list(tree(client, BOTH + query).iter("table")) == []


def test_a_file_needs_an_indicator(client, two):
    refused = client.get(f"{PAGE}?format=csv")

    assert (refused.status_code, list(json.loads(refused.content)["errors"])) == (400, ["indicator"])


def test_files_hold_what_is_shown(client, two):
    query = f"{BOTH}&region=500000&since=2022"
    level = json.loads(client.get(f"{PAGE}{query}&format=json").content)["results"]
    share = json.loads(client.get(f"{PAGE}{query}&view=share&format=json").content)["results"]
    lines = b"".join(client.get(f"{PAGE}{query}&view=growth&format=csv").streaming_content).decode("utf-8-sig")

    assert [(one["indicator"], one["time_period"], one["region"], one["value"]) for one in level] == [
        ("指标gdp", "2022", "重庆市", 9),
        ("指标trade", "2022", "重庆市", 9),
    ]
    assert [(one["value"], one["unit"], one["printed"], one["release"]) for one in share] == [
        (3, "%", "3.00%", ""),
        (3, "%", "3.00%", ""),
    ]
    assert len(lines.splitlines()) == 3


def test_links_of_files_keep_what_was_chosen(client, two):
    page = tree(client, f"{BOTH}&view=growth")

    links = [link.get("href") for link in page.findall(".//p[@class='downloads']/a")]
    assert links == [f"{BOTH}&view=growth&format={one}" for one in ("csv", "xlsx", "json")]
    assert [client.get(PAGE + link).status_code for link in links] == [200] * 3


def test_nothing_that_is_not_public_is_told(client, two, regions):
    hidden = tell("secret", regions["500000"], 77)
    hidden.indicator.status = Status.DRAFT
    hidden.indicator.save()
    draft = ReleaseFactory(status="draft", published_at=None)
    series = tell("told", RegionFactory(code="530000", name="云南省"))
    ObservationFactory(series=series, release=draft)

    page = client.get(PAGE).content.decode()

    assert "secret" not in page
    assert "云南省" not in page
    assert list(tree(client, "?indicator=secret").iter("table")) == []


def test_a_day_of_the_past_knows_what_was_known_then(client, two, regions):
    late = ReleaseFactory(released_on=dt.date(2025, 1, 1))
    series = regions["500000"].series.get(indicator__slug="gdp")
    ObservationFactory(series=series, time_period="2022", mantissa=99, release=late)

    def newest(query):
        (row,) = tree(client, f"?indicator=gdp&region=500000&since=2022{query}").findall(".//table/tbody/tr")[1:]
        return text(row[1])

    assert (newest(""), newest("&as_of=2024-01-01")) == ("99亿元", "9亿元")


@pytest.mark.parametrize("view", ["level", "growth", "share"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(client, regions, count, view, django_assert_num_queries):
    for slug in [f"one-{number}" for number in range(count)]:
        for region in [*regions.values()][: count + 1]:
            tell(slug, region, 1, 2, 3)
    client.get(PAGE)  # what every page asks once
    query = "&".join(f"indicator=one-{number}" for number in range(count))

    # indicators, regions, series, figures; for shares what lies within what: lines, groups, regions, members
    with django_assert_num_queries({"share": 8}.get(view, 4)):
        client.get(f"{PAGE}?{query}&view={view}")


def test_lists_and_indicators_lead_here(client, two):
    for address in ("/stats/", "/stats/gdp/"):
        page = html5lib.parse(client.get(address).content.decode(), namespaceHTMLElements=False)
        assert [one for one in page.iter("a") if one.get("href", "").startswith(PAGE)]
