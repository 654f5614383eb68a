"""Which series a figure of a table belongs to: one that is there, or a new one in the form that is usual here."""

import re
from collections import Counter, defaultdict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.vocabulary.models import Unit

from .codelists import PriceBasis, Transformation
from .models import Series

#: Aggregates of the national accounts are values at current prices where nothing else is said.
HAS_PRICES = re.compile(r"(生产总值|国民总收入|增加值)$")


class Shelf:
    """The series of some indicators; one query, and one more to ``write`` what is new.

    The price basis is what the table says; else that of the region's own series, else the commonest one of the
    indicator's other regions; else levels of ``HAS_PRICES`` are at current prices, and of others nothing is said. The
    first level of a region is its default, or the first series where the indicator has no levels.
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
        transformation = self._transformation(subject)
        kind = (subject.indicator.pk, frequency, subject.accumulation, transformation, subject.unit.dimension)
        said = subject.price_basis
        own = [one for one in self.by_region[kind, subject.region.pk] if said in (None, one.price_basis)]
        if own:
            return own[0]
        counted = self.dimensions[subject.indicator.pk, transformation]
        if counted and subject.unit.dimension not in counted:
            text = _("“%(name)s” is not counted in %(unit)s here. Correct the unit, or choose another indicator.")
            raise ValidationError(text % {"name": subject.indicator, "unit": subject.unit})
        return self._make(subject, frequency, transformation, said or self._basis(kind, subject))

    def write(self):
        """Create the new series; returns how many."""
        self._choose_defaults()
        return len(Series.objects.bulk_create(self.new))

    def _transformation(self, subject):
        """What the table says; but an indicator that has only shares (城镇化率) is one without saying so."""
        level, share = Transformation.LEVEL, Transformation.SHARE
        if subject.transformation != level or subject.unit.dimension != Unit.Dimension.SHARE:
            return subject.transformation
        has_levels = self.dimensions[subject.indicator.pk, level]
        return share if self.dimensions[subject.indicator.pk, share] and not has_levels else level

    def _basis(self, kind, subject):
        if usual := self.bases[kind]:
            return min(usual, key=lambda basis: (-usual[basis], basis))
        is_value = subject.unit.dimension == Unit.Dimension.CURRENCY and HAS_PRICES.search(subject.indicator.name)
        return PriceBasis.CURRENT if is_value else PriceBasis.NONE

    def _make(self, subject, frequency, transformation, basis):
        indicator, region = subject.indicator, subject.region
        series = Series(
            indicator=indicator,
            region=region,
            frequency=frequency,
            accumulation=subject.accumulation,
            transformation=transformation,
            price_basis=basis,
            unit=subject.unit,
            unit_mult=subject.unit_mult,
        )
        self._keep(series, subject.unit)
        self.new.append(series)
        return series

    def _choose_defaults(self):
        """Give each region that has none a default among what is new: its first level, else its first series."""
        for series in sorted(self.new, key=lambda one: one.transformation != Transformation.LEVEL):
            slot = (series.indicator_id, series.region_id)
            series.is_default = slot not in self.has_default
            self.has_default.add(slot)

    def _keep(self, series, unit):
        if series.is_default:
            self.has_default.add((series.indicator_id, series.region_id))
        transformation = series.transformation
        kind = (series.indicator_id, series.frequency, series.accumulation, transformation, unit.dimension)
        self.by_region[kind, series.region_id].append(series)
        self.bases[kind][series.price_basis] += 1
        self.dimensions[series.indicator_id, transformation].add(unit.dimension)
