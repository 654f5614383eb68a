"""Percentages as they are shown: numbers, intervals, reasons."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.charts import Kind
from stats.computed import HUNDREDTH, Computed, year_on_year
from stats.intervals import INFINITY, Interval, Refused
from stats.periods import Frequency
from tests.factories import ObservationFactory, SeriesFactory


def computed(low, high, **options):
    return Computed(Interval(Decimal(str(low)), Decimal(str(high))), **options)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("12.34", "12.34", "12.3%"),
        ("12.35", "12.35", "12.4%"),
        ("-0.7", "-0.7", "−0.70%"),
        ("-0.001", "-0.001", "0.00%"),
        ("12.31", INFINITY, "≥ 12.3%"),
        (-INFINITY, "12.31", "≤ 12.4%"),
        ("12.11", "12.39", "12.1%—12.4%"),
    ],
)
def test_an_interval_is_rounded_outwards_and_never_looks_exact(low, high, text):
    assert computed(low, high).text == text


def test_what_changes_little_shows_its_second_decimal():
    assert computed("2.414", "2.414", step=HUNDREDTH).text == "2.41%"
    assert computed("0.414", "0.414").text == "0.41%"


numbers = st.decimals(-(10**20), 10**20, places=5)


@given(numbers, numbers)
def test_the_limits_that_are_shown_hold_the_interval(one, other):
    low, high = computed(min(one, other), max(one, other)).limits

    assert one == other or (low <= min(one, other) and max(one, other) <= high)


def test_a_refusal_is_no_value_and_says_why():
    def refuse():
        raise Refused("因为")

    refused = Computed.by(refuse)

    assert (bool(refused), refused.text, refused.point(Frequency.ANNUAL, "2022")) == (False, "因为", None)


def test_an_interval_without_limits_is_refused():
    assert not Computed.by(lambda: Interval(-INFINITY, INFINITY))


@pytest.mark.parametrize(
    ("low", "high", "value", "end", "kind"),
    [
        (5, 5, 5, None, Kind.EXACT),
        (5, INFINITY, 5, None, Kind.ABOVE),
        (-INFINITY, 5, 5, None, Kind.BELOW),
        (3, 5, 3, 5, Kind.RANGE),
    ],
)
def test_an_interval_is_drawn_as_what_it_is(low, high, value, end, kind):
    point = computed(low, high).point(Frequency.ANNUAL, "2022")

    assert (point.slot, point.value, point.end, point.kind) == (2022, value, end, kind)


def grown(old, new):
    """What is computed from 2021 to 2022 of one series, each year's figure given as keyword arguments."""
    series = SeriesFactory()
    figures = [
        ObservationFactory(series=series, time_period=period, **kwargs)
        for period, kwargs in (("2021", old), ("2022", new))
    ]
    return year_on_year({one.time_period: one for one in figures}, "2022")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ({"mantissa": Decimal(100)}, {"mantissa": Decimal(105)}, "5.0%"),
        ({"mantissa": Decimal(100)}, {"mantissa": Decimal(105), "qualifier": "over"}, "≥ 5.0%"),
        ({"mantissa": Decimal(100), "qualifier": "over"}, {"mantissa": Decimal(105)}, "−100.0%—5.0%"),
        (
            {"mantissa": Decimal(100)},
            {"mantissa": None, "value_low": Decimal(101), "value_high": Decimal(103), "qualifier": "range"},
            "1.0%—3.0%",
        ),
    ],
)
def test_growth_over_bounds_is_an_interval(old, new, text):
    assert grown(old, new).text == text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"mantissa": Decimal(100), "qualifier": "about"}, {"mantissa": Decimal(105)}),
        ({"mantissa": Decimal(100)}, {"mantissa": Decimal(105), "obs_status": "B"}),
        ({"mantissa": Decimal(100)}, {"mantissa": Decimal(105), "obs_status": "F"}),
        ({"mantissa": Decimal(100)}, {"mantissa": Decimal(105), "release__rank": 3}),
        ({"mantissa": Decimal(100)}, {"mantissa": Decimal(105), "release__reason": "census"}),
        ({"mantissa": Decimal(100)}, {"mantissa": None, "obs_status": "M"}),
    ],
)
def test_growth_that_would_not_be_honest_is_refused_with_the_reason(old, new):
    if "release__reason" in new:
        new |= {"release__released_on": dt.date(2024, 1, 1)}
    refused = grown(old, new)

    assert (bool(refused), bool(refused.refusal)) == (False, True)


@pytest.mark.django_db
def test_nothing_is_missing_where_a_year_was_never_told():
    only = ObservationFactory(time_period="2022")

    assert year_on_year({"2022": only}, "2022") is None
    assert year_on_year({"2022": only}, "2023") is None


@pytest.mark.django_db
def test_a_break_between_two_quarters_refuses_their_growth():
    series = SeriesFactory(frequency="Q")
    figures = {
        period: ObservationFactory(
            series=series, time_period=period, mantissa=Decimal(5), obs_status="B" if period == "2022-Q1" else "A"
        )
        for period in ("2021-Q2", "2022-Q1", "2022-Q2")
    }

    assert not year_on_year(figures, "2022-Q2")
