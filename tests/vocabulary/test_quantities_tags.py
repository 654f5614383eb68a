from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override

from portal.vocabulary.quantities import Quantity
from portal.vocabulary.templatetags.quantities import partial_date, pieces, quantity, quantity_text, unit_text

SYMBOLS = {"元": "yuan", "人": "persons", "%": "per cent", "亩": "mu"}


class Value(SimpleNamespace):
    """A Quantity without a table."""

    has_value = Quantity.has_value


def value(number, symbol="元", unit_mult=8, **kwargs):
    unit = SimpleNamespace(symbol=symbol, label=SYMBOLS[symbol])
    defaults = {"decimals": 0, "qualifier": "exact", "value_low": None, "value_high": None, "printed": ""}
    mantissa = None if number is None else Decimal(number)
    return Value(mantissa=mantissa, unit=unit, unit_mult=unit_mult, **defaults | kwargs)


def words(html):
    """What a reader sees of ``html``."""
    text, is_tag = "", False
    for character in html:
        is_tag = character == "<" or (is_tag and character != ">")
        text += "" if is_tag or character == ">" else character
    return text


def test_an_exact_value_is_data_with_its_value_in_base_units():
    assert quantity(value("29129.03000", decimals=2)) == (
        '<data class="quantity" value="2912903000000">'
        '<span class="number">29129.03</span><span class="unit">亿元</span></data>'
    )


@pytest.mark.parametrize(
    ("qualifier", "shown"),
    [
        ("about", "约1000万人"),
        ("nearly", "接近1000万人"),
        ("over", "逾1000万人"),
        ("at_least", "1000万人以上"),
        ("at_most", "不超过1000万人"),
        ("under", "不足1000万人"),
        ("order_of_magnitude", "1000万人级"),
    ],
)
def test_a_bound_says_so_in_words_and_by_its_class(qualifier, shown):
    html = quantity(value("1000", "人", 4, qualifier=qualifier))

    assert words(html) == shown
    assert html.startswith('<span class="quantity bound" title="')


def test_the_source_has_its_own_words():
    html = quantity(value("3", unit_mult=12, qualifier="over", printed="突破3万亿元"))

    assert words(html) == "突破3万亿元"


def test_a_bound_printed_like_an_exact_number_gets_its_words_back():
    html = quantity(value("1000", "人", 4, qualifier="nearly", printed="1000万人"))

    assert words(html) == "接近1000万人"


def test_the_words_of_a_source_are_escaped():
    html = quantity(value("1", printed="<script>1亿元"))

    assert "&lt;script&gt;1亿元" in html
    assert isinstance(html, SafeString)


@pytest.mark.parametrize(
    ("symbol", "unit_mult", "shown"), [("亩", 4, "3—5万亩"), ("%", 0, "3%—5%"), ("元", 8, "3—5亿元")]
)
def test_a_range_has_both_ends_and_one_unit_but_two_signs_of_per_cent(symbol, unit_mult, shown):
    spread = value(None, symbol, unit_mult, qualifier="range", value_low=Decimal(3), value_high=Decimal(5))

    assert words(quantity(spread)) == shown


def test_per_cent_and_a_fall():
    assert words(quantity(value("59.7", "%", 0, decimals=1))) == "59.7%"
    assert words(quantity(value("-0.5", "%", 0, decimals=1))) == "−0.5%"


def test_decimals_are_kept_as_printed_and_never_rounded_away():
    assert words(quantity(value("70", "%", 0, decimals=2))) == "70.00%"
    assert words(quantity(value("1.74", unit_mult=12, decimals=0))) == "1.74万亿元"


def test_a_missing_figure_is_a_dash_that_says_so():
    assert words(quantity(value(None))) == "—"
    assert "title=" in quantity(value(None))


def test_plain_text_says_the_same():
    assert quantity_text(value("1000", "人", 4, qualifier="nearly")) == "接近1000万人"
    assert quantity_text(value("3", unit_mult=12, qualifier="over", printed="突破3万亿元")) == "突破3万亿元"
    assert quantity_text(value(None)) == "—"


@pytest.mark.parametrize(
    ("number", "unit_mult", "decimals", "shown"),
    [
        ("1000", 4, 0, "nearly 10 million yuan"),
        ("29129.03", 8, 2, "nearly 2.912903 trillion yuan"),
        ("5332", 8, 0, "nearly 533.2 billion yuan"),
        ("99665", 0, 0, "nearly 99,665 yuan"),
    ],
)
def test_english_counts_in_thousands_and_loses_no_digit(number, unit_mult, decimals, shown):
    with override("en"):
        html = quantity(value(number, unit_mult=unit_mult, decimals=decimals, qualifier="nearly", printed="近…"))

    assert words(html) == shown


def test_the_unit_of_a_series_has_its_multiplier():
    assert unit_text(value("1")) == "亿元"


@pytest.mark.parametrize(
    ("count", "qualifier", "shown"), [(97, "exact", "97家"), (60, "over", "逾60家"), (None, "exact", "")]
)
def test_a_count_has_its_measure_word(count, qualifier, shown):
    assert pieces(SimpleNamespace(count=count, count_qualifier=qualifier), "家") == shown


@pytest.mark.parametrize(
    ("date", "html"),
    [
        ("2020", '<time datetime="2020">2020年</time>'),
        ("2020-07", '<time datetime="2020-07">2020年7月</time>'),
        ("2020-07-15", '<time datetime="2020-07-15">2020年7月15日</time>'),
        ("", ""),
    ],
)
def test_a_partial_date_is_as_precise_as_it_is_known(date, html):
    assert partial_date(date) == html
