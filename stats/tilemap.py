"""A schematic map: one tile a region, coloured by its value in a few classes. No geography: ``arrangements``."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.vocabulary.models import GroupMember, Region, RegionKind
from portal.vocabulary.quantities import Multiplier, Qualifier
from portal.vocabulary.templatetags.quantities import digits, quantity_text, unit_in_words

from .arrangements import places
from .codelists import Transformation
from .comparison import View, first_of_each, groups
from .computed import Computed
from .drawing import name_of
from .models import Observation, Series
from .periods import period_text
from .scales import Level, around_zero, low_to_high
from .snapshot import Snapshot
from .wholes import choose_whole

#: A tile of a phone has room for five digits.
ROOM = 100_000
NATION = "100000"


@dataclass(frozen=True)
class Tile:
    region: Region
    series: Series | None
    #: What is known of it (``Comparison.rows``).
    cell: dict | None
    #: What the map draws of that: a figure, or what was computed.
    drawn: Observation | Computed | None
    level: Level | None
    #: From 1; None where the arrangement has no place for it.
    row: int | None
    column: int | None
    #: The value in words that have room on a tile, rounded; and all of them.
    short: str
    words: str
    #: Whether the reader has chosen it.
    is_marked: bool

    @property
    def name(self):
        return self.region.short_name or self.region.label

    @property
    def key(self):
        """The end of the name of its style."""
        return self.level.key if self.level else "0"

    @property
    def is_computed(self):
        return isinstance(self.drawn, Computed)

    @property
    def is_bound(self):
        return bool(self.drawn) and _is_bound(self.drawn)

    @property
    def is_told(self):
        """Whether anything at all is known of it in this view, drawn or not."""
        return bool(self.drawn or (self.cell and (self.cell["growth"] or self.cell["computed"])))


class TileMap:
    """The parts of a region on tiles, for one period; of a group, the parts of each of its members."""

    @classmethod
    def chosen(cls, form, series, previewed=None):
        """The map that ``form`` asks for; None, and an error at its field, where there is none."""
        areas = Areas(usual_form(series))
        area = form.choose("within", areas.choices, areas.default)
        if area is None:
            return None
        day = form.cleaned_data["as_of"]
        found = cls(series, areas, area, form.chosen_view, day, previewed, form.cleaned_data["region"])
        if found.view == View.SHARE and not choose_whole(form, [found.snapshot], usual=area):
            return None
        period = form.choose("period", [(one, period_text(one)) for one in found.periods], found.usual_period)
        if period:
            found.snapshot.at(period, as_of=day, previewed=previewed)
        return None if period is None else found

    def __init__(self, series, areas, address, view=View.LEVEL, day=None, previewed=None, marked=()):
        """``series`` are all of an indicator, ``areas`` (Areas) the regions of which there are maps."""
        self.view, self.day, self.previewed, self.marked = view, day, previewed, set(marked)
        #: None where there is no region to make a map of.
        self.area = areas.regions.get(address)
        self.parts = areas.parts(self.area) if self.area else {}
        shown = {one.pk for parts in self.parts.values() for one in parts}
        self.series = {one.region_id: one for one in areas.series if one.region_id in shown}
        self.snapshot = Snapshot(series, list(self.series.values()), view=view)

    @cached_property
    def _counts(self):
        told = [*self.snapshot.chosen, *filter(None, self.snapshot.growth.values())]
        known = Observation.objects.known(self.day, previewed=self.previewed).filter(series__in=told)
        counts = known.order_by().values("time_period").annotate(number=Count("series__region", distinct=True))
        return dict(counts.order_by("-time_period").values_list("time_period", "number"))

    @property
    def periods(self):
        """Those of which a figure is known, newest first."""
        return list(self._counts)

    @property
    def usual_period(self):
        """The newest period of which at least half as many regions are known as of any: the newest may have but two."""
        most = max(self._counts.values(), default=0)
        return next((period for period, number in self._counts.items() if 2 * number >= most), "")

    @property
    def period(self):
        return self.snapshot.period

    # What is drawn -------------------------------------------------------------------------------------------------

    @cached_property
    def _drawn(self):
        """What is drawn, by the key of its region."""
        found = {key: self.snapshot.drawn(cell) for key, cell in self.snapshot.cells.items()}
        return {key: one for key, one in found.items() if one}

    @property
    def is_change(self):
        """Whether zero divides its values: those above it have grown."""
        counted = self.snapshot.counted
        is_change = counted and counted.transformation == Transformation.YEAR_ON_YEAR
        return bool(is_change or self.view == View.GROWTH)

    @cached_property
    def shift(self):
        """In which multiplier tiles count: that of the series, or the next where numbers would be too long."""
        counted = self.snapshot.counted
        if counted is None:
            return 0
        most = max((abs(_number(one)) for one in self._drawn.values()), default=0)
        larger = counted.unit_mult + 4
        is_long = most >= Decimal(ROOM).scaleb(counted.unit_mult) and larger in Multiplier.values
        return larger if is_long else counted.unit_mult

    @property
    def unit(self):
        counted = self.snapshot.counted
        return unit_in_words(counted.unit, self.shift) if counted else "%"

    @property
    def has_bounds(self):
        return any(map(_is_bound, self._drawn.values()))

    @cached_property
    def legend(self):
        """Pairs of a Level and its values in words, the highest first."""
        numbers = [_number(one) for one in self._drawn.values()]
        levels = around_zero(numbers) if self.is_change else low_to_high(numbers)
        return [(one, _joined(dict.fromkeys(map(self._short, (one.values[0], one.values[-1]))))) for one in levels]

    @cached_property
    def _levels(self):
        return {value: level for level, _span in self.legend for value in level.values}

    def _short(self, value):
        return digits(round(value.scaleb(-self.shift), self._places).normalize() + 0, self._places)

    @cached_property
    def _places(self):
        """How many decimals all tiles have: so many that they tell the values apart, and as few as have room."""
        counted = self.snapshot.counted
        if counted is None:
            return 1 if self.view == View.GROWTH else 2
        numbers = [abs(_number(one)).scaleb(-self.shift) for one in self._drawn.values()]
        if all(one == one.to_integral_value() for one in numbers):
            return 0
        found = next((places for places, least in ((0, 1000), (1, 100)) if max(numbers) >= least), 2)
        is_printed = self.shift == counted.unit_mult
        return min(found, max(one.decimals for one in self._drawn.values())) if is_printed else found

    @cached_property
    def maps(self):
        """Triples of a region, its tiles by row and column, and those for which there is no place."""
        made = []
        for region, parts in self.parts.items():
            arranged = places(region.code)
            tiles = [self._tile(one, {} if one.valid_to else arranged) for one in parts]
            # What is no longer in force is there for the periods of its time alone.
            tiles = [one for one in tiles if one.is_told or not one.region.valid_to]
            placed = sorted((one for one in tiles if one.row), key=lambda one: (one.row, one.column))
            made.append((region, placed, [one for one in tiles if not one.row]))
        return made

    def _tile(self, region, arranged):
        cell, drawn = self.snapshot.cells.get(region.pk), self._drawn.get(region.pk)
        row, column = arranged.get(region.code, (None, None))
        words = _("no data") if drawn is None else drawn.text if isinstance(drawn, Computed) else quantity_text(drawn)
        refused = cell and cell["note"] and cell["computed"].refusal
        return Tile(
            region=region,
            series=self.series.get(region.pk),
            cell=cell,
            drawn=drawn,
            level=self._levels[_number(drawn)] if drawn else None,
            row=row,
            column=column,
            short=self._on_tile(drawn) if drawn else _("no data"),
            words=f"{words} · {refused}" if refused else words,
            is_marked=region.address in self.marked,
        )

    def _on_tile(self, drawn):
        sign = "+" if self.is_change and not _is_bound(drawn) and _number(drawn) > 0 else ""
        if isinstance(drawn, Computed):
            return sign + drawn.text.replace("%", "")
        return sign + Qualifier(drawn.qualifier).wrap(_joined([self._short(end) for end in _ends(drawn)]))

    @cached_property
    def table(self):
        """The tiles of which something is known, the largest value first, what is not drawn last."""
        tiles = [one for _region, placed, rest in self.maps for one in (*placed, *rest) if one.is_told]
        return sorted(tiles, key=lambda one: (bool(one.drawn), one.drawn and _number(one.drawn)), reverse=True)

    @property
    def without(self):
        """The regions of which no value is known, and nobody says why."""
        refused = {region.pk for _why, regions in self.refused for region in regions}
        tiles = (one for _region, placed, rest in self.maps for one in (*placed, *rest))
        return [one.region for one in tiles if not one.is_told and one.region.pk not in refused]

    @property
    def refused(self):
        """Pairs of why nothing was computed, and the regions for which it was not."""
        return self.snapshot.refused

    @property
    def name(self):
        return name_of(self.area) if self.area else ""


class Areas:
    """The regions of which a map can be made: those with parts that have figures, and groups of them; China always."""

    def __init__(self, series):
        self.series = series
        above = {one.region.parent_id for one in series} - {None}
        nation = Region.objects.current().filter(code=NATION).values_list("pk", flat=True)
        self.above = above | set(nation)
        self.members = defaultdict(set)
        for group, member in GroupMember.objects.filter(member__in=above, valid_to="").values_list("group", "member"):
            self.members[group].add(member)
        found = Region.objects.filter(pk__in={*self.above, *self.members})
        self.regions = {one.address: one for one in found.order_by("code")}

    @property
    def choices(self):
        return [(address, name_of(region)) for address, region in self.regions.items()]

    @property
    def default(self):
        """China where its provinces have figures, else the region with most parts that have some."""
        counts = defaultdict(int)
        for one in self.series:
            counts[one.region.parent_id] += 1
        ranked = sorted(self.regions.values(), key=lambda one: (one.code != NATION, -counts[one.pk]))
        return next((one.address for one in ranked if counts[one.pk]), ranked[0].address if ranked else "")

    def parts(self, area):
        """Region → the list of its parts, with figures or without."""
        holders = self.members[area.pk] if area.kind == RegionKind.GROUP else {area.pk}
        parts = defaultdict(list)
        told = Q(valid_to="") | Q(pk__in=[one.region_id for one in self.series])
        found = Region.objects.filter(told, parent__in=holders).exclude(kind=RegionKind.GROUP)
        for one in found.select_related("parent").order_by("parent__code", "code"):
            parts[one.parent].append(one)
        return parts


def usual_form(series):
    """The first series of each region, those of the form that most of them have."""
    return max(groups(first_of_each(series).values()), key=len, default=[])


def _joined(ends):
    """One number, or two as the ends of a range."""
    low, *high = ends
    return pgettext("quantity", "%(low)s–%(high)s") % {"low": low, "high": high[0]} if high else low


def _is_bound(drawn):
    return drawn.is_bound if isinstance(drawn, Computed) else Qualifier(drawn.qualifier).is_bound


def _ends(drawn):
    """The number of what is drawn, in base units; of a range both its ends."""
    if isinstance(drawn, Computed):
        return [end for end in dict.fromkeys(drawn.interval) if end.is_finite()]
    ends = [drawn.mantissa] if drawn.mantissa is not None else [drawn.value_low, drawn.value_high]
    return [end.scaleb(drawn.unit_mult) for end in ends]


def _number(drawn):
    """By what it is ranked: its number, of a range the middle."""
    ends = _ends(drawn)
    return sum(ends) / len(ends)
