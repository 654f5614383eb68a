"""The pages of an indicator and of a series: what an address may ask, and the series as a file."""

import datetime as dt
import io
import json

import html5lib
import pytest
from python_calamine import CalamineWorkbook

from stats.models import Release
from tests.factories import (
    ObservationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    StaffFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

GDP = "/stats/gdp/500000/"
FORMATS = ["csv", "xlsx", "json", "jsonstat", "atom"]


def parse(response):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())


def text(element):
    return " ".join("".join(element.itertext()).split())


def test_the_newest_official_value_is_shown_and_the_earlier_ones_as_such(client, gdp):
    tree = parse(client.get(GDP))

    rows = [[text(cell) for cell in row] for row in tree.find(".//table[@class='figures-table']/tbody")]
    assert [row[:4] for row in rows] == [
        ["2018年", "21866.8亿元", "", "6%"],
        ["2017年", "20260.8亿元", "20066.3亿元 19424.73亿元", "—"],
    ]
    assert [text(one) for one in tree.iter("s")] == ["20066.3亿元", "19424.73亿元"]


def test_a_chart_has_its_name_and_its_values_in_words(client, gdp):
    wide, narrow = [one for one in parse(client.get(GDP)).iter() if str(one.tag).endswith("}svg")]

    for svg in (wide, narrow):
        named, described = svg.get("aria-labelledby"), svg.get("aria-describedby")
        words = {element.get("id"): text(element) for element in svg if element.get("id")}
        assert svg.get("role") == "img"
        assert "重庆市 地区生产总值" in words[named]
        assert "2018年 21866.8亿元" in words[described]


def test_years_of_the_address_bound_chart_and_table(client, gdp):
    def periods(query):
        return [text(row[0]) for row in parse(client.get(GDP + query)).find(".//table[@class='figures-table']/tbody")]

    assert periods("?since=2018") == ["2018年"]
    assert periods("?until=2017") == ["2017年"]
    assert periods("?since=2017&until=2018") == ["2018年", "2017年"]


def as_json(client, query=""):
    response = client.get(f"{GDP}?format=json{query}")
    assert response.headers["Content-Type"] == "application/json"
    return json.loads(response.content)


def test_a_series_as_json(client, gdp):
    told = {"value_low": None, "value_high": None, "rank": 1, "rank_label": "官方"}
    told |= {"reason": "routine", "reason_label": "例行发布", "source_place": "", "footnote": "", "note": ""}
    sources = [
        one.release.source.name for one in gdp.observations.filter(release__title__in=["公报2026-03-31", "公报"])
    ]
    assert as_json(client) == {
        "indicator": "gdp",
        "region": "500000",
        "unit": "亿元",
        "url": "http://testserver/stats/gdp/500000/",
        "as_of": None,
        "count": 2,
        "observations": [
            {
                "time_period": "2017",
                "value": 20260.8,
                "value_base": 2026080000000,
                "printed": "20260.8亿元",
                "qualifier": "exact",
                "status": "A",
                "stage": "",
                "source": sources[1],
                "release": "公报2026-03-31",
                "released_on": "2026-03-31",
            }
            | told,
            {
                "time_period": "2018",
                "value": 21866.8,
                "value_base": 2186680000000,
                "printed": "21866.8亿元",
                "qualifier": "exact",
                "status": "A",
                "stage": "final",
                "source": sources[0],
                "release": "公报",
                "released_on": "2026-03-30",
            }
            | told,
        ],
    }


def test_json_as_of_a_day_holds_what_was_known_then(client, gdp):
    found = as_json(client, "&as_of=2022-12-31")["observations"]

    assert [(one["time_period"], one["value"]) for one in found] == [("2017", 20066.3)]


