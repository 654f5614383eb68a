import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agreements.models import Agreement, AgreementRelation, Milestone
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    CitationFactory,
    MilestoneFactory,
    OrganizationFactory,
    PartyFactory,
    RegionFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 30)


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        ({}, "no_information"),
        ({"signed": "2020-07"}, "signed"),
        ({"signed": "2026-07"}, "no_information"),
        ({"signed": "2026"}, "no_information"),
        ({"signed": "2026-06-30"}, "signed"),
        ({"signed": "2020-07", "effective": "2020-08-01"}, "in_force"),
        ({"signed": "2020-07", "effective": "2027"}, "signed"),
        ({"signed": "2020-07", "effective": "2020-08-01", "expires": "2026"}, "in_force"),
        ({"signed": "2020-07", "effective": "2020-08-01", "expires": "2025"}, "expired"),
        ({"signed": "2020-07", "expires": "2025", "terminated": "2024-01"}, "terminated"),
        ({"effective": "2020-08-01"}, "in_force"),
    ],
)
def test_the_state_follows_from_dated_events_alone(dates, state):
    AgreementFactory(**dates)

    assert Agreement.objects.with_state(TODAY).get().state == state


def test_a_published_successor_supersedes_and_a_draft_does_not():
    old, new = AgreementFactory(signed="2020"), AgreementFactory(signed="2024")
    AgreementRelation.objects.create(agreement=new, kind="supersedes", target=old)
    assert Agreement.objects.with_state(TODAY).get(pk=old.pk).state == "superseded"

    Agreement.objects.filter(pk=new.pk).update(status="draft")
    assert Agreement.objects.with_state(TODAY).get(pk=old.pk).state == "signed"


def test_in_force_is_a_question_of_the_day():
    treaty = AgreementFactory(signed="2020", effective="2021-01-01", expires="2025-12-31")

    for day, found in (("2020-12-31", []), ("2021-01-01", [treaty]), ("2025-12-30", [treaty]), ("2026-01-01", [])):
        assert list(Agreement.objects.in_force(dt.date.fromisoformat(day))) == found


def test_between_finds_what_all_of_them_signed():
    chongqing, sichuan, guizhou = OrganizationFactory.create_batch(3)
    both, one = AgreementFactory(), AgreementFactory()
    for agreement, organization in ((both, chongqing), (both, sichuan), (one, chongqing), (one, guizhou)):
        PartyFactory(agreement=agreement, organization=organization)

    assert list(Agreement.objects.between(chongqing, sichuan)) == [both]
    assert list(Agreement.objects.between(sichuan, guizhou)) == []


@pytest.mark.parametrize("field", ["effective", "expires", "terminated"])
@pytest.mark.parametrize(
    ("signed", "later"), [("2023-03-31", "2023-03-30"), ("2023-03", "2022"), ("2024", "2023-12-31")]
)
def test_nothing_happens_before_the_signature(field, signed, later):
    with pytest.raises(ValidationError) as refused:
        AgreementFactory.build(signed=signed, **{field: later}).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementFactory(signed=signed, **{field: later})

    assert field in refused.value.message_dict


@pytest.mark.parametrize(
    ("signed", "expires"), [("2023-03", "2023"), ("2023", "2023-01-01"), ("", "2020"), ("2023-03-31", "")]
)
def test_dates_that_may_be_right_are_taken(signed, expires):
    assert AgreementFactory(signed=signed, expires=expires).pk


def test_an_impossible_day_is_refused_at_its_field():
    with pytest.raises(ValidationError) as refused:
        AgreementFactory.build(signed="2023-02-30").full_clean()

    assert list(refused.value.message_dict) == ["signed"]


def test_a_milestone_after_another_keeps_its_resolved_date():
    agreement = AgreementFactory()
    signed = MilestoneFactory(agreement=agreement, date="2019-07-03")
    started = MilestoneFactory(agreement=agreement, kind="started", after=signed, offset_days=69)

    assert started.date == "2019-09-10"


def test_days_after_a_month_resolve_to_no_day():
    agreement = AgreementFactory()
    signed = MilestoneFactory(agreement=agreement, date="2019-07")

    assert MilestoneFactory(agreement=agreement, kind="started", after=signed, offset_days=69).date == ""


def test_a_milestone_comes_after_one_of_its_own_agreement():
    foreign = MilestoneFactory()

    with pytest.raises(ValidationError) as refused:
        Milestone(agreement=AgreementFactory(), kind="started", after=foreign, offset_days=3).full_clean()

    assert list(refused.value.message_dict) == ["after"]


def test_a_party_takes_part_once_in_a_role():
    party = PartyFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        PartyFactory(agreement=party.agreement, organization=party.organization)


