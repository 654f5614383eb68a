"""Rules and findings as rows: what the database refuses, and what every portal begins with."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management.sql import emit_post_migrate_signal
from django.utils import timezone, translation

from stats.models import Finding, Rule
from stats.rules import Decision, RuleKind
from tests.factories import FindingFactory, IndicatorFactory, RuleFactory, StaffFactory

pytestmark = pytest.mark.django_db


def refusal(record):
    with pytest.raises(ValidationError) as refused, translation.override("en"):
        record.validate_constraints()
    return " ".join(refused.value.messages)


def general():
    return list(Rule.objects.filter(kind__in=["unit", "growth"]).values_list("kind", flat=True).order_by("kind"))


def test_every_portal_begins_with_the_rules_for_every_series():
    assert general() == ["growth", "unit"]


def test_a_migration_brings_back_a_general_rule_and_leaves_one_that_was_switched_off():
    Rule.objects.filter(kind="unit").delete()
    Rule.objects.filter(kind="growth").update(is_active=False, title="增速")

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    assert general() == ["growth", "unit"]
    assert list(Rule.objects.active().values_list("kind", flat=True)) == ["unit"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"whole": None}, "Give the whole"),
        ({"kind": "unit"}, "a rule for every series has none"),
        ({"kind": "sum", "quotient": "whole"}, "only a division"),
        ({"kind": "ratio"}, "A division has a quotient"),
        ({"tolerance": 101}, "between 0 and 100"),
        ({"tolerance": -1}, "between 0 and 100"),
        ({"kind": "other"}, "Choose the kind of rule"),
    ],
)
def test_a_rule_that_cannot_be_computed_is_refused(said, words):
    rule = RuleFactory()
    for name, value in said.items():
        setattr(rule, name, getattr(rule, value) if value == "whole" else value)

    assert words in refusal(rule)


def test_two_rules_are_called_differently():
    one = RuleFactory()

    assert "Another rule is called so" in refusal(Rule(title=one.title, kind="part", whole=one.whole))


def test_a_decision_has_a_reason_and_somebody_who_took_it():
    finding, by = FindingFactory(), StaffFactory()
    for given in ({"decision": "accepted"}, {"comment": "因为"}, {"decided_by": by}, {"decided_at": timezone.now()}):
        record = Finding.objects.get()
        for name, value in given.items():
            setattr(record, name, value)
        assert "A decision has a reason" in refusal(record)

    finding.decide(Decision.MISTAKE, "原文如此", by)
    finding.full_clean()
    finding.decide(Decision.OPEN, "", by)
    finding.full_clean()
    assert (finding.comment, finding.decided_by, finding.decided_at) == ("", None, None)


def test_a_slot_is_found_once_for_a_rule():
    one = FindingFactory()

    again = Finding(
        release=one.release, rule=one.rule, series=one.series, time_period="2022", told="再", fingerprint="1" * 64
    )
    assert "found already" in refusal(again)


def test_rules_are_among_the_indicators_that_all_their_names_are_of():
    whole, part, closed = IndicatorFactory.create_batch(3)
    opened = type(whole).objects.exclude(pk=closed.pk)
    seen = RuleFactory(whole=whole, parts=[part])
    RuleFactory(whole=whole, parts=[part, closed])
    RuleFactory(whole=closed, parts=[part])
    RuleFactory(kind="ratio", whole=whole, quotient=closed, parts=[part])

    assert list(Rule.objects.among(opened).filter(kind__in=["part", "ratio"])) == [seen]


def test_a_kind_says_what_its_rules_name():
    assert [kind.value for kind in RuleKind if kind.is_general] == ["unit", "growth"]
    assert [kind.value for kind in RuleKind if kind.needs_parts] == ["part", "sum", "ratio"]
    assert [kind.value for kind in RuleKind if kind.needs_quotient] == ["ratio"]
