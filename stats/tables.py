"""Series, each with its newest figure, as rows of a file."""

from functools import cache
from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from portal.publishing.tables import Printed
from portal.search.lists import Table
from portal.vocabulary.quantities import Qualifier
from portal.vocabulary.templatetags.quantities import quantity_text, unit_in_words

from .codelists import ObsStatus, Rank, Reason, Stage, form_in_words
from .models import Indicator
from .reading_through import read_through


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
        ("footnote", _("footnote")),
        ("note", _("note")),
        ("url", _("address")),
    ]

    def __init__(self, explanation=None, day=None):
        self.explanation, self.day = explanation, day
        # What many rows share is put in words once for a file, whose language does not change.
        self.word, self.form, self.unit = cache(_word), cache(form_in_words), cache(unit_in_words)
        self.label, self.address = cache(attrgetter("label")), cache(Indicator.get_absolute_url)

    def rows(self, records):
        return map(self.row, read_through(records, self.day))

    def row(self, series):
        (figure,) = series.latest
        indicator, region, release = series.indicator, series.region, figure.release
        if self.explanation:
            self.explanation.add(figure)
        return {
            "kind": Indicator.search_kind,
            "title": title_of(series, self.label),
            "url": series.get_absolute_url(as_of=self.day, within=self.address(indicator)),
            "indicator": self.label(indicator),
            "region": self.label(region),
            "region_code": region.code,
            "form": self.form(*series.key),
            "time_period": figure.time_period,
            **numbers(figure),
            "unit": self.unit(figure.unit, figure.unit_mult),
            "qualifier": figure.qualifier,
            "qualifier_label": self.word(Qualifier, figure.qualifier),
            "printed": quantity_text(figure),
            "status": figure.obs_status,
            "status_label": self.word(ObsStatus, figure.obs_status),
            "stage": figure.stage,
            "stage_label": self.word(Stage, figure.stage) if figure.stage else "",
            "rank": release.rank,
            "rank_label": self.word(Rank, release.rank),
            "source": self.label(release.source),
            "release": release.title,
            "released_on": release.released_on,
            "reason": release.reason,
            "reason_label": self.word(Reason, release.reason),
            "source_place": figure.source_place,
            "footnote": figure.footnote,
            "note": release.note,
        }


def _word(choices, value):
    return str(choices(value).label)


def title_of(series, label=attrgetter("label")):
    """What tells it from others of the list: 地区生产总值 · 重庆市, with its form where it is not the default one."""
    return f"{label(series.indicator)} · {label(series.region)}" if series.is_default else str(series)


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
