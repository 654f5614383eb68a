import pytest

from agreements.templatetags.commitments import part_name, sides, state_name, timeline
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

    assert timeline(agreement) == [{"label": "集中签约", "date": "2019-07-03", "milestone": signing}]


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
