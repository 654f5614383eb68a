"""The guard: figures of a release against the rules; what it finds is kept, and so is what was decided."""

import datetime as dt

import pytest
from django.utils import translation

from portal.vocabulary.regions import GroupMember
from stats import guard
from stats.models import Finding, Observation, Rule
from stats.rules import Decision
from tests.factories import (
    IndicatorFactory,
    RegionFactory,
    ReleaseFactory,
    RuleFactory,
    StaffFactory,
    UnitFactory,
)

from .imports import take
from .sums import Office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_general_rules():
    Rule.objects.update(is_active=False)


@pytest.fixture
def general():
    Rule.objects.update(is_active=True)


@pytest.fixture
def office():
    return Office()


def release(day="2023-03-17", **said):
    return ReleaseFactory(released_on=dt.date.fromisoformat(day), **said)


def draft(day="2023-03-17", **said):
    return release(day, status="draft", published_at=None, **said)


def slots(findings):
    return [(one.rule.title, one.series.indicator.name, one.time_period) for one in findings]


TRUE, FALSE = ["65.0", "12.3", "45.6", "7.1"], ["64.2", "12.3", "45.6", "7.1"]


def test_a_sum_that_is_true_gives_nothing_and_a_false_one_a_finding(office):
    good, bad = release(), release("2024-03-17")
    office.tell(good, TRUE)
    office.tell(bad, FALSE, "2023")

    assert guard.check([good]) == []
    (found,) = guard.check([bad])

    assert slots([found]) == [(office.rule.title, "地区生产总值", "2023")]
    for number in ("12.3", "45.6", "7.1", "65", "64.2", "0.8", "±0.2"):
        assert number in found.told
    assert (found.decision, found.holds) == ("open", True)


def test_a_draft_is_judged_as_if_it_were_public_and_with_what_counts_on_its_day(office):
    office.tell(release("2023-01-20"), [None, "12.3", "45.6", "7.1"])
    office.tell(release("2024-01-20"), [None, "1.0", "1.0", "1.0"])  # of a later day
    office.tell(draft("2023-02-01"), [None, "2.0", "2.0", "2.0"])  # of another draft
    mine = draft("2023-03-17")
    office.tell(mine, ["64.2", None, None, None])

    assert slots(guard.check([mine])) == [(office.rule.title, "地区生产总值", "2022")]
    office.tell(good := draft("2023-03-18"), ["65.0", None, None, None])
    assert guard.check([good]) == []


def test_figures_of_the_same_release_go_before_better_ones(office):
    office.tell(release("2023-01-20"), [None, "1.0", "1.0", "1.0"])
    mine = draft(rank=3)
    office.tell(mine, TRUE)

    assert guard.check([mine]) == []


def test_what_was_revised_is_not_held_against_what_was_not(office):
    office.tell(release("2023-03-17"), TRUE)
    census = release("2024-12-27", reason="census")
    office.tell(census, ["70.0", None, None, None])

    assert guard.check([census]) == []


def test_bounds_and_missing_figures_give_nothing(office):
    mine = release()
    office.tell(mine, [None, "12.3", "45.6", "7.1"])
    office.figure(mine, office.gdp, "60", qualifier="over")
    rounded = release("2023-03-18")
    office.tell(rounded, ["64.2", "12.3", "45.6", None])
    vague = release("2023-03-19")
    office.tell(vague, [None, "12.3", "45.6", "7.1"])
    office.figure(vague, office.gdp, "30", qualifier="about")

    assert guard.check([mine]) == []
    assert guard.check([vague]) == []
    office.figure(bound := release("2023-03-20"), office.gdp, "66", qualifier="over")
    office.tell(bound, [None, "12.3", "45.6", "7.1"])
    assert len(guard.check([bound])) == 1


def test_a_rule_of_one_region_leaves_the_others_alone(office):
    elsewhere = RegionFactory(name="四川省")
    office.rule.region = elsewhere
    office.rule.save()
    mine = release()
    office.tell(mine, FALSE)
    office.tell(mine, FALSE, region=elsewhere)

    (found,) = guard.check([mine])
    assert found.series.region == elsewhere


def test_a_rule_that_is_off_finds_nothing_and_what_it_found_goes(office):
    mine = release()
    office.tell(mine, FALSE)
    assert len(guard.check([mine])) == 1

    Rule.objects.update(is_active=False)
    assert guard.check([mine]) == []
    assert not Finding.objects.exists()


def test_a_part_is_named_by_itself(office):
    part = RuleFactory(whole=office.gdp, parts=office.industries)
    Rule.objects.exclude(pk=part.pk).update(is_active=False)
    mine = release()
    office.tell(mine, ["10.0", "12.3", "45.6", "7.1"])

    assert sorted(one[1] for one in slots(guard.check([mine]))) == ["一产", "二产"]


