"""Growth and shares on the map: what is drawn, what the table and the file say, and why something is not there."""

import csv
import io

import html5lib
import pytest

from tests.factories import IndicatorFactory, ObservationFactory, RegionFactory, ReleaseFactory, SeriesFactory

pytestmark = pytest.mark.django_db

GROWTH, SHARE = "/stats/gdp/?shape=map&view=growth", "/stats/gdp/?shape=map&view=share"


def text(element):
    return " ".join("".join(element.itertext()).split())


def tree(client, address):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(client.get(address).content.decode())


def tiles(page):
    """Short name → the styles of its tile, what stands on it, and what is read when it is pointed at."""
    found = (one for one in page.iter("li") if "tile" in one.get("class", "").split())
    told = {}
    for one in found:
        parts = {part.get("class"): text(part) for part in one.iter("span")}
        styles = [style for style in one.get("class").split()[1:] if style.startswith("tile-")]
        told[parts["tile-name"]] = (styles, parts["tile-value"], one[0].get("title"))
    return told


def table(page):
    rows = page.findall(".//table[@class='map-table']/tbody/tr")
    return [[text(cell) for cell in row][:3] for row in rows]


def lines(client, address):
    """The rows of the file: dicts of what is asked here."""
    content = b"".join(client.get(f"{address}&format=csv").streaming_content).decode("utf-8-sig")
    rows = [*csv.reader(io.StringIO(content))][1:]
    names = ["period", "region", "code", "value", "low", "high", "unit", "printed", "level", "measure", "refused"]
    return [dict(zip(names, row, strict=False)) for row in rows]


@pytest.fixture
def china():
    """The GDP of three provinces in two years: one has grown, one stands still, one has fallen; that of the nation."""
    nation = RegionFactory(code="100000", name="中华人民共和国", short_name="全国", kind="nation")
    gdp = IndicatorFactory(slug="gdp", name="地区生产总值")
    for code, name, short, before, now in (
        ("440000", "广东省", "粤", 100, 110),
        ("510000", "四川省", "川", 50, 50),
        ("500000", "重庆市", "渝", 40, 30),
    ):
        region = RegionFactory(code=code, name=name, short_name=short, parent=nation)
        series = SeriesFactory(indicator=gdp, region=region, price_basis="current")
        ObservationFactory(series=series, time_period="2023", mantissa=before)
        ObservationFactory(series=series, time_period="2024", mantissa=now)
    whole = SeriesFactory(indicator=gdp, region=nation, price_basis="current")
    ObservationFactory(series=whole, time_period="2024", mantissa=400)
    return gdp


def of(indicator, code):
    return indicator.series.get(region__code=code, transformation="level")


def publish_growth(indicator, code, number, **more):
    region = of(indicator, code).region
    series = SeriesFactory(is_growth=True, indicator=indicator, region=region)
    ObservationFactory(series=series, time_period="2024", mantissa=number, unit=series.unit, unit_mult=0, **more)


def test_zero_divides_growth_by_colour_and_by_sign(client, china):
    page = tree(client, GROWTH)

    assert {name: told[:2] for name, told in tiles(page).items()} == {
        "粤": (["tile-up-1"], "+10.0"),
        "川": (["tile-even"], "0.00"),
        "渝": (["tile-down-1"], "−25.0"),
    }
    legend = next(one for one in page.iter("ul") if one.get("class") == "map-legend")
    assert [text(one.find("span")) for one in legend][:3] == ["+", "", "−"]
    assert [row[0] for row in table(page)] == ["广东省", "四川省", "重庆市"]


def test_a_map_draws_one_measure_and_its_table_has_both(client, china):
    publish_growth(china, "500000", 5.7)

    page = tree(client, GROWTH)

    assert tiles(page)["渝"][1] == "−25.0"
    (row,) = [row for row in table(page) if row[0] == "重庆市"]
    assert [part for part in ("5.7", "−25.0%") if part in row[1]] == ["5.7", "−25.0%"]


def test_published_growth_is_drawn_where_no_less_regions_have_it(client, china):
    for code, number in (("440000", 4), ("510000", 3), ("500000", -2)):
        publish_growth(china, code, number)

    page = tree(client, GROWTH)

    assert {name: told[1] for name, told in tiles(page).items()} == {"粤": "+4", "川": "+3", "渝": "−2"}
    assert [(row["region"], row["value"]) for row in lines(client, GROWTH)] == [
        ("广东省", "4"),
        ("四川省", "3"),
        ("重庆市", "-2"),
    ]


def test_a_bound_gives_an_interval(client, china):
    of(china, "500000").observations.filter(time_period="2024").update(qualifier="over")

    styles, value, _title = tiles(tree(client, GROWTH))["渝"]

    assert (styles, value) == (["tile-down-1", "tile-bound"], "≥ −25.0")
    (row,) = [row for row in lines(client, GROWTH) if row["code"] == "500000"]
    assert (row["value"], row["low"], row["high"]) == ("", "-25", "")


