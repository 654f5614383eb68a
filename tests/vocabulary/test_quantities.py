from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agreements.models import Amount
from portal.vocabulary.quantities import Multiplier, Qualifier, places_of
from tests.factories import AgreementFactory, AmountFactory, UnitFactory

pytestmark = pytest.mark.django_db


def amount(**values):
    return Amount(agreement=AgreementFactory(), kind="land_area", unit=UnitFactory(), **values)


@pytest.mark.parametrize(
    ("mantissa", "unit_mult", "base"),
    [("1.74", 12, 1.74e12), ("29129.03", 8, 2912903000000.0), ("1000", 0, 1000.0), ("-3.2", 4, -32000.0)],
)
def test_the_base_value_follows_from_mantissa_and_multiplier(mantissa, unit_mult, base):
    saved = AmountFactory(mantissa=Decimal(mantissa), unit_mult=unit_mult)

    assert saved.value_base == base


@pytest.mark.parametrize(
    ("typed", "places"),
    [("28771.80", 2), ("30000", 0), ("28771.80000", 1), ("30000.00000", 0), ("3E+4", 0), ("0.12345", 5)],
)
def test_places_are_those_that_were_typed_and_never_less_than_none(typed, places):
    assert places_of(Decimal(typed)) == places


def test_bulk_create_writes_the_base_value_too():
    rows = Amount.objects.bulk_create([amount(mantissa=Decimal("3"), unit_mult=4)])

    assert Amount.objects.get(pk=rows[0].pk).value_base == 30000


@pytest.mark.parametrize(
    "values",
    [
        {"qualifier": "range", "mantissa": 3},
        {"qualifier": "range", "value_low": 5, "value_high": 3},
        {"qualifier": "exact", "mantissa": 3, "value_low": 1},
        {"qualifier": "exact"},
        {"qualifier": "roughly", "mantissa": 3},
        {"unit_mult": 5, "mantissa": 3},
    ],
)
def test_the_database_refuses_a_value_that_contradicts_itself(values):
    wrong = amount(**values)

    with pytest.raises(ValidationError):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_a_range_has_its_low_end_for_sorting():
    saved = amount(qualifier="range", value_low=3, value_high=5, unit_mult=4)
    saved.full_clean()
    saved.save()

    assert saved.value_base == 30000


@pytest.mark.parametrize("digits", ["1" * 40, "1" * 16, "1e40", "NaN", "Infinity"])
def test_forty_digits_are_refused_at_the_field(digits):
    with pytest.raises(ValidationError) as refused:
        amount(mantissa=Decimal(digits)).full_clean()

    assert set(refused.value.message_dict) == {"mantissa"}


def test_decimals_that_were_typed_are_kept():
    typed = amount(mantissa=Decimal("1.74"), decimals=1)
    typed.full_clean()

    assert typed.decimals == 2


def test_fifteen_digits_survive_the_database():
    saved = AmountFactory(mantissa=Decimal("1234567890.12345"), decimals=5)

    assert Amount.objects.get(pk=saved.pk).mantissa == Decimal("1234567890.12345")


def test_only_exact_is_no_bound():
    assert [qualifier for qualifier in Qualifier if not qualifier.is_bound] == [Qualifier.EXACT]


def test_multipliers_are_the_powers_that_chinese_and_english_print():
    assert Multiplier.values == [0, 3, 4, 6, 8, 12]


@pytest.mark.parametrize("ends", [{"value_low": 3}, {"value_high": 5}, {}])
def test_a_range_with_one_end_is_refused_everywhere(ends):
    half = amount(qualifier="range", **ends)

    with pytest.raises(ValidationError):
        half.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        half.save()


@pytest.mark.parametrize(
    ("typed", "decimals"), [("28771.80", 2), ("0.00", 2), ("0", 0), ("-3.50", 2), ("1000", 0), ("1E+3", 0)]
)
def test_zeros_that_were_typed_are_decimals(typed, decimals):
    one = amount(mantissa=Decimal(typed))
    one.full_clean()

    assert one.decimals == decimals


def test_the_ends_of_a_range_keep_their_decimals():
    one = amount(qualifier="range", value_low=Decimal("3.5"), value_high=Decimal("4.25"))
    one.full_clean()

    assert one.decimals == 2


def test_zeros_that_the_database_adds_are_neither_shown_nor_counted():
    saved = Amount.objects.get(pk=AmountFactory(mantissa=Decimal("29129.03"), decimals=2).pk)

    assert str(Amount._meta.get_field("mantissa").value_from_object(saved)) == "29129.03"
    saved.full_clean()
    assert saved.decimals == 2
