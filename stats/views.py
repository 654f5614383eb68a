from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property

from portal.publishing import tables
from portal.publishing.models import Status
from portal.publishing.previewing import reader_of
from portal.publishing.views import RecordDetail, kept_private
from portal.search.forms import FormatForm
from portal.search.lists import FilteredList, as_feed, as_file
from portal.vocabulary.models import Region

from . import comparison_sheets, jsonstat, news, sheets
from .comparison import Comparison, Shape, View, compare
from .drawing import label, picture
from .explaining import Explanation
from .filters import SeriesFilter
from .forms import ComparisonForm, FigureFormatForm, SeriesForm
from .models import Indicator, Observation, Release, Series, newest_figures
from .tables import SeriesTable
from .tilemap import TileMap
from .wholes import choose_whole


class SeriesList(FilteredList):
    filterset_class = SeriesFilter
    template_name = "stats/series_list.html"
    format_form_class = FigureFormatForm
    table = SeriesTable()

    def get_queryset(self):
        return Series.objects.listed().for_listing()

    @property
    def explanation(self):
        page = FormatForm(self.request.GET).page_of(self.request.path)
        chosen = [(chip["label"], chip["value"]) for chip in self.filterset.chips() if chip["name"] != "as_of"]
        return Explanation(self.request, self.title, page, self.filterset.day, chosen)

    def as_file(self, format, series):
        explanation = self.explanation
        table = SeriesTable(explanation, self.filterset.day)
        return as_file(self.request, format, table, series, explanation.sheets())

    def as_own_format(self, format, series):
        periods = Observation.objects.filter(series__in=series.order_by().values("pk")).latest(self.filterset.day)
        told = periods.order_by("time_period").values_list("time_period", flat=True).distinct()
        return jsonstat.of_list(series, list(told), self.explanation)

    def news(self, page):
        series = self.filterset.qs.order_by().values("pk")
        return news.entries(self.filterset.asked_figures().filter(series__in=series), page, self.filterset.day)


class ReleaseDetail(RecordDetail):
    """A release with all its figures. Before it is public, each leads to where it will stand, shown as it will look."""

    template_name = "stats/release_detail.html"
    figures_per_page = 100

    def get_queryset(self):
        return Release.objects.openable_by(reader_of(self.request)).select_related("source", "file", "working_copy_of")

    def get_context_data(self, **kwargs):
        release = self.object.original
        previewed = release if _may_be_previewed(release) else None
        indicators = Indicator.objects.openable_by(reader_of(self.request)) if previewed else Indicator.objects.listed()
        figures = Observation.objects.filter(release=release, series__indicator__in=indicators).in_order()
        page = Paginator(figures, self.figures_per_page).get_page(self.request.GET.get("page"))
        rows = [(one, one.series.get_absolute_url(previewed)) for one in page]
        return super().get_context_data(page_obj=page, rows=rows, previewed=previewed, **kwargs)

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        return response if self.object.is_told() else kept_private(response)


def _may_be_previewed(release):
    return not release.is_told() and release.status != Status.WITHDRAWN


class IndicatorPage(RecordDetail):
    def get_queryset(self):
        return Indicator.objects.openable_by(reader_of(self.request)).prefetch_related("topics")

    @cached_property
    def previewed(self):
        """The release of ``?release=``, whose figures are shown as if it were public to who may open it; else None."""
        asked = self.request.GET.get("release", "")
        if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
            return None
        releases = Release.objects.openable_by(reader_of(self.request)).originals()
        release = get_object_or_404(releases.select_related("source"), pk=int(asked))
        return release if _may_be_previewed(release) else None

    @property
    def public_series(self):
        found = Series.objects.with_figures(previewed=self.previewed)
        return found.select_related("indicator", "region", "unit")

    def get_context_data(self, **kwargs):
        return super().get_context_data(previewed=self.previewed, **kwargs)

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        return kept_private(response) if self.previewed else response

    def render_to_response(self, context, **kwargs):
        form = context["form"]
        if self.object.is_gone() or not form.wants_download:
            return super().render_to_response(context, **kwargs)
        if not form.is_valid():
            return tables.refuse(form.errors)
        format, page = form.cleaned_data["format"], FormatForm(self.request.GET).page_of(self.request.path)
        title, day = self.file_title, form.cleaned_data["as_of"]
        if format == "atom":
            figures = self.followed(context).of_years(form.cleaned_data["since"], form.cleaned_data["until"])
            return as_feed(self.request, title, page, news.entries(figures.known(day), page, day))
        return self.download(format, context, Explanation(self.request, title, page, day, form.years))

    @property
    def file_title(self):
        """What a file or a feed of the page is called."""
        return self.object.label

    def followed(self, context):
        """All figures, public or not, that a feed of the page is of."""
        raise NotImplementedError

    def download(self, format, context, explanation):
        """What the page shows as a response with a file of ``format``."""
        raise NotImplementedError