def test_a_page_as_of_a_day_knows_the_releases_of_that_day_alone(client, gdp):
    known = {
        day: [
            str(one.release.released_on)
            for one in client.get(f"{gdp.get_absolute_url()}?as_of={day}").context["vintages"]
        ]
        for day in ("2019-06-30", "2022-12-31", "2026-10-01")
    }

    assert {day: sorted(said) for day, said in known.items()} == {
        "2019-06-30": ["2018-12-31"],
        "2022-12-31": ["2018-12-31", "2022-06-30"],
        "2026-10-01": ["2018-12-31", "2022-06-30", "2026-03-30", "2026-03-31", "2026-04-01"],
    }


def test_a_bound_keeps_its_words_and_a_range_is_no_single_number(client, gdp):
    ObservationFactory(
        series=gdp, time_period="2019", mantissa="2.3", unit_mult=12, qualifier="over", printed="逾2.3万亿元"
    )
    ObservationFactory(series=gdp, time_period="2020", mantissa=None, value_low=2, value_high=3, qualifier="range")
    ObservationFactory(series=gdp, time_period="2021", mantissa=None, obs_status="M")

    found = as_json(client, "&since=2019")["observations"]

    keys = ("value", "value_low", "value_high", "value_base", "printed", "qualifier", "status")
    assert [tuple(one[key] for key in keys) for one in found] == [
        (None, 23000, None, None, "逾2.3万亿元", "over", "A"),
        (None, 2, 3, None, "2—3亿元", "range", "A"),
        (None, None, None, None, "", "exact", "M"),
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("as_of=2022-02-30", "as_of"),
        ("since=abc", "since"),
        ("since=2020&until=2010", "until"),
        ("frequency=X", "frequency"),
    ],
)
def test_a_wrong_value_is_refused_for_a_file_and_told_at_its_field_on_the_page(client, gdp, query, field):
    refused = client.get(f"{GDP}?format=json&{query}")
    page = client.get(f"{GDP}?{query}")

    assert (refused.status_code, list(json.loads(refused.content)["errors"])) == (400, [field])
    tree = parse(page)
    assert page.status_code == 200
    assert [one.get("name") for one in tree.iter() if one.get("aria-invalid")] == [field]
    assert tree.find(".//table[@class='figures-table']") is None


def test_a_format_that_is_not_there_is_refused(client, gdp):
    assert client.get(f"{GDP}?format=pdf").status_code == 400


def test_a_series_as_sheets(client, gdp):
    csv = b"".join(client.get(f"{GDP}?format=csv").streaming_content).decode("utf-8-sig").splitlines()
    xlsx = b"".join(client.get(f"{GDP}?format=xlsx").streaming_content)

    assert csv[1].startswith("地区生产总值,重庆市,亿元,2017,20260.8,,,2026080000000,20260.8亿元,")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).get_sheet_by_index(0).to_python()
    assert rows[1][:8] == ["地区生产总值", "重庆市", "亿元", "2017", 20260.8, "", "", 2026080000000]
    assert len(rows) == 3


def test_the_file_of_a_draft_is_as_closed_as_its_page(client, gdp):
    gdp.indicator.status = "draft"
    gdp.indicator.save()

    assert client.get(f"{GDP}?format=json").status_code == client.get(GDP).status_code == 404

    client.force_login(StaffFactory())
    opened = client.get(f"{GDP}?format=json")
    assert opened.status_code == 200
    assert "no-store" in opened.headers["Cache-Control"]


def test_regions_of_the_address_stand_side_by_side(client, gdp):
    for code in ("510000", "520000"):
        other = SeriesFactory(
            indicator=gdp.indicator, region=RegionFactory(code=code, name=f"省{code}"), price_basis="current"
        )
        ObservationFactory(series=other, time_period="2018", mantissa=100)

    tree = parse(client.get("/stats/gdp/?region=500000&region=510000"))

    heads = [text(cell) for cell in tree.find(".//table[@class='comparison']/thead/tr")]
    assert [heads[0], heads[1], heads[3]] == ["时期", "重庆市", "省510000"]
    first = tree.find(".//table[@class='comparison']/tbody/tr")
    assert [link.get("href") for link in first.iter("a")] == [GDP, "/stats/gdp/510000/"]
    assert [text(cell) for cell in first] == ["2018年", "21866.8亿元", "6%", "100亿元"]


