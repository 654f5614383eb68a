"""A rule that was added or changed is held against the releases that are there, as far as the time allows."""

import datetime as dt

import pytest
from django.db import connection

from portal.publishing import life
from stats import guard
from stats.models import Finding, Rule
from stats.rules import Decision
from tests.factories import ReleaseFactory, StaffFactory

from .sums import Office

pytestmark = pytest.mark.django_db

TRUE, FALSE = ["65.0", "12.3", "45.6", "7.1"], ["64.2", "12.3", "45.6", "7.1"]


@pytest.fixture
def office():
    Rule.objects.update(is_active=False)
    return Office()


def releases(office, *figures):
    """A release a year, each with figures of a period of its own."""
    found = []
    for year, numbers in enumerate(figures, start=2022):
        found.append(ReleaseFactory(released_on=dt.date(year + 1, 3, 17)))
        office.tell(found[-1], numbers, str(year))
    return found


def change(office, **said):
    Rule.objects.filter(pk=office.rule.pk).update(**said)


def found():
    return list(Finding.objects.order_by("release__released_on").values_list("time_period", "decision", "holds"))


def test_every_release_that_a_rule_speaks_of_is_held_against_it(office):
    releases(office, FALSE, TRUE, FALSE)

    assert guard.recheck(office.rule) == 0
    assert found() == [("2022", "open", True), ("2024", "open", True)]


def test_what_does_not_follow_any_more_vanishes_unless_it_was_decided(office):
    releases(office, FALSE, FALSE)
    guard.recheck(office.rule)
    decided = Finding.objects.get(time_period="2022")
    decided.decide(Decision.ACCEPTED, "公报原文如此", StaffFactory())
    decided.save()

    change(office, tolerance=10)
    guard.recheck(office.rule)
    assert found() == [("2022", "accepted", False)]

    change(office, tolerance=0)
    guard.recheck(office.rule)
    assert found() == [("2022", "accepted", True), ("2023", "open", True)]


def test_a_rule_that_is_switched_off_takes_its_warnings_with_it(office):
    releases(office, FALSE)
    guard.recheck(office.rule)

    change(office, is_active=False)
    assert (guard.recheck(office.rule), found()) == (0, [])


def test_what_other_rules_found_stays(office):
    [release] = releases(office, FALSE)
    other = Rule.objects.create(title="部分", kind="part", whole=office.industries[0])
    other.parts.set([office.gdp])
    guard.check([release])
    guard.recheck(office.rule)

    assert set(Finding.objects.values_list("rule", flat=True)) == {office.rule.pk, other.pk}


def test_the_sum_is_written_anew_where_the_rule_allows_more(office):
    releases(office, FALSE)
    guard.recheck(office.rule)
    before = Finding.objects.get().told

    change(office, tolerance="0.5")
    guard.recheck(office.rule)
    assert Finding.objects.get().told != before


def test_withdrawn_releases_are_judged_no_more(office):
    [release] = releases(office, FALSE)
    life.withdraw(release, None, "in_error")

    assert (guard.recheck(office.rule), found()) == (0, [])


def test_the_newest_come_first_and_what_takes_too_long_is_left(office, monkeypatch):
    releases(office, FALSE, FALSE, FALSE)
    seconds = iter([0, 1, 4, 6])
    monkeypatch.setattr("stats.guard.time", type("Clock", (), {"monotonic": lambda: next(seconds)}))

    assert guard.recheck(office.rule) == 1
    assert found() == [("2023", "open", True), ("2024", "open", True)]


def test_a_large_release_is_left(office, monkeypatch):
    releases(office, FALSE)
    monkeypatch.setattr("stats.guard.LARGE", 3)

    assert (guard.recheck(office.rule), found()) == (1, [])


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow_with_the_figures_of_a_release(office, count, django_assert_num_queries):
    release = ReleaseFactory(released_on=dt.date(2025, 3, 17))
    for year in range(count):
        office.tell(release, TRUE, str(2020 + year))

    locks = 2 * connection.features.has_select_for_update  # of a working copy, of itself
    # rule, parts, earlier findings, sizes, releases; of the release: savepoint, itself, series, slots, versions, their
    # releases and units, earlier findings, undecided, end of savepoint
    with django_assert_num_queries(15 + locks):
        guard.recheck(office.rule)
