from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from portal.search.facets import ChoiceFacet, NameFacet, joined
from portal.search.filters import ListFilter, Sorting
from portal.search.query import parse
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
    sort = Sorting(
        label=_("Sort by"),
        fields={"indicator__position": "indicator", "region__code": "region"},
        choices=[("indicator", _("by indicator")), ("region", _("by region"))],
    )

    class Meta:
        model = Series
        fields = ["q", "indicator", "region", "topic", "column", "organization", "year", "frequency"]

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

    def holdings(self, name):
        return [joined(figures(), "series", self.told[name])] if name in self.told else super().holdings(name)

    def having(self, queryset, name, wanted):
        if name not in self.told:
            return super().having(queryset, name, wanted)
        return queryset.filter(Exists(figures().filter(series=OuterRef("pk"), **{f"{self.told[name]}__in": wanted})))


def figures():
    """The public figures, with the year of their period."""
    return Observation.objects.listed().annotate(year=Left("time_period", 4))
