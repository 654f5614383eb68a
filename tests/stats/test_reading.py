"""Tables of every layout come in through the whole import: what their words make of the figures in the database."""

import pytest

from stats.models import Indicator, Observation, Series
from tests.factories import IndicatorFactory, SeriesFactory, UnitFactory
from tests.stats.imports import DAY, GDP, counts, rejections, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]
SAID = {**DAY, "source": "国家统计局"}


def series():
    """Region, indicator, transformation, prices, frequency, accumulation, unit and values of every series."""
    names = ("region__code", "indicator__name", "transformation", "price_basis", "frequency", "accumulation")
    return [
        (*(str(value) for value in row), values_of(pk))
        for pk, *row in Series.objects.order_by("indicator__name", "region__code", "-transformation", "pk").values_list(
            "pk", *names
        )
    ]


def values_of(pk):
    found = Observation.objects.filter(series=pk).order_by("time_period").values_list("time_period", "mantissa")
    return {period: f"{value.normalize():f}" for period, value in found}


def test_growth_beside_a_level_becomes_a_series_of_its_own():
    text = "2024年各市主要指标\n地区,地区生产总值(亿元),比上年增长(%)\n重庆市,32193.15,5.7\n合计,64697,5.7\n"

    assert rejections(take(text, **SAID)) == [(4, "地区")]
    assert counts(take(text.replace("合计", "四川"), **SAID)) == (4, 0, 0)

    assert series() == [
        ("500000", "地区生产总值", "yoy", "none", "A", "none", {"2024": "5.7"}),
        ("500000", "地区生产总值", "level", "current", "A", "none", {"2024": "32193.15"}),
        ("510000", "地区生产总值", "yoy", "none", "A", "none", {"2024": "5.7"}),
        ("510000", "地区生产总值", "level", "current", "A", "none", {"2024": "64697"}),
    ]
    assert set(Series.objects.values_list("transformation", "is_default", "unit__code", "unit_mult")) == {
        ("level", True, "CNY", 8),
        ("yoy", False, "PT", 0),
    }


def test_a_sum_is_that_of_the_region_in_the_title_or_in_the_option():
    text = "地区：四川省\n时间：2024年\n地区,人口(万人)\n重庆市,3190\n合计,8364\n"

    assert counts(take(text, **SAID)) == (2, 0, 0)
    assert counts(take(text.replace("地区：四川省\n", ""), region="510000", **SAID)) == (0, 0, 2)

    assert [(row[0], row[-1]) for row in series()] == [("500000", {"2024": "3190"}), ("510000", {"2024": "8364"})]


@pytest.mark.parametrize(
    ("heading", "note", "basis"),
    [
        ("比上年增长(%)", "注：增长速度按不变价格计算。", "constant"),
        ("比上年实际增长(%)", "", "constant"),
        ("名义增长(%)", "", "current"),
        ("同比增速（%）", "注：生产总值按现价计算。", "none"),
    ],
)
def test_the_prices_of_growth_are_what_the_table_says(heading, note, basis):
    take(f"时间：2024年\n地区,地区生产总值(亿元),{heading}\n重庆市,1,5.7\n{note}\n", **SAID)

    assert Series.objects.get(transformation="yoy").price_basis == basis


def test_growth_goes_to_the_series_that_is_there():
    gdp = IndicatorFactory(name="地区生产总值")
    there = SeriesFactory(
        indicator=gdp,
        region__name="贵州省",
        transformation="yoy",
        price_basis="constant",
        unit=UnitFactory(code="PT", symbol="%", dimension="share"),
    )

    take("时间：2024年\n地区,地区生产总值增速(%)\n贵州省,5.3\n重庆市,5.7\n", **SAID)

    assert values_of(there.pk) == {"2024": "5.3"}
    assert Series.objects.exclude(pk=there.pk).get().price_basis == "constant"


def test_an_indicator_that_is_a_share_keeps_its_series():
    percent = UnitFactory(code="PT", symbol="%", dimension="share")
    rate = IndicatorFactory(name="常住人口城镇化率")
    there = SeriesFactory(indicator=rate, region__name="贵州省", transformation="share", unit=percent)

    take("时间：2024年\n地区,常住人口城镇化率(%)\n贵州省,57.1\n", **SAID)

    assert values_of(there.pk) == {"2024": "57.1"}
    assert Series.objects.count() == 1


def test_an_indicator_of_the_name_goes_before_growth_of_another():
    IndicatorFactory(name="民营经济增加值占比", slug="share-of-private")

    take("时间：2024年\n地区,民营经济增加值占比(%)\n重庆市,59.9\n", **SAID)

    assert [row[:3] for row in series()] == [("500000", "民营经济增加值占比", "level")]


def test_sums_since_january_are_series_that_accumulate():
    take("指标：产量(万吨)\n地区,2024年前三季度,2024年1-9月,2024年9月\n重庆市,3,2,1\n", **SAID)

    assert sorted(row[4:] for row in series()) == [
        ("M", "none", {"2024-09": "1"}),
        ("M", "ytd", {"2024-09": "2"}),
        ("Q", "ytd", {"2024-Q3": "3"}),
    ]


