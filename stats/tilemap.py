"""A schematic map: one tile a region, coloured by its value in at most five classes. No geography: ``arrangements``."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.vocabulary.models import GroupMember, Region, RegionKind
from portal.vocabulary.quantities import Multiplier, Qualifier
from portal.vocabulary.templatetags.quantities import digits, unit_text

from .arrangements import places
from .comparison import first_of_each, groups
from .drawing import name_of
from .models import Observation, Series
from .periods import period_text

CLASSES = 5
#: A tile of a phone has room for five digits.
ROOM = 100_000
NATION = "100000"


@dataclass(frozen=True)
class Tile:
    region: Region
    series: Series | None
    figure: Observation | None
    #: 1 is the lowest class; 0 stands for no value.
    level: int
    #: From 1; None where the arrangement has no place for it.
    row: int | None
    column: int | None
    #: The value in words that have room on a tile, rounded.
    short: str
    #: The name of its class.
    class_name: str = ""
    #: Whether the reader has chosen it.
    is_marked: bool = False

    @property
    def name(self):
        return self.region.short_name or self.region.label

    @property
    def is_bound(self):
        return bool(self.figure) and Qualifier(self.figure.qualifier).is_bound


@dataclass(frozen=True)
class Level:
    """A class of values: its number, its name, and the least and the most of the values in it."""

    number: int
    name: str
    values: str
    count: int


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
        found = cls(areas, area, day, previewed, form.cleaned_data["region"])
        period = form.choose("period", [(one, period_text(one)) for one in found.periods], found.usual_period)
        return None if period is None else found.at(period)

    def __init__(self, areas, address, day=None, previewed=None, marked=()):
        self.day, self.previewed, self.marked = day, previewed, set(marked)
        #: None where there is no region to make a map of.
        self.area = areas.regions.get(address)
        self.parts = areas.parts(self.area) if self.area else {}
        self.series = {one.region_id: one for one in areas.series}

    @property
    def shown_series(self):
        return [self.series[one.pk] for parts in self.parts.values() for one in parts if one.pk in self.series]

    @cached_property
    def _counts(self):
        known = Observation.objects.known(self.day, previewed=self.previewed).filter(series__in=self.shown_series)
        counts = known.order_by().values("time_period").annotate(number=Count("series", distinct=True))
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

    def at(self, period):
        """``self`` with the figures of ``period``."""
        self.period = period
        figures = Observation.objects.filter(series__in=self.shown_series, time_period=period)
        figures = figures.as_of(self.day, previewed=self.previewed).select_related("unit", "release__source")
        self.figures = {one.series_id: one for one in figures}
        return self

    # What is drawn -------------------------------------------------------------------------------------------------

    @cached_property
    def shift(self):
        """In which multiplier tiles count: that of the series, or the next where numbers would be too long."""
        series = self.shown_series[0]
        most = max((abs(_number(one)) for one in self._drawn.values()), default=0)
        larger = series.unit_mult + 4
        is_long = most >= Decimal(ROOM).scaleb(series.unit_mult) and larger in Multiplier.values
        return larger if is_long else series.unit_mult

    @property
    def unit(self):
        return unit_text(Series(unit=self.shown_series[0].unit, unit_mult=self.shift)) if self.shown_series else ""

    @cached_property
    def _drawn(self):
        """The figures that have a value in the unit of their series, by the key of the series."""
        units = {one.pk: one.unit_id for one in self.shown_series}
        return {key: one for key, one in self.figures.items() if one.has_value and one.unit_id == units[key]}

    @cached_property
    def _levels(self):
        return classes([_number(one) for one in self._drawn.values()])

    @cached_property
    def _names(self):
        return {level.number: level.name for level in self.legend}

    @property
    def has_bounds(self):
        return any(Qualifier(one.qualifier).is_bound for one in self._drawn.values())

    @cached_property
    def legend(self):
        """The Levels, the highest first."""
        names = {1: [_("all")], 2: [_("lower"), _("higher")], 3: [_("low"), _("middle"), _("high")]}
        names[4] = [_("lowest"), _("low"), _("high"), _("highest")]
        names[5] = [_("lowest"), _("low"), _("middle"), _("high"), _("highest")]
        members = defaultdict(list)
        for value in map(_number, self._drawn.values()):
            members[self._levels[value]].append(value)
        return [
            Level(self._colour(one), names[len(members)][one - 1], self._span(members[one]), len(members[one]))
            for one in sorted(members, reverse=True)
        ]

    def _colour(self, level):
        """The class from 1 to CLASSES: where there are fewer, they are the ones furthest apart."""
        count = len(set(self._levels.values()))
        return level if count in {1, CLASSES} else 1 + round((level - 1) * (CLASSES - 1) / (count - 1))

    def _span(self, values):
        ends = dict.fromkeys(self._short(value) for value in (min(values), max(values)))
        return _joined(list(ends))

    def _short(self, value):
        return digits(round(value.scaleb(-self.shift), self._places).normalize() + 0, self._places)

    @cached_property
    def _places(self):
        """How many decimals all tiles have: so many that they tell the values apart, and as few as have room."""
        numbers = [abs(_number(one)).scaleb(-self.shift) for one in self._drawn.values()]
        if all(one == one.to_integral_value() for one in numbers):
            return 0
        return next((places for places, least in ((0, 1000), (1, 100)) if max(numbers) >= least), 2)

    @cached_property
    def maps(self):
        """Triples of a region, its tiles by row and column, and those for which there is no place."""
        made = []
        for region, parts in self.parts.items():
            arranged = places(region.code)
            tiles = [self._tile(one, *arranged.get(one.code, (None, None))) for one in parts]
            placed = sorted((one for one in tiles if one.row), key=lambda one: (one.row, one.column))
            made.append((region, placed, [one for one in tiles if not one.row]))
        return made

    def _tile(self, region, row, column):
        series = self.series.get(region.pk)
        figure = self._drawn.get(series.pk) if series else None
        is_marked = region.address in self.marked
        if not figure:
            return Tile(region, series, None, 0, row, column, _("no data"), is_marked=is_marked)
        level = self._colour(self._levels[_number(figure)])
        return Tile(
            region, series, figure, level, row, column, self._words(figure), self._names[level], is_marked=is_marked
        )

    def _words(self, figure):
        ends = [figure.mantissa] if figure.mantissa is not None else [figure.value_low, figure.value_high]
        return Qualifier(figure.qualifier).wrap(_joined([self._short(end.scaleb(figure.unit_mult)) for end in ends]))

    @property
    def table(self):
        """The tiles with a value, the largest first."""
        tiles = [one for _region, placed, rest in self.maps for one in (*placed, *rest) if one.figure]
        return sorted(tiles, key=lambda one: _number(one.figure), reverse=True)

    @property
    def without(self):
        """The regions of which no value is known."""
        return [one.region for _region, placed, rest in self.maps for one in (*placed, *rest) if not one.figure]

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
        found = Region.objects.current().filter(parent__in=holders).exclude(kind=RegionKind.GROUP)
        for one in found.select_related("parent").order_by("parent__code", "code"):
            parts[one.parent].append(one)
        return parts


def usual_form(series):
    """The first series of each region, those of the form that most of them have."""
    return max(groups(first_of_each(series).values()), key=len, default=[])


def classes(values):
    """Value → its class from 1, at most CLASSES of about as many values each; equal values share one."""
    distinct = sorted(set(values))
    ordered, found = sorted(values), {}
    for value in distinct:
        found[value] = min(CLASSES, 1 + ordered.index(value) * CLASSES // len(ordered))
    used = sorted(set(found.values()))
    return {value: used.index(level) + 1 for value, level in found.items()}


def _joined(ends):
    """One number, or two as the ends of a range."""
    return (
        ends[0]
        if len(ends) == 1
        else pgettext("quantity", "%(low)s–%(high)s") % dict(zip(("low", "high"), ends, strict=True))
    )


def _number(figure):
    """By what a figure is ranked: its number in base units, of a range the middle."""
    ends = [figure.mantissa] if figure.mantissa is not None else [figure.value_low, figure.value_high]
    return (sum(ends) / len(ends)).scaleb(figure.unit_mult)
