"""Every number at a facet of the demo is the length of the list that it leads to."""

import itertools
from functools import cache

import pytest
from django.http import QueryDict

from agreements.models import Agreement
from portal.search.filters import SearchFilter
from portal.search.models import SearchEntry
from portal.vocabulary.models import Region, Topic
from tests.search.lists import LISTS, ask, numbers, rows

# One worker loads the demo, once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def found(demo, django_db_blocker):
    """``found(address, query)``: the rows of a list, asked for once."""
    with django_db_blocker.unblock():
        yield cache(lambda address, query: rows(ask(address, query)))


def search(query):
    return SearchFilter(QueryDict(query), queryset=SearchEntry.objects.listed())


@pytest.mark.parametrize("address", LISTS)
def test_every_number_of_the_demo_and_of_its_pairs_is_the_length_of_a_list(found, address):
    """Filters narrow one another, so that the list of a pair is what its two lists share; a sample is asked whole."""
    offered = numbers(ask(address))
    lists = {pair: found(address, "{}={}".format(*pair)) for pair in offered}
    assert {pair: len(pks) for pair, pks in lists.items()} == offered
    assert len(offered) > 50

    sample = itertools.count()
    for one, pks in lists.items():
        query = "{}={}".format(*one)
        narrowed = numbers(ask(address, query))
        for other, number in narrowed.items():
            if other[0] == one[0]:
                assert number == offered.get(other, 0), (one, other)
                continue
            assert number == len(pks & lists[other]), (one, other)
            if next(sample) % 97 == 0:
                assert rows(ask(address, f"{query}&{'{}={}'.format(*other)}")) == pks & lists[other]
        assert {other for other in lists if pks & lists[other]} <= {*narrowed}


@pytest.mark.parametrize("address", LISTS)
def test_two_values_of_a_facet_lead_to_what_either_leads_to(found, address):
    offered = [*numbers(ask(address))]
    for (name, one), (other_name, other) in itertools.pairwise(offered):
        if name == other_name:
            both = rows(ask(address, f"{name}={one}&{name}={other}"))
            assert both == found(address, f"{name}={one}") | found(address, f"{name}={other}")


def test_holders_are_the_inverse_of_within(demo):
    every = [*Region.objects.filter(pk__in=Agreement.regions.through.objects.values("region"))]
    every += [*Region.objects.filter(kind__in=["group", "nation", "province"])]
    holders = Region.objects.holders(Region.objects.values_list("pk", flat=True))
    for region in every:
        within = set(Region.objects.within(region).values_list("pk", flat=True))
        assert within == {pk for pk, above in holders.items() if region.pk in above}, region

    above = Topic.objects.holders(Topic.objects.values_list("pk", flat=True))
    for topic in Topic.objects.all():
        within = set(Topic.objects.within(topic).values_list("pk", flat=True))
        assert within == {pk for pk, some in above.items() if topic.pk in some}


def test_numbers_beside_the_hits_of_a_search_are_the_lengths_they_lead_to(demo):
    for text in ("川渝", "重庆", "经济"):
        offered = numbers(search(f"q={text}"))
        found = {pair: rows(search("q={}&{}={}".format(text, *pair))) for pair in offered}
        assert {pair: len(pks) for pair, pks in found.items()} == offered
        assert len(offered) > 20
        facets = {name: [pair for pair in found if pair[0] == name] for name, _value in found}
        # Of each facet the first value, the last and what lies between in even steps; with all values of the others.
        for one in [pair for pairs in facets.values() for pair in {*pairs[:: len(pairs) // 3 + 1], pairs[-1]}]:
            narrowed = numbers(search("q={}&{}={}".format(text, *one)))
            for name in facets.keys() - {one[0]}:
                assert {other: narrowed.get(other, 0) for other in facets[name]} == {
                    other: len(found[one] & found[other]) for other in facets[name]
                }
