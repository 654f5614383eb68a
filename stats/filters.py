import django_filters
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from portal.search.facets import ChoiceFacet, NameFacet, joined
from portal.search.filters import ListFilter, Sorting
from portal.search.query import parse
from portal.vocabulary.dates import DayInput
from portal.vocabulary.models import Region

from .models import Indicator, Observation, Series
from .periods import Frequency


class SeriesFilter(ListFilter):
    lookups = {
        "q": ["indicator"],
        "column": ["indicator__column"],
        "region": ["region"],
        "topic": ["indicator__topics"],
    }
    #: What a series has only by its figures: those of drafts must not give themselves away.
    told = {"organization": "release__source", "year": "year"}

    indicator = NameFacet(
        queryset=lambda request: Indicator.objects.listed(), to_field_name="slug", label=_("Indicator")
    )
    frequency = ChoiceFacet(choices=Frequency, label=_("Frequency"))
    as_of = django_filters.DateFilter(
        method="filter_day",
        label=_("As it was known on"),
        widget=DayInput,
    )
    sort = Sorting(
        label=_("Sort by"),
        fields={"indicator__position": "indicator", "region__code": "region"},
        choices=[("indicator", _("by indicator")), ("region", _("by region"))],
    )

    class Meta:
        model = Series
        fields = ["q", "indicator", "region", "topic", "column", "organization", "year", "frequency", "as_of"]

    def search_model(self):
        return Indicator

    def filter_text(self, queryset, name, value):
        """Series of the indicators found; a word that begins the name of a region asks for that region's own."""
        found = super().filter_text(queryset, name, value)
        for term in parse(value).terms:
            called = Q(name__startswith=term.folded) | Q(short_name=term.folded)
            if regions := list(Region.objects.current().filter(called, pk__in=queryset.order_by().values("region"))):
                found = found.filter(region__in=Region.objects.within(*regions))
        return found

    @property
    def day(self):
        """The day as of which the list is shown; None for today."""
        return self.chosen.get("as_of")

    @property
    def today_query(self):
        """The query string of the same list as of today."""
        return self.query_without("as_of")

    def filter_day(self, queryset, name, value):
        return queryset.as_of(value)

    def figures(self):
        """The public figures that the day knew, with the year of their period."""
        return Observation.objects.listed(day=self.day).annotate(year=Left("time_period", 4))

    def asked_figures(self):
        """Those of them that the filter asks for, where it asks for a year or for a source."""
        asked = {f"{lookup}__in": self.chosen[name] for name, lookup in self.told.items() if self.chosen.get(name)}
        return self.figures().filter(**asked)

    def holdings(self, name):
        return [joined(self.figures(), "series", self.told[name])] if name in self.told else super().holdings(name)

    def having(self, queryset, name, wanted):
        if name not in self.told:
            return super().having(queryset, name, wanted)
        told = self.figures().filter(series=OuterRef("pk"), **{f"{self.told[name]}__in": wanted})
        return queryset.filter(Exists(told))