@pytest.mark.parametrize(
    ("query", "field"),
    [("region=nowhere", "region"), ("since=1", "since"), ("as_of=soon", "as_of"), ("since=2020&until=2010", "until")],
)
def test_a_wrong_choice_of_an_indicator_shows_no_figures(client, gdp, query, field):
    tree = parse(client.get(f"/stats/gdp/?{query}"))

    assert list(tree.iter("table")) == []
    assert [one.get("id") for one in tree.iter("ul") if one.get("class") == "errorlist"] == [f"id_{field}_error"]


def test_more_regions_than_can_be_told_apart_are_refused(client, gdp):
    codes = ["500000", "510000", "520000", "530000", "610000"]
    for code in codes[1:]:
        ObservationFactory(series=SeriesFactory(indicator=gdp.indicator, region=RegionFactory(code=code)))

    tree = parse(client.get("/stats/gdp/?" + "&".join(f"region={code}" for code in codes)))

    assert list(tree.iter("table")) == []
    assert len(tree.findall(".//ul[@class='errorlist']/li")) == 1


def test_a_draft_release_gives_the_indicator_no_region_to_choose(client, gdp):
    hidden = SeriesFactory(indicator=gdp.indicator, region=RegionFactory(code="510000", name="四川省"))
    ObservationFactory(series=hidden, release=ReleaseFactory(status="draft", published_at=None))

    page = client.get("/stats/gdp/")

    assert [box.get("value") for box in parse(page).iter("input") if box.get("type") == "checkbox"] == ["500000"]
    assert "四川省" not in page.content.decode()


def test_a_value_in_another_unit_is_no_number_of_the_series(client, gdp):
    dollars = UnitFactory(code="USD", symbol="美元", dimension="currency")
    ObservationFactory(series=gdp, time_period="2019", mantissa=3, unit=dollars)

    (found,) = as_json(client, "&since=2019")["observations"]

    assert (found["value"], found["value_base"], found["printed"]) == (None, None, "3亿美元")


@pytest.mark.parametrize(
    ("query", "field"),
    [("frequency=M", "frequency"), ("transformation=level&price_basis=constant", "price_basis")],
)
def test_a_form_of_which_nothing_is_known_is_told_at_its_field(client, gdp, query, field):
    refused = client.get(f"{GDP}?format=json&{query}")
    tree = parse(client.get(f"{GDP}?{query}"))

    assert (refused.status_code, list(json.loads(refused.content)["errors"])) == (400, [field])
    assert [one.get("name") for one in tree.iter() if one.get("aria-invalid")] == [field]
    assert tree.find(".//table[@class='figures-table']") is None


def test_a_region_without_figures_has_no_page(client, gdp):
    RegionFactory(code="510000")

    assert client.get("/stats/gdp/510000/?frequency=M").status_code == 404


def test_tables_say_in_which_prices_published_growth_is_counted(client, gdp):
    for address, table in ((GDP, "figures-table"), ("/stats/gdp/", "comparison")):
        heads = [text(cell) for cell in parse(client.get(address)).find(f".//table[@class='{table}']/thead/tr")]
        assert ["不变价" in head for head in heads].count(True) == 1


def test_nominal_growth_does_not_stand_beside_a_level_in_constant_prices(gdp):
    growth = gdp.indicator.series.get(transformation="yoy")
    gdp.price_basis = "constant"
    assert gdp.growth_among([gdp, growth]) == growth

    growth.price_basis = "none"
    assert gdp.growth_among([gdp, growth]) == growth

    growth.price_basis = "current"
    assert gdp.growth_among([gdp, growth]) is None


