"""Indicators and their series in the admin: their addresses, and what is fixed once figures are told."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from stats.models import Indicator, Series
from tests.factories import (
    ColumnFactory,
    IndicatorFactory,
    ObservationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def series_rows(*rows):
    data = {"series-TOTAL_FORMS": str(len(rows)), "series-INITIAL_FORMS": "0"}
    common = {
        "frequency": "A", "accumulation": "none", "transformation": "level", "price_basis": "none", "unit_mult": "8",
        "decimals": "1", "unit": UnitFactory().pk,
    }  # fmt: skip
    for number, row in enumerate(rows):
        data |= {f"series-{number}-{name}": value for name, value in {**common, **row}.items()}
    return data


def test_indicator_gets_its_address_from_its_name(client, chief):
    client.post("/admin/stats/indicator/add/", {"name": "常住人口", "position": "0", **series_rows(), "_save": "1"})

    assert Indicator.objects.get().slug == "changzhurenkou"


def test_the_list_of_indicators_writes_nothing(client, chief):
    """Their positions are edited in the form, as all else: in a working copy where they are public."""
    indicator = IndicatorFactory(position=3)
    row = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": indicator.pk, "form-0-position": "9"}

    client.post("/admin/stats/indicator/", {**row, "_save": "1"})

    indicator.refresh_from_db()
    assert indicator.position == 3


def test_two_defaults_for_one_region_are_refused_at_the_second(client, chief):
    region = RegionFactory()
    rows = series_rows(
        {"region": region.pk, "is_default": "on"}, {"region": region.pk, "is_default": "on", "frequency": "Q"}
    )
    response = client.post("/admin/stats/indicator/add/", {"name": "产值", "position": "0", **rows, "_save": "1"})

    (formset,) = (one.formset for one in response.context["inline_admin_formsets"])
    assert [list(form.errors) for form in formset.forms] == [[], ["is_default"]]
    assert Series.objects.count() == 0


def test_indicator_is_found_by_a_word_of_its_definition(client, chief, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        found = IndicatorFactory(definition="按收入法核算的增加值")
        IndicatorFactory(definition="年末人数")

    assert list(client.get("/admin/stats/indicator/?q=增加值").context["cl"].queryset) == [found]


# Series --------------------------------------------------------------------------------------------------------------


def series_form(series, **said):
    names = ["indicator_id", "region_id", "frequency", "accumulation", "transformation", "price_basis", "unit_id"]
    data = {name.removesuffix("_id"): getattr(series, name) for name in names}
    return {**data, "unit_mult": series.unit_mult, "decimals": series.decimals, "is_default": "on", **said}


@pytest.mark.parametrize(("status", "kept"), [("draft", False), ("in_review", True), ("published", True)])
def test_what_a_series_counts_is_fixed_once_more_than_a_draft_tells_it(client, chief, status, kept):
    series = SeriesFactory()
    release = ReleaseFactory(status=status, **({} if status == "published" else {"published_at": None}))
    ObservationFactory(series=series, release=release)
    people = UnitFactory(code="PS", symbol="人", dimension="people")
    said = {"frequency": "Q", "unit": people.pk, "region": RegionFactory().pk, "decimals": "3"}

    client.post(reverse("admin:stats_series_change", args=[series.pk]), series_form(series, **said))

    now = Series.objects.get()
    same = (now.frequency, now.unit, now.region) == (series.frequency, series.unit, series.region)
    assert (same, now.decimals) == (kept, 3)


def test_what_a_series_counts_is_fixed_in_the_form_of_a_drafted_indicator_too(client, chief):
    indicator = IndicatorFactory(status="draft", published_at=None)
    told, free = SeriesFactory(indicator=indicator), SeriesFactory(indicator=indicator)
    ObservationFactory(series=told)
    rows = {"series-TOTAL_FORMS": "2", "series-INITIAL_FORMS": "2"}
    for number, one in enumerate((told, free)):
        said = series_form(one, frequency="Q", id=one.pk)
        rows |= {f"series-{number}-{name}": value for name, value in said.items()}

    client.post(
        reverse("admin:stats_indicator_change", args=[indicator.pk]),
        {"name": indicator.name, "slug": indicator.slug, "position": "0", **rows, "_save": "1"},
    )

    assert dict(Series.objects.values_list("pk", "frequency")) == {told.pk: "A", free.pk: "Q"}


def test_a_series_is_changed_by_who_may_edit_its_indicator(client, statistician):
    column = ColumnFactory()
    theirs = SeriesFactory(indicator__column=column)
    column.editors.add(Group.objects.create(name="别组"))
    ours = SeriesFactory()
    address = reverse("admin:stats_series_change", args=[theirs.pk])

    assert client.post(address, series_form(theirs, decimals="3")).status_code == 403
    client.post("/admin/stats/series/add/", series_form(theirs, frequency="Q", is_default=""))
    client.post(reverse("admin:stats_series_delete", args=[theirs.pk]), {"post": "yes"})
    assert list(Series.objects.order_by("pk").values_list("pk", "decimals")) == [(theirs.pk, 1), (ours.pk, 1)]

    client.post(reverse("admin:stats_series_change", args=[ours.pk]), series_form(ours, decimals="3"))
    assert Series.objects.get(pk=ours.pk).decimals == 3
