"""What sources print is read back as it was meant."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from stats.cells import read_cell
from stats.periods import period_text
from stats.printed import name_and_unit, read_period, read_time, without_mark

FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


def read_number(cell):
    reading = read_cell(cell)
    if reading and (reading.qualifier != "exact" or reading.unit):
        raise ValidationError("no number alone")
    return reading and reading.number


numbers = st.builds(
    lambda digits, places, sign: Decimal((sign, tuple(map(int, str(digits))), -places)),
    st.integers(0, 10**10 - 1),
    st.integers(0, 5),
    st.sampled_from([0, 1]),
).filter(lambda number: number or not number.is_signed())

years = st.integers(1000, 9999).map(str)
periods = st.one_of(
    years,
    st.builds("{}-S{}".format, years, st.integers(1, 2)),
    st.builds("{}-Q{}".format, years, st.integers(1, 4)),
    st.builds("{}-{:02}".format, years, st.integers(1, 12)),
    st.dates(min_value=dt.date(1000, 1, 1)).map(str),
)


@given(numbers, st.sampled_from(["", ",", " "]), st.booleans(), st.sampled_from(["", " ", "\t"]))
def test_a_number_is_read_as_it_was_printed(number, separator, is_full_width, padding):
    printed = f"{number:,f}".replace(",", separator)
    printed = (printed.translate(FULL_WIDTH) if is_full_width else printed) + padding

    read = read_number(printed)

    assert (read, read.as_tuple().exponent) == (number, number.as_tuple().exponent)


@given(numbers)
def test_a_number_of_a_spreadsheet_is_the_one_that_was_typed(number):
    assert read_number(float(number)) == number


def test_what_a_float_shows_beyond_fifteen_digits_nobody_has_typed():
    assert str(read_number(20260.800000000003)) == "20260.8"


@pytest.mark.parametrize("cell", ["", " ", "-", "—", "——", "..", "N/A", "－"])
def test_a_dash_says_that_there_is_no_figure(cell):
    assert read_number(cell) is None


@pytest.mark.parametrize(
    "cell", ["约1000", "1,5", "12,34", "1.2.3", "1e5", "十二", "5%", "1 2", "0.123456", "12345678901", True]
)
def test_what_would_have_to_be_guessed_or_altered_is_refused(cell):
    with pytest.raises(ValidationError):
        read_number(cell)


@given(periods)
def test_a_period_is_read_as_a_reader_is_told_it(period):
    with translation.override("zh-hans"):
        assert read_period(period_text(period)) == period
    assert read_period(period) == period


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        (2024.0, "2024"),
        (2024, "2024"),
        ("2024 年", "2024"),
        ("２０２４年", "2024"),
        ("2024年末", "2024"),
        ("2024年第一季度", "2024-Q1"),
        ("2024年1季度", "2024-Q1"),
        ("2024Q4", "2024-Q4"),
        ("2024年下半年", "2024-S2"),
        ("2024年7月份", "2024-07"),
        ("2024/7", "2024-07"),
        ("2024-07-15", "2024-07-15"),
        ("2024年13月", None),
        ("2024-02-30", None),
        ("最近20年", None),
        ("2024年比2023年", None),
        (20245.0, None),
        (2024.5, None),
        ("", None),
    ],
)
def test_other_spellings_of_a_period(cell, period):
    assert read_period(cell) == period


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("地区生产总值(亿元)", ("地区生产总值", "亿元")),
        ("地方财政国防支出 (亿元) ", ("地方财政国防支出", "亿元")),
        ("人口（万人）", ("人口", "万人")),
        ("增加值(现价)(亿元)", ("增加值(现价)", "亿元")),
        ("人口", ("人口", "")),
        ("(亿元)", ("(亿元)", "")),
    ],
)
def test_a_name_is_told_from_the_unit_behind_it(label, parts):
    assert name_and_unit(label) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("重庆市①", ("重庆市", "①")),
        ("人口①(万人)", ("人口(万人)", "①")),
        ("  四川省 1)", ("四川省", "1)")),
        ("人口（注1）", ("人口", "（注1）")),
        ("人口注1", ("人口", "注1")),
        ("备注", ("备注", "")),
        ("①", ("①", "")),
        ("面积(km²)", ("面积(km²)", "")),
        ("City (urban)", ("City (urban)", "")),
        ("人口(2020)", ("人口(2020)", "")),
    ],
)
def test_the_mark_of_a_note_is_told_from_a_name(name, parts):
    assert without_mark(name) == parts


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("2024年1-9月", ("2024-09", "ytd", "")),
        ("2024年1—8月", ("2024-08", "ytd", "")),
        ("2024年前三季度", ("2024-Q3", "ytd", "")),
        ("2024年前2个季度", ("2024-Q2", "ytd", "")),
        ("2024年前11个月", ("2024-11", "ytd", "")),
        ("2024年上半年", ("2024-S1", "none", "")),
        ("2024年(初步核算)", ("2024", "none", "preliminary")),
        ("2023年最终核实数", ("2023", "none", "final")),
        ("2024年1-13月", None),
        ("2024年(预计)", None),
        ("24年", None),
        ("2023Q5", None),
    ],
)
def test_what_a_heading_says_of_time(cell, time):
    assert read_time(cell) == time
