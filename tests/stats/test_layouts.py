"""Tables as offices lay them out become lines that say region, indicator and period."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.vocabulary.grids import Sheet
from stats.layouts import understand
from stats.printed import read_time

from .laid_out import REGIONS, only, said, tables

# One heading line ----------------------------------------------------------------------------------------------------


def test_indicators_across_for_one_period_in_the_caption():
    text = "2024年各市主要经济指标\n地区,地区生产总值(亿元),常住人口(万人)\n重庆市,32193.15,3190\n四川省,64697,8364\n"

    assert only(text) == [
        ("重庆市", "地区生产总值(亿元)", None, "2024", "", "32193.15"),
        ("重庆市", "常住人口(万人)", None, "2024", "", "3190"),
        ("四川省", "地区生产总值(亿元)", None, "2024", "", "64697"),
        ("四川省", "常住人口(万人)", None, "2024", "", "8364"),
    ]


@pytest.mark.parametrize(
    ("caption", "period"),
    [
        ("2024年1-9月各市指标", "2024-09"),
        ("重庆市2024年前三季度经济", "2024-Q3"),
        ("表3 2024年12月31日人口", "2024-12-31"),
    ],
)
def test_a_caption_gives_the_period_as_it_says_it(caption, period):
    assert [line[3] for line in only(f"{caption}\n地区,人口(万人)\n重庆市,1\n")] == [period]


@pytest.mark.parametrize("title", ["时间：2024年", "（时间：2024年）", "年份：2024", "表1 2024年主要指标"])
def test_a_title_gives_the_period(title):
    assert only(f"{title}\n地区,人口(万人)\n重庆市,1\n") == [("重庆市", "人口(万人)", None, "2024", "", "1")]


def test_a_caption_beside_another_cell_is_no_heading():
    assert [line[3] for line in only("表1,2024年各市指标\n地区,人口(万人)\n重庆市,1\n")] == ["2024"]


def test_a_year_within_a_name_is_a_question():
    (table,) = tables("时间：2024年\n地区,人口(万人)2023年,人口(万人)\n重庆市,1,2\n")

    assert [(row, column) for row, column, _reason in table.problems] == [(2, "人口(万人)2023年")]


@pytest.mark.parametrize("caption", ["2023年和2024年主要指标", "2020—2024年主要指标", "主要指标", "2024年13月主要指标"])
def test_a_caption_with_two_periods_or_none_gives_none(caption):
    text = f"{caption}\n地区,人口(万人)\n重庆市,1\n四川省,2\n"
    (table,) = tables(text)

    assert (table.problems, table.lacks_time) == ([], True)
    assert [one[3] for one in said(table)] == [None, None]
    (table,) = tables(text, time=read_time("2022年"))
    assert [one[3] for one in said(table)] == ["2022", "2022"]


def test_what_is_said_beside_the_file_gives_the_year_of_months_and_a_sum_since_january():
    (table,) = tables("地区,指标,1月,2月\n重庆市,人口(万人),1,2\n", time=read_time("2024"))
    assert [one[3] for one in said(table)] == ["2024-01", "2024-02"]

    (table,) = tables("地区,人口(万人)\n重庆市,1\n", time=read_time("2024年前三季度"))
    assert [one[3:5] for one in said(table)] == [("2024-Q3", "ytd")]


@pytest.mark.parametrize("text", ["时间：2024年\n地区,人口(万人)\n重庆市,1\n", "地区,2024年\n重庆市,1\n"])
def test_a_table_that_says_its_period_goes_before_what_is_said_beside_it(text):
    (table,) = tables(text, time=read_time("2020"))

    assert ([one[3] for one in said(table)], table.lacks_time) == (["2024"], False)


def test_months_of_a_quarter_are_no_periods():
    (table,) = tables("地区,指标,9月\n重庆市,人口(万人),1\n四川省,人口(万人),2\n", time=read_time("2024年三季度"))

    assert [problem[:2] for problem in table.problems] == [(1, "9月")]


def test_periods_down_and_indicators_across_whose_unit_a_title_tells():
    text = "单位：亿元\n年份,第一产业,第二产业,排名\n2023,1.5,2\n2024年,3,4\n"

    (table,) = tables(text)

    assert table.problems == []
    assert said(table) == [
        (None, "第一产业", None, "2023", "", "1.5"),
        (None, "第二产业", None, "2023", "", "2"),
        (None, "第一产业", None, "2024", "", "3"),
        (None, "第二产业", None, "2024", "", "4"),
    ]


def test_periods_down_and_regions_across():
    assert only("指标：人口(万人)\n年份,重庆市,四川\n2023年,1,2\n2024年,,3\n") == [
        ("重庆市", None, None, "2023", "", "1"),
        ("四川", None, None, "2023", "", "2"),
        ("四川", None, None, "2024", "", "3"),
    ]


def test_indicators_down_and_regions_across_for_one_period():
    assert only("时间：2024年\n指标,单位,重庆,四川\n人口,万人,1,2\n") == [
        ("重庆", "人口", "万人", "2024", "", "1"),
        ("四川", "人口", "万人", "2024", "", "2"),
    ]


def test_months_across_and_years_down():
    assert only("指标：产量(吨)\n地区：重庆市\n年份,1月,2月,1-9月\n2024年,1,2,3\n") == [
        (None, None, None, "2024-01", "", "1"),
        (None, None, None, "2024-02", "", "2"),
        (None, None, None, "2024-09", "ytd", "3"),
    ]


def test_sums_since_january_have_the_period_that_ends_them():
    text = "地区,2024年1-9月,2024年前三季度,2024年1—8月,2024年上半年\n重庆市,1,2,3,4\n"

    assert sorted((period, form) for *_said, period, form, _value in only(text)) == [
        ("2024-08", "ytd"),
        ("2024-09", "ytd"),
        ("2024-Q3", "ytd"),
        ("2024-S1", ""),
    ]


@pytest.mark.parametrize("heading", ["2023Q5", "24年", "2024年13月", "'24年", "2024年比2023年"])
def test_a_heading_that_is_like_a_period_and_none_is_named(heading):
    (table,) = tables(f"地区,2022年,{heading}\n重庆市,1,2\n")

    assert [(row, column) for row, column, _reason in table.problems] == [(1, heading)]


def test_days_that_are_all_first_of_a_month_may_be_months_and_are_a_question():
    (across,) = tables("地区,2024-07-01,2024-08-01\n重庆市,1,2\n")
    (down,) = tables("日期,人口(万人)\n".replace("日期", "时间") + "2024-07-01,1\n2024-08-01,2\n")

    assert [(row, column) for table in (across, down) for row, column, _reason in table.problems] == [
        (1, None),
        (1, "时间"),
    ]
    assert len(only("地区,2024-07-01,2024-07-02\n重庆市,1,2\n")) == 2


# Stacked headings ----------------------------------------------------------------------------------------------------

INDICATOR_OVER_PERIOD = """\
,地区生产总值(亿元),,常住人口(万人),
地区,2023年,2024年,2023年,2024年
重庆市,1,2,3,4
"""


@pytest.mark.parametrize("merged", [[], [(0, 1, 0, 2), (0, 3, 0, 4)]])
@pytest.mark.parametrize("corner", ["", "地区"])
def test_indicator_over_period(merged, corner):
    text = corner + INDICATOR_OVER_PERIOD.replace("地区,2", (",2" if corner else "地区,2"))

    assert sorted(only(text, merged)) == [
        ("重庆市", "地区生产总值(亿元)", None, "2023", "", "1"),
        ("重庆市", "地区生产总值(亿元)", None, "2024", "", "2"),
        ("重庆市", "常住人口(万人)", None, "2023", "", "3"),
        ("重庆市", "常住人口(万人)", None, "2024", "", "4"),
    ]


def test_period_over_indicator_with_a_line_of_units():
    text = (
        "地区,2023年,,2024年,\n,地区生产总值,常住人口,地区生产总值,常住人口\n,亿元,万人,（亿元）,万人\n重庆,1,2,3,4\n"
    )

    assert sorted(only(text)) == [
        ("重庆", "地区生产总值", "亿元", "2023", "", "1"),
        ("重庆", "地区生产总值", "亿元", "2024", "", "3"),
        ("重庆", "常住人口", "万人", "2023", "", "2"),
        ("重庆", "常住人口", "万人", "2024", "", "4"),
    ]


def test_region_over_indicator_over_period():
    text = "年份,重庆市,,四川省\n,人口(万人),面积(亩),人口(万人)\n2023年,1,2,3\n2024年,4,5,6\n"

    assert sorted(only(text)) == [
        ("四川省", "人口(万人)", None, "2023", "", "3"),
        ("四川省", "人口(万人)", None, "2024", "", "6"),
        ("重庆市", "人口(万人)", None, "2023", "", "1"),
        ("重庆市", "人口(万人)", None, "2024", "", "4"),
        ("重庆市", "面积(亩)", None, "2023", "", "2"),
        ("重庆市", "面积(亩)", None, "2024", "", "5"),
    ]


def test_a_year_over_level_and_growth():
    text = "地区：重庆市\n指标,2024年,\n,绝对数,比上年增长(%)\n工业增加值,1,2\n建筑业增加值,3,4\n"

    assert only(text) == [
        (None, "工业增加值", None, "2024", "", "1"),
        (None, "工业增加值", "%", "2024", "yoy", "2"),
        (None, "建筑业增加值", None, "2024", "", "3"),
        (None, "建筑业增加值", "%", "2024", "yoy", "4"),
    ]


def test_three_lines_of_heading_with_merged_cells():
    text = "地区,2024年,,,\n,地区生产总值,,常住人口,\n,总量,增速,总量,增速\n,亿元,%,万人,%\n重庆,1,2,3,4\n"
    merged = [(0, 0, 3, 0), (0, 1, 0, 4), (1, 1, 1, 2), (1, 3, 1, 4)]

    assert sorted(only(text, merged)) == [
        ("重庆", "地区生产总值", "%", "2024", "yoy", "2"),
        ("重庆", "地区生产总值", "亿元", "2024", "", "1"),
        ("重庆", "常住人口", "%", "2024", "yoy", "4"),
        ("重庆", "常住人口", "万人", "2024", "", "3"),
    ]


# Labels that stand once ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("merged", [[], [(1, 0, 2, 0), (3, 0, 4, 0)]])
def test_a_region_that_stands_once_for_several_indicators(merged):
    text = "地区,指标,2024年\n重庆,人口(万人),1\n,面积(亩),2\n四川,人口(万人),3\n,面积(亩),4\n"

    assert [line[:2] for line in only(text, merged)] == [
        ("重庆", "人口(万人)"),
        ("重庆", "面积(亩)"),
        ("四川", "人口(万人)"),
        ("四川", "面积(亩)"),
    ]


def test_a_gap_in_a_column_that_repeats_its_words_is_a_gap():
    (table,) = tables("地区,指标,2024年\n重庆,人口(万人),1\n重庆,面积(亩),2\n,人口(万人),3\n四川,面积(亩),4\n")

    assert [(row, column) for row, column, _reason in table.problems] == [(4, "地区")]


def test_two_columns_of_names_without_headings():
    assert [line[:2] for line in only(",,2024年\n重庆,人口(万人),1\n,面积(亩),2\n")] == [
        ("重庆", "人口(万人)"),
        ("重庆", "面积(亩)"),
    ]


# Several tables ------------------------------------------------------------------------------------------------------

TWO = """\
指标：人口(万人)
地区,2023年,2024年
重庆市,1,2
注：年末数。
来源：国家统计局
表2
指标：面积(亩)
地区,2024年
重庆市,3
"""


@pytest.mark.parametrize("gap", ["", "\n", "\n\n"])
def test_tables_one_under_the_other_have_their_own_titles(gap):
    first, second = tables(TWO.replace("表2\n", f"{gap}表2\n"))

    lines = len(gap)
    assert (said(first), said(second)) == (
        [("重庆市", None, None, "2023", "", "1"), ("重庆市", None, None, "2024", "", "2")],
        [("重庆市", None, None, "2024", "", "3")],
    )
    assert (first.titles["indicator"].text, second.titles["indicator"].text) == ("人口(万人)", "面积(亩)")
    assert [note.text for note in first.notes] == ["注：年末数。"]
    assert second.titles["source"].text == "国家统计局"
    assert (first.heading_rows, first.first_row, first.last_row) == (range(2, 3), 3, 3)
    assert (second.heading_rows, second.first_row, second.last_row) == (
        range(8 + lines, 9 + lines),
        9 + lines,
        9 + lines,
    )


def test_a_heading_that_comes_again_begins_a_table():
    first, second = tables("地区,2023年\n重庆市,1\n地区,2024年\n重庆市,2\n")

    assert (said(first), said(second)) == (
        [("重庆市", None, None, "2023", "", "1")],
        [("重庆市", None, None, "2024", "", "2")],
    )


def test_tables_side_by_side():
    text = "指标：人口(万人),,,指标：面积(亩),\n地区,2024年,,地区,2023年\n重庆市,1,,四川省,2\n来源：国家统计局,,,,\n"

    first, second = tables(text)

    assert (said(first), said(second)) == (
        [("重庆市", None, None, "2024", "", "1")],
        [("四川省", None, None, "2023", "", "2")],
    )
    assert [table.titles["indicator"].text for table in (first, second)] == ["人口(万人)", "面积(亩)"]
    assert second.titles["source"].text == "国家统计局"
    assert [column.letters for column in second.columns] == ["D", "E"]


def test_an_empty_column_within_a_table_divides_nothing():
    assert only("地区,2023年,,2024年\n重庆市,1,,2\n") == [
        ("重庆市", None, None, "2023", "", "1"),
        ("重庆市", None, None, "2024", "", "2"),
    ]


# What it understood, and what a mapping corrects ---------------------------------------------------------------------


def test_a_table_tells_what_it_made_of_its_columns():
    (table,) = tables("地区,单位,2024年,2023年,人口\n重庆市,万人,1,,\n")

    assert [(one.at, one.letters, one.heading, one.role, one.period) for one in table.columns] == [
        (0, "A", "地区", "region", None),
        (1, "B", "单位", "unit", None),
        (2, "C", "2024年", "value", "2024"),
        (3, "D", "2023年", "value", "2023"),
        (4, "E", "人口", None, None),
    ]


@pytest.mark.parametrize("name", ["#b", "表!b", "表!b1", "甲"])
def test_a_mapping_names_a_column_by_heading_or_place(name):
    assert only("地区,甲,2024年\n重庆市,7,1\n", columns={name: "ignore"}) == [("重庆市", None, None, "2024", "", "1")]


# Anything -------------------------------------------------------------------------------------------------------------

words = st.sampled_from(
    [
        "",
        "",
        "地区",
        "指标",
        "年份",
        "单位",
        "数值",
        "2024年",
        "2023",
        "1月",
        "一季度",
        "重庆市",
        "四川",
        "人口(万人)",
        "面积",
    ]
    + [
        "亿元",
        "(万人)",
        "增速(%)",
        "比上年增长(%)",
        "±%",
        "指数(上年=100)",
        "1",
        "2.5",
        "约3",
        "-",
        "①",
        "注：x",
        "指标：人口(万人)",
    ]
)
areas = st.tuples(st.integers(0, 6), st.integers(0, 5), st.integers(0, 3), st.integers(0, 3))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(words, max_size=6), max_size=8), st.lists(areas, max_size=3))
def test_any_cells_are_tables_whose_figures_stand_where_they_say(rows, merged):
    merged = [(top, left, top + high, left + wide) for top, left, high, wide in merged]

    for table in understand(Sheet("表", rows, merged), {}, REGIONS):
        assert table.lines == [] or table.first_row <= table.last_row <= len(rows)
        for line in table.lines:
            assert [cell.value for cell in line.cells] == [rows[line.row - 1][cell.column] for cell in line.cells]
            assert all(cell.value and (cell.period or table.lacks_time) for cell in line.cells)
