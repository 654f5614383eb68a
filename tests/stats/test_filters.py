import datetime as dt
import re

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
from tests.search.lists import ask as ask_list
from tests.search.lists import numbers, rows

pytestmark = pytest.mark.django_db


#: Queries of a page of a day: imprint and menus, rows and their figures, and one for each facet and its names.
PRICE = 17


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


# As of a day -----------------------------------------------------------------------------------------------------


@pytest.fixture
def revised(figures):
    """人口重庆 of 2023 since 2024, and revised in 2025; GDP全国 first told in 2025."""
    for day, number in (("2024-03-01", 3), ("2025-03-01", 4)):
        release = ReleaseFactory(released_on=dt.date.fromisoformat(day))
        ObservationFactory(series=figures["series"], time_period="2023-Q1", mantissa=number, release=release)
    late = SeriesFactory(indicator=IndicatorFactory(name="投资", slug="invest"), region=figures["series"].region)
    ObservationFactory(series=late, release=ReleaseFactory(released_on=dt.date(2025, 3, 2)), time_period="2024")
    return figures["series"]


@pytest.mark.parametrize(
    ("day", "period", "number"),
    [("2023-03-01", "2022-Q3", 100), ("2024-03-01", "2023-Q1", 3), ("2025-02-28", "2023-Q1", 3)]
    + [("2025-03-01", "2023-Q1", 4), ("9999-12-31", "2023-Q1", 4)],
)
def test_each_row_has_the_newest_figure_that_the_day_knew(revised, day, period, number):
    (series,) = [one for one in ask(f"as_of={day}").qs if one == revised]

    assert [(one.time_period, one.mantissa) for one in series.latest] == [(period, number)]


def test_series_of_which_the_day_knew_nothing_are_not_there(revised):
    counts = {day: ask(f"as_of={day}").qs.count() for day in ("2023-02-28", "2023-03-01", "2025-03-01", "2025-03-02")}

    assert counts == {"2023-02-28": 0, "2023-03-01": 3, "2025-03-01": 3, "2025-03-02": 4}
    assert ask("").qs.count() == ask("as_of=9999-12-31").qs.count() == 4


def test_years_and_sources_are_those_that_the_day_knew(revised):
    assert found("year=2023") == {"人口重庆"}
    assert found("year=2023&as_of=2024-02-29") == set()
    offered = {facet.name: {one.value: one.count for one in facet.values} for facet in ask("as_of=2023-12-31").facets}
    assert offered["year"] == {"2022": 2, "2021": 1}
    assert len(offered["organization"]) == 3


@pytest.mark.parametrize("day", ["2023-02-28", "2023-03-01", "2024-03-01", "2025-03-02"])
def test_every_number_of_a_day_is_the_length_of_the_list_that_it_leads_to(revised, day):
    query = f"as_of={day}"
    offered = numbers(ask_list("/stats/", query))

    assert offered == {pair: len(rows(ask_list("/stats/", f"{query}&{pair[0]}={pair[1]}"))) for pair in offered}
    assert bool(offered) == (day != "2023-02-28")


def test_a_chip_names_the_day_and_leads_back_to_today(revised):
    (chip,) = [one for one in ask("region=500000&as_of=2024-03-01").chips() if one["name"] == "as_of"]

    assert (chip["value"], chip["rest"]) == (dt.date(2024, 3, 1), "region=500000")


def test_a_day_that_is_none_is_told_at_its_field_and_shows_no_rows(client, revised):
    for day in ("2022-02-30", "soon", "\x00", "1" * 5000):
        page = client.get("/stats/", {"as_of": day})
        assert (page.status_code, len(page.context["object_list"])) == (200, 0)
        assert list(page.context["filter"].form.errors) == ["as_of"]
    refused = client.get("/stats/?as_of=soon&format=csv")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["as_of"])


def test_a_page_of_a_day_says_so_and_its_rows_lead_to_that_day(client, revised):
    page = client.get("/stats/?frequency=Q&as_of=2024-03-01")

    (link,) = re.findall(r'cell-indicator">\s*<a href="([^"]+)"', page.text)
    assert link == "/stats/people/500000/?as_of=2024-03-01"
    assert client.get(link).context["figures"][0].mantissa == 3
    assert page.text.count("2024年3月1日") == 3  # the feed, what is said above, the chip
    assert 'href="/stats/?frequency=Q"' in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_a_day_costs_the_same_for_any_number_of_series(client, django_assert_num_queries, count):
    for _turn in range(count):
        ObservationFactory()
    with django_assert_num_queries(PRICE):
        assert len(client.get("/stats/?as_of=2024-03-01").context["object_list"]) == count
