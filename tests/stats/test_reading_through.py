import datetime as dt

import pytest

from stats import reading_through
from stats.models import Series
from stats.reading_through import read_through
from tests.factories import IndicatorFactory, ObservationFactory, RegionFactory, ReleaseFactory, SeriesFactory

pytestmark = pytest.mark.django_db


def test_series_are_read_in_pieces_and_share_what_they_have_in_common(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(reading_through, "CHUNK", 2)
    gdp, release = IndicatorFactory(), ReleaseFactory()
    made = [SeriesFactory(indicator=gdp, region=RegionFactory(code=f"50000{at}")) for at in range(5)]
    for series in made:
        ObservationFactory(series=series, release=release, unit=series.unit)

    with django_assert_num_queries(10):  # series; thrice figures and regions; once indicator, unit, release
        found = list(read_through(Series.objects.listed().for_listing()))

    assert found == made
    assert [one.latest[0].series for one in found] == made
    assert {id(one.indicator) for one in found} == {id(found[0].indicator)}
    assert {id(one.latest[0].release) for one in found} == {id(found[0].latest[0].release)}
    with django_assert_num_queries(0):
        assert {(one.unit.symbol, one.latest[0].release.source.name) for one in found} == {
            (made[0].unit.symbol, release.source.name)
        }


def test_each_series_has_the_newest_figure_that_the_day_knew():
    series = SeriesFactory()
    for year in (2022, 2023):
        release = ReleaseFactory(released_on=dt.date(year + 1, 3, 1))
        ObservationFactory(series=series, release=release, time_period=str(year))

    def period(day=None):
        (one,) = read_through(Series.objects.as_of(day), day)
        return one.latest[0].time_period

    assert [period(), period(dt.date(2023, 12, 31))] == ["2023", "2022"]


def test_an_address_within_its_indicator_is_the_address():
    series = SeriesFactory(indicator__slug="gdp", region__code="500105", region__valid_to="2025", frequency="Q")

    within = series.indicator.get_absolute_url()

    assert series.get_absolute_url(within=within) == series.get_absolute_url()
