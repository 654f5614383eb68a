import datetime as dt

import pytest

from agreements.templatetags.commitments import amounts_by_kind, part_name, sides, state_name, timeline
from tests.factories import AgreementFactory, AmountFactory, MilestoneFactory, PartyFactory

pytestmark = pytest.mark.django_db


def test_a_state_is_said_in_words():
    assert state_name("no_information") == "暂无公开信息"


def test_the_timeline_is_ordered_by_date_and_what_has_none_comes_last():
    agreement = AgreementFactory(signed="2019-07-03", expires="2029")
    MilestoneFactory(agreement=agreement, kind="full_production")
    MilestoneFactory(agreement=agreement, kind="in_production", date="2020-08-20")
    MilestoneFactory(agreement=agreement, kind="started", date="2019-09")
    MilestoneFactory(agreement=agreement, kind="other", label="验收", due="2021")

    dates = [event["date"] for event in timeline(agreement)]

    assert dates == ["2019-07-03", "2019-09", "2020-08-20", "2021", "2029", ""]


def test_the_signing_is_told_once():
    agreement = AgreementFactory(signed="2019-07-03")
    signing = MilestoneFactory(agreement=agreement, kind="signed", date="2019-07-03", label="集中签约")

    assert [event["milestone"] for event in timeline(agreement)] == [signing]


@pytest.mark.parametrize(
    ("dates", "progress", "is_late"),
    [
        ({"date": "2026-06-30"}, "happened", False),
        ({"date": "2026-05"}, "happened", False),
        ({"date": "2026"}, "under_way", False),
        ({"date": "2026-07-01"}, "ahead", False),
        ({"due": "2026-06-29"}, "past_due", False),
        ({"due": "2025"}, "past_due", False),
        ({"due": "2026"}, "promised", False),
        ({"due": "2026-06-30"}, "promised", False),
        ({"date": "2024-03", "due": "2023"}, "happened", True),
        ({"date": "2023-03", "due": "2023"}, "happened", False),
        ({}, "undated", False),
    ],
)
def test_an_event_says_no_more_than_is_known_on_the_day(dates, progress, is_late):
    milestone = MilestoneFactory(kind="started", **dates)

    (event,) = timeline(milestone.agreement, on=dt.date(2026, 6, 30))

    assert (event["progress"], event["is_late"]) == (progress, is_late)


def test_an_agreement_that_expires_this_year_has_not_expired():
    events = timeline(AgreementFactory(signed="2020", expires="2026"), on=dt.date(2026, 6, 30))

    assert [event["progress"] for event in events] == ["happened", "under_way"]


def test_amounts_of_one_kind_stand_side_by_side():
    agreement = AgreementFactory()
    total = AmountFactory(agreement=agreement, label="项目总投资")
    land = AmountFactory(agreement=agreement, kind="land_area", label="占地", basis="planned")
    spent = AmountFactory(agreement=agreement, label="已完成投资", basis="actual")
    tax, jobs = (AmountFactory(agreement=agreement, kind="other", label=label) for label in ("税收", "就业"))

    assert amounts_by_kind(agreement) == [
        {"name": "总投资", "promised": [total], "actual": [spent]},
        {"name": "占地", "promised": [land], "actual": []},
        {"name": "税收", "promised": [tax], "actual": []},
        {"name": "就业", "promised": [jobs], "actual": []},
    ]


def test_parties_stand_by_their_sides():
    agreement = AgreementFactory()
    ours, theirs, also_ours = (PartyFactory(agreement=agreement, side=side) for side in ("重庆", "四川", "重庆"))

    assert sides(agreement) == [("重庆", [ours, also_ours]), ("四川", [theirs])]


def test_a_cited_part_has_a_name():
    agreement = AgreementFactory()
    AmountFactory(agreement=agreement, label="项目总投资")
    MilestoneFactory(agreement=agreement, kind="started", label="开工")

    named = [part_name(agreement, key) for key in ("", "amount:total_investment:agreed", "milestone:started")]

    assert named == ["", "项目总投资", "开工"]
    assert part_name(agreement, "milestone:held") not in named
