"""Figures in the admin: typed into a draft, never changed once public, and not ten thousand in one form."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone, translation

from portal.publishing import life
from portal.publishing.models import Revision, TrashedRecord, WithdrawalReason
from portal.roles import make_roles
from stats.admin import FIGURES_IN_FORM
from stats.models import Observation
from tests.factories import (
    ColumnFactory,
    ObservationFactory,
    OrganizationFactory,
    ReleaseFactory,
    SeriesFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/stats/observation/add/"


@pytest.fixture
def draft():
    return ReleaseFactory(status="draft", published_at=None)


def typed(series, release, **said):
    data = {"series": series.pk, "release": release.pk, "time_period": "2022", "mantissa": "100"}
    return {**data, "qualifier": "exact", "obs_status": "A", "stage": "", "decimals": "0", "_save": "1", **said}


def errors(response):
    with translation.override("en"):
        return {name: list(lines) for name, lines in response.context["adminform"].form.errors.items()}


def test_unit_and_multiplier_left_empty_are_those_of_the_series(client, chief, draft):
    series = SeriesFactory(unit_mult=8)

    client.post(ADD, typed(series, draft, mantissa="29129.03"))

    figure = Observation.objects.get()
    assert (figure.unit, figure.unit_mult, figure.decimals, figure.value_base) == (series.unit, 8, 2, 29129.03e8)


def test_figure_is_not_added_to_a_public_release(client, chief):
    response = client.post(ADD, typed(SeriesFactory(), ReleaseFactory()))

    assert errors(response) == {"release": ["Figures are added to a draft. Make a new release for them."]}


@pytest.mark.parametrize("mantissa", ["1" * 40, "NaN", "1e400", "约一百", "\x00"])
def test_value_that_is_none_is_refused_at_its_field(client, chief, draft, mantissa):
    assert list(errors(client.post(ADD, typed(SeriesFactory(), draft, mantissa=mantissa)))) == ["mantissa"]


@pytest.mark.parametrize("period", ["2022-Q5", "2022-07", "明年", "2022 ", "0000", "20222", "２０２２"])
def test_period_that_the_series_does_not_have_is_refused(client, chief, draft, period):
    response = client.post(ADD, typed(SeriesFactory(frequency="Q"), draft, time_period=period))

    assert errors(response) != {}
    assert Observation.objects.count() == 0


def test_unit_of_another_kind_is_refused_at_its_field(client, chief, draft):
    people = UnitFactory(code="PS", symbol="人", dimension="people")

    assert list(errors(client.post(ADD, typed(SeriesFactory(), draft, unit=people.pk)))) == ["unit"]


def test_public_figure_is_shown_and_neither_changed_nor_deleted(client, chief):
    figure = ObservationFactory()
    address = reverse("admin:stats_observation_change", args=[figure.pk])

    assert client.get(address).status_code == 200
    assert client.post(address, typed(figure.series, figure.release, mantissa="1")).status_code == 403
    assert client.post(reverse("admin:stats_observation_delete", args=[figure.pk]), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [figure.pk], "post": "yes"}
    client.post("/admin/stats/observation/", action)
    figure.refresh_from_db()
    assert figure.mantissa == 100


def inline(client, release):
    page = client.get(reverse("admin:stats_release_change", args=[release.pk]))
    return page, [one.formset for one in page.context["inline_admin_formsets"]]


def test_figures_of_a_draft_are_rows_to_be_typed(client, chief, draft):
    ObservationFactory(release=draft)

    page, (rows,) = inline(client, draft)

    assert "mantissa" in rows.forms[0].fields
    assert b"observations-__prefix__-mantissa" in page.content


def test_figures_of_a_public_release_are_rows_to_be_read(client, chief):
    release = ReleaseFactory()
    figure = ObservationFactory(release=release, printed="逾100亿元", qualifier="over")

    page, _rows = inline(client, release)
    names = set(re.findall(r'name="observations-(?:0|__prefix__)-(\w+)"', page.content.decode()))
    assert names == {"id", "release"}

    rows = {"observations-TOTAL_FORMS": "1", "observations-INITIAL_FORMS": "1", "observations-0-id": figure.pk}
    data = {"source": release.source.pk, "released_on": "2023-03-01", "title": "公报", "rank": "1", "reason": "routine"}
    changed = {"observations-0-release": release.pk, "observations-0-mantissa": "1", "observations-0-DELETE": "on"}
    client.post(reverse("admin:stats_release_change", args=[release.pk]), {**data, **rows, **changed, "_save": "1"})
    figure.refresh_from_db()
    assert figure.mantissa == 100


def test_big_release_leads_to_the_list_of_its_figures(client, chief, draft):
    series = SeriesFactory()
    periods = range(1900, 1900 + FIGURES_IN_FORM + 1)
    Observation.objects.bulk_create(
        Observation(series=series, release=draft, time_period=f"{year}", unit=series.unit, mantissa=year)
        for year in periods
    )
    ObservationFactory()

    page, rows = inline(client, draft)
    address = f"/admin/stats/observation/?release__id__exact={draft.pk}"

    assert rows == []
    assert f'href="{address}"' in page.content.decode()
    assert client.get(address).context["cl"].result_count == len(periods)


def test_figures_of_a_draft_in_a_closed_column_are_not_there(client):
    ours, theirs = Group.objects.create(name="我们"), Group.objects.create(name="他们")
    closed = ColumnFactory()
    closed.editors.add(theirs)
    ObservationFactory(release=ReleaseFactory(status="draft", published_at=None, column=closed))
    shown = ObservationFactory(release=ReleaseFactory(column=closed))
    user = UserFactory(is_staff=True)
    user.groups.add(ours, make_roles()["编辑"])
    client.force_login(user)
    query = {"app_label": "articles", "model_name": "citation", "field_name": "observation"}

    listed = client.get("/admin/stats/observation/").context["cl"].queryset
    offered = client.get("/admin/autocomplete/", query).json()["results"]

    assert (list(listed), [result["id"] for result in offered]) == ([shown], [str(shown.pk)])


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_figures_costs_the_same_for_any_number(client, chief, count, django_assert_num_queries):
    for _ in range(count):
        ObservationFactory()

    # session, user, open columns, count, figures with series, release and unit; imprint, menu, and whether there is one
    with django_assert_num_queries(8):
        client.get("/admin/stats/observation/")


def test_second_release_of_a_source_on_a_day_is_refused(client, chief):
    first = ReleaseFactory(source=OrganizationFactory())
    data = {
        "source": first.source.pk, "released_on": f"{first.released_on}", "title": "又一份", "rank": "1",
        "reason": "routine", "observations-TOTAL_FORMS": "0", "observations-INITIAL_FORMS": "0", "_save": "1",
    }  # fmt: skip
    response = client.post("/admin/stats/release/add/", data)

    message = "This source has a release of that day already. Add the figures to that one."
    assert errors(response) == {"__all__": [message]}


# Whose figures, and when ---------------------------------------------------------------------------------------------


def closed_column():
    column = ColumnFactory()
    column.editors.add(Group.objects.create(name="别组"))
    return column


def change(figure):
    return reverse("admin:stats_observation_change", args=[figure.pk])


def delete(figure):
    return reverse("admin:stats_observation_delete", args=[figure.pk])


def delete_selected(client, *figures):
    action = {"action": "delete_selected", "_selected_action": [one.pk for one in figures], "post": "yes"}
    return client.post("/admin/stats/observation/", action)


def test_each_change_of_a_figure_is_a_revision_of_its_release(client, statistician, draft):
    series = SeriesFactory()
    client.post(ADD, typed(series, draft))
    figure = Observation.objects.get()
    client.post(change(figure), typed(series, draft, mantissa="101"))
    client.post(delete(figure), {"post": "yes"})

    assert not Observation.objects.exists()
    kept = [(one.number, one.made_by, one.changed) for one in Revision.objects.of(draft)]
    assert kept == [
        (1, statistician, []), (2, statistician, ["stats.observation"]), (3, statistician, ["stats.observation"])
    ]  # fmt: skip
    assert not TrashedRecord.objects.exists()


def test_figures_deleted_from_the_list_are_one_revision_of_each_release(client, statistician, draft):
    other = ReleaseFactory(status="draft", published_at=None)
    figures = [ObservationFactory(release=release) for release in (draft, draft, other)]

    delete_selected(client, *figures)

    assert not Observation.objects.exists()
    assert [Revision.objects.of(release).count() for release in (draft, other)] == [1, 1]


def test_a_figure_that_moves_to_another_release_changes_both(client, statistician, draft):
    other = ReleaseFactory(status="draft", published_at=None)
    figure = ObservationFactory(release=draft)

    client.post(change(figure), typed(figure.series, other))

    assert [Revision.objects.of(release).count() for release in (draft, other)] == [1, 1]
    assert list(other.observations.all()) == [figure]


def test_a_release_of_others_takes_no_figures_from_a_stranger(client, statistician):
    theirs = ReleaseFactory(status="draft", published_at=None, column=closed_column())
    figure = ObservationFactory(release=theirs)

    added = client.post(ADD, typed(SeriesFactory(), theirs))

    assert list(errors(added)) == ["release"]
    assert client.post(change(figure), typed(figure.series, theirs, mantissa="1")).status_code == 302
    assert client.post(delete(figure), {"post": "yes"}).status_code == 302
    delete_selected(client, figure)
    assert list(Observation.objects.values_list("pk", "mantissa")) == [(figure.pk, 100)]


@pytest.mark.parametrize("state", ["in_review", "scheduled", "public", "withdrawn"])
def test_figures_are_typed_into_drafts_alone(client, statistician, draft, state):
    figure = ObservationFactory(release=draft)
    life.submit(draft, statistician)
    if state != "in_review":
        ahead = timezone.now() + dt.timedelta(days=1) if state == "scheduled" else None
        life.publish(draft, statistician, at=ahead)
    if state == "withdrawn":
        life.withdraw(draft, statistician, WithdrawalReason.OUTDATED)

    added = client.post(ADD, typed(SeriesFactory(), draft))

    assert errors(added) == {"release": ["Figures are added to a draft. Make a new release for them."]}
    assert client.post(change(figure), typed(figure.series, draft, mantissa="1")).status_code == 403
    assert client.post(delete(figure), {"post": "yes"}).status_code == 403
    delete_selected(client, figure)
    assert list(Observation.objects.values_list("pk", "mantissa")) == [(figure.pk, 100)]


def test_a_working_copy_offers_no_figures_and_takes_none(client, chief):
    release = ReleaseFactory()
    figure = ObservationFactory(release=release)
    copy = life.begin_working_copy(release, chief)

    page, rows = inline(client, copy)
    added = client.post(ADD, typed(SeriesFactory(), copy))

    assert rows == []
    assert f"release__id__exact={release.pk}" in page.content.decode()
    assert list(errors(added)) == ["release"]
    assert list(Observation.objects.all()) == [figure]
