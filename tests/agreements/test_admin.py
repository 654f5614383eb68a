"""Entering an agreement: its rows, and what is refused at which field."""

import pytest
from django.urls import reverse
from django.utils import translation

from agreements.models import Agreement
from tests.factories import (
    AgreementFactory,
    MilestoneFactory,
    OrganizationFactory,
    PartyFactory,
    StaffFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/agreements/agreement/add/"
ROWS = ["parties", "amounts", "milestones", "documents", "relations"]
PARTY = {"role": "signatory", "count_qualifier": "exact", "position": "0"}
AMOUNT = {"kind": "total_investment", "basis": "agreed", "unit_mult": "8", "qualifier": "exact"}


@pytest.fixture
def chief(client):
    user = StaffFactory(language="en")
    client.force_login(user)
    return user


def form(agreement=None, **rows):
    """The data of the form; each of ``rows`` is a list of new rows of that name."""
    data = {"title": "合作协议", "instrument": "cooperation", "count_qualifier": "exact", "_save": "1"}
    for name in ROWS:
        given = rows.pop(name, [])
        data |= {f"{name}-TOTAL_FORMS": str(len(given)), f"{name}-INITIAL_FORMS": "0"}
        for number, row in enumerate(given):
            data |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return data | rows


def field_errors(response):
    return set(response.context["adminform"].form.errors)


def row_errors(response, name):
    for inline in response.context["inline_admin_formsets"]:
        if inline.formset.prefix == name:
            with translation.override("en"):
                return [{field: list(said) for field, said in one.errors.items()} for one in inline.formset.forms]
    raise LookupError(name)


def test_agreement_is_entered_with_all_its_rows(client, chief):
    unit, organization = UnitFactory(), OrganizationFactory()
    rows = {
        "parties": [{**PARTY, "organization": organization.pk}],
        "amounts": [{**AMOUNT, "mantissa": "150", "unit": unit.pk}],
        "milestones": [{"kind": "signed", "date": "2020-07"}],
    }
    client.post(ADD, form(signed="2020-07", expires="2025", **rows))

    agreement = Agreement.objects.get()
    assert (agreement.parties.get().organization, agreement.milestones.get().date) == (organization, "2020-07")
    assert agreement.amounts.get().value_base == 150e8


@pytest.mark.parametrize(
    ("signed", "field", "value"),
    [("2023-03", "expires", "2022"), ("2023-03-15", "effective", "2023-03-14"), ("2023", "terminated", "2022-12-31")],
)
def test_what_happens_before_signing_is_refused_at_its_field(client, chief, signed, field, value):
    assert field_errors(client.post(ADD, form(signed=signed, **{field: value}))) == {field}


@pytest.mark.parametrize(
    "value", ["2023-02-30", "2023-13", "23", "明年", "2023年7月", "0000", "2023-7-1", "²023", "99999"]
)
def test_date_that_does_not_exist_is_refused_at_its_field(client, chief, value):
    response = client.post(ADD, form(signed=value))

    assert field_errors(response) == {"signed"}


def test_party_without_a_name_is_refused_in_words_that_say_what_to_do(client, chief):
    response = client.post(ADD, form(parties=[{**PARTY, "side": "甲方", "organization": ""}]))

    message = "Choose the organization; a party without a name cannot sign."
    assert row_errors(response, "parties") == [{"organization": [message]}]


@pytest.mark.parametrize(
    "mantissa", ["1" * 40, "0." + "1" * 40, "NaN", "Infinity", "1e400", "一百五十", "１５０x", "\x00"]
)
def test_quantity_that_is_none_is_refused_at_its_field(client, chief, mantissa):
    response = client.post(ADD, form(amounts=[{**AMOUNT, "mantissa": mantissa, "unit": UnitFactory().pk}]))

    assert [list(errors) for errors in row_errors(response, "amounts")] == [["mantissa"]]


def test_amount_without_a_value_is_refused(client, chief):
    response = client.post(ADD, form(amounts=[{**AMOUNT, "unit": UnitFactory().pk, "label": "总投资"}]))

    assert row_errors(response, "amounts") == [{"__all__": ["Give the value, or both ends of the range."]}]


def test_range_needs_both_ends(client, chief):
    row = {**AMOUNT, "qualifier": "range", "value_low": "3", "unit": UnitFactory().pk}

    assert row_errors(client.post(ADD, form(amounts=[row])), "amounts") != [{}]


def test_same_party_twice_is_refused(client, chief):
    row = {**PARTY, "organization": OrganizationFactory().pk}
    response = client.post(ADD, form(parties=[row, row]))

    assert response.status_code == 200
    assert Agreement.objects.count() == 0


@pytest.mark.parametrize("count", ["-1", "9" * 40, "1.5", "六十"])
def test_count_that_is_none_is_refused_at_its_field(client, chief, count):
    assert field_errors(client.post(ADD, form(count=count))) == {"count"}


def test_milestone_follows_only_one_of_its_own_agreement(client, chief):
    agreement = AgreementFactory(status="draft", published_at=None)
    own, foreign = MilestoneFactory(agreement=agreement, date="2020-01-01"), MilestoneFactory()
    party, stranger = PartyFactory(agreement=agreement), PartyFactory()
    address = reverse("admin:agreements_agreement_change", args=[agreement.pk])

    page = client.get(address)
    (inline,) = [one for one in page.context["inline_admin_formsets"] if one.formset.prefix == "milestones"]
    fields = inline.formset.forms[0].fields
    assert set(fields["after"].queryset) == {own}
    assert set(fields["responsible"].queryset) == {party}

    rows = [{"kind": "started", "after": foreign.pk, "offset_days": "69", "responsible": stranger.pk}]
    response = client.post(address, form(milestones=rows))
    assert [set(errors) for errors in row_errors(response, "milestones")] == [{"after", "responsible"}]


def test_days_after_another_milestone_give_the_date(client, chief):
    agreement = AgreementFactory(status="draft", published_at=None)
    signed = MilestoneFactory(agreement=agreement, date="2020-12-01")
    rows = [{"kind": "started", "after": signed.pk, "offset_days": "69"}]

    client.post(reverse("admin:agreements_agreement_change", args=[agreement.pk]), form(milestones=rows))

    assert agreement.milestones.get(kind="started").date == "2021-02-08"


@pytest.mark.parametrize("is_first", [True, False])
def test_two_milestones_changed_in_one_save_count_from_the_new_day(client, chief, is_first):
    agreement = AgreementFactory(status="draft", published_at=None)
    first, second = MilestoneFactory.create_batch(2, agreement=agreement, date="2020-12-01")
    signed, started = (first, second) if is_first else (second, first)
    started.after, started.offset_days = signed, 69
    started.save()
    rows = {
        signed.pk: {"id": signed.pk, "kind": "signed", "date": "2021-01-01"},
        started.pk: {"id": started.pk, "kind": "started", "after": signed.pk, "offset_days": "10"},
    }
    data = form(milestones=[rows[first.pk], rows[second.pk]]) | {"milestones-INITIAL_FORMS": "2"}

    client.post(reverse("admin:agreements_agreement_change", args=[agreement.pk]), data)

    days = dict(agreement.milestones.values_list("kind", "date"))
    assert days == {"signed": "2021-01-01", "started": "2021-01-11"}


def test_agreement_does_not_relate_to_itself(client, chief):
    agreement = AgreementFactory(status="draft", published_at=None)
    rows = [{"kind": "renews", "target": agreement.pk}]
    response = client.post(reverse("admin:agreements_agreement_change", args=[agreement.pk]), form(relations=rows))

    assert row_errors(response, "relations") == [{"__all__": ["An agreement cannot relate to itself."]}]