class IndicatorDetail(IndicatorPage):
    """An indicator: some regions side by side in a chart and its table, or all of them on a map of tiles, and the
    newest figure of each series.
    """

    template_name = "stats/indicator_detail.html"

    def get(self, request, *args, **kwargs):
        if request.GET.get("view") == Shape.MAP:  # as the map's address was
            asked = request.GET.copy()
            del asked["view"]
            asked["shape"] = Shape.MAP.value
            return redirect(f"{request.path}?{asked.urlencode()}", permanent=True)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        own = Series.objects.filter(indicator=self.object.original)
        series = list(self.public_series.with_length(self.previewed).filter(indicator=self.object.original))
        form = ComparisonForm(self.request.GET, regions=dict.fromkeys(one.region for one in series))
        if form.is_valid():
            kwargs |= self.compared(form, series)
        if form.is_valid():  # what figures alone can tell was found to be right too
            prefetch_related_objects(series, newest_figures(form.span["as_of"], previewed=self.previewed))
            kwargs["series"] = series
        choices = {"views": View.choices, "shapes": Shape.choices}
        return super().get_context_data(form=form, withdrawn=withdrawn_of(own), **choices, **kwargs)

    def compared(self, form, series):
        """What the view that was chosen shows of ``series``; nothing, and an error in ``form``, where it cannot be."""
        if form.is_map:
            tiles = TileMap.chosen(form, series, self.previewed)
            return {"tiles": tiles} if tiles else {}
        comparison = Comparison(series, form.cleaned_data["region"], view=form.chosen_view, since=form.span["since"])
        if form.chosen_view == View.SHARE and not choose_whole(form, [comparison]):
            return {}
        compare([comparison], **form.span, previewed=self.previewed)
        return {"comparison": comparison, "picture": comparison.picture()}

    def followed(self, context):
        figures, form = Observation.objects.filter(series__indicator=self.object.original), context["form"]
        chosen = {one.region for one in context["series"] if one.region.address in form.cleaned_data["region"]}
        return figures.filter(series__region__in=chosen) if chosen else figures

    def download(self, format, context, explanation):
        if tiles := context.get("tiles"):
            return comparison_sheets.mapped(format, self.object, tiles, explanation)
        comparison = context["comparison"]
        if format == "jsonstat":
            return jsonstat.of_comparison(comparison, explanation)
        if context["form"].chosen_view == View.LEVEL:
            return sheets.compare(format, self.object, comparison, explanation)
        return comparison_sheets.respond(format, self.object.slug, [comparison], explanation)


class SeriesDetail(IndicatorPage):
    """One series: its figures as of a day, what other releases said, and the articles that tell them.

    410 with the reason where all of them were withdrawn.
    """

    template_name = "stats/series_detail.html"

    @cached_property
    def region(self):
        return get_object_or_404(Region.objects.at(self.kwargs["region"])[:1])

    def addressed(self):
        indicator = super().addressed()
        if not indicator.series.filter(region=self.region).exists():
            raise Http404
        return indicator

    @cached_property
    def siblings(self):
        """All forms of this figure that readers find here."""
        return list(self.public_series.filter(indicator=self.object.original, region=self.region))

    def get_context_data(self, **kwargs):
        form = SeriesForm(self.request.GET)
        kwargs |= {"form": form, "region": self.region}
        withdrawn = withdrawn_of(Series.objects.filter(indicator=self.object.original, region=self.region))
        if not self.siblings:
            if not withdrawn:
                raise Http404
            return super().get_context_data(withdrawn=withdrawn, **kwargs)
        series = (form.is_valid() and form.choose(self.siblings)) or self.siblings[0]
        defaults = self.public_series.filter(is_default=True)
        return super().get_context_data(
            one=series,
            siblings=self.siblings,
            withdrawn=withdrawn,
            elsewhere=defaults.filter(indicator=self.object.original).exclude(region=self.region)[:12],
            beside=defaults.listed().filter(region=self.region).exclude(indicator=self.object.original)[:12],
            **(figures(series, self.siblings, **form.span, previewed=self.previewed) if form.is_valid() else {}),
            **kwargs,
        )

    def render_to_response(self, context, **kwargs):
        if self.siblings or self.object.is_gone():
            return super().render_to_response(context, **kwargs)
        return self.response_class(self.request, ["stats/series_withdrawn.html"], context, status=410)

    @property
    def file_title(self):
        return f"{self.region.label} {self.object.label}"

    def followed(self, context):
        return Observation.objects.filter(series=context["one"])

    def download(self, format, context, explanation):
        if format == "jsonstat":
            return jsonstat.of_series(context["one"], context["figures"], explanation)
        return sheets.respond(format, context["one"], context["figures"], explanation)


def withdrawn_of(series):
    """Withdrawn releases that told any of ``series`` (a queryset): whoever has read a figure there learns why."""
    return list(Release.objects.withdrawn().telling(series).select_related("source"))


def figures(series, siblings, since, until, as_of, previewed=None):
    """What is known of ``series``, newest first: ``figures`` as of the day, the published ``growth`` by its period,
    all ``vintages`` that the day knew, and the ``picture``.
    """
    source = series.growth_among(siblings)
    known = Observation.objects.of_years(since, until).select_related("unit", "release__source")
    found = known.filter(series__in=[one for one in (series, source) if one]).as_of(as_of, previewed=previewed)
    found = found.order_by("-time_period")
    shown = [one for one in found if one.series_id == series.pk]
    return {
        "figures": shown,
        "growth": {one.time_period: one for one in found if one.series_id != series.pk},
        "growth_series": source,
        "vintages": known.filter(series=series).known(as_of, previewed=previewed),
        "picture": picture(f"{label(series)} {series.indicator.label}", [(series, shown)]),
    }
