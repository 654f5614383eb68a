"""Which series a figure of a table belongs to: one that is there, or a new one in the form that is usual here."""

import re
from collections import Counter, defaultdict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.vocabulary.models import Unit

from .codelists import PriceBasis, Transformation
from .models import Series

#: Aggregates of the national accounts are values at current prices where nothing else is said.
AT_CURRENT_PRICES = re.compile(r"(生产总值|国民总收入|增加值)$")


class Shelf:
    """The series of some indicators; one query, and one more to ``write`` what is new.

    Tables give levels. The price basis is that of the region's own series, else the commonest one of the indicator's
    other regions, else what ``AT_CURRENT_PRICES`` says. The first series of a region is its default.
    """

    def __init__(self, indicators):
        self.by_region, self.bases = defaultdict(list), defaultdict(Counter)
        self.dimensions, self.has_default = defaultdict(set), set()
        self.new = []
        stored = Series.objects.filter(indicator__in=[indicator.pk for indicator in indicators])
        for series in stored.select_related("unit").order_by("-is_default", "pk"):
            self._keep(series, series.unit)

    def series_for(self, subject, frequency):
        """The ``Series`` for figures about ``subject`` at ``frequency``; a new one has its key when it is written.

        Raises ``ValidationError`` where the indicator is counted in units of another kind.
        """
        kind = (subject.indicator.pk, frequency, subject.accumulation, subject.unit.dimension)
        own = self.by_region[kind, subject.region.pk]
        if own:
            return own[0]
        counted = self.dimensions[subject.indicator.pk]
        if counted and subject.unit.dimension not in counted:
            text = _("“%(name)s” is not counted in %(unit)s here. Choose another indicator with --indicator.")
            raise ValidationError(text % {"name": subject.indicator, "unit": subject.unit})
        return self._make(subject, frequency, self._basis(kind, subject))

    def write(self):
        """Create the new series; returns how many."""
        return len(Series.objects.bulk_create(self.new))

    def _basis(self, kind, subject):
        if usual := self.bases[kind]:
            return min(usual, key=lambda basis: (-usual[basis], basis))
        is_value = subject.unit.dimension == Unit.Dimension.CURRENCY and AT_CURRENT_PRICES.search(
            subject.indicator.name
        )
        return PriceBasis.CURRENT if is_value else PriceBasis.NONE

    def _make(self, subject, frequency, basis):
        indicator, region = subject.indicator, subject.region
        series = Series(
            indicator=indicator,
            region=region,
            frequency=frequency,
            accumulation=subject.accumulation,
            price_basis=basis,
            unit=subject.unit,
            unit_mult=subject.unit_mult,
            is_default=(indicator.pk, region.pk) not in self.has_default,
        )
        self._keep(series, subject.unit)
        self.new.append(series)
        return series

    def _keep(self, series, unit):
        if series.is_default:
            self.has_default.add((series.indicator_id, series.region_id))
        if series.transformation == Transformation.LEVEL:
            kind = (series.indicator_id, series.frequency, series.accumulation, unit.dimension)
            self.by_region[kind, series.region_id].append(series)
            self.bases[kind][series.price_basis] += 1
            self.dimensions[series.indicator_id].add(unit.dimension)
