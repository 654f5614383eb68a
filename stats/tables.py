"""Series, each with its newest figure, as rows of a file and as entries of a feed."""

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from portal.publishing.feeds import Entry
from portal.search.lists import Table
from portal.vocabulary.quantities import Qualifier
from portal.vocabulary.templatetags.quantities import quantity_text, unit_text

from .codelists import Rank
from .models import Indicator, Observation
from .periods import period_text
from .templatetags.figures import remarks


class SeriesTable(Table):
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
        ("url", _("address")),
    ]

    def row(self, series):
        figure = series.latest[0]
        release = figure.release
        return {
            "kind": Indicator.search_kind,
            "title": _title(series),
            "url": series.get_absolute_url(),
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
        }

    def newest(self, series):
        """By the hour at which their newest figure became public here."""
        latest = Observation.objects.latest().filter(series=OuterRef("pk"))
        return super().newest(series.annotate(published_at=Subquery(latest.values("release__published_at")[:1])))

    def entry(self, series):
        """A figure is an entry: the next one of its series is another, though the address stays."""
        figure = series.latest[0]
        release = figure.release
        claim = [] if release.rank == Rank.OFFICIAL else [release.get_rank_display()]
        words = [_title(series), period_text(figure.time_period), quantity_text(figure), *claim, *remarks(figure)]
        return Entry(
            " · ".join(words),
            series.get_absolute_url(),
            release.published_at,
            release.updated_at,
            f"{release.title} · {release.released_on:%Y-%m-%d}",
            release.source.label,
            f"{figure.time_period}.{figure.release_id}",
        )


def _title(series):
    """What tells it from others of the list: 地区生产总值 · 重庆市, with its form where it is not the default one."""
    return str(series) if not series.is_default else f"{series.indicator.label} · {series.region.label}"


def numbers(figure):
    """The number where it is exact, else the limits that are known; in the figure's own unit."""
    low, high = figure.limits
    if figure.qualifier == Qualifier.EXACT:
        return {"value": figure.mantissa, "value_low": None, "value_high": None}
    return {"value": None, "value_low": low, "value_high": high}
