"""What the lists of all kinds have in common: a filter whose whole state is the query string."""

from functools import cache

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.vocabulary.models import Column, Organization, Region, RegionKind, Topic

from .models import SearchEntry


class YearFilter(django_filters.Filter):
    """A whole year; what is neither past nor near is a slip of the finger."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs):
        super().__init__(min_value=1900, max_value=2100, **kwargs)


class Sorting(django_filters.OrderingFilter):
    """What is equal in the chosen order stays in the list's own: else a row could stand on two pages, or on none."""

    def __init__(self, **kwargs):
        super().__init__(**{"empty_label": _("default")} | kwargs)

    def filter(self, queryset, value):
        own = queryset.query.order_by or queryset.model._meta.ordering
        chosen = super().filter(queryset, value)
        return chosen.order_by(*chosen.query.order_by, *own) if value else chosen


class ListFilter(django_filters.FilterSet):
    """Text, column, region with everything below it, topic, organization and year.

    A kind says by ``lookups`` which of its relations each of these asks. The select boxes offer what listed records
    have; every existing value is accepted, so that an address stays good.
    """

    #: Filter → what it asks of a row of the list.
    lookups = {
        "q": "pk",
        "column": "column",
        "region": "regions",
        "topic": "topics",
        "organization": "organizations",
        "year": "dated__year",
    }

    q = django_filters.CharFilter(method="filter_text", label=pgettext_lazy("filter", "Text"), max_length=100)
    column = django_filters.ModelChoiceFilter(
        queryset=Column.objects.all(), to_field_name="slug", method="filter_tree", label=_("Column")
    )
    region = django_filters.ModelChoiceFilter(
        queryset=Region.objects.current(), to_field_name="code", method="filter_tree", label=_("Region")
    )
    topic = django_filters.ModelChoiceFilter(
        queryset=Topic.objects.all(), to_field_name="slug", method="filter_tree", label=_("Topic")
    )
    organization = django_filters.ModelChoiceFilter(
        queryset=Organization.objects.all(), method="filter_one", label=_("Organization")
    )
    year = YearFilter(method="filter_year", label=_("Year"))

    def filter_text(self, queryset, name, value):
        hits = SearchEntry.objects.of_kind(self.search_model()).matching(value)
        return queryset.filter(**{f"{self.lookups[name]}__in": hits.values("object_id")})

    def search_model(self):
        """The model whose search entries answer for this list."""
        return self.queryset.model

    def filter_tree(self, queryset, name, value):
        return self.related(queryset, name, type(value).objects.within(value))

    def filter_one(self, queryset, name, value):
        return self.related(queryset, name, [value])

    def filter_year(self, queryset, name, value):
        return queryset.filter(**{self.lookups[name]: value})

    def related(self, queryset, name, wanted):
        """Rows related to one of ``wanted``, each once: a subquery, since a join would repeat them."""
        rows = queryset.model._base_manager.filter(**{f"{self.lookups[name]}__in": wanted})
        return queryset.filter(pk__in=rows.values("pk"))

    # The form: what can be chosen ----------------------------------------------------------------------------------

    @property
    def form(self):
        if not hasattr(self, "_form"):
            for name, field in super().form.fields.items():
                if read := getattr(self, f"{name}_options", None):
                    field.widget = forms.Select(choices=_choices(read))
        return self._form

    def used(self, name):
        """Primary keys of what the listed records have in the relation that ``name`` asks."""
        return self.queryset.order_by().values(self.lookups[name])

    def column_options(self):
        return [(one.slug, one.label) for one in Column.objects.filter(pk__in=self.used("column"))]

    def topic_options(self):
        return [(one.slug, one.label) for one in Topic.objects.filter(pk__in=self.used("topic"))]

    def organization_options(self):
        return [(one.pk, one.label) for one in Organization.objects.filter(pk__in=self.used("organization"))]

    def region_options(self):
        """Regions in use, what they are part of, and the groups they belong to; parts are set in under the whole."""
        used = Region.objects.filter(pk__in=self.used("region"))
        holding = (
            Q(pk__in=used.values("pk")) | Q(pk__in=used.values("parent")) | Q(pk__in=used.values("parent__parent"))
        )
        held = Region.objects.filter(holding)
        groups = Q(pk__in=held.filter(groups__valid_to="").values("groups__group"))
        regions = Region.objects.current().filter(holding | groups)
        return [(one.code, SET_IN.get(one.kind, "") + one.label) for one in regions]

    def year_options(self):
        column = self.lookups["year"].rpartition("__")[0]
        years = {
            f"{value}"[:4] for value in self.queryset.order_by().values_list(column, flat=True).distinct() if value
        }
        return [(year, year) for year in sorted(years, reverse=True)]

    # The page: what was chosen -------------------------------------------------------------------------------------

    def chips(self):
        """What the list is filtered by: name, label, value in words, and the query string without it."""
        if not self.is_valid():
            return []
        return [
            {
                "name": name,
                "label": self.form.fields[name].label,
                "value": self.in_words(name, value),
                "rest": self.query_without(name),
            }
            for name, value in self.form.cleaned_data.items()
            if value not in (None, "", []) and name != "sort"
        ]

    def in_words(self, name, value):
        choices = dict(self.form.fields[name].choices) if isinstance(value, str) and name not in TYPED else {}
        return choices.get(value) or getattr(value, "label", value)

    def query_without(self, *names):
        """The query string without ``names`` and without a page number."""
        query = self.data.copy()
        for name in (*names, "page"):
            query.pop(name, None)
        return query.urlencode()

    def ways_out(self):
        """For an empty list: each chip with the number of rows that dropping it would bring, the most first."""
        chips = []
        for chip in self.chips():
            data = self.data.copy()
            data.pop(chip["name"], None)
            chips.append(chip | {"count": type(self)(data, queryset=self.queryset).qs.count()})
        return sorted((chip for chip in chips if chip["count"]), key=lambda chip: -chip["count"])


SET_IN = {RegionKind.PREFECTURE: "　", RegionKind.COUNTY: "　　"}
#: Filters whose value is what was typed.
TYPED = {"q"}


def _choices(read):
    """Choices of a select box as a function: Django calls it when, and only when, the box is drawn, and then twice."""
    return cache(lambda: [("", _("All")), *read()])
