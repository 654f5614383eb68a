import itertools
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from stats.codelists import Accumulation, PriceBasis, Transformation
from stats.models import Observation, Series
from stats.periods import Frequency
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    ColumnFactory,
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    PartyFactory,
    RegionFactory,
    SeriesFactory,
    TopicFactory,
)
from tests.search.lists import LISTS, ask, numbers, rows

pytestmark = pytest.mark.django_db


class Many:
    """Generated records over thirty regions, topics and organizations, in any number."""

    def __init__(self):
        self.chance = random.Random(20)
        nation = RegionFactory(kind="nation")
        provinces = RegionFactory.create_batch(5, parent=nation)
        self.regions = [RegionFactory(kind="county", parent=provinces[n % 5]) for n in range(25)] + provinces
        self.topics = TopicFactory.create_batch(5)
        self.topics += [TopicFactory(parent=self.topics[n % 5]) for n in range(25)]
        self.organizations = OrganizationFactory.create_batch(30)
        self.columns = ColumnFactory.create_batch(4)

    def copies(self, pattern, number, **changes):
        """``number`` rows like ``pattern``; ``changes`` are functions that give a field's value."""
        fields = {
            field.attname: getattr(pattern, field.attname)
            for field in pattern._meta.concrete_fields
            if not field.primary_key
        }
        made = [type(pattern)(**fields | {name: give() for name, give in changes.items()}) for _turn in range(number)]
        return type(pattern).objects.bulk_create(made, batch_size=5000)

    def link(self, records, relation, choices):
        through = getattr(records[0], relation).through
        (key,) = [one.attname for one in through._meta.fields if one.related_model is type(choices[0])]
        owner = f"{records[0]._meta.model_name}_id"
        through.objects.bulk_create(
            through(**{owner: record.pk, key: one.pk})
            for record in records
            for one in self.chance.sample(choices, self.chance.randint(0, 3))
        )

    def articles(self, number):
        made = self.copies(ArticleFactory(), number, column_id=lambda: self.chance.choice(self.columns).pk)
        for relation, choices in (
            ("regions", self.regions),
            ("topics", self.topics),
            ("organizations", self.organizations),
        ):
            self.link(made, relation, choices)

    def agreements(self, number):
        pattern = PartyFactory().agreement
        made = self.copies(pattern, number, signed=lambda: f"20{self.chance.randint(10, 25)}-07")
        for relation, choices in (
            ("regions", self.regions),
            ("topics", self.topics),
            ("organizations", self.organizations),
        ):
            self.link(made, relation, choices)

    def figures(self, number):
        pattern = ObservationFactory(series__is_default=False, series__region=RegionFactory())
        indicators = IndicatorFactory.create_batch(6, topics=self.topics[:2])
        forms = itertools.product(
            indicators, self.regions, Frequency, Accumulation.values, Transformation.values, PriceBasis.values
        )
        names = ("indicator", "region", *Series.KEY)
        series = [
            Series(unit=pattern.unit, unit_mult=8, **dict(zip(names, form, strict=True)))
            for form in itertools.islice(forms, number)
        ]
        told = iter(Series.objects.bulk_create(series))
        self.copies(pattern, number, series_id=lambda: next(told).pk)


#: More values than so many are offered by each list.
LEAST = {"/articles/": 90, "/agreements/": 90, "/stats/": 40}
MAKE = {"/articles/": Many.articles, "/agreements/": Many.agreements, "/stats/": Many.figures}


@pytest.mark.parametrize("address", LISTS)
def test_twenty_thousand_records_cost_as_many_queries_as_twenty_and_their_numbers_are_the_lengths(client, address):
    many = Many()
    MAKE[address](many, 20)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)

    MAKE[address](many, 20_000)
    with CaptureQueriesContext(connection) as lots:
        response = client.get(address)

    assert response.context["paginator"].count >= 20_020
    assert len(lots) == len(few)
    offered = numbers(ask(address))
    assert len(offered) > LEAST[address]
    for (name, value), number in random.Random(4).sample([*offered.items()], 8):
        assert number == len(rows(ask(address, f"{name}={value}")))


def test_a_draft_changes_no_number():
    article = ArticleFactory(regions=[RegionFactory()], topics=[TopicFactory()])
    before = numbers(ask("/articles/"))
    ArticleFactory(status="draft", published_at=None, regions=article.regions.all(), topics=article.topics.all())

    assert Article.objects.count() == 2
    assert numbers(ask("/articles/")) == before
    assert set(before.values()) == {1}


def test_an_agreement_of_many_parties_counts_once():
    agreement = AgreementFactory(regions=RegionFactory.create_batch(2, parent=RegionFactory(code="500000")))
    PartyFactory.create_batch(3, agreement=agreement)

    assert set(numbers(ask("/agreements/")).values()) == {1}
    assert numbers(ask("/agreements/"))["region", "500000"] == 1


def test_a_series_with_many_figures_of_a_year_counts_once():
    series = SeriesFactory(frequency="Q")
    for period in ("2022-Q1", "2022-Q2", "2023-Q1"):
        ObservationFactory(series=series, time_period=period)

    assert Observation.objects.count() == 3
    assert {pair: n for pair, n in numbers(ask("/stats/")).items() if pair[0] == "year"} == {
        ("year", "2023"): 1,
        ("year", "2022"): 1,
    }