def test_a_release_that_changes_the_basis_ends_growth_and_the_reason_is_said(client, china):
    census = ReleaseFactory(reason="census", released_on="2026-03-01")
    ObservationFactory(series=of(china, "500000"), time_period="2024", mantissa=35, release=census)

    page = tree(client, GROWTH)

    (reason,) = (one for one in page.iter("ul") if one.get("class") == "reasons")
    styles, _value, title = tiles(page)["渝"]
    (row,) = [row for row in lines(client, GROWTH) if row["code"] == "500000"]
    refusal = row["refused"]
    assert refusal
    assert (styles, title.endswith(refusal)) == (["tile-0"], True)
    assert text(reason).endswith(f"{refusal} 重庆市")
    assert [row[0] for row in table(page)] == ["广东省", "四川省"]


def test_shares_are_those_of_the_region_that_the_map_is_of(client, china):
    page = tree(client, SHARE)

    assert {name: told[:2] for name, told in tiles(page).items()} == {
        "粤": (["tile-5"], "27.50"),
        "川": (["tile-3"], "12.50"),
        "渝": (["tile-1"], "7.50"),
    }
    assert [one.get("value") for one in page.iter("option") if one.get("selected") is not None] == [
        "100000",
        "100000",
        "2024",
    ]
    assert [(row["region"], row["value"]) for row in lines(client, SHARE)] == [
        ("广东省", "27.5"),
        ("四川省", "12.5"),
        ("重庆市", "7.5"),
    ]


def test_a_whole_that_was_chosen_for_another_map_is_let_go(client, china):
    chongqing = of(china, "500000").region
    part = RegionFactory(code="500153", short_name="荣昌", parent=chongqing)
    series = SeriesFactory(indicator=china, region=part, price_basis="current")
    ObservationFactory(series=series, time_period="2024", mantissa=3)

    def shares(query):
        return {name: told[1] for name, told in tiles(tree(client, f"{SHARE}&{query}")).items()}

    assert shares("within=500000&of=500000") == {"荣昌": "10.00"}
    assert shares("within=500000&of=100000") == {"荣昌": "0.75"}
    assert shares("within=100000&of=500000") == shares("")


def test_without_a_whole_there_are_no_shares_and_the_page_says_why(client, china):
    of(china, "100000").observations.all().delete()

    page = tree(client, SHARE)

    assert tiles(page) == {}
    assert [text(one) for one in page.iter("p") if one.get("class") == "empty"] != []
    assert lines(client, SHARE) == []


def test_a_wrong_whole_is_told_at_its_field(client, china):
    page = tree(client, f"{SHARE}&of=nowhere")

    assert [one.get("id") for one in page.iter("ul") if one.get("class") == "errorlist"] == ["id_of_error"]
    assert client.get(f"{SHARE}&of=nowhere&format=csv").status_code == 400


def test_growth_of_a_first_year_says_that_there_is_none(client, china):
    page = tree(client, f"{GROWTH}&period=2023")

    assert (tiles(page), table(page)) == ({}, [])
    assert [one for one in page.iter("p") if one.get("class") == "empty"] != []


def test_quarters_grow_against_the_same_quarter(client):
    nation = RegionFactory(code="100000", kind="nation")
    region = RegionFactory(code="500000", short_name="渝", parent=nation)
    series = SeriesFactory(indicator__slug="gdp", region=region, frequency="Q")
    for period, number in (("2023-Q2", 80), ("2023-Q3", 100), ("2024-Q2", 50), ("2024-Q3", 110)):
        ObservationFactory(series=series, time_period=period, mantissa=number)

    assert tiles(tree(client, GROWTH))["渝"][1] == "+10.0"
    assert tiles(tree(client, f"{GROWTH}&period=2024-Q2"))["渝"][1] == "−37.5"


def test_a_change_that_was_published_as_such_is_divided_by_zero_too(client, china):
    china.series.all().update(transformation="yoy")

    assert tiles(tree(client, "/stats/gdp/?shape=map"))["粤"][0] == ["tile-up-3"]


def test_a_region_of_the_past_is_there_for_its_time_alone(client, china):
    chongqing = of(china, "500000").region
    for code, name, ended, period in (("500105", "江北区", "2025", "2024"), ("500157", "两江新区", "", "2026")):
        region = RegionFactory(code=code, short_name=name, parent=chongqing, valid_to=ended)
        series = SeriesFactory(indicator=china, region=region, price_basis="current")
        ObservationFactory(series=series, time_period=period)

    def shown(period):
        page = tree(client, f"/stats/gdp/?shape=map&within=500000&period={period}")
        return {name: told[0] for name, told in tiles(page).items()}

    assert shown("2024") == {"江北区": ["tile-1"], "两江新区": ["tile-0"]}
    assert shown("2026") == {"两江新区": ["tile-1"]}


def test_tiles_lead_to_what_was_known_on_the_day_of_the_map(client, china):
    page = tree(client, "/stats/gdp/?shape=map&as_of=2026-01-01")

    links = {one.get("href").partition("?")[2] for one in page.findall(".//table[@class='map-table']//th/a")}
    assert links == {"as_of=2026-01-01"}