def test_regions_add_up_to_the_group_that_they_are_of_at_the_time(office):
    chongqing, sichuan, both = office.region, RegionFactory(name="四川省"), RegionFactory(name="川渝", kind="group")
    joined = RegionFactory(name="某省")
    for member, since in [(chongqing, ""), (sichuan, ""), (joined, "2025")]:
        GroupMember.objects.create(group=both, member=member, valid_from=since)
    rule = RuleFactory(kind="regions", whole=office.gdp, region=both)
    mine = release()
    for region, number in [(chongqing, "29129.0"), (sichuan, "56749.8"), (both, "85800.0")]:
        office.figure(mine, office.gdp, number, region=region)

    (found,) = guard.check([mine])

    assert slots([found]) == [(rule.title, "地区生产总值", "2022")]
    assert "重庆市 29129.0亿元 + 四川省 56749.8亿元" in found.told
    rule.region = chongqing
    rule.save()
    assert guard.check([mine]) == []


def test_a_ratio_is_found_from_any_of_its_three(office):
    people = UnitFactory(code="PS", symbol="人", dimension="people")
    population, per_head = IndicatorFactory(name="人口"), IndicatorFactory(name="人均")
    rule = RuleFactory(kind="ratio", whole=population, parts=[office.gdp], quotient=per_head, tolerance=1)
    office.figure(release("2023-03-01"), population, "3213", price_basis="none", unit=people, unit_mult=4)
    office.figure(release("2023-03-02"), office.gdp, "29129.03")
    good, bad = draft("2023-03-03"), draft("2023-03-04")
    office.figure(good, per_head, "90663", unit_mult=0)
    office.figure(bad, per_head, "96063", unit_mult=0)

    assert guard.check([good]) == []
    assert slots(guard.check([bad])) == [(rule.title, "人均", "2022")]


def test_published_growth_is_held_against_levels_of_the_same_prices_only(office, general):
    per_cent = UnitFactory(code="PT", symbol="%", dimension="share")
    rate = {"transformation": "yoy", "unit": per_cent, "unit_mult": 0}
    revenue = IndicatorFactory(name="收入")
    mine = release()
    for period, number in [("2021", "2595"), ("2022", "2736")]:
        office.figure(mine, revenue, number, period, price_basis="none")
    for period, number in [("2021", "100.0"), ("2022", "110.0")]:
        office.figure(mine, office.gdp, number, period)
    office.figure(mine, revenue, "4.4", price_basis="none", **rate)
    office.figure(mine, office.gdp, "2.6", price_basis="constant", **rate)

    assert [one[1:] for one in slots(guard.check([mine]))] == [("收入", "2022")]


# Slips of the unit


@pytest.mark.usefixtures("general")
class TestSlips:
    @pytest.mark.parametrize("slip", ["291290300", "2.9129", "29129030", "0.0003"])
    def test_a_slip_against_the_year_before_is_found(self, office, slip):
        office.figure(release("2022-03-17"), office.gdp, "28077.28", "2021")
        mine = draft()
        office.figure(mine, office.gdp, slip)

        (found,) = guard.check([mine])
        assert (found.rule.kind, found.time_period) == ("unit", "2022")
        assert "28077.28" in found.told

    def test_growth_and_revisions_are_none(self, office):
        old = release("2022-03-17")
        for period, number in [("2019", "23605.77"), ("2020", "25002.79"), ("2021", "27894.02")]:
            office.figure(old, office.gdp, number, period)
        mine = release()
        office.figure(mine, office.gdp, "28077.28", "2021")
        office.figure(mine, office.gdp, "29129.03")

        assert guard.check([old, mine]) == []

    def test_a_column_in_another_unit_is_found_by_what_was_said_before(self, office):
        office.figure(release("2022-03-17"), office.gdp, "28077.28", "2021")
        mine = draft()
        for period, number in [("2020", "250027900"), ("2021", "280772800"), ("2022", "291290300")]:
            office.figure(mine, office.gdp, number, period)

        assert sorted(one[2] for one in slots(guard.check([mine]))) == ["2020", "2021", "2022"]

    def test_within_a_release_the_one_that_is_off_is_named_and_not_its_neighbours(self, office):
        mine = draft()
        for year, number in [
            (2018, "21588.8"),
            (2019, "23605.8"),
            (2020, "250027900"),
            (2021, "27894"),
            (2022, "29129"),
        ]:
            office.figure(mine, office.gdp, number, str(year))

        assert slots(guard.check([mine]))[0][2] == "2020"
        assert Finding.objects.count() == 1

    def test_zero_shares_and_far_years_are_not_asked(self, office):
        mine = draft()
        office.figure(mine, office.gdp, "0.01", "1952")
        office.figure(mine, office.gdp, "0", "2021")
        office.figure(mine, office.gdp, "29129")
        per_cent = UnitFactory(code="PT", symbol="%", dimension="share")
        for period, number in [("2021", "0.001"), ("2022", "80")]:
            office.figure(mine, office.gdp, number, period, transformation="share", unit=per_cent, unit_mult=0)
        office.figure(mine, office.industries[0], "1", "2021", qualifier="about")
        office.figure(mine, office.industries[0], "1000000", "2022")

        assert guard.check([mine]) == []

    def test_a_rule_that_names_indicators_asks_of_them_alone(self, office):
        Rule.objects.filter(kind="unit").update(is_active=False)
        RuleFactory(kind="unit", whole=None, parts=[office.industries[0]])
        mine = draft()
        for indicator in [office.gdp, office.industries[0]]:
            office.figure(mine, indicator, "28077", "2021")
            office.figure(mine, indicator, "280770000", "2022")

        assert {one[1] for one in slots(guard.check([mine]))} == {"一产"}


