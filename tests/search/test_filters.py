import datetime as dt

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from portal.search.filters import SearchFilter
from portal.search.models import SearchEntry
from portal.search.refreshing import rebuild
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    ObservationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    TopicFactory,
)
from tests.search.lists import numbers

pytestmark = pytest.mark.django_db


def ask(query):
    return SearchFilter(QueryDict(query), queryset=SearchEntry.objects.listed())


def titles(query):
    return {entry.title for entry in ask(query).qs}


@pytest.fixture
def entries():
    chongqing = RegionFactory(code="500000", name="重庆市")
    rongchang = RegionFactory(code="500153", name="荣昌区", kind="county", parent=chongqing)
    economy = TopicFactory(slug="economy")
    ArticleFactory(headline="川渝报道", regions=[rongchang], topics=[economy], dated=dt.date(2023, 5, 1))
    AgreementFactory(title="川渝协议", regions=[chongqing], signed="2023-07")
    AgreementFactory(title="川渝备忘录", regions=[RegionFactory(code="510000")], signed="2020")
    AgreementFactory(title="天府协议", regions=[chongqing], signed="2023")
    rebuild()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=川渝", {"川渝报道", "川渝协议", "川渝备忘录"}),
        ("q=川渝&region=500000", {"川渝报道", "川渝协议"}),
        ("q=川渝&region=500153&region=510000", {"川渝报道", "川渝备忘录"}),
        ("q=川渝&year=2023&topic=economy", {"川渝报道"}),
        ("q=川渝&kind=agreement&year=2023", {"川渝协议"}),
        ("year=2023", set()),
    ],
)
def test_hits_are_narrowed_by_facets(entries, query, found):
    assert titles(query) == found


def test_the_page_offers_facets_and_chips(client, entries):
    response = client.get(reverse("search"), {"q": "川渝", "region": "500000"})

    assert [box.name for box in response.context["filter"].facets] == [
        "region",
        "topic",
        "column",
        "organization",
        "year",
    ]
    assert [(chip["value"], chip["rest"]) for chip in response.context["filter"].chips()] == [
        ("重庆市", "q=%E5%B7%9D%E6%B8%9D")
    ]
    assert response.context["results"].total == 2


def test_an_indicator_has_a_year_from_the_hour_of_its_release():
    tomorrow = timezone.now() + dt.timedelta(days=1)
    told = ObservationFactory(series__indicator__name="产值", time_period="2022")
    scheduled = ReleaseFactory(published_at=tomorrow)
    ObservationFactory(series=told.series, release=scheduled, time_period="2025")
    rebuild()

    assert {pair for pair in numbers(ask("q=产值")) if pair[0] == "year"} == {("year", "2022")}
    assert (titles("q=产值&year=2022"), titles("q=产值&year=2025")) == ({"产值"}, set())

    with time_machine.travel(tomorrow + dt.timedelta(seconds=1)):
        assert {pair for pair in numbers(ask("q=产值")) if pair[0] == "year"} == {("year", "2022"), ("year", "2025")}
        assert titles("q=产值&year=2025") == {"产值"}


@pytest.mark.parametrize(
    "life", [{"offline_at": timezone.now() - dt.timedelta(hours=1)}, {"released_on": dt.date(2999, 1, 1)}]
)
def test_what_a_release_no_longer_or_not_yet_tells_is_no_facet_and_no_word(life):
    told = ObservationFactory(series__indicator__name="产值", time_period="2022")
    hidden = SeriesFactory(indicator=told.series.indicator, region__name="隐秘市", unit=told.unit)
    ObservationFactory(series=hidden, release=ReleaseFactory(**life), time_period="2031")
    rebuild()

    assert {pair for pair in numbers(ask("q=产值")) if pair[0] == "year"} == {("year", "2022")}
    assert (titles("q=产值&year=2031"), titles("q=隐秘市")) == (set(), set())
    assert titles(f"q={told.series.region.name}") == {"产值"}