def test_bounds_and_ranges_keep_their_words_and_come_again_as_the_same():
    text = "指标：产量(万吨)\n地区,2021年,2022年,2023年,2024年\n"
    text += "重庆市,约1.5,1000余,1.2—1.5,3.4(初步)\n四川,1,2p,2000万吨以上,4①\n"

    assert counts(take(text, **SAID)) == (8, 0, 0)
    assert counts(take(text, **SAID)) == (0, 0, 8)

    found = Observation.objects.order_by("series__region__code", "time_period")
    assert list(found.values_list("qualifier", "printed", "obs_status", "stage")) == [
        ("about", "约1.5万吨", "A", ""),
        ("over", "1000余万吨", "A", ""),
        ("range", "1.2—1.5万吨", "A", ""),
        ("exact", "", "A", "preliminary"),
        ("exact", "", "A", ""),
        ("exact", "", "P", ""),
        ("at_least", "2000万吨以上", "A", ""),
        ("exact", "", "A", ""),
    ]
    ends = found.filter(qualifier="range").values_list("mantissa", "value_low", "value_high", "decimals")
    assert [str(value) for value in ends.get()] == ["None", "1.20000", "1.50000", "1"]
    assert rejections(take(text.replace("约1.5", "1.5"), **SAID)) == [(3, "2021年")]
    assert rejections(take(text.replace("1.2—1.5", "1.2—1.6"), **SAID)) == [(3, "2023年")]


def test_a_unit_behind_a_number_is_its_own():
    text = GDP.replace("30614.3", "3.06143万亿元")

    assert counts(take(text, **DAY)) == (3, 0, 0)
    assert counts(take(GDP, **DAY)) == (0, 0, 3)
    assert Observation.objects.get(time_period="2023").unit_mult == 12


@pytest.mark.parametrize("cell", ["5.2%", "30614.3亿美元", "30614.3万人", "30614.3担"])
def test_a_cell_in_another_unit_than_its_column_is_refused(cell):
    report = take(GDP.replace("30614.3", cell), **DAY)

    assert rejections(report) == [(5, "2023年")]
    assert "亿元" in report.rejected[0]["reason"]


def test_a_level_in_percent_is_refused():
    take(GDP, **DAY)

    assert rejections(take(GDP.replace("亿元", "%"), released="2026-06-30")) == [(5, "2024年"), (6, "2024年")]


def test_a_unit_that_is_two_is_a_question():
    text = "单位：亿元、%\n地区：重庆市\n指标,2024年\n工业增加值,1\n"

    report = take(text, **SAID)

    assert rejections(report) == [(1, "A")]
    assert counts(take(text.replace("增加值", "增加值(亿元)"), **SAID)) == (1, 0, 0)


def test_a_part_of_something_is_a_question_until_a_mapping_answers():
    text = "地区：重庆市\n指标,2024年\n增加值(亿元),2\n其中：工业(亿元),1\n"

    assert rejections(take(text, **SAID)) == [(4, "指标")]
    assert counts(take(text, mapping={"indicators": {"其中：工业": "industry"}}, **SAID)) == (2, 0, 0)
    assert set(Indicator.objects.values_list("slug", flat=True)) == {"zengjiazhi", "industry"}


def test_a_whole_and_its_parts_are_no_indicators_by_themselves():
    report = take("单位：万人\n时间：2024年\n地区,合计,男,常住人口\n重庆市,3,1,3\n", **SAID)

    assert rejections(report) == [(4, "合计"), (4, "男")]


def test_marks_of_notes_are_no_part_of_names():
    text = "指标：人口①(万人)\n地区,2024年②\n重庆市*,3190\n  四川省 1),8364\n注：①年末数。\n"

    assert counts(take(text, **SAID)) == (2, 0, 0)
    assert [row[:2] for row in series()] == [("500000", "人口"), ("510000", "人口")]


def test_a_slot_that_two_cells_give_differently_names_both():
    report = take("指标：人口(万人)\n地区,2024年,2024\n重庆市,1,2\n", **SAID)

    assert rejections(report) == [(3, "2024")]
    assert "表.csv!B3" in report.rejected[0]["reason"]


@pytest.mark.parametrize(("text", "row", "column"), [
    ("地区,2022年,2023Q5\n重庆市,1,2\n", 2, "2023Q5"),
    ("地区,年份,数值\n重庆市,2023Q5,2\n", 3, "年份"),
    ("地区,年份,数值\n重庆市,23年,2\n", 3, "年份"),
    ("地区,人口(万人),面积(亩)\n重庆市,1,2\n四川,3,4\n", 2, "人口(万人)"),
])  # fmt: skip
def test_a_period_that_is_none_is_named(text, row, column):
    assert rejections(take("指标：人口(万人)\n" + text, **SAID)) == [(row, column)]


def test_regions_by_old_short_and_english_names_across():
    text = "指标：人口(万人)\n年份,渝,四川\n2023年,1,2\n2024年,3,4\n"

    assert counts(take(text, **SAID)) == (4, 0, 0)
    assert [(row[0], row[-1]) for row in series()] == [
        ("500000", {"2023": "1", "2024": "3"}),
        ("510000", {"2023": "2", "2024": "4"}),
    ]
