"""Geometry of charts: ticks, gaps, bounds, and that nothing is drawn outside."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.charts import (
    ARROW,
    LINES,
    NARROW,
    ROW,
    WIDE,
    Kind,
    Line,
    Point,
    apart,
    draw,
    runs,
    short,
    text_width,
    tick_labels,
    time_ticks,
    value_ticks,
)
from stats.periods import Frequency

ANNUAL = Frequency.ANNUAL


def line(*values, name="重庆市", first=2020):
    """A line of exact values of neighbouring years; None is a missing one."""
    points = [Point(first + n, value) for n, value in enumerate(values) if value is not None]
    return Line(name, points)


def chart(*lines, size=WIDE, frequency=ANNUAL):
    return draw(lines, size, frequency)


@pytest.mark.parametrize(
    ("low", "high", "from_zero", "labels"),
    [
        (3949, 33757.93, False, ["0", "10000", "20000", "30000", "40000"]),
        (3070, 3213, False, ["3050", "3100", "3150", "3200", "3250"]),
        (3070, 3213, True, ["0", "1000", "2000", "3000", "4000"]),
        (-2.5, 3.1, False, ["−4", "−2", "0", "2", "4"]),
        (-7, -3, False, ["−8", "−6", "−4", "−2", "0"]),
        (0.012, 0.2, False, ["0", "0.05", "0.10", "0.15", "0.20"]),
        (5, 5, False, ["0", "1", "2", "3", "4", "5"]),
        (0, 0, False, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ],
)
def test_ticks_are_round_numbers_around_all_values(low, high, from_zero, labels):
    assert tick_labels(value_ticks(low, high, from_zero)) == labels


def test_an_axis_leaves_zero_only_for_one_line_of_values_near_one_another():
    assert chart(line(3070, 3213)).starts_at_zero is False
    assert chart(line(3070, 3213), line(8196, 8364, name="四川省")).starts_at_zero is True
    assert chart(line(100, 3213)).starts_at_zero is True
    assert chart(line(-3, 5)).starts_at_zero is True


def test_zero_is_drawn_where_values_lie_on_both_sides_of_it():
    both, above = chart(line(-3, 5)), chart(line(3, 50))

    assert both.zero == next(y for y, label in both.y_ticks if label == "0")
    assert above.zero is None


def test_nothing_makes_no_chart():
    assert chart() is None
    assert chart(Line("重庆市", [])) is None


def test_a_single_value_stands_in_the_middle():
    drawn = chart(line(50))

    (mark,) = drawn.lines[0].marks
    assert mark.x == pytest.approx((drawn.plot.left + drawn.plot.right) / 2, abs=0.1)
    assert drawn.lines[0].runs == []


def test_equal_values_lie_on_one_level_with_zero_below():
    drawn = chart(line(7, 7, 7))

    assert len({mark.y for mark in drawn.lines[0].marks}) == 1
    assert drawn.starts_at_zero
    assert drawn.lines[0].marks[0].y < drawn.plot.bottom


def test_a_missing_period_is_a_gap():
    found = runs(line(1, 2, None, 4, 5, None, 7).points)

    assert [[point.slot for point in run] for run in found] == [[2020, 2021], [2023, 2024]]


def test_a_break_is_a_gap_with_a_mark_between_the_periods():
    points = [Point(2020, 1), Point(2021, 2), Point(2022, 9, is_break=True), Point(2023, 10)]

    drawn = chart(Line("重庆市", points)).lines[0]

    assert [[point.slot for point in run] for run in runs(points)] == [[2020, 2021], [2022, 2023]]
    (path,) = drawn.breaks
    at = float(re.match(r"M([\d.]+) ", path)[1])
    assert drawn.marks[1].x < at < drawn.marks[2].x


def test_counting_since_january_begins_again_each_year():
    points = [Point(slot, slot, starts=slot % 4 == 0) for slot in range(8086, 8094)]

    assert [[point.slot for point in run] for run in runs(points)] == [
        [8086, 8087],
        [8088, 8089, 8090, 8091],
        [8092, 8093],
    ]


@pytest.mark.parametrize("kind", [Kind.ABOUT, Kind.ABOVE, Kind.BELOW, Kind.RANGE])
def test_what_is_not_exact_is_never_joined(kind):
    inexact = Point(2021, 2, end=3 if kind == Kind.RANGE else None, kind=kind)

    assert runs([Point(2020, 1), inexact, Point(2022, 4)]) == []


def test_bounds_are_drawn_as_bounds():
    points = [
        Point(2020, 10, kind=Kind.ABOVE),
        Point(2021, 10, kind=Kind.BELOW),
        Point(2022, 10, end=20, kind=Kind.RANGE),
        Point(2023, 10, kind=Kind.ABOUT),
    ]

    above, below, extent, about = chart(Line("重庆市", points)).lines[0].marks

    assert above.y - above.reach == pytest.approx(ARROW)
    assert below.reach - below.y == pytest.approx(ARROW)
    assert extent.reach < extent.y == above.y == about.y == about.reach


def test_a_range_ends_within_the_axis():
    drawn = chart(Line("重庆市", [Point(2020, 10, end=95, kind=Kind.RANGE)]))

    assert drawn.lines[0].marks[0].reach >= drawn.plot.top


@pytest.mark.parametrize(
    ("frequency", "first", "last", "room", "names"),
    [
        (Frequency.ANNUAL, "2006", "2025", 700, [str(year) for year in range(2007, 2026, 2)]),
        (Frequency.ANNUAL, "2006", "2025", 250, ["2010", "2015", "2020", "2025"]),
        (Frequency.QUARTERLY, "2025-Q1", "2025-Q3", 700, ["2025年一季度", "2025年二季度", "2025年三季度"]),
        (Frequency.QUARTERLY, "2019-Q3", "2022-Q2", 300, ["2020", "2021", "2022"]),
        (Frequency.MONTHLY, "2022-02", "2022-11", 250, ["2022年5月", "2022年11月"]),
        (Frequency.MONTHLY, "2020-02", "2022-11", 250, ["2021", "2022"]),
        (Frequency.DAILY, "2022-07-01", "2022-07-15", 250, ["2022-07-05", "2022-07-15"]),
    ],
)
def test_the_axis_of_time_names_as_many_periods_as_it_has_room_for(frequency, first, last, room, names):
    ticks = time_ticks(frequency.slot(first), frequency.slot(last), frequency, room, 13)

    assert [name for _slot, name in ticks] == names


def test_lines_are_told_apart_without_colour():
    drawn = chart(*(line(n, n + 1, name=f"地区{n}") for n in range(LINES)))

    shapes = {re.sub(r"[\d.-]+", "", one.key) for one in drawn.lines}
    assert len(shapes) == LINES
    assert [one.name for one in drawn.lines] == [f"地区{n}" for n in range(LINES)]


def test_names_at_the_ends_do_not_cover_one_another():
    drawn = chart(*(line(1, 100 + n / 10, name=f"地区{n}") for n in range(LINES)), size=NARROW)

    places = sorted(one.name_y for one in drawn.lines)
    assert all(below - above >= ROW - 0.1 for above, below in zip(places, places[1:], strict=False))


def test_a_long_name_is_cut_on_a_phone_only():
    assert short("成渝地区双城经济圈", WIDE) == "成渝地区双城经济圈"
    assert short("成渝地区双城经济圈", NARROW) == "成渝地区…"


@given(st.lists(st.floats(30, 300), max_size=6))
def test_places_move_apart_and_keep_their_order(places):
    moved = apart(places, 16, 30, 300)

    assert all(30 <= place <= 300 for place in moved)
    order = sorted(range(len(places)), key=lambda index: places[index])
    assert all(moved[b] - moved[a] >= 15.9 for a, b in zip(order, order[1:], strict=False))


values = st.floats(-1e13, 1e13).map(lambda value: round(value, 4))


@st.composite
def points(draw):
    made = []
    for slot in sorted(draw(st.sets(st.integers(1949, 2050), min_size=1, max_size=12))):
        kind = draw(st.sampled_from(Kind))
        value = draw(values)
        end = value + draw(st.floats(0.001, 1e6)) if kind == Kind.RANGE else None
        made.append(Point(slot, value, end, kind, is_break=draw(st.booleans())))
    return made


@given(st.lists(points(), min_size=1, max_size=LINES), st.sampled_from([WIDE, NARROW]))
def test_everything_lies_inside_the_plot_in_the_order_of_time(all_points, size):
    drawn = chart(*(Line(f"地区{n}", made) for n, made in enumerate(all_points)), size=size)

    plot = drawn.plot
    assert 0 < plot.left < plot.right <= size.width
    assert 0 < plot.top < plot.bottom < size.height
    for one, made in zip(drawn.lines, all_points, strict=True):
        places = [mark.x for mark in one.marks]
        assert len(places) <= len(made)
        assert places == sorted(places)
        assert all(plot.left <= mark.x <= plot.right for mark in one.marks)
        assert all(plot.top <= y <= plot.bottom for mark in one.marks for y in (mark.y, mark.reach))
        assert plot.top <= one.name_y <= plot.bottom
    assert all(text_width(label, size.font) / 2 <= x <= size.width for x, label in drawn.x_ticks)
    levels = [y for y, _label in drawn.y_ticks]
    assert levels == sorted(levels, reverse=True)


@given(st.lists(values, min_size=2, max_size=20, unique=True))
def test_a_larger_value_never_lies_lower(numbers):
    drawn = chart(line(*numbers), size=WIDE)

    marks = drawn.lines[0].marks
    ordered = sorted(zip(numbers, (mark.y for mark in marks), strict=True))
    heights = [y for _value, y in ordered]
    assert heights == sorted(heights, reverse=True)
