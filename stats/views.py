from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from portal.publishing import tables
from portal.publishing.previewing import reader_of
from portal.publishing.views import RecordDetail
from portal.search.lists import FilteredList
from portal.vocabulary.models import Region

from . import sheets
from .comparison import Comparison
from .drawing import label, picture
from .filters import SeriesFilter
from .forms import ComparisonForm, SeriesForm
from .models import Indicator, Observation, Series, newest_figures
from .tables import SeriesTable


class SeriesList(FilteredList):
    filterset_class = SeriesFilter
    template_name = "stats/series_list.html"
    table = SeriesTable()

    def get_queryset(self):
        return Series.objects.listed().for_listing()


class IndicatorPage(RecordDetail):
    def get_queryset(self):
        return Indicator.objects.openable_by(reader_of(self.request)).prefetch_related("topics")

    @property
    def public_series(self):
        return Series.objects.with_figures().select_related("indicator", "region", "unit")

    def render_to_response(self, context, **kwargs):
        form = context["form"]
        if self.object.is_gone() or not form.wants_download:
            return super().render_to_response(context, **kwargs)
        if not form.is_valid():
            return tables.refuse(form.errors)
        return self.download(form.cleaned_data["format"], context)

    def download(self, format, context):
        """What the page shows as a response with a file of ``format``."""
        raise NotImplementedError


class IndicatorDetail(IndicatorPage):
    """An indicator: some regions side by side in a chart and its table, and the newest figure of each series."""

    template_name = "stats/indicator_detail.html"

    def get_context_data(self, **kwargs):
        series = list(self.public_series.with_length().filter(indicator=self.object.original))
        form = ComparisonForm(self.request.GET, regions=dict.fromkeys(one.region for one in series))
        if form.is_valid():
            comparison = Comparison(series, form.cleaned_data["region"], **form.span)
            prefetch_related_objects(series, newest_figures(form.span["as_of"]))
            kwargs |= {"comparison": comparison, "picture": comparison.picture(self.object.label), "series": series}
        return super().get_context_data(form=form, **kwargs)

    def download(self, format, context):
        return sheets.compare(format, self.object, context["comparison"])


class SeriesDetail(IndicatorPage):
    """One series: its figures as of a day, what other releases said, and the articles that tell them."""

    template_name = "stats/series_detail.html"

    @cached_property
    def region(self):
        return get_object_or_404(Region.objects.at(self.kwargs["region"])[:1])

    def addressed(self):
        indicator = super().addressed()
        if not indicator.series.filter(region=self.region).exists():
            raise Http404
        return indicator

    def get_context_data(self, **kwargs):
        form = SeriesForm(self.request.GET)
        siblings = list(self.public_series.filter(indicator=self.object.original, region=self.region))
        if not siblings:
            raise Http404
        series = (form.is_valid() and form.choose(siblings)) or siblings[0]
        defaults = self.public_series.filter(is_default=True)
        return super().get_context_data(
            form=form,
            region=self.region,
            one=series,
            siblings=siblings,
            elsewhere=defaults.filter(indicator=self.object.original).exclude(region=self.region)[:12],
            beside=defaults.listed().filter(region=self.region).exclude(indicator=self.object.original)[:12],
            **(figures(series, siblings, **form.span) if form.is_valid() else {}),
            **kwargs,
        )

    def download(self, format, context):
        return sheets.respond(format, context["one"], context["figures"])


def figures(series, siblings, since, until, as_of):
    """What is known of ``series``, newest first: ``figures`` as of the day, the published ``growth`` by its period,
    all ``vintages``, and the ``picture``.
    """
    source = series.growth_among(siblings)
    known = Observation.objects.of_years(since, until).select_related("unit", "release__source")
    found = known.filter(series__in=[one for one in (series, source) if one]).as_of(as_of).order_by("-time_period")
    shown = [one for one in found if one.series_id == series.pk]
    return {
        "figures": shown,
        "growth": {one.time_period: one for one in found if one.series_id != series.pk},
        "growth_series": source,
        "vintages": known.filter(series=series).known(),
        "picture": picture(f"{label(series)} {series.indicator.label}", [(series, shown)]),
    }
