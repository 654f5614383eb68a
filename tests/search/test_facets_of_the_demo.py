"""Every number at a facet of the demo is the length of the list that it leads to."""

import itertools

import pytest
from django.http import QueryDict

from agreements.models import Agreement
from portal.search.filters import SearchFilter
from portal.search.models import SearchEntry
from portal.vocabulary.models import Region, Topic
from tests.search.lists import LISTS, ask, numbers, rows

# One worker loads the demo, once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


def search(query):
    return SearchFilter(QueryDict(query), queryset=SearchEntry.objects.listed())


@pytest.mark.parametrize("address", LISTS)
def test_every_number_of_the_demo_and_of_its_pairs_is_the_length_of_a_list(demo, address):
    """Filters narrow one another, so that the list of a pair is what its two lists share; a sample is asked whole."""
    offered = numbers(ask(address))
    lists = {pair: rows(ask(address, "{}={}".format(*pair))) for pair in offered}
    assert {pair: len(found) for pair, found in lists.items()} == offered
    assert len(offered) > 50

    sample = itertools.count()
    for one, found in lists.items():
        query = "{}={}".format(*one)
        for other, number in numbers(ask(address, query)).items():
            if other[0] == one[0]:
                assert number == offered.get(other, 0), (one, other)
                continue
            assert number == len(found & lists[other]), (one, other)
            if next(sample) % 97 == 0:
                assert rows(ask(address, f"{query}&{'{}={}'.format(*other)}")) == found & lists[other]
        assert {other for other in lists if found & lists[other]} <= {*numbers(ask(address, query))}


@pytest.mark.parametrize("address", LISTS)
def test_two_values_of_a_facet_lead_to_what_either_leads_to(demo, address):
    offered = [*numbers(ask(address))]
    for (name, one), (other_name, other) in itertools.pairwise(offered):
        if name == other_name:
            both = rows(ask(address, f"{name}={one}&{name}={other}"))
            assert both == rows(ask(address, f"{name}={one}")) | rows(ask(address, f"{name}={other}"))


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
        for one, other in itertools.islice(itertools.combinations(found, 2), 0, None, 29):
            if one[0] != other[0]:
                narrowed = numbers(search("q={}&{}={}".format(text, *one)))
                assert narrowed.get(other, 0) == len(found[one] & found[other])
