"""What follows from figures: a bound gives an interval, what cannot be compared gives a reason."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.vocabulary.quantities import Qualifier
from stats.intervals import INFINITY, Interval, Refused, growth, interval_of, share, total
from stats.models import Observation, Release, Series

NUMBERS = st.decimals(-(10**6), 10**6, places=3)
RELEASE = Release(pk=1, released_on="2023-03-01")


@st.composite
def held(draw):
    """An interval, perhaps open, and a number in it."""
    low, number, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    open_low, open_high = draw(st.tuples(st.booleans(), st.booleans()))
    return Interval(-INFINITY if open_low else low, INFINITY if open_high else high), number


def figure(number=None, qualifier="exact", *, period="2022", release=RELEASE, basis="none", status="A", unit=1, **more):
    series = Series(price_basis=basis)
    values = {"mantissa": None if number is None else Decimal(number), "qualifier": qualifier, "unit_mult": 8}
    return Observation(
        series=series, release=release, time_period=period, obs_status=status, unit_id=unit, **values, **more
    )


def reason(compute, *figures, **options):
    with pytest.raises(Refused) as refused, translation.override("en"):
        compute(*figures, **options)
    return str(refused.value)


@given(held(), held())
def test_a_result_holds_what_the_numbers_within_give(one, other):
    (first, x), (second, y) = one, other

    assert x + y in first + second
    assert x - y in first - second
    assert x * y in first * second


@given(held(), held())
def test_a_quotient_holds_what_the_numbers_within_give_or_is_refused(one, other):
    (first, x), (second, y) = one, other
    if 0 in second:
        assert "zero" in reason(lambda: first / second)
    else:
        found = (first / second).widened(abs(x / y) * Decimal("1e-20"))
        assert x / y in found


@pytest.mark.parametrize(
    ("qualifier", "limits"),
    [
        ("exact", (10**11, 10**11)),
        ("over", (10**11, INFINITY)),
        ("at_least", (10**11, INFINITY)),
        ("nearly", (-INFINITY, 10**11)),
        ("under", (-INFINITY, 10**11)),
        ("at_most", (-INFINITY, 10**11)),
    ],
)
def test_a_figure_allows_what_its_words_say(qualifier, limits):
    assert interval_of(figure(1000, qualifier)) == limits


def test_a_range_lies_between_its_ends_and_a_printed_number_is_rounded():
    between = figure(qualifier="range", value_low=Decimal(1), value_high=Decimal(2))

    assert interval_of(between) == (10**8, 2 * 10**8)
    assert interval_of(figure("28771.8", decimals=1), rounded=True) == (2877175000000, 2877185000000)


def test_words_without_a_limit_and_missing_figures_give_nothing():
    silent = {Qualifier.ABOUT, Qualifier.ORDER_OF_MAGNITUDE}

    for one in silent:
        assert "sets no limit" in reason(interval_of, figure(1, one))
    assert "missing" in reason(interval_of, figure())
    assert "missing" in reason(total, [figure(1), figure()])
    assert "units" in reason(total, [figure(1), figure(1, unit=2)])


def test_a_sum_over_a_bound_is_a_bound():
    assert total([figure(1), figure(2, "over"), figure(3)]) == (6 * 10**8, INFINITY)


def test_shares_and_growth_of_exact_figures_are_points():
    assert share(figure(25), figure(100)) == (25, 25)
    assert growth(figure(110), figure(100, period="2021")) == (10, 10)
    assert growth(figure(110, "over"), figure(100, period="2021")) == (10, INFINITY)


def test_what_cannot_be_compared_is_refused_with_the_reason():
    census = Release(pk=2, released_on="2024-12-27", reason="census")
    press = Release(pk=3, released_on="2023-03-02", rank=3)
    old = figure(100, period="2021")
    rate = figure(5)
    rate.series.transformation = "yoy"
    before = figure(4)
    before.series.transformation = "yoy"

    assert "prices" in reason(growth, figure(1, basis="current"), old)
    assert "units" in reason(growth, figure(1, unit=2), old)
    assert "forecast" in reason(growth, figure(1, status="F"), old)
    assert "ranks" in reason(growth, figure(1, release=press), old)
    assert "breaks" in reason(growth, figure(1, status="B"), old)
    assert "breaks" in reason(growth, figure(1), old, is_broken=True)
    assert "bases" in reason(growth, figure(1), figure(1, period="2021", release=census))
    assert "negative" in reason(growth, figure(1), figure(-1, period="2021"))
    assert "level" in reason(growth, rate, before)
    assert "periods" in reason(share, figure(1), figure(2, period="2021"))


def test_figures_of_one_census_can_be_compared_and_later_ones_with_them():
    census = Release(pk=2, released_on="2022-12-27", reason="census")

    assert growth(figure(110, release=census), figure(100, release=census)).is_point
    assert growth(figure(110), figure(100, release=census)).is_point


def test_a_bound_that_contains_the_exact_value_contradicts_nothing():
    said, exact = interval_of(figure(1000, "over")), interval_of(figure(1012))

    assert said.meets(exact)
    assert not said.meets(interval_of(figure(999)))