# What was decided


def decide(finding, decision=Decision.ACCEPTED):
    finding.decide(decision, "公报原文如此", StaffFactory())
    finding.save()


def test_a_decision_is_kept_until_the_numbers_change(office):
    mine = draft()
    office.tell(mine, FALSE)
    (found,) = guard.check([mine])
    decide(found)

    assert guard.check([mine]) == []
    found.refresh_from_db()
    assert (found.decision, found.comment) == ("accepted", "公报原文如此")

    Observation.objects.filter(series__indicator=office.gdp).update(mantissa="63.2")
    (again,) = guard.check([mine])
    assert (again.pk, again.decision, again.comment, again.decided_by) == (found.pk, "open", "", None)


def test_what_no_longer_holds_vanishes_or_stays_as_history(office):
    mine = draft()
    office.tell(mine, FALSE)
    office.tell(mine, FALSE, "2021")
    first, second = guard.check([mine])
    decide(first)

    Observation.objects.filter(series__indicator=office.gdp).update(mantissa="65.0")
    assert guard.check([mine]) == []

    assert list(Finding.objects.values_list("pk", "holds", "decision")) == [(first.pk, False, "accepted")]
    Observation.objects.filter(series__indicator=office.gdp, time_period=first.time_period).update(mantissa="64.2")
    assert guard.check([mine]) == []
    assert Finding.objects.get().holds


def test_twice_is_the_same(office):
    mine = draft()
    office.tell(mine, FALSE)
    guard.check([mine])
    before = list(Finding.objects.values())

    guard.check([mine])

    assert list(Finding.objects.values()) == before


def test_a_working_copy_has_no_figures_to_check(office):
    public = release()
    office.tell(public, FALSE)
    copy = ReleaseFactory(status="draft", published_at=None, working_copy_of=public, source=public.source)

    assert guard.check([copy]) == []


# What it costs


@pytest.mark.parametrize("count", [1, 3])
def test_the_price_is_the_same_for_any_number_of_figures(office, general, count, django_assert_num_queries):
    mine = draft()
    for year in range(count):
        office.tell(mine, FALSE, str(2020 + year))

    # savepoint 2; rules 2; own and others' figures for slips 2; series, slots; versions with releases and units 3;
    # findings: read, written, and read back
    with django_assert_num_queries(14):
        assert len(guard.check([mine])) == count


# At import


@pytest.mark.usefixtures("names", "general")
def test_an_import_tells_what_does_not_add_up_and_keeps_it():
    table = "地区,{year}年\n重庆市,{number}\n数据来源：国家统计局\n"
    head = "指标：地区生产总值(亿元)\n"
    assert take(head + table.format(year=2021, number="28077.28"), released="2022-03-17").warnings == []

    tried = take(head + table.format(year=2022, number="291290300"), released="2023-03-17", dry_run=True)
    assert (len(tried.warnings), Finding.objects.count()) == (1, 0)
    done = take(head + table.format(year=2022, number="291290300"), released="2023-03-17")

    (finding,) = Finding.objects.all()
    assert finding.told in done.warnings[0]
    assert done.warnings[0] in done.lines()
    assert done.as_dict()["warnings"] == done.warnings


def test_many_findings_are_not_all_told(office):
    mine = draft()
    for year in range(1950, 1950 + guard.NAMED + 2):
        office.tell(mine, FALSE, str(year))

    with translation.override("en"):
        told = guard.lines(guard.check([mine]))

    assert (len(told), told[-1]) == (guard.NAMED + 1, "2 more")


def test_the_demo_breaks_none_of_its_rules(own_demo):
    assert Rule.objects.active().count() >= 9
    assert not Finding.objects.exists()
