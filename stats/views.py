from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from portal.publishing.views import RecordDetail
from portal.search.lists import FilteredList
from portal.vocabulary.models import Region

from .filters import SeriesFilter
from .forms import SeriesForm
from .models import Indicator, Observation, Series
from .tables import SeriesTable


class SeriesList(FilteredList):
    filterset_class = SeriesFilter
    template_name = "stats/series_list.html"
    table = SeriesTable()

    def get_queryset(self):
        return Series.objects.listed().for_listing()


class IndicatorDetail(RecordDetail):
    """An indicator: some regions side by side in a chart and its table, and the newest figure of each series."""

    template_name = "stats/indicator_detail.html"

    def get_queryset(self):
        return Indicator.objects.openable_by(self.request.user).originals().prefetch_related("topics")

    def get_context_data(self, **kwargs):
        series = list(self.object.series.with_figures().with_length().select_related("indicator", "region", "unit"))
        form = ComparisonForm(self.request.GET, regions=dict.fromkeys(one.region for one in series))
        if not form.is_valid():
            return super().get_context_data(form=form, **kwargs)
        comparison = Comparison(series, form.cleaned_data["region"], **form.span)
        prefetch_related_objects(series, newest_figures(form.cleaned_data["as_of"]))
        return super().get_context_data(
            form=form,
            comparison=comparison,
            picture=comparison.picture(self.object.label),
            series=series,
            **kwargs,
        )


class SeriesDetail(RecordDetail):
    """One series: its figures as of a day, what other releases said, and the articles that tell them."""

    template_name = "stats/series_detail.html"
    get_queryset = IndicatorDetail.get_queryset

    @cached_property
    def region(self):
        return get_object_or_404(Region.objects.at(self.kwargs["region"])[:1])

    def get_context_data(self, **kwargs):
        form = SeriesForm(self.request.GET)
        public = Series.objects.with_figures().select_related("indicator", "region", "unit")
        siblings = list(public.filter(indicator=self.object, region=self.region))
        series = form.choose(siblings) if form.is_valid() else next(iter(siblings), None)
        if series is None:
            raise Http404
        growth = series.growth_among(siblings)
        vintages = Observation.objects.none()
        if form.is_valid():
            vintages = Observation.objects.filter(series=series).of_years(form.span["since"], form.span["until"])
        return super().get_context_data(
            form=form,
            region=self.region,
            one=series,
            siblings=siblings,
            growth=growth,
            **self.figures(form, series, growth),
            **kwargs,
        )
