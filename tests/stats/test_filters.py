import pytest
from django.http import QueryDict

from portal.search.refreshing import rebuild
from stats.filters import SeriesFilter
from stats.models import Series
from tests.factories import (
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


def ask(query):
    return SeriesFilter(QueryDict(query), queryset=Series.objects.listed().for_listing())


def found(query):
    return {str(series.indicator) + str(series.region) for series in ask(query).qs}


@pytest.fixture
def figures():
    bureau = OrganizationFactory(name="国家统计局")
    nation = RegionFactory(code="100000", name="全国", kind="nation")
    chongqing = RegionFactory(code="500000", name="重庆", parent=nation)
    gdp = IndicatorFactory(name="GDP", slug="gdp", topics=[TopicFactory(slug="economy")])
    people = IndicatorFactory(name="人口", slug="people")
    release = ReleaseFactory(source=bureau)
    ObservationFactory(series=SeriesFactory(indicator=gdp, region=chongqing), release=release, time_period="2022")
    ObservationFactory(series=SeriesFactory(indicator=gdp, region=nation), time_period="2021")
    quarterly = SeriesFactory(indicator=people, region=chongqing, frequency="Q")
    ObservationFactory(series=quarterly, time_period="2022-Q3")
    return {"bureau": bureau, "series": quarterly}


@pytest.mark.parametrize(
    ("query", "series"),
    [
        ("", {"GDP重庆", "GDP全国", "人口重庆"}),
        ("indicator=gdp", {"GDP重庆", "GDP全国"}),
        ("region=500000", {"GDP重庆", "人口重庆"}),
        ("region=100000", {"GDP重庆", "GDP全国", "人口重庆"}),
        ("topic=economy", {"GDP重庆", "GDP全国"}),
        ("year=2022", {"GDP重庆", "人口重庆"}),
        ("frequency=Q", {"人口重庆"}),
        ("year=2022&indicator=gdp", {"GDP重庆"}),
    ],
)
def test_figures_are_filtered(figures, query, series):
    assert found(query) == series


def test_an_organization_finds_what_it_has_published(figures):
    assert found(f"organization={figures['bureau'].pk}") == {"GDP重庆"}


def test_a_draft_release_gives_away_neither_year_nor_source(figures):
    secret = ReleaseFactory(status="draft", published_at=None)
    ObservationFactory(series=figures["series"], release=secret, time_period="2099-Q1")

    assert found("year=2099") == set()
    assert found(f"organization={secret.source_id}") == set()
    offered = {facet.name: [(one.value, one.count) for one in facet.values] for facet in ask("").facets}
    assert offered["year"] == [("2022", 2), ("2021", 1)]
    assert str(secret.source_id) not in dict(offered["organization"])
    assert len(offered["organization"]) == 3
    assert found("year=2021") == {"GDP全国"}


def test_a_draft_indicator_cannot_be_asked_for(client, figures):
    IndicatorFactory(slug="secret", status="draft", published_at=None)

    assert list(ask("indicator=secret").form.errors) == ["indicator"]
    assert ask("indicator=gdp").is_valid()


def test_a_word_that_begins_the_name_of_a_region_asks_for_its_series(figures):
    rebuild()

    assert found("q=GDP") == {"GDP重庆", "GDP全国"}
    assert found("q=GDP 重庆") == {"GDP重庆"}
    assert found("q=重庆") == {"GDP重庆", "人口重庆"}
    assert found("q=庆") == {"GDP重庆", "GDP全国", "人口重庆"}
