import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.models import Agreement
from portal.vocabulary.dates import as_text, bounds, surely_before, validate_partial_date
from portal.vocabulary.models import Region
from tests.factories import AgreementFactory

days = st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31))
partial = st.builds(lambda day, length: day.isoformat()[:length], days, st.sampled_from([4, 7, 10]))


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2020", dt.date(2020, 1, 1), dt.date(2020, 12, 31)),
        ("2020-02", dt.date(2020, 2, 1), dt.date(2020, 2, 29)),
        ("2020-07-15", dt.date(2020, 7, 15), dt.date(2020, 7, 15)),
    ],
)
def test_bounds_are_the_first_and_the_last_day(value, first, last):
    assert bounds(value) == (first, last)


@pytest.mark.parametrize(
    "value", ["2023-02-30", "2023-13", "23", "2023-2-1", "2023/02/01", "二〇二三", "２０２３", "0000", "2023-"]
)
def test_what_is_no_date_is_refused_with_the_shapes_that_are(value):
    with pytest.raises(ValidationError) as refused:
        validate_partial_date(value)

    assert value in refused.value.messages[0]


@given(partial)
def test_bounds_hold_every_day_of_the_partial_date(value):
    first, last = bounds(value)

    assert first.isoformat()[: len(value)] == last.isoformat()[: len(value)] == value
    assert (last + dt.timedelta(days=1)).isoformat()[: len(value)] != value


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(partial, min_size=1, max_size=6), partial)
def test_the_lookups_answer_as_the_bounds_do(stored, asked):
    Agreement.objects.all().delete()
    for value in stored:
        AgreementFactory(signed=value)
    AgreementFactory(signed="")
    first, last = bounds(asked)

    surely = Agreement.objects.filter(signed__surely_before=asked).values_list("signed", flat=True)
    possibly = Agreement.objects.filter(signed__possibly_before=asked).values_list("signed", flat=True)

    assert sorted(surely) == sorted(value for value in stored if bounds(value)[1] < first)
    assert sorted(possibly) == sorted(value for value in stored if bounds(value)[0] < last)


@pytest.mark.django_db
def test_year_finds_every_precision():
    for value in ("2020", "2020-07", "2020-07-15", "2021", ""):
        AgreementFactory(signed=value)

    found = Agreement.objects.filter(signed__year=2020).order_by("signed").values_list("signed", flat=True)

    assert list(found) == ["2020", "2020-07", "2020-07-15"]


def test_a_month_is_not_surely_before_its_year():
    assert not surely_before("2023-03", "2023")
    assert surely_before("2022-12", "2023")
    assert not surely_before("", "2023")


@pytest.mark.parametrize(
    ("value", "text"), [("", ""), ("2020", "2020年"), ("2020-07", "2020年7月"), ("2020-07-15", "2020年7月15日")]
)
def test_a_partial_date_reads_as_precise_as_it_is(value, text):
    assert as_text(value) == text


def test_a_form_says_both_what_a_date_means_and_how_to_write_it():
    help_text = str(Region._meta.get_field("valid_to").formfield().help_text)

    assert str(Region._meta.get_field("valid_to").help_text) in help_text
    assert "2023-07-15" in help_text


@pytest.mark.django_db
def test_years_before_the_thousandth_are_years():
    AgreementFactory(signed="0618")

    assert Agreement.objects.get(signed__year="0618").signed == "0618"
    assert Agreement.objects.filter(signed__surely_before="2020").exists()
    assert as_text("0618") == "0618年"
