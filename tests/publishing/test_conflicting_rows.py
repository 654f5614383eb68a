"""Two people in the rows of one record: what the other added, changed or removed stands in the form."""

import pytest

from agreements.models import Agreement
from portal.publishing import life
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    MilestoneFactory,
    OrganizationFactory,
    PartyFactory,
    StaffFactory,
)

from .office import Editor, draft, open_twice

pytestmark = pytest.mark.django_db


def agreement(**kwargs):
    return draft(AgreementFactory, title="合作协议", signed="2023", **kwargs)


@pytest.fixture
def rows():
    """An agreement with two parties that two people have open."""
    record = agreement()
    for name in ("甲方", "乙方"):
        PartyFactory(agreement=record, organization=OrganizationFactory(name=name))
    return record, *open_twice(record)


def sides(record):
    return sorted((party.organization.name, party.side) for party in record.parties.all())


def told_of_rows(editor):
    return [error for error in editor.errors if "Party" in error]


def new_row(editor, organization, **values):
    number = int(editor.data["parties-TOTAL_FORMS"])
    editor.data["parties-TOTAL_FORMS"] = str(number + 1)
    row = {"organization": str(organization.pk), "role": "signatory", "position": "0", **values}
    editor.data |= {f"parties-{number}-{name}": value for name, value in row.items()}
    editor.data |= {f"parties-{number}-count_qualifier": "exact", f"parties-{number}-id": ""}


def test_a_row_that_the_other_added_stands_in_the_form(rows):
    record, first, second = rows
    new_row(first, OrganizationFactory(name="丙方"), side="第三")
    assert first.save()
    new_row(second, OrganizationFactory(name="丁方"), side="第四")
    assert not second.save()

    assert told_of_rows(second) == ["Party “丙方” was added."]
    assert second.save()
    assert sides(record) == [("丁方", "第四"), ("丙方", "第三"), ("乙方", ""), ("甲方", "")]


def test_a_row_that_the_other_removed_is_gone(rows):
    record, first, second = rows
    assert first.save(**{"parties-0-DELETE": "on"})
    assert not second.save(**{"parties-1-side": "周远的"})

    assert told_of_rows(second) == ["Party “甲方” was removed."]
    assert second.save()
    assert sides(record) == [("乙方", "周远的")]


def test_a_row_that_the_other_removed_and_this_one_changed_comes_again(rows):
    record, first, second = rows
    assert first.save(**{"parties-0-DELETE": "on"})
    assert not second.save(**{"parties-0-side": "周远的"})

    assert told_of_rows(second) == ["Party “甲方” was removed. You had changed it, so it stands below as a new row."]
    assert second.save()
    assert sides(record) == [("乙方", ""), ("甲方", "周远的")]


def test_of_a_row_that_both_changed_each_keeps_its_fields(rows):
    record, first, second = rows
    assert first.save(**{"parties-0-count": "97", "parties-1-side": "林舟的"})
    assert not second.save(**{"parties-0-side": "周远的", "parties-1-side": "周远的"})

    assert told_of_rows(second) == [
        "Party “甲方”: Count is “97” now.",
        "Party “乙方”: Side was changed by you both. The other wrote “林舟的”.",
    ]
    assert second.save()
    assert sides(record) == [("乙方", "周远的"), ("甲方", "周远的")]
    assert record.parties.get(organization__name="甲方").count == 97


def test_rows_that_both_removed_are_no_matter(rows):
    record, first, second = rows
    assert first.save(**{"parties-0-DELETE": "on"})
    assert not second.save(**{"parties-0-DELETE": "on"})

    assert second.save()
    assert sides(record) == [("乙方", "")]


def test_rows_of_every_kind_survive_being_taken_over():
    record = agreement()
    amount = AmountFactory(agreement=record, mantissa="1.5", decimals=1)
    signed = MilestoneFactory(agreement=record, date="2023")
    MilestoneFactory(agreement=record, kind="started", date="2024", after=None)
    first, second = open_twice(record)
    assert first.save(
        **{"amounts-0-mantissa": "2.5", "milestones-1-after": str(signed.pk), "milestones-1-offset_days": "30"}
    )
    assert not second.save(summary="周远的摘要")
    assert second.save()

    amount.refresh_from_db()
    saved = Agreement.objects.get()
    assert (str(amount.mantissa.normalize()), saved.summary) == ("2.5", "周远的摘要")
    assert saved.milestones.get(kind="started").after == signed


def test_a_working_copy_is_compared_with_what_it_was_made_of():
    public = agreement()
    PartyFactory(agreement=public, side="重庆")
    PartyFactory(agreement=public, side="四川")
    life.publish(public, StaffFactory())
    copy = life.begin_working_copy(public, StaffFactory())
    first, second = Editor(copy, "林舟"), Editor(copy, "周远")
    assert first.save(**{"occasion": "林舟的场合", "parties-0-side": "渝"})
    assert not second.save(**{"summary": "周远的摘要", "parties-1-side": "川"})

    assert second.save()

    copy.refresh_from_db()
    assert (copy.occasion, copy.summary) == ("林舟的场合", "周远的摘要")
    assert list(copy.parties.order_by("pk").values_list("side", flat=True)) == ["渝", "川"]


# A form that was tampered with


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "9" * 5000, None])
def test_rows_whose_number_is_no_number_are_refused(rows, number):
    record, first, second = rows
    assert first.save(occasion="林舟的场合")
    second.data |= {"parties-TOTAL_FORMS": number, "parties-INITIAL_FORMS": number}
    response = second.client.post(second.address, {k: v for k, v in second.data.items() if v is not None})

    assert response.status_code == 200
    assert sides(record) == [("乙方", ""), ("甲方", "")]


@pytest.mark.parametrize("pk", ["x", "9" * 5000])
def test_rows_that_no_record_has_are_new_or_refused(rows, pk):
    _record, first, second = rows
    assert first.save(occasion="林舟的场合")

    assert not second.save(**{"parties-0-id": pk, f"parties-{pk[:500]}-role": "丙方"})
