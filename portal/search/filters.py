"""What the lists of all kinds have in common: a filter whose whole state is the query string."""

from functools import reduce
from operator import or_

import django_filters
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.vocabulary.models import Column, Organization, Region, RegionKind, Topic

from .facets import FacetMixin, NameFacet, TreeFacet, YearFacet, crosses_many, held
from .models import SearchEntry


class Sorting(django_filters.OrderingFilter):
    """What is equal in the chosen order stays in the list's own: else a row could stand on two pages, or on none."""

    def __init__(self, **kwargs):
        super().__init__(**{"empty_label": _("default")} | kwargs)

    def filter(self, queryset, value):
        own = queryset.query.order_by or queryset.model._meta.ordering
        chosen = super().filter(queryset, value)
        return chosen.order_by(*chosen.query.order_by, *own) if value else chosen


class RegionFacet(TreeFacet):
    """Regions in force; groups such as 川渝 come first."""

    def arranged(self, values):
        return super().arranged(sorted(values, key=lambda pair: pair[0].kind != RegionKind.GROUP))


class ListFilter(django_filters.FilterSet):
    """Text, column, region with everything below it, topic, organization and year.

    A kind says by ``lookups`` which of its relations each of these asks. The facets offer what listed records have;
    every existing value is accepted, so that an address stays good.
    """

    #: Filter → where a row holds what it asks for; in any of them, where there are several.
    lookups = {
        "q": ["pk"],
        "column": ["column"],
        "region": ["regions"],
        "topic": ["topics"],
        "organization": ["organizations"],
        "year": ["dated__year"],
    }

    #: Filters that no chip stands for.
    unsaid = {"sort"}

    q = django_filters.CharFilter(method="filter_text", label=pgettext_lazy("filter", "Text"), max_length=100)
    column = TreeFacet(queryset=Column.objects.all(), to_field_name="slug", label=_("Column"))
    region = RegionFacet(queryset=Region.objects.current(), to_field_name="code", label=_("Region"))
    topic = TreeFacet(queryset=Topic.objects.all(), to_field_name="slug", label=_("Topic"))
    organization = NameFacet(queryset=Organization.objects.all(), label=_("Organization"))
    year = YearFacet(label=_("Year"))

    def filter_text(self, queryset, name, value):
        hits = SearchEntry.objects.of_kind(self.search_model()).matching(value)
        return self.having(queryset, name, hits.values("object_id"))

    def search_model(self):
        """The model whose search entries answer for this list."""
        return self.queryset.model

    def holdings(self, name):
        """Expressions for the values of facet ``name`` that a row has."""
        return [held(self.queryset.model, lookup) for lookup in self.lookups_of(name)]

    def having(self, queryset, name, wanted):
        """Rows that have one of ``wanted``, each once."""
        lookups = self.lookups_of(name)
        condition = reduce(or_, (Q(**{f"{lookup}__in": wanted}) for lookup in lookups))
        if any(crosses_many(queryset.model, lookup) for lookup in lookups):
            # A subquery, since a join would repeat rows.
            condition = Q(pk__in=queryset.model._base_manager.filter(condition).values("pk"))
        return queryset.filter(condition)

    def lookups_of(self, name):
        return self.lookups.get(name, [name])

    # The form: what can be chosen ----------------------------------------------------------------------------------

    @cached_property
    def chosen(self):
        """What is rightly chosen, by filter; a wrong value is left out."""
        self.form.is_valid()
        return getattr(self.form, "cleaned_data", {})

    def narrowed(self, *without):
        """The rows that all filters leave but those ``without``; a wrong value narrows nothing here."""
        queryset = self.queryset.all()
        for name, value in self.chosen.items():
            if name not in without:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    @cached_property
    def facets(self):
        """Every facet that has something to choose, with its numbers."""
        facets = (
            one.facet(self.narrowed(name, "sort"), self.chosen.get(name), self.form[name].errors)
            for name, one in self.filters.items()
            if isinstance(one, FacetMixin)
        )
        return [facet for facet in facets if facet.values or facet.errors]

    def fields(self):
        """The fields of the form that are no facets."""
        return [self.form[name] for name, one in self.filters.items() if not isinstance(one, FacetMixin)]

    # The page: what was chosen -------------------------------------------------------------------------------------

    def chips(self):
        """What the list is filtered by: name, label, value in words, and the query string without it."""
        if not self.is_valid():
            return []
        return [
            {"name": name, "label": self.filters[name].label, "value": words, "rest": self.query_without(name, value)}
            for name, chosen in self.chosen.items()
            if name not in self.unsaid
            for value, words in self.in_words(name, chosen)
        ]

    def in_words(self, name, chosen):
        """Pairs of a chosen value of ``name`` as the address has it (None: the only one) and as it is said."""
        one = self.filters[name]
        if isinstance(one, FacetMixin):
            return one.in_words(chosen or [])
        return [] if chosen in (None, "", []) else [(None, chosen)]

    def query_without(self, name="page", value=None):
        """The query string without ``name``, or without one of its values, and without a page number."""
        query = self.data.copy()
        kept = [one for one in query.getlist(name) if value is not None and one != value]
        query.pop("page", None)
        query.setlist(name, kept)
        return query.urlencode()

    def ways_out(self):
        """For an empty list: each chip with the number of rows that dropping it would bring, the most first.

        A count for each of the first eight: who has chosen more, clears all.
        """
        chips = []
        for chip in self.chips()[:8]:
            again = type(self)(QueryDict(chip["rest"]), queryset=self.queryset)
            chips.append(chip | {"count": again.qs.count()})
        return sorted((chip for chip in chips if chip["count"]), key=lambda chip: -chip["count"])
