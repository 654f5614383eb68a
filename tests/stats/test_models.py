import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.publishing import life
from portal.vocabulary.models import Organization, Unit
from stats.codelists import Rank
from stats.models import Indicator, Observation, Release, Series
from tests.factories import (
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    ReleaseFactory,
    SeriesFactory,
    StaffFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def day(text):
    return dt.date.fromisoformat(text)


@pytest.fixture
def gdp():
    """Chongqing's GDP of 2017 as three releases of the statistics bureau gave it, and one compiler's claim."""
    series, bureau = SeriesFactory(), OrganizationFactory(name="国家统计局")
    for released_on, value in (("2018-12-31", "19424.73"), ("2022-06-30", "20066.3"), ("2026-03-31", "20260.8")):
        release = ReleaseFactory(source=bureau, released_on=day(released_on))
        ObservationFactory(series=series, release=release, time_period="2017", mantissa=Decimal(value), decimals=2)
    claim = ReleaseFactory(released_on=day("2026-04-30"), rank=Rank.OTHER)
    ObservationFactory(series=series, release=claim, time_period="2017", mantissa=Decimal("19532.87"), decimals=2)
    return series


@pytest.mark.parametrize(
    ("as_of", "values"),
    [
        ("2018-12-30", []),
        ("2018-12-31", ["19424.73"]),
        ("2019-06-30", ["19424.73"]),
        ("2022-12-31", ["20066.3"]),
        ("2026-10-01", ["20260.8"]),
    ],
)
def test_as_of_a_day_gives_what_counted_then(gdp, as_of, values):
    found = Observation.objects.filter(series=gdp).as_of(day(as_of))

    assert [observation.mantissa for observation in found] == [Decimal(value) for value in values]


def test_a_draft_or_withdrawn_release_changes_nothing_in_public(gdp):
    for state in ({"status": "draft", "published_at": None}, {"published_at": dt.datetime(2090, 1, 1, tzinfo=dt.UTC)}):
        release = ReleaseFactory(source=OrganizationFactory(), released_on=day("2026-05-01"), **state)
        ObservationFactory(series=gdp, release=release, time_period="2017", mantissa=1)
        ObservationFactory(series=gdp, release=release, time_period="2018", mantissa=2)

    found = Observation.objects.filter(series=gdp).as_of(day("2026-10-01"))

    assert [(one.time_period, one.mantissa) for one in found] == [("2017", Decimal("20260.8"))]


def test_latest_is_the_newest_period(gdp):
    release = Release.objects.get(released_on=day("2026-03-31"))
    newest = ObservationFactory(series=gdp, release=release, time_period="2018")

    assert list(Observation.objects.latest(day("2026-10-01"))) == [newest]


releases = st.lists(
    st.tuples(
        st.integers(0, 3),  # source
        st.integers(1, 28),  # day of the month
        st.sampled_from(Rank.values),
        st.dictionaries(st.sampled_from(["2020", "2021"]), st.integers(1, 999), min_size=1),
    ),
    max_size=8,
    unique_by=lambda release: release[:2],
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(releases, st.integers(1, 28), st.randoms())
def test_as_of_equals_a_replay_in_whatever_order_releases_came_in(planned, today, shuffler):
    with transaction.atomic():
        sources = [OrganizationFactory(name=f"source {n} {shuffler.random()}") for n in range(4)]
        names = {n: source.name for n, source in enumerate(sources)}
        series = SeriesFactory()
        shuffled = shuffler.sample(planned, len(planned))
        for source, on, rank, values in shuffled:
            release = ReleaseFactory(source=sources[source], released_on=dt.date(2026, 1, on), rank=rank)
            for period, value in values.items():
                ObservationFactory(series=series, release=release, time_period=period, mantissa=value)

        replay = {}
        for _source, on, _rank, values in sorted(planned, key=lambda r: (-r[2], r[1], [-ord(c) for c in names[r[0]]])):
            if on <= today:
                replay |= values

        found = Observation.objects.filter(series=series).as_of(dt.date(2026, 1, today))
        assert {one.time_period: int(one.mantissa) for one in found} == replay
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(releases, st.integers(1, 28))
def test_what_once_counted_told_in_the_order_of_its_days_gives_every_day(planned, today):
    with transaction.atomic():
        sources = OrganizationFactory.create_batch(4)
        series = SeriesFactory()
        for source, on, rank, values in planned:
            release = ReleaseFactory(source=sources[source], released_on=dt.date(2026, 1, on), rank=rank)
            for period, value in values.items():
                ObservationFactory(series=series, release=release, time_period=period, mantissa=value)

        memory = list(Observation.objects.once_counted(dt.date(2026, 1, today)).order_by("release__released_on"))
        for number in range(1, today + 1):
            then = dt.date(2026, 1, number)
            replay = {one.time_period: one for one in memory if one.release.released_on <= then}
            assert replay == {one.time_period: one for one in Observation.objects.as_of(then)}
        transaction.set_rollback(True)


def test_a_slot_is_said_once_by_a_release(gdp):
    with pytest.raises(IntegrityError), transaction.atomic():
        ObservationFactory(series=gdp, time_period="2017", release=Release.objects.first())


def test_a_source_has_one_release_a_day():
    release = ReleaseFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        ReleaseFactory(source=release.source, released_on=release.released_on)


def test_a_published_figure_is_never_changed(gdp):
    observation = gdp.observations.first()
    observation.mantissa = 1

    with pytest.raises(ValidationError):
        observation.save()


def test_a_figure_of_a_draft_may_still_be_corrected():
    observation = ObservationFactory(release=ReleaseFactory(status="draft", published_at=None))
    observation.mantissa = 7
    observation.save()

    assert Observation.objects.get(pk=observation.pk).mantissa == 7


def test_a_value_or_missing_and_never_both():
    for values in ({"mantissa": None}, {"obs_status": "M", "mantissa": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ObservationFactory(**values)

    assert ObservationFactory(obs_status="M", mantissa=None).has_value is False


def test_the_period_must_fit_the_frequency():
    observation = ObservationFactory.build(
        series=SeriesFactory(frequency="Q"), release=ReleaseFactory(), unit=UnitFactory(), time_period="2022-07"
    )

    with pytest.raises(ValidationError, match="2022-Q3"):
        observation.full_clean()


def test_money_is_not_counted_in_people():
    people = Unit.objects.create(code="PS", symbol="人", name="人", dimension="people")
    observation = ObservationFactory.build(series=SeriesFactory(), release=ReleaseFactory(), unit=people)

    with pytest.raises(ValidationError) as refused:
        observation.full_clean()

    assert list(refused.value.message_dict) == ["unit"]


def test_a_series_exists_once_and_one_is_the_default():
    series = SeriesFactory()

    for values in ({"is_default": False}, {"frequency": "Q"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SeriesFactory(indicator=series.indicator, region=series.region, **values)


def test_no_indicator_has_the_address_of_a_page():
    taken = IndicatorFactory.build(slug="compare")

    with pytest.raises(ValidationError) as refused:
        taken.clean()
    with pytest.raises(ValidationError):
        taken.save()
    assert list(refused.value.message_dict) == ["slug"]
    assert IndicatorFactory(name="compare", slug="").slug == "compare-indicator"


def test_an_indicator_without_an_address_gets_one_in_pinyin():
    assert IndicatorFactory(name="常住人口", slug="").slug == "changzhurenkou"


def test_series_are_listed_when_their_indicator_and_a_figure_are():
    seen = ObservationFactory().series
    SeriesFactory()
    ObservationFactory(release=ReleaseFactory(status="draft", published_at=None))
    ObservationFactory(series=SeriesFactory(indicator=IndicatorFactory(status="draft", published_at=None)))

    assert list(Series.objects.listed()) == [seen]


def test_an_indicator_without_definition_or_series_is_incomplete():
    whole = SeriesFactory(indicator=IndicatorFactory(definition="一个地区的常住人口")).indicator
    bare = IndicatorFactory(definition="有定义而无序列")
    vague = SeriesFactory().indicator

    assert whole not in Indicator.objects.incomplete()
    assert set(Indicator.objects.incomplete()) == {bare, vague}


def test_publishing_a_release_makes_its_figures_count():
    release = ReleaseFactory(status="draft", published_at=None)
    observation = ObservationFactory(release=release)
    assert list(Observation.objects.as_of()) == []

    life.publish(release, StaffFactory())

    assert list(Observation.objects.as_of()) == [observation]


def test_deleting_a_source_that_published_is_refused():
    release = ReleaseFactory()

    with pytest.raises(Exception, match="protected"):
        Organization.objects.get(pk=release.source_id).delete()


def test_what_its_source_has_not_published_yet_is_nowhere(client):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    figure = ObservationFactory(release=ReleaseFactory(released_on=tomorrow))

    assert (
        list(Series.objects.listed()) == list(Observation.objects.listed()) == list(Observation.objects.as_of()) == []
    )
    assert client.get("/").status_code == client.get("/stats/").status_code == 200
    assert list(Observation.objects.as_of(tomorrow)) == []
    address = figure.series.get_absolute_url()
    assert client.get(address, {"as_of": "2999-01-01"}).status_code == 404
    assert list(Observation.objects.as_of(at=timezone.now() + dt.timedelta(days=1))) == [figure]


def test_a_day_to_come_knows_no_more_than_today(client):
    ahead = timezone.localdate() + dt.timedelta(days=400)
    figure = ObservationFactory(mantissa=100)
    ObservationFactory(series=figure.series, mantissa=777, release=ReleaseFactory(released_on=ahead))

    told = client.get(figure.series.get_absolute_url(), {"as_of": "9999-12-31", "format": "json"}).json()

    assert [one["value"] for one in told["observations"]] == [100]


def test_the_day_of_a_release_begins_at_midnight_in_shanghai():
    figure = ObservationFactory(release=ReleaseFactory(released_on=day("2026-03-02")))
    midnight = dt.datetime(2026, 3, 1, 16, 0, tzinfo=dt.UTC)
    Release.objects.update(published_at=midnight - dt.timedelta(days=1))

    assert list(Observation.objects.as_of(at=midnight - dt.timedelta(seconds=1))) == []
    assert list(Observation.objects.as_of(at=midnight)) == [figure]


def test_two_sources_of_one_day_are_told_apart_by_the_characters_of_their_names():
    series = SeriesFactory()
    for name in ("b", "B", "ä", "四川省统计局", "重庆市统计局"):
        ObservationFactory(series=series, release=ReleaseFactory(source=OrganizationFactory(name=name)))

    assert Observation.objects.as_of().get().release.source.name == "B"


def test_a_series_of_which_only_a_draft_speaks_is_not_there(client):
    public = ObservationFactory()
    secret = SeriesFactory(
        indicator=public.series.indicator, region=public.series.region, frequency="Q", is_default=False
    )
    ObservationFactory(series=secret, time_period="2022-Q1", release=ReleaseFactory(status="draft", published_at=None))

    page = client.get(public.series.get_absolute_url())

    assert list(page.context["siblings"]) == [public.series]
    unknown = secret.get_absolute_url()
    assert client.get(f"{unknown}&format=json").status_code == 400
    assert client.get(unknown).context.get("figures") is None


def test_an_indicator_out_of_date_still_shows_its_figures(client):
    figure = ObservationFactory()
    life.withdraw(figure.series.indicator, StaffFactory(), "outdated")

    assert list(client.get(figure.series.indicator.get_absolute_url()).context["series"]) == [figure.series]
    assert list(client.get(figure.series.get_absolute_url()).context["vintages"]) == [figure]


def test_the_search_knows_no_region_year_or_source_of_a_draft():
    figure = ObservationFactory(release=ReleaseFactory(status="draft", published_at=None))
    indicator = figure.series.indicator
    assert indicator.search_document().texts == ["", ""]
    assert set(map(tuple, indicator.search_document().facets.values())) == {()}

    life.publish(figure.release, StaffFactory(), soon := timezone.now() + dt.timedelta(hours=1))

    assert indicator.search_document().texts == ["", ""]
    assert indicator.search_document().facets["year"] == [("2022", soon, None)]
    with time_machine.travel(soon):
        assert indicator.search_document().texts == ["", "", figure.series.region.name]


def test_a_published_figure_is_not_moved_into_a_draft():
    observation = ObservationFactory()
    observation.release = ReleaseFactory(status="draft", published_at=None)

    with pytest.raises(ValidationError):
        observation.save()
