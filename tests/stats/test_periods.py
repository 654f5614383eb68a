import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from stats.periods import Frequency, days, period_text


@pytest.mark.parametrize("frequency", Frequency)
def test_each_frequency_takes_its_own_example_and_no_other(frequency):
    for other in Frequency:
        if other == frequency:
            frequency.validate(other.example)
        else:
            with pytest.raises(ValidationError):
                frequency.validate(other.example)


@pytest.mark.parametrize(
    "period", ["2023-Q5", "2023Q1", "2023-S3", "2023-13", "23", "", "2023-Q", "2023-02-30", "\x00"]
)
def test_what_is_no_period_is_refused_by_every_frequency(period):
    for frequency in Frequency:
        with pytest.raises(ValidationError):
            frequency.validate(period)


@given(st.integers(1950, 2090), st.sampled_from(["", "-S1", "-S2", "-Q1", "-Q2", "-Q3", "-Q4"]))
def test_the_parts_of_a_year_fill_it(year, part):
    first, last = days(f"{year}{part}")

    assert first.year == last.year == year
    assert first.day == 1
    assert (last + dt.timedelta(days=1)).day == 1


def test_two_halves_and_four_quarters_are_a_year():
    for parts in (["-S1", "-S2"], ["-Q1", "-Q2", "-Q3", "-Q4"]):
        bounds = [days(f"2022{part}") for part in parts]
        assert (bounds[0][0], bounds[-1][1]) == days("2022")
        assert all(
            later[0] - earlier[1] == dt.timedelta(days=1) for earlier, later in zip(bounds, bounds[1:], strict=False)
        )


@pytest.mark.parametrize(
    ("period", "text"),
    [("2022", "2022年"), ("2022-S1", "2022年上半年"), ("2022-Q3", "2022年三季度"), ("2022-07", "2022年7月")],
)
def test_a_period_reads_as_it_is_said(period, text):
    assert period_text(period) == text


@given(st.sampled_from(Frequency), st.integers(1000, 700000))
def test_a_place_in_time_is_that_of_its_period(frequency, slot):
    slot = slot if frequency == Frequency.DAILY else slot % (8000 * frequency.in_a_year) + 1000 * frequency.in_a_year
    period = frequency.period_at(slot)

    frequency.validate(period)
    assert frequency.slot(period) == slot


@pytest.mark.parametrize(
    ("frequency", "before", "after"),
    [("A", "2022", "2023"), ("S", "2022-S2", "2023-S1"), ("Q", "2022-Q4", "2023-Q1"), ("M", "2022-12", "2023-01")],
)
def test_neighbouring_periods_have_neighbouring_places(frequency, before, after):
    assert Frequency(frequency).slot(after) - Frequency(frequency).slot(before) == 1


@given(st.sampled_from(Frequency), st.dates())
def test_a_day_lies_in_its_period(frequency, day):
    first, last = days(frequency.period_of(day))

    assert first <= day <= last
    assert frequency.period_of(first) == frequency.period_of(last) == frequency.period_of(day)
    frequency.validate(frequency.period_of(day))
