import django_filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from portal.search.filters import ListFilter, Sorting
from portal.vocabulary.models import Organization

from .models import Indicator, Observation, Series
from .periods import Frequency


class SeriesFilter(ListFilter):
    lookups = {
        "q": "indicator",
        "column": "indicator__column",
        "region": "region",
        "topic": "indicator__topics",
        "indicator": "indicator",
    }

    indicator = django_filters.ModelChoiceFilter(
        queryset=lambda request: Indicator.objects.listed(),
        to_field_name="slug",
        method="filter_one",
        label=_("Indicator"),
    )
    frequency = django_filters.ChoiceFilter(choices=Frequency, label=_("Frequency"), empty_label=_("All"))
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

    def indicator_options(self):
        return [(one.slug, one.label) for one in Indicator.objects.filter(pk__in=self.used("indicator"))]

    def filter_one(self, queryset, name, value):
        if name == "organization":
            return queryset.filter(self.spoken(release__source=value))
        return super().filter_one(queryset, name, value)

    def filter_year(self, queryset, name, value):
        return queryset.filter(self.spoken(time_period__startswith=f"{value:04d}"))

    def spoken(self, **wanted):
        """Series with a listed figure of the kind ``wanted``: those of drafts must not give themselves away."""
        return Exists(Observation.objects.listed().filter(series=OuterRef("pk"), **wanted))

    def organization_options(self):
        used = Observation.objects.listed().order_by().values("release__source")
        return [(one.pk, one.label) for one in Organization.objects.filter(pk__in=used)]

    def year_options(self):
        periods = Observation.objects.listed().order_by().values_list("time_period", flat=True).distinct()
        return [(year, year) for year in sorted({period[:4] for period in periods}, reverse=True)]
