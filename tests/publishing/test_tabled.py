"""The figures of a release in its history: who changed which, whoever typed them, and how many they are."""

import pytest

from portal.publishing import life
from portal.publishing.comparing import changed_names, compare
from portal.publishing.life import Refused
from portal.publishing.restoring import restore
from portal.publishing.revisions import Revision, revise
from portal.publishing.snapshots import take
from portal.publishing.steps import Desk, Step
from portal.publishing.waiting import to_review
from stats.models import Observation, Release
from tests.factories import (
    CitationFactory,
    ColumnFactory,
    ObservationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    StaffFactory,
)

from .office import member

pytestmark = pytest.mark.django_db
KIND = "stats.observation"


@pytest.fixture
def release():
    return ReleaseFactory(status="draft", published_at=None, column=ColumnFactory(review_levels=1))


@pytest.fixture
def series():
    return SeriesFactory(indicator__name="常住人口", region=RegionFactory(name="重庆市"))


def told(change):
    """A table's rows: (name, step, {label: (old, new)})."""
    return [
        (row.title, row.step, {one.name: (one.old, one.new) for one in row.changes if hasattr(one, "old")})
        for row in change.rows
    ]


def test_a_comparison_says_which_figures_changed(release, series):
    changed, removed = (
        ObservationFactory(release=release, series=series, time_period=year) for year in ("2020", "2021")
    )
    ObservationFactory(release=release, series=series, time_period="2019")
    before = take(release)
    changed.mantissa = 101
    changed.save()
    removed.delete()
    ObservationFactory(release=release, series=series, time_period="2022", mantissa=103)

    after = take(release)
    (change,) = compare(before, after)

    assert changed_names(before, after) == [KIND]
    assert (change.shape, change.counts) == ("table", {"changed": 1, "added": 1, "removed": 1})
    rows = told(change)
    assert [(title.rpartition(" · ")[2], step) for title, step, _fields in rows] == [
        ("2020年", "changed"), ("2022年", "added"), ("2021年", "removed"),
    ]  # fmt: skip
    assert all(title.startswith("常住人口 · 重庆市") for title, _step, _fields in rows)
    assert rows[0][2] == {"mantissa": ("100", "101")}
    assert (rows[1][2]["mantissa"], rows[2][2]["mantissa"]) == (("", "103"), ("100", ""))


def test_a_release_that_says_the_same_has_no_new_revision(release, series):
    ObservationFactory(release=release, series=series)
    assert revise(release, None) is not None

    assert revise(Release.objects.get(), None) is None


def test_what_is_typed_anew_with_the_same_value_is_no_change(release, series):
    figure = ObservationFactory(release=release, series=series)
    before = take(release)
    figure.delete()
    ObservationFactory(release=release, series=series)

    assert changed_names(before, take(release)) == []


def test_the_first_figure_of_a_release_is_told(release, series):
    empty = take(release)
    ObservationFactory(release=release, series=series)

    (change,) = compare(empty, take(release))

    assert change.counts == {"added": 1}


def test_whoever_changed_a_figure_does_not_review_the_release(release, series):
    author, other, stranger = member("统计"), member("统计", "审核"), member("审核")
    revise(release, author)
    ObservationFactory(release=release, series=series)
    revise(release, other)
    life.submit(release, author)

    able = [user for user in (other, stranger) if Desk(user, release).may(Step.APPROVE)]
    waits = [user for user in (other, stranger) if to_review(Release.objects.all(), user).exists()]
    assert (able, waits) == ([stranger], [stranger])


def test_a_working_copy_has_the_figures_of_its_release(series):
    release = ReleaseFactory()
    ObservationFactory(release=release, series=series)

    copy = life.begin_working_copy(release, member("统计"))

    assert Observation.objects.filter(release=copy).count() == 0
    assert changed_names(take(release), take(copy)) == []


def test_of_many_figures_the_first_are_told_and_the_others_counted(release, series):
    before = take(release)
    rows = [
        Observation(series=series, release=release, time_period=f"{year}", unit=series.unit, mantissa=year)
        for year in range(1000, 1300)
    ]
    Observation.objects.bulk_create(rows)

    (change,) = compare(before, take(release))

    assert (change.counts, len(change.rows), change.left_out) == ({"added": 300}, 200, 100)


