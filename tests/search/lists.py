"""The lists of all kinds, asked without a page."""

from django.http import QueryDict

from agreements.filters import AgreementFilter
from agreements.models import Agreement
from articles.filters import ArticleFilter
from articles.models import Article
from stats.filters import SeriesFilter
from stats.models import Series

LISTS = {
    "/articles/": (ArticleFilter, Article),
    "/agreements/": (AgreementFilter, Agreement),
    "/stats/": (SeriesFilter, Series),
}


def ask(address, query=""):
    filterset, model = LISTS[address]
    return filterset(QueryDict(query), queryset=model.objects.listed().for_listing())


def numbers(filterset):
    """(facet, value) → its number, for all values that a list offers, those within others too."""

    def walk(values):
        for value in values:
            yield value
            yield from walk(value.children)

    return {(facet.name, value.value): value.count for facet in filterset.facets for value in walk(facet.values)}


def rows(filterset):
    assert filterset.is_valid(), filterset.errors
    return frozenset(filterset.qs.order_by().values_list("pk", flat=True))