def test_lists_say_whose_claim_and_what_kind_of_figure_they_show(client, gdp):
    ObservationFactory(series=gdp, time_period="2025", obs_status="F", release__rank=3)

    for address in ("/stats/", "/stats/gdp/", "/regions/500000/"):
        row = parse(client.get(address)).find(".//table[@class='series-table']/tbody/tr")
        assert [text(one) for one in row.iter("span") if "badge" in one.get("class", "")] == ["媒体", "预测"]


def test_what_stands_side_by_side_as_json(client, beside):
    found = json.loads(client.get("/stats/gdp/?format=json&region=500000&region=510000&since=2018").content)

    claim = {"region": "四川省", "unit": "万亿元", "rank": "媒体", "release": "报道", "released_on": "2020-01-02"}
    claim |= {"status": "A", "growth": "", "source": Release.objects.get(title="报道").source.name}
    told = {"stage": "", "reason": "例行发布", "source_place": "", "footnote": "", "note": ""}
    claim |= told
    exact = {"value": 4, "value_low": None, "value_high": None, "qualifier": "exact"}
    assert (found["indicator"], found["count"]) == ("gdp", 3)
    assert found["results"] == [
        {"time_period": "2019", "printed": "4万亿元"} | exact | claim,
        {
            "time_period": "2018",
            "region": "重庆市",
            "value": 21866.8,
            "value_low": None,
            "value_high": None,
            "unit": "亿元",
            "printed": "21866.8亿元",
            "qualifier": "exact",
            "status": "A",
            "rank": "官方",
            "release": "公报",
            "released_on": "2026-03-30",
            "growth": "6%",
            "source": Release.objects.get(title="公报").source.name,
        }
        | told
        | {"stage": "final"},
        {"time_period": "2018", "value": None, "value_low": 4, "value_high": None}
        | {"printed": "逾4万亿元", "qualifier": "over"}
        | claim,
    ]


def test_what_stands_side_by_side_as_sheets(client, beside):
    csv = b"".join(client.get("/stats/gdp/?format=csv").streaming_content).decode("utf-8-sig").splitlines()
    xlsx = b"".join(client.get("/stats/gdp/?format=xlsx").streaming_content)

    assert [line.split(",")[:3] for line in csv[1:]] == [
        ["2019", "四川省", "4"],
        ["2018", "重庆市", "21866.8"],
        ["2018", "四川省", ""],
        ["2017", "重庆市", "20260.8"],
    ]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).get_sheet_by_index(0).to_python()
    assert [row[:3] for row in rows[1:3]] == [["2019", "四川省", 4.0], ["2018", "重庆市", 21866.8]]


def test_growth_without_its_level_is_in_the_file_with_its_release(client, gdp):
    growth = gdp.indicator.series.get(transformation="yoy")
    late = ReleaseFactory(title="快报", released_on=dt.date(2020, 1, 20))
    ObservationFactory(series=growth, time_period="2019", mantissa="6.3", unit_mult=0, decimals=1, release=late)

    (found,) = json.loads(client.get("/stats/gdp/?format=json&since=2019").content)["results"]

    assert (found["value"], found["printed"], found["growth"], found["release"]) == (None, "", "6.3%", "快报")


@pytest.mark.parametrize("query", ["format=zzz", "format=csv&region=nowhere", "format=json&since=abc"])
def test_a_wrong_value_gives_no_file_of_a_comparison(client, gdp, query):
    assert client.get(f"/stats/gdp/?{query}").status_code == 400


def test_an_indicator_leads_to_its_files_with_what_was_chosen(client, beside):
    tree = parse(client.get("/stats/gdp/?region=510000&since=2018"))

    links = [link.get("href") for link in tree.findall(".//p[@class='downloads']/a")]
    assert links == [f"?region=510000&since=2018&format={one}" for one in FORMATS]
    assert [client.get(f"/stats/gdp/{link}").status_code for link in links] == [200] * 5