@pytest.mark.parametrize("count", [1, 3])
def test_a_snapshot_costs_the_same_however_many_figures(release, count, django_assert_num_queries):
    for _number in range(count):
        ObservationFactory(release=release)

    # names of source and column; figures; names of their series and units
    with django_assert_num_queries(5):
        take(release)


def test_a_revision_keeps_the_figures_when_they_are_gone(release, series):
    figure = ObservationFactory(release=release, series=series)
    first = revise(release, None)
    figure.delete()
    second = revise(release, None)

    assert [one.changed for one in Revision.objects.of(release)] == [[], [KIND]]
    (change,) = compare(first.snapshot, second.snapshot)
    assert change.counts == {"removed": 1}


# Bringing back -------------------------------------------------------------------------------------------------------


def test_an_earlier_version_of_a_draft_brings_its_figures_back(release, series):
    author = member("统计")
    kept, other = (ObservationFactory(release=release, series=series, time_period=year) for year in ("2020", "2021"))
    first = revise(release, author)
    kept.mantissa = 101
    kept.save()
    other.delete()
    ObservationFactory(release=release, series=series, time_period="2022")
    newest = revise(release, author)

    restore(release, first, author, newest.number)

    figures = {one.time_period: one for one in release.observations.all()}
    assert {period: one.value_base for period, one in figures.items()} == {"2020": 100e8, "2021": 100e8}
    assert figures["2020"] == kept
    assert changed_names(first.snapshot, Revision.objects.of(release).last().snapshot) == []


def test_a_figure_whose_series_is_gone_does_not_come_back(release, series):
    author = member("统计")
    ObservationFactory(release=release, series=series)
    gone = ObservationFactory(release=release, series__indicator__name="旧指标")
    first = revise(release, author)
    lost = str(gone.series)
    gone.delete()
    gone.series.delete()
    series.observations.get().delete()
    newest = revise(release, author)

    _version, told = restore(release, first, author, newest.number)

    assert (told, [one.series for one in release.observations.all()]) == ([lost], [series])


def test_a_figure_that_an_article_cites_stays(release, series):
    author = member("统计")
    first = revise(release, author)
    figure = ObservationFactory(release=release, series=series)
    newest = revise(release, author)
    CitationFactory(observation=figure)

    with pytest.raises(Refused):
        restore(release, first, author, newest.number)

    assert list(release.observations.all()) == [figure]


def test_the_figures_of_a_public_release_stay_when_its_words_are_brought_back(series):
    author = member("统计")
    release = ReleaseFactory(status="draft", published_at=None, title="旧标题")
    first = revise(release, author)
    figure = ObservationFactory(release=release, series=series)
    release.title = "新标题"
    release.save()
    life.publish(release, author)

    version, _lost = restore(release, first, author, Revision.objects.of(release).last().number)

    assert (version.title, version.working_copy_of, list(Observation.objects.all())) == ("旧标题", release, [figure])
    assert Observation.objects.get().release == release


def test_of_two_who_type_figures_of_one_draft_the_second_is_told(client, release, series):
    figure = ObservationFactory(release=release, series=series, mantissa=100)
    seen = revise(release, None).number
    figure.mantissa = 101
    figure.save()
    revise(release, member("统计"))
    client.force_login(StaffFactory(language="en"))
    row = {"id": figure.pk, "release": release.pk, "series": series.pk, "time_period": "2022", "mantissa": "100",
           "unit_mult": "8", "unit": series.unit_id, "qualifier": "exact", "stage": "", "source_place": ""}  # fmt: skip
    data = {
        "seen": seen, "title": "又一个标题", "source": release.source_id, "released_on": "2023-03-01", "rank": "1",
        "reason": "routine", "column": release.column_id, "_save": "1",
        "observations-TOTAL_FORMS": "1", "observations-INITIAL_FORMS": "1",
    }  # fmt: skip

    response = client.post(
        f"/admin/stats/release/{release.pk}/change/",
        data | {f"observations-0-{name}": said for name, said in row.items()},
    )

    (rows,) = (one.formset for one in response.context["inline_admin_formsets"])
    assert rows.forms[0]["mantissa"].value() == "101"
    figure.refresh_from_db()
    release.refresh_from_db()
    assert (figure.mantissa, release.title == "又一个标题") == (101, False)
