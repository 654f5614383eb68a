"""The page on which several indicators stand side by side, for the same regions and years."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from portal.publishing import tables
from portal.search.forms import FormatForm
from portal.vocabulary.models import Region, RegionKind

from . import comparison_sheets
from .charts import HALF, LINES, NARROW
from .comparison import Comparison, View, compare, first_of_each
from .drawing import Picture
from .explaining import Explanation
from .forms import IndicatorsForm
from .models import Indicator, Series
from .wholes import choose_whole


@dataclass(frozen=True)
class Panel:
    """An indicator on the page: its chart, and its rows of the table, a cell or None for each region of the page."""

    indicator: Indicator
    comparison: Comparison
    picture: Picture | None
    rows: list
    #: The regions of the page of which nothing is known here.
    lacking: list[Region]

    @property
    def key(self):
        return f"panel-{self.indicator.slug}"


class IndicatorComparison(TemplateView):
    template_name = "stats/indicator_comparison.html"

    def get_context_data(self, **kwargs):
        listed = Series.objects.listed()
        indicators = list(Indicator.objects.listed().filter(Exists(listed.filter(indicator=OuterRef("pk")))))
        regions = list(Region.objects.filter(Exists(listed.filter(region=OuterRef("pk")))))
        form = IndicatorsForm(self.request.GET, indicators=indicators, regions=regions)
        if form.is_valid():
            chosen = [one for slug in form.cleaned_data["indicator"] for one in indicators if one.slug == slug]
            kwargs |= self.compared(form, chosen, regions)
        return super().get_context_data(form=form, views=View.choices, **kwargs)

    def compared(self, form, indicators, regions):
        """The ``panels`` and those of ``regions`` that they have in common; nothing, and an error in ``form``, where
        the whole that was chosen is none.
        """
        found = Series.objects.with_figures().with_length().filter(indicator__in=indicators)
        by_indicator = defaultdict(list)
        for one in found.select_related("indicator", "region", "unit"):
            by_indicator[one.indicator_id].append(one)
        firsts = [first_of_each(by_indicator[one.pk]) for one in indicators]
        addresses = form.cleaned_data["region"] or common(firsts)
        options = {"view": form.chosen_view, "since": form.span["since"]}
        comparisons = [Comparison(by_indicator[one.pk], addresses, **options) for one in indicators]
        if form.chosen_view == View.SHARE and comparisons and not choose_whole(form, comparisons):
            return {}
        compare(comparisons, **form.span)
        by_address = {one.address: one for one in regions}
        regions = [by_address[address] for address in addresses]
        return {"regions": regions, "panels": panels(indicators, comparisons, regions)}

    def render_to_response(self, context, **kwargs):
        form = context["form"]
        if not form.wants_download:
            return super().render_to_response(context, **kwargs)
        if not form.is_valid():
            return tables.refuse(form.errors)
        comparisons = [panel.comparison for panel in context["panels"] if panel.comparison.chosen]
        page, day = FormatForm(self.request.GET).page_of(self.request.path), form.cleaned_data["as_of"]
        explanation = Explanation(self.request, _("Compare indicators"), page, day, form.years)
        return comparison_sheets.respond(form.cleaned_data["format"], "compare", comparisons, explanation)


def common(firsts, count=LINES):
    """The addresses of the regions of which most of the indicators know, then those of which most is known.

    ``firsts``: for each indicator its first series by address. The nation is left to those who ask for it.
    """
    known, length, codes = Counter(), Counter(), {}
    for found in firsts:
        for address, one in found.items():
            known[address] += one.region.kind != RegionKind.NATION
            length[address] += one.length
            codes[address] = one.region.code
    ranked = sorted(known, key=lambda address: (-known[address], -length[address], codes[address]))
    return [address for address in ranked if known[address]][:count] or ranked[:count]


def panels(indicators, comparisons, regions):
    """A Panel for each indicator; charts of one frequency share their axis of time."""
    slots = defaultdict(list)
    for one in comparisons:
        if one.chosen:
            slots[one.frequency].extend(one.slots)
    made = []
    for indicator, one in zip(indicators, comparisons, strict=True):
        told = one.chosen and slots[one.frequency]
        axis = (min(told), max(told)) if told else None
        places = [one.region_of(region.address) for region in regions]
        made.append(
            Panel(
                indicator=indicator,
                comparison=one,
                picture=one.picture(f"panel-{indicator.slug}", (HALF, NARROW), axis) if axis else None,
                rows=[
                    (period, [None if place is None else cells[place] for place in places])
                    for period, cells in one.rows
                ],
                lacking=[region for region, place in zip(regions, places, strict=True) if place is None],
            )
        )
    return made
