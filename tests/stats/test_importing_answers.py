"""What a file leaves open and is answered beside it: its period, and the unit of one indicator among several."""

import pytest

from tests.stats.imports import DAY, counts, figures, rejections, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]

#: No caption tells the year.
UNTIMED = "各区县主要指标\n地区,生产总值(亿元),常住人口(万人)\n重庆,32193.15,3190\n来源：国家统计局\n"


@pytest.mark.parametrize("answer", [{"period": "2024年一季度"}, {"mapping": {"period": "2024-Q1"}}])
def test_the_period_of_a_table_that_says_none_is_answered_beside_it(answer):
    assert counts(take(UNTIMED, **DAY, **answer)) == (2, 0, 0)

    assert figures() == [
        ("500000", "常住人口", "2024-Q1", "3190", 4, "PS", "2026-03-31"),
        ("500000", "生产总值", "2024-Q1", "32193.15", 8, "CNY", "2026-03-31"),
    ]


def test_months_without_a_year_beside_a_year_are_asked_for_whichever_line_has_them():
    text = "地区,指标,2023年,1月\n重庆,人口(万人),3191,\n四川,人口(万人),8368,8370\n来源：国家统计局\n"

    assert rejections(take(text, **DAY)) == [(1, "2023年")]
    assert counts(take(text, **DAY, period="2024")) == (3, 0, 0)
    assert {one[2] for one in figures()} == {"2023", "2024-01"}


def test_the_option_goes_before_the_mapping():
    take(UNTIMED, **DAY, period="2024", mapping={"period": "2020"})

    assert {one[2] for one in figures()} == {"2024"}


def test_the_period_is_asked_for_together_with_everything_else():
    report = take(UNTIMED.replace("(亿元)", "").replace("重庆", "山城").replace("来源：国家统计局\n", ""))

    assert rejections(report) == [(2, "生产总值"), (None, None), (3, "地区"), (None, None)]
    asked = ["--period", "“unit”", "山城", "--source"]
    assert [word for word, item in zip(asked, report.rejected, strict=True) if word in item["reason"]] == asked


def test_a_table_that_says_its_period_keeps_it_beside_one_that_does_not():
    text = "2023年情况\n地区,人口(万人)\n重庆,3191\n\n\n" + UNTIMED
    take(text, **DAY, period="2024")

    assert sorted({one[1:4] for one in figures()}) == [
        ("人口", "2023", "3191"), ("常住人口", "2024", "3190"), ("生产总值", "2024", "32193.15"),
    ]  # fmt: skip


def test_a_period_that_is_none_is_refused_by_the_name_of_its_option():
    report = take(UNTIMED, **DAY, period="2023Q5")

    assert rejections(report) == [(None, None)]
    assert report.rejected[0]["reason"].startswith("--period: “2023Q5”")


# The unit of one indicator -------------------------------------------------------------------------------------------

KINDS = "2024年主要指标\n地区,地方财政支出,常住人口,城镇化率(%)\n重庆,5305,3190,72\n来源：国家统计局\n"
UNITS = {"地方财政支出": "亿元", "常住人口": "万人"}


@pytest.mark.parametrize("whole", [{}, {"unit": "吨"}])
def test_columns_of_different_kinds_have_a_unit_each(whole):
    assert counts(take(KINDS, **DAY, mapping={"units": UNITS, **whole})) == (3, 0, 0)

    assert sorted((one[1], one[4], one[5]) for one in figures()) == [
        ("地方财政支出", 8, "CNY"), ("城镇化率", 0, "PT"), ("常住人口", 4, "PS"),
    ]  # fmt: skip


def test_a_unit_of_one_indicator_goes_before_that_of_a_title_and_the_rest_keep_it():
    take(f"单位：亿元\n{KINDS}", **DAY, mapping={"units": {"常住人口": "万人"}})

    assert {one[1]: (one[4], one[5]) for one in figures()} == {
        "地方财政支出": (8, "CNY"), "城镇化率": (0, "PT"), "常住人口": (4, "PS"),
    }  # fmt: skip


def test_a_title_of_several_units_is_answered_by_indicator():
    text = f"单位：亿元、万人\n{KINDS}"

    assert rejections(take(text, **DAY)) == [(1, "A")]
    assert counts(take(text, **DAY, mapping={"units": UNITS})) == (3, 0, 0)


def test_a_unit_that_is_printed_beside_its_figures_is_not_answered_away():
    text = "地区,指标,单位,2024年\n重庆,常住人口,万人,3190\n重庆,支出(亿元),,5305\n来源：国家统计局\n"
    text = text.replace("(亿元),,", "(亿元),亿元,")
    take(text, **DAY, mapping={"units": {"常住人口": "人", "支出": "元"}})

    assert {one[4] for one in figures()} == {4, 8}


@pytest.mark.parametrize("units", [{"地方财政支出": "亿圆"}, {"地方财政支出": "万人"}])
def test_a_unit_that_is_unknown_or_of_another_kind_is_a_reason(units):
    take(KINDS, **DAY, mapping={"units": UNITS})

    report = take(KINDS, released="2026-06-30", mapping={"units": UNITS | units})
    assert rejections(report) == [(None, None) if "亿圆" in units.values() else (3, "地方财政支出")]
    assert units["地方财政支出"].removeprefix("万") in report.rejected[0]["reason"]


def test_units_are_text_by_name():
    assert rejections(take(KINDS, **DAY, mapping={"units": {"常住人口": 4}})) == [(None, None)]
