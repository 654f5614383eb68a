"""A cell of figures is read with its words, or refused with a reason; nothing is guessed."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.vocabulary.quantities import Qualifier
from portal.vocabulary.templatetags.quantities import quantity_text
from stats.cells import read_cell

FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@pytest.mark.parametrize("cell", ["", " ", "-", "—", "——", "－", "..", "…", "……", "/", "x", "X", "×", "N/A", "#N/A"])
def test_signs_that_say_that_there_is_no_figure(cell):
    assert read_cell(cell) is None


@pytest.mark.parametrize(
    ("cell", "qualifier", "number", "printed"),
    [
        ("约1.5", "about", "1.5", "约1.5{}"),
        ("1000左右", "about", "1000", "1000{}左右"),
        ("近2000", "nearly", "2000", "近2000{}"),
        ("逾1,000", "over", "1000", "逾1,000{}"),
        ("超过1000", "over", "1000", "超过1000{}"),
        ("1000余", "over", "1000", "1000余{}"),
        ("1000余亩", "over", "1000", "1000余亩"),
        (">5", "over", "5", ">5{}"),
        ("1000以上", "at_least", "1000", "1000{}以上"),
        ("１０００亿元以上", "at_least", "1000", "1000亿元以上"),
        ("不少于3", "at_least", "3", "不少于3{}"),
        ("100以内", "at_most", "100", "100{}以内"),
        ("≤5%", "at_most", "5", "≤5%"),
        ("不足1000", "under", "1000", "不足1000{}"),
        ("1000级", "order_of_magnitude", "1000", "1000{}级"),
    ],
)
def test_words_around_a_number_make_it_a_bound(cell, qualifier, number, printed):
    reading = read_cell(cell)

    assert (reading.qualifier, str(reading.number), reading.printed) == (qualifier, number, printed)


@pytest.mark.parametrize(
    ("cell", "low", "high", "unit"),
    [
        ("1.2—1.5", "1.2", "1.5", ""),
        ("3%-5%", "3", "5", "%"),
        ("10至20万人", "10", "20", "万人"),
        ("1～2", "1", "2", ""),
    ],
)
def test_a_range_has_two_ends(cell, low, high, unit):
    reading = read_cell(cell)

    assert (reading.number, str(reading.low), str(reading.high), reading.unit) == (None, low, high, unit)
    assert reading.qualifier == Qualifier.RANGE


@pytest.mark.parametrize(
    ("cell", "number", "unit", "status", "stage", "mark"),
    [
        ("32193.15亿元", "32193.15", "亿元", "A", "", ""),
        ("5.2%", "5.2", "%", "A", "", ""),
        ("32193.15(初步)", "32193.15", "", "A", "preliminary", ""),
        ("32193.15（最终核实）", "32193.15", "", "A", "final", ""),
        ("32193.15p", "32193.15", "", "P", "", ""),
        ("32193.15 (P)", "32193.15", "", "P", "", ""),
        ("32193e", "32193", "", "E", "", ""),
        ("32193(预测)", "32193", "", "F", "", ""),
        ("32193.15①", "32193.15", "", "A", "", "①"),
        ("32193.15*", "32193.15", "", "A", "", "*"),
        ("32193.15¹⁾", "32193.15", "", "A", "", "¹⁾"),
        ("32193.15 1)", "32193.15", "", "A", "", "1)"),
        ("32193.15a)", "32193.15", "", "A", "", "a)"),
        ("32193.15（注1）", "32193.15", "", "A", "", "（注1）"),
    ],
)
def test_what_stands_behind_a_number_is_no_part_of_it(cell, number, unit, status, stage, mark):
    reading = read_cell(cell)

    assert (str(reading.number), reading.unit, reading.obs_status, reading.stage, reading.mark) == (
        number, unit, status, stage, mark,
    )  # fmt: skip
    assert (reading.qualifier, reading.printed) == (Qualifier.EXACT, "")


@pytest.mark.parametrize(
    "cell",
    [
        "三万",
        "32193.151)",
        "预计1000",
        "约1000以上",
        "近1000余",
        "2024-07",
        "5-3",
        "1亩-2人",
        "1e5",
        "1,5",
        "#REF!",
        "#DIV/0!",
        "=A1+B1",
        "10-",
        "约",
        "1 2",
        "1.2.3",
        "千余",
        "0x1F",
        "١٢",
        "1\n2",
        "１，５",
        "①0",
        "5½",
    ],
)
def test_what_cannot_be_read_whole_is_refused(cell):
    with pytest.raises(ValidationError):
        read_cell(cell)


numbers = st.decimals(0, 10**9, places=2, allow_nan=False).map(lambda number: Decimal(f"{number:f}"))


@given(numbers, numbers.filter(bool), st.sampled_from(Qualifier), st.sampled_from([0, 4, 8, 12]))
def test_a_quantity_that_the_portal_prints_is_read_back(number, more, qualifier, power):
    is_range = qualifier == Qualifier.RANGE
    value = SimpleNamespace(
        mantissa=None if is_range else number,
        value_low=number if is_range else None,
        value_high=number + more if is_range else None,
        unit=SimpleNamespace(symbol="元"),
        unit_mult=power,
        decimals=2,
        qualifier=qualifier,
        printed="",
        has_value=True,
    )
    with translation.override("zh-hans"):
        printed = quantity_text(value)

    reading = read_cell(printed)

    assert (reading.number, reading.low, reading.high) == (value.mantissa, value.value_low, value.value_high)
    assert (reading.qualifier, reading.unit) == (qualifier, {0: "", 4: "万", 8: "亿", 12: "万亿"}[power] + "元")


@given(
    st.text(max_size=12) | st.from_regex(r"[约近逾]?[0-9]{1,4}[-—.,]?[0-9]{0,3}[%余以上亿元①)]{0,3}", fullmatch=True)
)
def test_any_cell_is_a_figure_or_a_reason_and_never_more_digits_than_are_there(cell):
    try:
        reading = read_cell(cell)
    except ValidationError:
        return
    if reading and reading.number is not None:
        digits = [sign for sign in cell if sign.isdecimal()]
        assert len(str(abs(reading.number)).replace(".", "").lstrip("0")) <= len(digits)
