"""The views of an indicator: values, growth, shares, a map."""

import html
import json
import re
from urllib.parse import parse_qs

import html5lib
import pytest

from tests.factories import ObservationFactory, RegionFactory, ReleaseFactory, SeriesFactory, StaffFactory

pytestmark = pytest.mark.django_db


def parse(response):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())


def text(element):
    return " ".join("".join(element.itertext()).split())


def test_views_are_links_that_keep_what_was_chosen(client, gdp):
    page = parse(client.get("/stats/gdp/?region=500000&since=2017&view=share"))
    nav = page.find(".//div[@class='views']/nav")

    assert [(one.get("href").partition("view=")[2], one.get("aria-current")) for one in nav.iter("a")] == [
        ("level", None),
        ("growth", None),
        ("share", "true"),
    ]
    assert {one.get("href").partition("&view=")[0] for one in nav.iter("a")} == {"?region=500000&since=2017"}


def test_the_map_is_a_shape_of_each_view(client, gdp):
    nav = parse(client.get("/stats/gdp/?shape=map&view=growth&within=100000")).findall(".//div[@class='views']/nav")[1]

    assert [(one.get("href"), one.get("aria-current")) for one in nav.iter("a")] == [
        ("?shape=chart&view=growth&within=100000", None),
        ("?shape=map&view=growth&within=100000", "true"),
    ]


def test_the_address_that_the_map_had_leads_to_it(client, gdp):
    response = client.get("/stats/gdp/?view=map&period=2018&region=500000")

    assert (response.status_code, response["Location"]) == (301, "/stats/gdp/?period=2018&region=500000&shape=map")


def test_growth_says_of_each_value_whether_it_was_published(client, beside):
    rows = parse(client.get("/stats/gdp/?view=growth&region=500000")).findall(".//table[@class='comparison']/tbody/tr")

    shown = [[text(one) for one in row[1].iter("span") if one.get("class") == "told"] for row in rows]
    assert [len(cell) for cell in shown] == [2]  # what was published, and what the chart draws
    assert shown[0][0].startswith("6% ")


def test_a_refused_value_leads_to_its_reason(client, gdp):
    ObservationFactory(series=gdp, time_period="2019", mantissa=24000, obs_status="B")

    tree = parse(client.get("/stats/gdp/?view=growth"))

    assert [one.get("href") for one in tree.iter("a") if one.get("class") == "note-mark"] == []
    (reason,) = tree.findall(".//ol[@class='reasons']/li")
    assert "2019年" in text(reason)


def test_the_form_keeps_what_the_view_does_not_show(client, gdp):
    tree = parse(client.get("/stats/gdp/?shape=map&region=500000&since=2017"))

    hidden = {one.get("name"): one.get("value") for one in tree.iter("input") if one.get("type") == "hidden"}
    assert hidden == {"shape": "map", "since": "2017"}


@pytest.mark.parametrize("query", ["view=zzz", "view=share&of=nowhere", "shape=map&period=1850", "shape=map&within=zz"])
def test_a_wrong_view_shows_nothing_and_gives_no_file(client, gdp, query):
    tree = parse(client.get(f"/stats/gdp/?{query}"))

    assert list(tree.iter("table")) == []
    assert len(tree.findall(".//ul[@class='errorlist']/li")) == 1
    assert client.get(f"/stats/gdp/?{query}&format=csv").status_code == 400


@pytest.mark.parametrize("shape", ["chart", "map"])
@pytest.mark.parametrize("view", ["level", "growth", "share"])
def test_a_view_as_a_file(client, gdp, view, shape):
    found = json.loads(client.get(f"/stats/gdp/?view={view}&shape={shape}&format=json").content)

    assert found["count"] == len(found["results"])


def test_growth_as_a_file_tells_published_from_computed(client, gdp):
    found = json.loads(client.get("/stats/gdp/?view=growth&format=json").content)["results"]

    told = [(one["time_period"], one["printed"], one["release"] != "") for one in found]
    assert told == [("2018", "6%", True), ("2018", "7.9%", False)]
    assert len({one["measure"] for one in found}) == 2


#: The most queries of each view as a chart, and as a map.
PRICES = {"level": (11, 15), "growth": (11, 15), "share": (15, 19)}


@pytest.mark.parametrize("shape", ["chart", "map"])
@pytest.mark.parametrize("view", PRICES)
@pytest.mark.parametrize("count", [1, 3])
def test_a_view_costs_the_same_for_any_number_of_regions(
    client, gdp, count, view, shape, django_assert_max_num_queries
):
    nation = RegionFactory(code="100000", kind="nation")
    ObservationFactory(series=SeriesFactory(indicator=gdp.indicator, region=nation, price_basis="current"))
    for number in range(count):
        region = RegionFactory(code=f"51000{number}", parent=nation)
        series = SeriesFactory(indicator=gdp.indicator, region=region, price_basis="current")
        growth = SeriesFactory(
            indicator=gdp.indicator, region=region, price_basis="constant", transformation="yoy", is_default=False
        )
        for year in ("2021", "2022"):
            ObservationFactory(series=series, time_period=year)
        ObservationFactory(series=growth, time_period="2022")
    client.get("/stats/gdp/")  # what every page asks once

    with django_assert_max_num_queries(PRICES[view][shape == "map"]):
        client.get(f"/stats/gdp/?view={view}&shape={shape}")


def test_the_way_to_other_indicators_keeps_what_was_chosen(client, gdp):
    page = client.get("/stats/gdp/?view=growth&since=2018&as_of=2026-10-01&shape=chart").content.decode()

    link = re.search(r'class="compare-more"><a href="([^"]+)"', page)[1]
    path, _mark, query = html.unescape(link).partition("?")
    assert (path, parse_qs(query)) == (
        "/stats/compare/",
        {"view": ["growth"], "since": ["2018"], "as_of": ["2026-10-01"], "indicator": ["gdp"], "region": ["500000"]},
    )
    assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_a_previewed_release_is_in_every_view(client, gdp):
    draft = ReleaseFactory(status="draft", published_at=None)
    ObservationFactory(series=gdp, time_period="2019", mantissa=25000, release=draft)
    client.force_login(StaffFactory())

    for view in ("level", "growth"):
        page = parse(client.get(f"/stats/gdp/?view={view}&release={draft.pk}"))
        assert text(page.find(".//table[@class='comparison']/tbody/tr/th")) == "2019年"
