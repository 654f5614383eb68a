import datetime as dt

import pytest

from portal.publishing.tables import Printed
from stats.models import Series
from stats.tables import SeriesTable, numbers
from tests.factories import ObservationFactory, ReleaseFactory, SeriesFactory

pytestmark = pytest.mark.django_db


def row(series):
    table = SeriesTable()
    (found,) = table.prepare(Series.objects.listed().for_listing().filter(pk=series.pk))
    return {key: plain(value) for key, value in table.row(found).items()}


def plain(value):
    return value.number if isinstance(value, Printed) else value


def test_a_row_has_the_figure_in_its_own_unit_with_where_it_comes_from():
    series = SeriesFactory(
        indicator__slug="gdp", indicator__name="地区生产总值", region__code="500000", region__name="重庆市"
    )
    release = ReleaseFactory(source__name="重庆市统计局", title="2022年公报", released_on=dt.date(2023, 3, 17))
    ObservationFactory(series=series, release=release, mantissa="29129.03", decimals=2)

    found = row(series)

    assert {key: found[key] for key in ("kind", "title", "url", "indicator", "region", "region_code")} == {
        "kind": "indicator",
        "title": "地区生产总值 · 重庆市",
        "url": "/stats/gdp/500000/",
        "indicator": "地区生产总值",
        "region": "重庆市",
        "region_code": "500000",
    }
    assert (found["time_period"], float(found["value"]), found["unit"], found["printed"]) == (
        "2022",
        29129.03,
        "亿元",
        "29129.03亿元",
    )
    assert (found["source"], found["release"], found["released_on"]) == (
        "重庆市统计局",
        "2022年公报",
        dt.date(2023, 3, 17),
    )


@pytest.mark.parametrize(
    ("qualifier", "low", "high"),
    [
        ("over", 10, None),
        ("at_least", 10, None),
        ("nearly", None, 10),
        ("under", None, 10),
        ("at_most", None, 10),
        ("about", None, None),
        ("order_of_magnitude", None, None),
    ],
)
def test_a_bound_is_never_an_exact_number(qualifier, low, high):
    series = ObservationFactory(mantissa=10, qualifier=qualifier, printed="原文").series

    found = row(series)

    assert (found["value"], found["value_low"], found["value_high"], found["printed"]) == (None, low, high, "原文")
    assert found["qualifier"] == qualifier


def test_a_range_has_two_ends_and_a_missing_figure_none():
    between = ObservationFactory(mantissa=None, qualifier="range", value_low=3, value_high=5).series
    missing = ObservationFactory(mantissa=None, obs_status="M").series

    assert [(row(one)["value"], row(one)["value_low"], row(one)["value_high"]) for one in (between, missing)] == [
        (None, 3, 5),
        (None, None, None),
    ]
    assert row(missing)["printed"] == "—"


def test_a_row_has_the_figure_that_counts_and_not_a_draft_s():
    series = ObservationFactory(mantissa=100).series
    ObservationFactory(series=series, mantissa=120, release__released_on=dt.date(2024, 3, 1))
    ObservationFactory(
        series=series,
        mantissa=140,
        release=ReleaseFactory(released_on=dt.date(2025, 3, 1), status="draft", published_at=None),
    )

    assert float(row(series)["value"]) == 120


def test_a_row_tells_why_it_was_published_again_where_it_stands_and_what_is_to_be_noted():
    release = ReleaseFactory(reason="census", note="按第五次全国经济普查修订")
    series = ObservationFactory(release=release, source_place="表1 第3行 B列").series

    found = row(series)

    assert [found[key] for key in ("reason", "reason_label", "source_place", "note")] == [
        "census",
        "普查修订",
        "表1 第3行 B列",
        "按第五次全国经济普查修订",
    ]


@pytest.mark.parametrize(
    ("mantissa", "decimals", "text"),
    [("28771.8", 2, "28771.80"), ("100", 0, "100"), ("6.25", 1, "6.25")],
)
def test_a_number_keeps_the_decimals_in_which_it_was_printed(mantissa, decimals, text):
    figure = ObservationFactory(mantissa=mantissa, decimals=decimals)
    figure.refresh_from_db()

    assert str(numbers(figure)["value"]) == text


def test_a_number_in_another_multiplier_is_printed_with_as_many_digits():
    figure = ObservationFactory(mantissa="2.877", decimals=3, unit_mult=12)
    figure.refresh_from_db()

    assert [str(numbers(figure, places)["value"]) for places in (-4, -12, 2)] == ["28770", "2877000000000", "0.02877"]
