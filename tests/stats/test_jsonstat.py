import datetime as dt

import pytest
from django.utils.translation import gettext as _

from tests.factories import ObservationFactory, RegionFactory, ReleaseFactory, SeriesFactory, UnitFactory
from tests.stats.files import as_json, checked

pytestmark = pytest.mark.django_db

FORM = "A.none.level.none"


@pytest.fixture
def gdp():
    """重庆: a number, a bound in 万亿, a missing one, one in dollars; 四川: a range; growth of 重庆."""
    chongqing, sichuan = RegionFactory(code="500000", name="重庆市"), RegionFactory(code="510000", name="四川省")
    series = SeriesFactory(indicator__slug="gdp", indicator__name="地区生产总值", region=chongqing)
    release = ReleaseFactory(title="公报", source__name="统计局", released_on=dt.date(2024, 3, 1), note="注")
    told = {"series": series, "release": release}
    ObservationFactory(**told, time_period="2020", mantissa="25041.4", decimals=1, stage="final", source_place="表1")
    ObservationFactory(**told, time_period="2021", mantissa="2.7", unit_mult=12, qualifier="over", obs_status="P")
    ObservationFactory(**told, time_period="2022", mantissa=None, obs_status="M")
    dollars = UnitFactory(code="USD", symbol="美元", dimension="currency")
    ObservationFactory(**told, time_period="2023", mantissa=4, unit=dollars)
    other = SeriesFactory(indicator=series.indicator, region=sichuan)
    ObservationFactory(
        series=other, time_period="2021", mantissa=None, value_low=5, value_high=6, qualifier="range", release=release
    )
    percent = UnitFactory(code="PT", symbol="%", dimension="share")
    growth = {"transformation": "yoy", "unit": percent, "unit_mult": 0, "is_default": False}
    yoy = SeriesFactory(indicator=series.indicator, region=chongqing, **growth)
    ObservationFactory(series=yoy, time_period="2021", mantissa="8.3", unit_mult=0, release=release)
    return series


def test_a_series_as_a_dataset(client, gdp):
    dataset = as_json(client, "/stats/gdp/500000/?format=jsonstat")

    at = ("gdp", "500000", FORM)
    assert checked(dataset) == {
        (*at, "2020"): (25041.4, "final"),
        (*at, "2021"): (None, "P;over"),
        (*at, "2022"): (None, "M"),
        (*at, "2023"): (None, None),
    }
    assert dataset["role"] == {"geo": ["region"], "metric": ["indicator"], "time": ["time_period"]}
    assert dataset["dimension"]["indicator"]["category"] == {
        "index": {"gdp": 0},
        "label": {"gdp": "地区生产总值"},
        "unit": {"gdp": {"label": "亿元", "base": "CNY", "multiplier": 8, "decimals": 1}},
    }
    assert dataset["dimension"]["time_period"]["category"]["label"]["2020"] == "2020年"
    assert (dataset["label"], dataset["source"]) == ("重庆市 地区生产总值", "统计局")
    assert dataset["href"] == "http://testserver/stats/gdp/500000/"
    assert dt.datetime.fromisoformat(dataset["updated"]).utcoffset() == dt.timedelta(hours=8)
    assert f"{_('Note of the release')} · 公报 · 注" in dataset["note"]


def test_what_json_stat_cannot_say_stands_in_its_extension(client, gdp):
    extension = as_json(client, "/stats/gdp/500000/?format=jsonstat&since=2020&until=2021")["extension"]

    release = gdp.observations.first().release
    assert extension["figures"] == {
        "0": {"printed": "25041.4亿元", "qualifier": "exact", "status": "A", "stage": "final", "decimals": 1}
        | {"release": str(release.pk), "source_place": "表1"},
        "1": {"printed": "逾2.7万亿元", "qualifier": "over", "value_low": 27000, "value_high": None}
        | {"status": "P", "stage": "", "decimals": 0, "release": str(release.pk), "source_place": ""},
    }
    (told,) = extension["releases"].values()
    assert [told[key] for key in ("source", "title", "released_on", "rank", "reason", "note")] == [
        "统计局",
        "公报",
        "2024-03-01",
        1,
        "routine",
        "注",
    ]
    assert extension["status"]["label"].keys() == {"final", "P;over"}


def test_what_stands_side_by_side_as_a_dataset(client, gdp):
    dataset = as_json(client, "/stats/gdp/?format=jsonstat&until=2021&region=500000&region=510000")

    level, yoy = f"gdp.{FORM}", "gdp.A.none.yoy.none"
    assert checked(dataset) == {
        (level, "500000", "2020"): (25041.4, "final"),
        (level, "500000", "2021"): (None, "P;over"),
        (level, "510000", "2021"): (None, "range"),
        (yoy, "500000", "2021"): (8.3, None),
    }
    assert [dataset["dimension"]["measure"]["category"]["unit"][one]["label"] for one in (level, yoy)] == ["亿元", "%"]


def test_a_list_as_a_dataset_has_a_category_with_its_unit_for_each_series(client, gdp):
    dataset = as_json(client, "/stats/?format=jsonstat&as_of=2024-12-31&region=500000")

    assert checked(dataset) == {
        (f"gdp.500000.{FORM}", "2023"): (None, None),
        ("gdp.500000.A.none.yoy.none", "2021"): (8.3, None),
    }
    assert dataset["extension"]["as_of"] == "2024-12-31"
    assert checked(as_json(client, "/stats/?format=jsonstat&as_of=2020-12-31")) == {}


@pytest.mark.parametrize("count", [1, 3])
def test_a_dataset_costs_the_same_for_any_number_of_series(client, django_assert_num_queries, count):
    for _turn in range(count):
        ObservationFactory()
    with django_assert_num_queries(7):  # periods, series, their figures; indicators, regions, units, releases
        assert len(checked(as_json(client, "/stats/?format=jsonstat"))) == count


def test_a_wrong_value_gives_no_dataset(client, gdp):
    for address in ("/stats/", "/stats/gdp/", "/stats/gdp/500000/"):
        assert client.get(f"{address}?format=jsonstat&as_of=soon").status_code == 400
