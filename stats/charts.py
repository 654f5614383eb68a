"""Line charts as geometry: values in; ticks, paths and places of text out. templates/stats/_chart.html draws them.

Nothing here knows the database or a colour. What is not exact is never joined by a line: a bound is an arrow away from
its number, a range a bar with caps, "about" an open circle. A missing period and a break in the series are gaps.
"""

import itertools
import json
import math
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from .periods import period_text

#: How many lines one chart can tell apart without colour: by marker, dash and the name at their ends.
LINES = 4
MARKER, ARROW, CAP, ROW = 4, 16, 5, 16
#: For this label charts that share an axis of time all have room, so that their years stand below one another.
WIDEST = "1500000"
GROWING_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]


class Kind(StrEnum):
    EXACT = "exact"
    ABOUT = "about"
    ABOVE = "above"
    BELOW = "below"
    RANGE = "range"


@dataclass(frozen=True)
class Point:
    """A value at a place in time (``Frequency.slot``); ``end`` is the upper end of a range."""

    slot: int
    value: float
    end: float | None = None
    kind: Kind = Kind.EXACT
    #: Its period and its value in words.
    period: str = ""
    said: str = ""
    #: The values before it were measured otherwise.
    is_break: bool = False
    #: No line leads here from the period before, as where counting since January begins again.
    starts: bool = False

    @property
    def highest(self):
        return self.value if self.end is None else self.end

    @property
    def text(self):
        return f"{self.period} {self.said}"


@dataclass(frozen=True)
class Line:
    name: str
    points: list[Point]
    #: Which colour, dash and marker it has, from 1; by its place among the lines where it is 0.
    number: int = 0


@dataclass(frozen=True)
class Size:
    """A drawing area in units that a page shows as pixels, about 1 : 1, so that text keeps its size on a phone."""

    name: str
    width: int
    height: int
    font: int = 13
    longest_name: int = 10


WIDE = Size("wide", 760, 360)
HALF = Size("wide", 560, 280)
NARROW = Size("narrow", 358, 300, font=12, longest_name=5)


@dataclass(frozen=True)
class Box:
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Mark:
    """One value as drawn: at x, from y to ``reach`` (the end of its arrow or bar)."""

    kind: Kind
    x: float
    y: float
    reach: float
    path: str
    text: str


@dataclass(frozen=True)
class DrawnLine:
    number: int
    name: str
    short_name: str
    runs: list[str]
    marks: list[Mark]
    breaks: list[str]
    #: Where its name stands at the right edge, with its marker before it and a thread from its last value.
    name_x: float
    name_y: float
    key: str
    thread: str
    #: For each point its slot, x, y, period and value in words, as JSON: what a script reads out.
    reading: str


@dataclass(frozen=True)
class Chart:
    size: Size
    plot: Box
    y_ticks: list[tuple[float, str]]
    x_ticks: list[tuple[float, str]]
    lines: list[DrawnLine]
    starts_at_zero: bool
    #: Where zero lies, if it lies inside and is not the floor.
    zero: float | None
    #: Whether the lines have their names beside them.
    is_named: bool


def draw(lines, size, frequency, slots=None):
    """The Chart of ``lines`` (at most LINES with a value) in a Size; None where there is no value at all.

    ``slots``, the first and the last, are the axis of time where several charts share one: then a line has its name
    even where it is alone.
    """
    is_named = slots is not None or sum(bool(line.points) for line in lines) > 1
    lines = [
        replace(line, points=sorted(line.points, key=lambda point: point.slot), number=line.number or number)
        for number, line in enumerate((line for line in lines if line.points), start=1)
    ]
    if not lines:
        return None
    values = [value for line in lines for point in line.points for value in (point.value, point.highest)]
    ticks = value_ticks(min(values), max(values), from_zero=len(lines) > 1)
    labels = tick_labels(ticks)
    plot = _plot(size, [*labels, WIDEST] if slots else labels, lines if is_named else [])
    told = [point.slot for line in lines for point in line.points]
    kinds = {point.kind for line in lines for point in line.points}
    scale = Scale(plot, slots or (min(told), max(told)), (float(ticks[0]), float(ticks[-1])), kinds)
    return Chart(
        size=size,
        plot=plot,
        y_ticks=[(scale.y(float(tick)), label) for tick, label in zip(ticks, labels, strict=True)],
        x_ticks=[
            (_inside(scale.x(slot), name, size), name)
            for slot, name in time_ticks(*scale.slots, frequency, scale.room, size.font)
        ],
        lines=_drawn(lines, scale, size),
        starts_at_zero=ticks[0] <= 0 <= ticks[-1],
        zero=scale.y(0) if ticks[0] < 0 < ticks[-1] else None,
        is_named=is_named,
    )


