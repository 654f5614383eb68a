"""What the lists of all kinds have in common: a filter whose whole state is the query string."""

from functools import reduce
from itertools import groupby
from operator import or_

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.forms import HiddenInput
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.vocabulary.models import Column, Organization, Region, RegionKind, Topic

from .documents import searchable_models
from .facets import FacetMixin, NameFacet, TreeFacet, YearFacet, crosses_many, held, joined
from .forms import QueryField
from .models import Facet, SearchEntry
from .query import Query


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
        """For an empty list: each filter with the number of rows that dropping it would bring, the most first.

        A filter is dropped with all its values: without one of several, a list is never longer.
        """
        ways = []
        for name, chips in groupby(self.chips(), key=lambda chip: chip["name"]):
            chips = list(chips)
            rest = self.query_without(name)
            count = type(self)(QueryDict(rest), queryset=self.queryset).qs.count()
            words = "、".join(str(chip["value"]) for chip in chips)
            ways.append({"name": name, "label": chips[0]["label"], "value": words, "rest": rest, "count": count})
        return sorted((way for way in ways if way["count"]), key=lambda way: -way["count"])


# The search -----------------------------------------------------------------------------------------------------------


class QueryFilter(django_filters.Filter):
    """The hits of what was typed; none where nothing in it can be searched."""

    field_class = QueryField

    def filter(self, queryset, value):
        return queryset.matching(value)


def kind_choices():
    return [(kind, model._meta.verbose_name_plural) for kind, model in searchable_models().items()]


class SearchFilter(ListFilter):
    """Every kind in one list, by the facets that all kinds have."""

    #: Facets of an entry that are rows of their own, since it may have several.
    rows = {"region", "topic", "organization", "year"}
    #: What the page says in other ways than by chips.
    unsaid = {"q", "kind"}

    q = QueryFilter(label=_("Search for"), widget=HiddenInput)
    kind = django_filters.ChoiceFilter(
        choices=kind_choices,
        label=_("Kind"),
        widget=HiddenInput,
        error_messages={"invalid_choice": _("There is no kind “%(value)s”. Choose one from the list.")},
    )

    class Meta:
        model = SearchEntry
        fields = ["q", "kind", "region", "topic", "column", "organization", "year"]

    @property
    def query(self):
        """What is searched; nothing while another parameter is wrong."""
        return self.chosen["q"] if self.is_valid() else Query()

    def holdings(self, name):
        if name in self.rows:
            return [joined(Facet.objects.listed().filter(facet=name), "entry", "value")]
        return super().holdings(name)

    def having(self, queryset, name, wanted):
        if name not in self.rows:
            return super().having(queryset, name, wanted)
        values = [str(getattr(one, "pk", one)) for one in wanted]
        rows = Facet.objects.listed().filter(entry=OuterRef("pk"), facet=name, value__in=values)
        return queryset.filter(Exists(rows))
