"""The kinds of validation rule: what is rounded or a bound is no breach, a slip of the unit always is."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.vocabulary.models import Organization, Region, Unit
from stats.arithmetic import (
    Breach,
    growth_of_levels,
    magnitude,
    part_of_whole,
    quotient,
    slip,
    slipped,
    sum_of_parts,
)
from stats.intervals import Refused
from stats.models import Indicator, Observation, Release, Series

YUAN = Unit(pk=1, code="CNY", symbol="元", name_en="yuan", dimension="currency")
PEOPLE = Unit(pk=2, code="PS", symbol="人", name_en="persons", dimension="people")
PER_CENT = Unit(pk=3, code="PT", symbol="%", name_en="per cent", dimension="share")
RELEASE = Release(pk=1, released_on=dt.date(2023, 3, 1), source=Organization(name="统计局"))
REGION = Region(name="重庆市")


def figure(number=None, qualifier="exact", *, name="地区生产总值", unit=YUAN, power=8, period="2022", **more):
    """As it is printed: a text of digits, whose decimals count."""
    of_series = {key: more.pop(key) for key in ("transformation", "price_basis") if key in more}
    series = Series(indicator=Indicator(name=name), region=REGION, unit=unit, **of_series)
    values = {"mantissa": None if number is None else Decimal(number), "qualifier": qualifier, "unit_mult": power}
    values["decimals"] = len(str(number).partition(".")[2])
    values |= {"release": RELEASE, "time_period": period, "unit": unit} | more
    return Observation(series=series, **values)


@pytest.fixture(autouse=True)
def chinese_words():
    """The sum is written in the language of the portal; its words are tested in English, its numbers in Chinese."""
    with translation.override("en"):
        yield


def told(breach):
    assert isinstance(breach, Breach)
    return breach.told


def reason(judge, *figures, **options):
    with pytest.raises(Refused) as refused:
        judge(*figures, **options)
    return str(refused.value)


# A part and its whole -------------------------------------------------------------------------------------------------


def test_a_part_is_at_most_the_whole():
    whole = figure("100.0")

    assert part_of_whole(figure("100.0"), whole) is None
    assert part_of_whole(figure("100.1"), whole) is None  # both may be 100.05
    assert "more than" in told(part_of_whole(figure("100.2"), whole))
    assert part_of_whole(figure("100.2"), whole, tolerance=Decimal("0.2")) is None


def test_a_bound_is_held_against_its_nearest_number():
    whole = figure("100.0")

    assert "more than" in told(part_of_whole(figure("101", "over"), whole))
    assert part_of_whole(figure("99", "over"), whole) is None
    assert part_of_whole(figure("200", "under"), whole) is None
    assert part_of_whole(figure("200.0"), figure("100", "over")) is None
    assert "more than" in told(part_of_whole(figure("200.0"), figure("100", "under")))


@pytest.mark.parametrize(
    "silent", [figure("500", "about"), figure("500", "order_of_magnitude"), figure(obs_status="M")]
)
def test_words_without_a_limit_and_missing_figures_give_no_finding(silent):
    whole = figure("100.0")

    assert reason(part_of_whole, silent, whole)
    assert reason(sum_of_parts, [silent, whole], whole)
    assert reason(quotient, silent, whole, whole)


def test_forecasts_and_other_units_are_not_judged():
    assert "forecast" in reason(part_of_whole, figure("500", obs_status="F"), figure("1"))
    assert "units" in reason(part_of_whole, figure("500", unit=PEOPLE), figure("1"))
    assert "units" in reason(sum_of_parts, [figure("500", unit=PEOPLE)], figure("1"))


# Sums -----------------------------------------------------------------------------------------------------------------


def test_the_sum_is_written_out_with_the_difference_and_the_rounding():
    parts = [figure(number, name=name) for number, name in [("12.3", "甲"), ("45.6", "乙"), ("7.1", "丙")]]

    with translation.override("zh-hans"):
        said = told(sum_of_parts(parts, figure("64.2", name="全市生产总值")))

    for number in (
        "甲 12.3亿元 + 乙 45.6亿元 + 丙 7.1亿元",
        "65.0亿元",
        "全市生产总值 64.2亿元",
        "0.8亿元",
        "±0.20亿元",
    ):
        assert number in said or number.replace(".20", ".2").replace("65.0", "65") in said, said


def test_a_sum_of_rounded_parts_may_be_off_by_their_rounding():
    parts = [figure("33.3"), figure("33.3"), figure("33.3")]

    assert sum_of_parts(parts, figure("100.0")) is None
    assert "off by" in told(sum_of_parts(parts, figure("100.2")))


def test_a_sum_over_a_bound_is_a_bound():
    parts = [figure("60.0"), figure("50", "over")]

    assert sum_of_parts(parts, figure("130.0")) is None
    assert "at least" in told(sum_of_parts(parts, figure("100.0")))


def test_a_long_sum_is_not_written_out_whole():
    said = told(sum_of_parts([figure("1.0")] * 31, figure("64.0")))

    assert "31 in all" in said
    assert said.count(" + ") == 7


# Quotients and growth -------------------------------------------------------------------------------------------------


def per_head(number, **more):
    return figure(number, name="人均地区生产总值", power=0, **more)


def test_one_divided_by_another_gives_a_third():
    gdp, people = figure("29129.03"), figure("3213.34", unit=PEOPLE, power=4)

    assert quotient(gdp, people, per_head("90663"), tolerance=1) is None
    assert "off by" in told(quotient(gdp, people, per_head("90663")))  # by the population of the year's end
    assert "off by" in told(quotient(gdp, people, per_head("906630"), tolerance=1))
    assert quotient(gdp, people, per_head("8", qualifier="over", decimals=0), tolerance=1) is None


def test_a_share_is_in_per_cent_of_the_same_unit():
    part, whole = figure("17404.40"), figure("29129.03")
    share = figure("59.7", name="占比", unit=PER_CENT, power=0, transformation="share")

    assert quotient(part, whole, share) is None
    assert "off by" in told(quotient(part, whole, figure("57.9", unit=PER_CENT, power=0)))
    assert "units" in reason(quotient, part, figure("1", unit=PEOPLE), share)


def rate(number, basis="none"):
    return figure(number, unit=PER_CENT, power=0, transformation="yoy", price_basis=basis)


def test_growth_is_that_of_the_levels_where_the_prices_are_the_same():
    new, old = figure("2736"), figure("2595", period="2021")

    assert growth_of_levels(new, old, rate("5.4")) is None
    assert "off by" in told(growth_of_levels(new, old, rate("4.5")))
    assert growth_of_levels(new, old, rate("4.5"), tolerance=1) is None
    nominal = figure("110", price_basis="current"), figure("100", price_basis="current", period="2021")
    assert "off by" in told(growth_of_levels(*nominal, rate("6.0", "current")))


def test_real_growth_does_not_follow_from_current_prices_and_it_says_so():
    nominal = figure("110", price_basis="current"), figure("100", price_basis="current", period="2021")

    said = reason(growth_of_levels, *nominal, rate("6.0", "constant"))
    assert "does not follow" in said


# Fingerprints ---------------------------------------------------------------------------------------------------------


def test_the_fingerprint_is_of_the_numbers_not_of_their_order_or_their_zeros():
    one, other, whole = figure("60.0"), figure("50.0"), figure("100.0")
    from_database = figure("60.0")
    from_database.mantissa = Decimal("60.00000")

    breach = sum_of_parts([one, other], whole)

    assert breach.fingerprint == sum_of_parts([other, from_database], whole).fingerprint
    assert breach.fingerprint != sum_of_parts([one, other], figure("100.1")).fingerprint


# Slips of the unit ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "others", "power"),
    [
        (10**4, [1.1], 4),
        (1, [1.1 * 10**4], -4),
        (10**8, [1.1, 0.9], 8),
        (10**3, [1], 3),
        (5, [1, 2], 0),
        (100, [1], 0),
        (1, [1, 10**4], 0),  # the neighbour is the one that is off
        (10**4, [1, 1, 10**4], 4),
    ],
)
def test_a_slip_is_what_most_neighbours_say(own, others, power):
    assert slipped(magnitude(own), [magnitude(one) for one in others]) == power


def test_a_slip_names_what_it_is_held_against():
    said = told(slip(figure("291290300"), [figure("28077.28", period="2021")], 4))

    assert "10,000" in said
    assert "2021" in said
    assert "2023-03-01" in said
    assert magnitude(0) is None


# What is true is never found, and what slipped always is --------------------------------------------------------------


def printed(number, places, **more):
    rounded = Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return figure(f"{rounded:f}", **more)


PLACES = st.integers(0, 4)
AMOUNTS = st.decimals("10", "99999", places=5)


@given(st.lists(st.tuples(AMOUNTS, PLACES), min_size=1, max_size=12), PLACES)
def test_true_parts_however_rounded_add_up_and_are_no_more_than_the_whole(parts, places):
    whole = printed(sum(number for number, _places in parts), places)
    shown = [printed(number, own) for number, own in parts]

    assert sum_of_parts(shown, whole) is None
    assert [part_of_whole(part, whole) for part in shown] == [None] * len(shown)


@given(st.lists(st.tuples(AMOUNTS, PLACES), min_size=1, max_size=12), PLACES, st.sampled_from([3, 4, 8]), st.booleans())
def test_a_slip_of_the_unit_never_adds_up(parts, places, power, is_up):
    shown = [printed(number, own) for number, own in parts]
    whole = printed(sum(number for number, _places in parts), places)
    whole.mantissa = whole.mantissa.scaleb(power if is_up else -power)

    assert sum_of_parts(shown, whole) is not None


@given(AMOUNTS, AMOUNTS, PLACES, PLACES, PLACES)
def test_true_quotients_and_rates_are_never_found(one, other, first, second, third):
    new, old = printed(one, first), printed(other, second, period="2021")
    share = printed(one / other * 100, third, unit=PER_CENT, power=0)
    change = printed((one / other - 1) * 100, third, unit=PER_CENT, power=0, transformation="yoy")

    assert quotient(new, old, share) is None
    assert growth_of_levels(new, old, change) is None


@given(st.lists(st.decimals("2000", "6000", places=2), min_size=2, max_size=8), st.data())
def test_a_slip_by_ten_thousand_is_found_and_nothing_else_is(line, data):
    """Neighbours of one line differ by less than three times here."""
    powers = [magnitude(number) for number in line]
    index = data.draw(st.integers(0, len(line) - 1))
    sign = data.draw(st.sampled_from([1, -1]))

    others = powers[:index] + powers[index + 1 :]
    assert slipped(powers[index], others) == 0
    assert slipped(powers[index] + 4 * sign, others) == 4 * sign