class Scale:
    """From slots and values to places inside the plot, which keeps room for markers and arrows at its edges."""

    def __init__(self, plot, slots, values, kinds):
        self.plot, self.slots, self.values = plot, slots, values
        self.left, self.room = plot.left + 8, plot.right - plot.left - 16
        self.top = plot.top + (ARROW + 2 if Kind.ABOVE in kinds else 0)
        self.bottom = plot.bottom - (ARROW + 2 if Kind.BELOW in kinds else 0)

    def x(self, slot):
        first, last = self.slots
        share = (slot - first) / (last - first) if last > first else 0.5
        return round(self.left + share * self.room, 1)

    def y(self, value):
        low, high = self.values
        return round(self.bottom - (value - low) / (high - low) * (self.bottom - self.top), 1)

    def between(self, slot):
        """Half a period before ``slot``, where a break lies."""
        first, last = self.slots
        return self.x(slot) if last == first or slot == first else round((self.x(slot - 1) + self.x(slot)) / 2, 1)


# Axes --------------------------------------------------------------------------------------------------------------


def value_ticks(low, high, from_zero=False, count=5):
    """Round numbers from at or below ``low`` to at or above ``high``, evenly apart, as decimals.

    They begin at zero, unless ``from_zero`` is False and the values are far from it and near to one another: then
    all of the plot shows what differs, and the chart must say that it does not begin at zero.
    """
    if from_zero or low < high / 2 or high <= 0 or high - low <= 1e-6 * high:
        low, high = min(low, 0), max(high, 0)
    if low == high:
        high = low + 1
    raw = (high - low) / count
    power = math.floor(math.log10(raw))
    steps = (Decimal(step).scaleb(power) for step in ("1", "2", "2.5", "5", "10", "20"))
    step = next(step for step in steps if float(step) >= raw * (1 - 1e-9))
    first, last = math.floor(low / float(step)), math.ceil(high / float(step))
    # Division rounds: a value may lie a hair outside of the tick that it was divided by.
    first -= float(step * first) > low
    last += float(step * last) < high
    return [step * number for number in range(first, last + 1)]


def tick_labels(ticks):
    """The ticks in figures, all with the same number of decimal places, as few as tell them apart."""
    places = max(0, *(-tick.normalize().as_tuple().exponent for tick in ticks))
    return [f"{tick:.{places}f}".replace("-", "\u2212") if tick else "0" for tick in ticks]


def time_ticks(first, last, frequency, room, font):
    """Pairs of slot and name for the axis of time, as many as ``room`` has space for; years where not all have it."""
    slots, year = last - first + 1, frequency.in_a_year
    gap = room / max(slots - 1, 1)
    if year == 365:
        return _days(first, last, frequency, gap, font)
    if year != 1:
        needed = text_width(period_text(frequency.period_at(last)), font) + 12
        step = next((step for step in (1, 2, 3, 6, 12) if gap * step >= needed), None)
        if step == 1 or (step and slots <= 2 * year):
            places = reversed(range(last, first - 1, -step))
            return [(slot, period_text(frequency.period_at(slot))) for slot in places]
    needed = text_width("2022", font) + 14
    step = next((step for step in GROWING_STEPS if gap * step * year >= needed), GROWING_STEPS[-1])
    # Counted back from the newest year, which every reader looks for.
    newest = last - last % year if last - last % year >= first else last
    places = range(newest, first - 1, -step * year)
    return [(slot, frequency.period_at(slot)[:4]) for slot in reversed(places)]


def _inside(x, name, size):
    """The middle of a name at ``x``, moved where it would leave the drawing."""
    half = text_width(name, size.font) / 2
    return round(min(max(x, half), size.width - half), 1)


def _days(first, last, frequency, gap, font):
    needed = text_width("2022-07-15", font) + 14
    step = next((step for step in GROWING_STEPS if gap * step >= needed), last - first + 1)
    return [(slot, frequency.period_at(slot)) for slot in reversed(range(last, first - 1, -step))]


def text_width(text, font):
    """About how wide a text is drawn: a Chinese character is a square, a digit a little more than half of one."""
    return sum(font if unicodedata.east_asian_width(one) in "WF" else 0.6 * font for one in text)


def _plot(size, labels, lines):
    left = max(text_width(label, size.font) for label in labels) + 10
    right = size.width - 10
    if lines:
        right -= max(text_width(short(line.name, size), size.font) for line in lines) + 24
    return Box(round(left, 1), round(right, 1), size.font * 2 + 6, size.height - size.font * 2)


