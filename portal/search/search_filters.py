"""The filter of the search: every kind in one list, by the facets that all kinds have."""

import django_filters
from django.db.models import Exists, OuterRef
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _

from .documents import searchable_models
from .facets import joined
from .filters import ListFilter
from .forms import QueryField
from .models import Facet, SearchEntry
from .query import Query


class QueryFilter(django_filters.Filter):
    """The hits of what was typed; none where nothing in it can be searched."""

    field_class = QueryField

    def filter(self, queryset, value):
        return queryset.matching(value)


def kind_choices():
    return [(kind, model._meta.verbose_name_plural) for kind, model in searchable_models().items()]


class SearchFilter(ListFilter):
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