def test_an_agreement_that_an_article_cites_is_not_deleted():
    agreement = AgreementFactory()
    CitationFactory(agreement=agreement, observation=None)

    with pytest.raises(Exception, match="protected"):
        agreement.delete()


def test_a_batch_is_one_record_with_a_bounded_count():
    batch = AgreementFactory.build(count=None, count_qualifier="over")

    with pytest.raises(ValidationError) as refused:
        batch.full_clean()

    assert "count" in refused.value.message_dict


def test_incomplete_is_without_party_region_or_source():
    whole = AgreementFactory(source=OrganizationFactory(), regions=[RegionFactory()])
    PartyFactory(agreement=whole)
    bare = AgreementFactory()

    assert list(Agreement.objects.incomplete()) == [bare]


def test_parts_have_stable_keys():
    assert AmountFactory().key == "amount:total_investment:agreed"
    assert MilestoneFactory().key == "milestone:signed"


@pytest.mark.parametrize("expires", ["2026", "2026-12", "2026-12-31"])
def test_what_expires_on_a_day_is_in_force_all_that_day(expires):
    AgreementFactory(effective="2020-08-01", expires=expires)

    states = [Agreement.objects.with_state(day).get().state for day in (dt.date(2026, 12, 31), dt.date(2027, 1, 1))]

    assert states == ["in_force", "expired"]


def test_a_milestone_moves_with_the_one_from_which_its_days_are_counted():
    agreement = AgreementFactory()
    signed = MilestoneFactory(agreement=agreement, date="2019-07-03")
    started = MilestoneFactory(agreement=agreement, kind="started", after=signed, offset_days=10)
    MilestoneFactory(agreement=agreement, kind="in_production", after=started, offset_days=0)

    signed.date = "2019-08-01"
    signed.save()

    assert list(agreement.milestones.values_list("date", flat=True)) == ["2019-08-01", "2019-08-11", "2019-08-11"]


def test_milestones_that_name_one_another_come_to_rest():
    agreement = AgreementFactory()
    one = MilestoneFactory(agreement=agreement, date="2019-07-03")
    other = MilestoneFactory(agreement=agreement, kind="started", after=one, offset_days=1)
    one.after, one.offset_days = other, 1
    one.save()

    assert sorted(agreement.milestones.values_list("date", flat=True)) == ["2019-07-05", "2019-07-06"]


def test_days_beyond_a_century_are_refused_at_their_field():
    agreement = AgreementFactory()
    signed = MilestoneFactory(agreement=agreement, date="2019-07-03")

    with pytest.raises(ValidationError) as refused:
        Milestone(agreement=agreement, kind="started", after=signed, offset_days=4_000_000).full_clean()

    assert list(refused.value.message_dict) == ["offset_days"]


def agreed(*organizations, **subjects):
    agreement = AgreementFactory(**subjects)
    for organization in organizations:
        PartyFactory(agreement=agreement, organization=organization)
    return agreement


def related(agreement):
    return list(Agreement.objects.listed().related_to(agreement))


def test_related_agreements_share_parties_first_then_topics_and_regions():
    ours, theirs = OrganizationFactory.create_batch(2)
    topics, regions = TopicFactory.create_batch(2), RegionFactory.create_batch(2)
    agreement = agreed(ours, theirs, topics=topics, regions=regions)
    on_both = agreed(topics=topics, regions=regions)
    on_one = agreed(topics=topics[:1], regions=regions[:1])
    one_party = agreed(ours)
    one_party_one_topic = agreed(theirs, topics=topics[:1])
    both_parties = agreed(ours, theirs)

    assert related(agreement) == [both_parties, one_party_one_topic, one_party, on_both, on_one]


def test_a_topic_alone_or_a_region_alone_relates_nothing():
    topics, regions = [TopicFactory()], [RegionFactory()]
    agreement = agreed(topics=topics, regions=regions)
    agreed(topics=topics)
    agreed(regions=regions)

    assert related(agreement) == []


def test_related_is_neither_itself_nor_what_its_relations_name_nor_what_is_not_listed():
    party = OrganizationFactory()
    agreement, seen, target, source = (agreed(party) for _ in range(4))
    AgreementRelation.objects.create(agreement=agreement, kind="implements", target=target)
    AgreementRelation.objects.create(agreement=source, kind="cites", target=agreement)
    agreed(party, status="draft", published_at=None)
    copy = agreed(party, status="draft", working_copy_of=agreement)

    assert related(agreement) == [seen]
    assert agreement not in related(copy)


def test_equal_ones_come_the_newest_signed_first():
    party = OrganizationFactory()
    agreement, old, new = (agreed(party, signed=signed) for signed in ("", "2019-07", "2023"))

    assert related(agreement) == [new, old]