def short(name, size):
    """A name cut to what a phone has room for."""
    longest = size.longest_name * (1 if text_width(name, 1) > 0.8 * len(name) else 2)
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


# Lines -------------------------------------------------------------------------------------------------------------


def _drawn(lines, scale, size):
    ends = [(scale.x(line.points[-1].slot), scale.y(line.points[-1].value)) for line in lines]
    places = apart([y for _x, y in ends], ROW, scale.plot.top, scale.plot.bottom)
    edge = scale.plot.right
    return [
        DrawnLine(
            number=line.number,
            name=line.name,
            short_name=short(line.name, size),
            runs=[" ".join(f"{scale.x(one.slot)},{scale.y(one.value)}" for one in run) for run in runs(line.points)],
            marks=[_mark(point, line.number, scale) for point in _marked(line.points, scale)],
            breaks=[_break(point, scale) for point in line.points if point.is_break],
            name_x=edge + 20,
            name_y=place,
            key=_shape(line.number, edge + 12, place),
            thread=f"M{x + 6} {y}L{edge + 6} {place}" if edge - x > 12 or abs(place - y) > 3 else "",
            reading=_reading(line.points, scale),
        )
        for line, (x, y), place in zip(lines, ends, places, strict=True)
    ]


def _reading(points, scale):
    read = [(point.slot, scale.x(point.slot), scale.y(point.value), point.period, point.said) for point in points]
    return json.dumps(read, ensure_ascii=False)


def runs(points):
    """The stretches of exact values of neighbouring periods, two or more in each, that a line may join."""
    stretches = []
    before = None
    for point in points:
        joined = before is not None and before.kind == point.kind == Kind.EXACT and point.slot == before.slot + 1
        if joined and not point.is_break and not point.starts:
            stretches[-1].append(point)
        else:
            stretches.append([point])
        before = point
    return [stretch for stretch in stretches if len(stretch) > 1]


def apart(places, gap, top, bottom):
    """``places`` moved as little as needed to lie ``gap`` apart between ``top`` and ``bottom``, in the same order."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [0.0] * len(places)
    floor = top
    for index in order:
        moved[index] = max(places[index], floor)
        floor = moved[index] + gap
    ceiling = bottom
    for index in reversed(order):
        moved[index] = round(min(moved[index], ceiling), 1)
        ceiling = moved[index] - gap
    return moved


def _marked(points, scale):
    """The points with a marker: all of them, or only those on no line where markers would run into one another."""
    if scale.room / max(scale.slots[1] - scale.slots[0], 1) >= 3 * MARKER:
        return points
    joined = set(itertools.chain.from_iterable(runs(points)))
    return [point for point in points if point not in joined]


def _mark(point, number, scale):
    x, y = scale.x(point.slot), scale.y(point.value)
    reach = {
        Kind.ABOVE: y - ARROW,
        Kind.BELOW: y + ARROW,
        Kind.RANGE: scale.y(point.highest),
    }.get(point.kind, y)
    path = {
        Kind.EXACT: lambda: _shape(number, x, y),
        Kind.ABOUT: lambda: _circle(x, y, MARKER + 1),
        Kind.RANGE: lambda: f"{_cap(x, y)}M{x} {y}V{reach}{_cap(x, reach)}",
    }.get(point.kind, lambda: _arrow(x, y, reach))()
    return Mark(point.kind, x, y, round(reach, 1), path, point.text)


def _break(point, scale):
    return f"M{scale.between(point.slot)} {scale.plot.top}V{scale.plot.bottom}"


def _arrow(x, y, reach):
    head = round(reach + (5 if reach < y else -5), 1)
    return f"{_cap(x, y)}M{x} {y}V{round(reach, 1)}M{x - 4:.1f} {head}L{x} {round(reach, 1)}L{x + 4:.1f} {head}"


def _cap(x, y):
    return f"M{x - CAP:.1f} {y}h{2 * CAP}"


def _circle(x, y, r):
    return f"M{x - r:.1f} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0Z"


def _shape(number, x, y):
    """The marker of a line: circle, square, triangle, diamond."""
    r = MARKER
    return [
        _circle(x, y, r),
        f"M{x - r:.1f} {y - r:.1f}h{2 * r}v{2 * r}h{-2 * r}Z",
        f"M{x:.1f} {y - r - 1:.1f}l{r + 1} {2 * r}h{-2 * (r + 1)}Z",
        f"M{x:.1f} {y - r - 1:.1f}l{r + 1} {r + 1}l{-r - 1} {r + 1}l{-r - 1} {-r - 1}Z",
    ][(number - 1) % LINES]
