"""Rules and findings at the desk: written by statisticians, decided by who may edit the release, seen by all there."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import translation

from portal.publishing import life
from stats import guard
from stats.models import Finding, Rule
from tests.factories import (
    ColumnFactory,
    FindingFactory,
    IndicatorFactory,
    ObservationFactory,
    ReleaseFactory,
    RuleFactory,
    SeriesFactory,
    StaffFactory,
)
from tests.fields import fields_of
from tests.publishing.office import act, member, press, said, shown

from .sums import Office

pytestmark = pytest.mark.django_db

FINDINGS, RULES = "/admin/stats/finding/", "/admin/stats/rule/"


@pytest.fixture
def slipped():
    """A draft whose GDP is 10,000 times that of the year before, which is public."""
    series = SeriesFactory()
    before = ReleaseFactory(released_on=dt.date(2022, 3, 1))
    ObservationFactory(series=series, release=before, time_period="2021", mantissa=100)
    release = ReleaseFactory(status="draft", published_at=None)
    ObservationFactory(series=series, release=release, mantissa=1_100_000)
    return release


def form_of(release):
    return reverse("admin:stats_release_change", args=[release.pk])


def address(finding):
    return f"{FINDINGS}{finding.pk}/change/"


def save(client, release, **said):
    page = client.get(form_of(release))
    return client.post(form_of(release), {**fields_of(page.content.decode()), "_continue": "1", **said})


def answer(finding, decision="accepted", comment="公报原文如此", **said):
    return {"decision": decision, "comment": comment, "seen": finding.fingerprint, "_save": "1", **said}


def errors_of(answered):
    with translation.override("en"):
        return {name: list(map(str, lines)) for name, lines in answered.context["adminform"].form.errors.items()}


# On the form of a release


def test_saving_a_release_checks_it_and_says_how_many_wait(client, statistician, slipped):
    answered = save(client, slipped)

    finding = Finding.objects.get()
    assert "1 warning is undecided" in " ".join(said(answered))
    page = client.get(form_of(slipped)).content.decode()
    assert finding.told in page
    assert address(finding) in page
    assert "_undecided" not in page


def test_saving_one_figure_checks_its_release(client, statistician, slipped):
    figure = slipped.observations.get()
    page = client.get(reverse("admin:stats_observation_change", args=[figure.pk]))
    answered = client.post(page.request["PATH_INFO"], fields_of(page.content.decode()) | {"_continue": "1"})

    assert Finding.objects.get().release == slipped
    assert "1 warning is undecided" in " ".join(said(answered))

    page = client.get(page.request["PATH_INFO"])
    client.post(page.request["PATH_INFO"], fields_of(page.content.decode()) | {"mantissa": "110", "_continue": "1"})
    assert not Finding.objects.exists()


def test_deleting_the_figure_takes_the_warning_with_it(client, statistician, slipped):
    save(client, slipped)

    client.post(reverse("admin:stats_observation_delete", args=[slipped.observations.get().pk]), {"post": "yes"})

    assert not Finding.objects.exists()


def test_a_release_that_agrees_says_so(client, statistician):
    page = client.get(form_of(ReleaseFactory(status="draft", published_at=None)))

    assert "as far as the rules reach" in page.content.decode()


def test_publishing_is_not_hindered_and_tells_what_is_undecided(client, chief, slipped):
    answered = save(client, slipped, _publish="1")

    slipped.refresh_from_db()
    assert slipped.status == "published"
    assert "1 warning is undecided" in " ".join(said(answered))


def test_a_reviewer_sees_the_warnings_and_decides_none(client, statistician, slipped):
    slipped.column = ColumnFactory(review_levels=1)
    slipped.save()
    save(client, slipped)
    life.submit(slipped, statistician)
    client.force_login(member("审核"))

    page = client.get(form_of(slipped)).content.decode()
    finding = Finding.objects.get()
    assert finding.told in page
    assert "Decide" not in page
    assert client.post(address(finding), answer(finding)).status_code == 403

    answered = press(client, slipped, "approve")
    assert "1 warning is undecided" in " ".join(said(answered))


def test_public_pages_tell_nothing_of_it(client, chief, slipped):
    save(client, slipped, _publish="1")
    finding = Finding.objects.get()
    client.logout()

    slipped.refresh_from_db()
    for path in (slipped.get_absolute_url(), finding.series.get_absolute_url()):
        page = client.get(path)
        assert page.status_code == 200
        assert finding.told not in page.content.decode()
        assert str(finding.rule) not in page.content.decode()


def test_releases_with_undecided_warnings_are_a_list_to_do(client, statistician, slipped):
    save(client, slipped)
    other = ReleaseFactory()

    assert shown(client, "missing=decision", type(slipped)) == {slipped}
    assert other in shown(client, "", type(slipped))


def test_releases_are_checked_again_from_their_list(client, statistician, slipped):
    answered = act(client, type(slipped), "check_arithmetic", [slipped])

    assert Finding.objects.get().release == slipped
    assert "1 warning is undecided" in " ".join(said(answered))
    Rule.objects.update(is_active=False)
    answered = act(client, type(slipped), "check_arithmetic", [slipped])
    assert said(answered)[-1] == "Nothing that is undecided was found."


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_for_any_number_of_warnings(client, statistician, count, django_assert_max_num_queries):
    release = ReleaseFactory()
    for year in range(count):
        FindingFactory(release=release, time_period=str(2020 + year))
    client.get(form_of(release))

    with django_assert_max_num_queries(40) as asked:
        client.get(form_of(release))
    PRICES.add(len(asked))
    assert len(PRICES) == 1


PRICES = set()


# Deciding


def test_who_may_edit_the_release_decides(client, statistician):
    finding = FindingFactory()

    page = client.get(address(finding))
    assert {"comment", "seen"} <= fields_of(page.content.decode()).keys()
    client.post(address(finding), answer(finding))

    finding.refresh_from_db()
    assert (finding.decision, finding.comment, finding.decided_by) == ("accepted", "公报原文如此", statistician)
    assert finding.decided_at is not None

    client.post(address(finding), answer(finding, "open", ""))
    finding.refresh_from_db()
    assert (finding.decision, finding.comment, finding.decided_by, finding.decided_at) == ("open", "", None, None)


def test_a_decision_without_a_reason_is_refused_at_its_field(client, statistician):
    finding = FindingFactory()

    answered = client.post(address(finding), answer(finding, comment=""))

    assert list(errors_of(answered)) == ["comment"]
    assert Finding.objects.get().decision == "open"


@pytest.mark.parametrize("forged", [{"decision": "gone"}, {"seen": "0" * 63 + "1"}, {"seen": ""}, {"comment": "\x00"}])
def test_what_no_form_sends_decides_nothing(client, statistician, forged):
    finding = FindingFactory()

    answered = client.post(address(finding), answer(finding, **forged))

    assert answered.status_code == 200
    assert Finding.objects.get().decision == "open"


def test_the_sum_is_not_the_editors_to_write(client, statistician):
    finding = FindingFactory()

    client.post(address(finding), answer(finding, told="没有问题", fingerprint="1" * 64, holds="", decided_by="1"))

    finding.refresh_from_db()
    assert (finding.told, finding.fingerprint, finding.holds) == ("甲 2亿元，多于乙 1亿元", "0" * 64, True)
    assert client.get(f"{FINDINGS}add/").status_code == 403
    assert client.post(f"{FINDINGS}{finding.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", ["编辑", "审核"])
def test_others_look_and_a_forged_decision_is_refused(client, role):
    client.force_login(member(role))
    finding = FindingFactory()

    assert finding.told in client.get(FINDINGS).content.decode()
    assert client.get(address(finding)).status_code == 200
    assert client.post(address(finding), answer(finding)).status_code == 403
    assert Finding.objects.get().decision == "open"


def test_what_names_something_in_a_closed_column_is_not_there(client):
    inner = Group.objects.create(name="内部")
    closed = ColumnFactory()
    closed.editors.add(inner)
    hidden = IndicatorFactory(column=closed, status="draft", published_at=None)
    in_closed_release = FindingFactory(release=ReleaseFactory(column=closed, status="draft", published_at=None))
    of_closed_series = FindingFactory(series=SeriesFactory(indicator=hidden))
    of_closed_part = FindingFactory(rule=RuleFactory(parts=[hidden]))
    seen = FindingFactory()
    client.force_login(member("统计"))

    assert shown(client, "", Finding) == {seen}
    assert set(shown(client, "", Rule)) & {of_closed_part.rule, seen.rule} == {seen.rule}
    for finding in (in_closed_release, of_closed_series, of_closed_part):
        assert client.get(address(finding)).status_code == 302
        assert client.post(address(finding), answer(finding)).status_code == 302
    assert not Finding.objects.exclude(decision="open").exists()
    assert of_closed_part.rule.title not in client.get(form_of(of_closed_part.release)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, statistician, count, django_assert_num_queries):
    FindingFactory.create_batch(count)
    client.get(FINDINGS)

    with django_assert_num_queries(8):
        client.get(FINDINGS)


# Rules


def rule_data(**said):
    data = {"title": "分项之和", "kind": "sum", "tolerance": "0", "is_active": "on", "note": "", "_save": "1"}
    return {**data, **said}


def test_a_statistician_writes_a_rule(client, statistician):
    whole, part = IndicatorFactory.create_batch(2)

    client.post(f"{RULES}add/", rule_data(whole=whole.pk, parts=[part.pk]))

    rule = Rule.objects.get(title="分项之和")
    assert (rule.kind, rule.whole, list(rule.parts.all())) == ("sum", whole, [part])


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("sum", {"parts": []}),
        ("part", {"parts": ["whole"]}),
        ("ratio", {"parts": ["one", "other"], "quotient": "whole"}),
        ("regions", {"parts": ["one"]}),
        ("ratio", {"parts": []}),
    ],
)
def test_a_rule_with_the_wrong_parts_is_refused_at_its_field(client, statistician, kind, fields):
    made = {name: IndicatorFactory().pk for name in ["whole", "one", "other"]}
    data = {"parts": [made[name] for name in fields["parts"]]}
    if "quotient" in fields:
        data["quotient"] = made["one"]

    answered = client.post(f"{RULES}add/", rule_data(kind=kind, whole=made["whole"], **data))

    assert "parts" in errors_of(answered)


def test_a_rule_without_its_whole_is_refused_in_words(client, statistician):
    with translation.override("en"):
        answered = client.post(f"{RULES}add/", rule_data(parts=[IndicatorFactory().pk]))

        assert "Give the whole" in str(errors_of(answered))


@pytest.fixture
def bad():
    """A public release whose industries do not add up, which no rule has looked at."""
    office = Office()
    office.rule.delete()
    office.release = ReleaseFactory(released_on=dt.date(2023, 3, 17))
    office.tell(office.release, ["64.2", "12.3", "45.6", "7.1"])
    return office


@pytest.fixture
def save_rule(client, bad, django_capture_on_commit_callbacks):
    """Save the rule that the industries of ``bad`` add up; returns what was said of the figures."""

    def save(address, **data):
        data = rule_data(whole=bad.gdp.pk, parts=[one.pk for one in bad.industries], **data)
        # What waits for the commit runs here when the request, and its language, are past.
        with translation.override("en"), django_capture_on_commit_callbacks(execute=True):
            answered = client.post(address, data)
        return [text for text in said(answered) if "held against" in text]

    return save


def test_a_new_rule_is_held_against_the_figures_and_says_what_it_found(statistician, bad, save_rule):
    [message] = save_rule(f"{RULES}add/")

    finding = Finding.objects.get()
    assert (finding.release, finding.rule.title) == (bad.release, "分项之和")
    assert f'href="{FINDINGS}?rule__id__exact={finding.rule_id}&amp;decision__exact=open"' in message
    assert "1 warning of this rule is undecided." in message


def test_a_rule_that_was_changed_takes_back_what_does_not_follow_any_more(statistician, bad, save_rule):
    rule = RuleFactory(kind="sum", whole=bad.gdp, parts=bad.industries)
    guard.check([bad.release])
    assert Finding.objects.count() == 1

    said = save_rule(f"{RULES}{rule.pk}/change/", tolerance="10")
    assert said == ["The rule was held against the figures. Nothing that is undecided was found."]
    assert Finding.objects.count() == 0


def test_other_words_for_a_rule_run_nothing(statistician, bad, save_rule):
    rule = RuleFactory(kind="sum", whole=bad.gdp, parts=bad.industries)

    assert save_rule(f"{RULES}{rule.pk}/change/", note="统计公报") == []
    rule.refresh_from_db()
    assert (rule.note, Finding.objects.count()) == ("统计公报", 0)


def test_what_takes_too_long_is_left_to_the_list_of_releases(statistician, bad, save_rule, monkeypatch):
    monkeypatch.setattr("stats.guard.LARGE", 3)

    [message] = save_rule(f"{RULES}add/")
    assert Finding.objects.count() == 0
    assert "1 release was left out for want of time." in message
    assert '<a href="/admin/stats/release/">' in message


def test_a_rule_that_found_something_is_switched_off_and_not_deleted(client):
    client.force_login(StaffFactory(language="en"))
    rule = FindingFactory().rule

    client.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"})

    assert Rule.objects.filter(pk=rule.pk).exists()


def test_an_editor_reads_rules_and_writes_none(client):
    client.force_login(member("编辑"))
    rule = RuleFactory()

    assert rule.title in client.get(RULES).content.decode()
    assert client.post(f"{RULES}{rule.pk}/change/", rule_data(whole=rule.whole_id)).status_code == 403
    assert client.get(f"{RULES}add/").status_code == 403
