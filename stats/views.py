from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from portal.publishing.views import RecordDetail
from portal.search.lists import FilteredList
from portal.vocabulary.models import Region

from .filters import SeriesFilter
from .forms import SeriesForm
from .models import Indicator, Observation, Series


class SeriesList(FilteredList):
    filterset_class = SeriesFilter
    template_name = "stats/series_list.html"

    def get_queryset(self):
        return Series.objects.listed().for_listing()


class IndicatorDetail(RecordDetail):
    """An indicator with the newest figure of each of its series."""

    template_name = "stats/indicator_detail.html"

    def get_queryset(self):
        return Indicator.objects.openable_by(self.request.user).originals().prefetch_related("topics")

    def get_context_data(self, **kwargs):
        series = self.object.series.with_figures().for_listing()
        return super().get_context_data(series=series, **kwargs)


class SeriesDetail(IndicatorDetail):
    """One series: its figures as of a day, what other releases said, and the articles that tell them."""

    template_name = "stats/series_detail.html"

    @cached_property
    def region(self):
        return get_object_or_404(Region.objects.at(self.kwargs["region"])[:1])

    def get_context_data(self, **kwargs):
        form = SeriesForm(self.request.GET)
        siblings = self.object.series.with_figures().filter(region=self.region)
        siblings = siblings.select_related("indicator", "region", "unit")
        series = form.choose(siblings) if form.is_valid() else siblings.order_by("-is_default", "pk").first()
        if series is None:
            raise Http404
        figures = Observation.objects.filter(series=series).select_related("unit", "release__source")
        return super().get_context_data(
            form=form,
            region=self.region,
            one=series,
            siblings=siblings,
            figures=figures.as_of(form.cleaned_data["as_of"]) if form.is_valid() else figures.none(),
            vintages=figures.known().order_by("-time_period", "-release__released_on"),
            **kwargs,
        )
