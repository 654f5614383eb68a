"""Series, each with its newest figure, as rows of a file."""

from django.utils.translation import gettext_lazy as _

from portal.publishing.tables import Printed
from portal.search.lists import Table
from portal.vocabulary.quantities import Qualifier
from portal.vocabulary.templatetags.quantities import quantity_text, unit_text

from .models import Indicator


class SeriesTable(Table):
    """``explanation`` (an Explanation) is told of every figure, ``day`` is the one as of which the list is shown."""

    name = "figures"
    title = _("Figures")
    columns = [
        ("indicator", _("indicator")),
        ("region", _("region")),
        ("region_code", _("region code")),
        ("form", _("kind of series")),
        ("time_period", _("period")),
        ("value", _("value")),
        ("value_low", _("at least")),
        ("value_high", _("at most")),
        ("unit", _("unit")),
        ("qualifier_label", _("qualifier")),
        ("printed", _("as printed")),
        ("status_label", _("observation status")),
        ("stage_label", _("stage")),
        ("rank_label", _("rank")),
        ("source", _("source")),
        ("release", _("release")),
        ("released_on", _("released on")),
        ("reason_label", _("reason of revision")),
        ("source_place", _("place in the source")),
        ("note", _("note")),
        ("url", _("address")),
    ]

    def __init__(self, explanation=None, day=None):
        self.explanation, self.day = explanation, day

    def row(self, series):
        figure = series.latest[0]
        release = figure.release
        if self.explanation:
            self.explanation.add(figure)
        return {
            "kind": Indicator.search_kind,
            "title": title_of(series),
            "url": series.get_absolute_url(as_of=self.day),
            "indicator": series.indicator.label,
            "region": series.region.label,
            "region_code": series.region.code,
            "form": series.form,
            "time_period": figure.time_period,
            **numbers(figure),
            "unit": unit_text(figure),
            "qualifier": figure.qualifier,
            "qualifier_label": figure.get_qualifier_display(),
            "printed": quantity_text(figure),
            "status": figure.obs_status,
            "status_label": figure.get_obs_status_display(),
            "stage": figure.stage,
            "stage_label": figure.get_stage_display() if figure.stage else "",
            "rank": release.rank,
            "rank_label": release.get_rank_display(),
            "source": release.source.label,
            "release": release.title,
            "released_on": release.released_on,
            "reason": release.reason,
            "reason_label": release.get_reason_display(),
            "source_place": figure.source_place,
            "note": release.note,
        }


def title_of(series):
    """What tells it from others of the list: 地区生产总值 · 重庆市, with its form where it is not the default one."""
    return str(series) if not series.is_default else f"{series.indicator.label} · {series.region.label}"


def value_and_limits(figure):
    """The number where it is exact, else the least and the most that are known: three decimals, None where unknown."""
    return (figure.mantissa, None, None) if figure.qualifier == Qualifier.EXACT else (None, *figure.limits)


def numbers(figure, places=0):
    """``value_and_limits`` by name, as printed; in the figure's own unit, or in one that is larger by 10^``places``."""
    found = (printed_number(figure, number, places) for number in value_and_limits(figure))
    return dict(zip(("value", "value_low", "value_high"), found, strict=True))


def printed_number(figure, number, places=0):
    """``number`` of ``figure`` with the decimals as printed, and never fewer than it has; None of None."""
    if number is None:
        return None
    shifted = number.scaleb(-places)
    return Printed(shifted, max(figure.decimals + places, -shifted.normalize().as_tuple().exponent, 0))
