"""Regions as tiles: which map, which period, which class, and what a tile says."""

import datetime as dt
from decimal import Decimal

import html5lib
import pytest
from django.utils.translation import gettext_lazy as gettext

from tests.factories import (
    IndicatorFactory,
    ObservationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
)

pytestmark = pytest.mark.django_db

MAP = "/stats/gdp/?shape=map"
NO_DATA = gettext("no data")


def text(element):
    return " ".join("".join(element.itertext()).split())


@pytest.fixture
def china():
    """Three provinces with GDP of 2024, of which one has that of 2025 too; 台湾 without figures."""
    nation = RegionFactory(code="100000", name="中华人民共和国", short_name="全国", kind="nation")
    indicator = IndicatorFactory(slug="gdp", name="地区生产总值")
    for code, name, short, number in (
        ("440000", "广东省", "粤", "141633.81"),
        ("510000", "四川省", "川", "64697"),
        ("500000", "重庆市", "渝", "32193.15"),
    ):
        region = RegionFactory(code=code, name=name, short_name=short, parent=nation)
        series = SeriesFactory(indicator=indicator, region=region)
        ObservationFactory(series=series, time_period="2024", mantissa=number, decimals=2)
    ObservationFactory(series=series, time_period="2025", mantissa="33757.93", decimals=2)
    RegionFactory(code="710000", name="台湾省", short_name="台", parent=nation)
    return indicator


def tree(client, address=MAP):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(client.get(address).content.decode())


def tiles(client, address=MAP):
    """Short name → the classes of its tile and what stands on it."""
    found = [one for one in tree(client, address).iter("li") if "tile" in one.get("class", "").split()]
    return {
        text(next(part for part in one.iter("span") if part.get("class") == "tile-name")): (
            one.get("class").split()[1:],
            text(next(part for part in one.iter("span") if part.get("class") == "tile-value")),
        )
        for one in found
    }


def test_each_region_has_its_tile_with_place_class_and_value(client, china):
    assert tiles(client) == {
        "川": (["tile-3", "r5", "c3"], "6.47"),
        "渝": (["tile-1", "r5", "c4"], "3.22"),
        "粤": (["tile-5", "r7", "c5"], "14.16"),
        "台": (["tile-0", "r7", "c7"], NO_DATA),
    }


def test_the_newest_period_that_most_regions_know_is_shown_unless_another_is_chosen(client, china):
    chosen = [one.get("value") for one in tree(client).iter("option") if one.get("selected") is not None]
    assert chosen == ["100000", "2024"]

    shown = tiles(client, f"{MAP}&period=2025")
    assert {name for name, (words, _value) in shown.items() if "tile-0" not in words} == {"渝"}


def test_the_table_twin_has_the_values_as_published_the_largest_first(client, china):
    rows = tree(client).findall(".//table[@class='map-table']/tbody/tr")

    assert [[text(cell) for cell in row][:2] for row in rows] == [
        ["广东省", "141633.81亿元"],
        ["四川省", "64697.00亿元"],
        ["重庆市", "32193.15亿元"],
    ]


def test_a_tile_leads_to_its_series(client, china):
    links = [
        one.get("href") for one in tree(client).findall(".//li/a") if one.find("span[@class='tile-name']") is not None
    ]

    assert links == ["/stats/gdp/510000/", "/stats/gdp/500000/", "/stats/gdp/440000/"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ({"mantissa": Decimal(4), "qualifier": "over"}, "逾4.00"),
        ({"mantissa": None, "value_low": Decimal(2), "value_high": Decimal(3), "qualifier": "range"}, "2.00—3.00"),
    ],
)
def test_a_bound_is_hatched_and_keeps_its_words(client, china, words, shown):
    series = SeriesFactory(indicator=china, region=RegionFactory(code="110000", short_name="京", parent=parent(china)))
    ObservationFactory(series=series, time_period="2024", unit_mult=12, **words)

    classes_of, value = tiles(client)["京"]

    assert ("tile-bound" in classes_of, value) == (True, shown)


def parent(indicator):
    return indicator.series.first().region.parent


def test_a_map_knows_what_was_known_on_its_day(client, china):
    late = ReleaseFactory(released_on=dt.date(2025, 12, 1))
    ObservationFactory(series=china.series.get(region__code="500000"), time_period="2024", mantissa=1, release=late)

    assert tiles(client, f"{MAP}&as_of=2025-01-01")["渝"][1] == "3.22"
    assert tiles(client)["渝"][1] == "0.00"
    assert tree(client, f"{MAP}&as_of=2000-01-01").find(".//table[@class='map-table']") is None


def test_the_parts_of_a_province_are_a_map_of_their_own_and_those_of_a_group_stand_side_by_side(client, china):
    group = RegionFactory(code="CY", name="川渝地区", kind="group")
    for code in ("510000", "500000"):
        region = china.series.get(region__code=code).region
        group.memberships.create(member=region)
        part = RegionFactory(
            code=f"{code[:3]}{'100' if code == '510000' else '153'}", short_name=f"部{code}", parent=region
        )
        ObservationFactory(series=SeriesFactory(indicator=china, region=part), time_period="2024")

    page = tree(client, f"{MAP}&within=CY")

    assert [text(one) for one in page.iter("h3") if one.get("class") == "map-part"] == ["重庆市", "四川省"]
    assert set(tiles(client, f"{MAP}&within=510000")) == {"部510000"}


def test_a_region_without_a_place_stands_below(client, china):
    RegionFactory(code="990000", name="新省", short_name="新省", parent=parent(china))

    assert tiles(client)["新省"][0] == ["tile-0"]


def test_what_a_draft_tells_is_on_no_map(client, china):
    draft = ReleaseFactory(status="draft", published_at=None)
    ObservationFactory(series=china.series.get(region__code="440000"), time_period="2026", release=draft)

    page = tree(client)

    assert "2026" not in {one.get("value") for one in page.iter("option")}


@pytest.mark.parametrize(
    ("query", "field"),
    [("period=1850", "period"), ("within=CYEC", "within"), ("as_of=x", "as_of"), ("view=globe", "view")],
)
def test_a_wrong_choice_is_told_at_its_field_and_gives_no_file(client, china, query, field):
    address = f"{MAP}&{query}" if field != "view" else f"/stats/gdp/?{query}"
    page = tree(client, address)

    assert list(page.iter("table")) == []
    assert [one.get("id") for one in page.iter("ul") if one.get("class") == "errorlist"] == [f"id_{field}_error"]
    assert client.get(f"{address}&format=csv").status_code == 400


def test_the_file_of_a_map_has_its_rows(client, china):
    lines = b"".join(client.get(f"{MAP}&format=csv").streaming_content).decode("utf-8-sig").splitlines()

    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["2024", "广东省", "440000", "141633.81"],
        ["2024", "四川省", "510000", "64697"],
        ["2024", "重庆市", "500000", "32193.15"],
    ]


def test_a_map_of_nothing_says_so(client):
    IndicatorFactory(slug="gdp")

    response = client.get(MAP)

    assert (response.status_code, "map-table" in response.content.decode()) == (200, False)
