"""Regions side by side, and from figures to points of a chart."""

import datetime as dt
import json

import pytest

from stats.charts import Kind
from stats.comparison import Comparison, compare
from stats.drawing import picture, points
from stats.models import Observation, Series
from tests.factories import (
    IndicatorFactory,
    ObservationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def per_cent():
    return UnitFactory(code="PT", symbol="%", dimension="share")


class Figures:
    """An indicator whose figures a test writes down by region: one number a year from 2020 on."""

    def __init__(self):
        self.indicator = IndicatorFactory(name="地区生产总值")

    def add(self, code, *numbers, growth=(), **form):
        region = RegionFactory(code=code, name=f"地区{code}", kind=form.pop("kind", "province"))
        series = SeriesFactory(indicator=self.indicator, region=region, **form)
        fill(series, numbers)
        if growth:
            yoy = SeriesFactory(
                indicator=self.indicator,
                region=region,
                transformation="yoy",
                price_basis="constant",
                unit=per_cent(),
                unit_mult=0,
                is_default=False,
            )
            fill(yoy, growth)
        return series

    def compare(self, *addresses, view="level", **span):
        series = Series.objects.filter(indicator=self.indicator).with_figures().with_length()
        series = list(series.select_related("indicator", "region", "unit"))
        comparison = Comparison(series, addresses, view=view, since=span.get("since"))
        compare([comparison], **span)
        return comparison


def fill(series, numbers):
    for year, number in enumerate(numbers, start=2020):
        if number is None:
            continue
        ObservationFactory(series=series, time_period=f"{year}", mantissa=number, unit_mult=series.unit_mult)


@pytest.fixture
def figures():
    return Figures()


def test_of_most_regions_those_are_shown_of_which_most_is_known(figures):
    for code, length in (("100001", 1), ("100002", 3), ("100003", 2), ("100004", 3), ("100005", 2)):
        figures.add(code, *range(1, length + 1))

    chosen = figures.compare().chosen

    assert [one.region.code for one in chosen] == ["100002", "100004", "100003", "100005"]


def test_the_nation_is_shown_to_those_who_ask_for_it(figures):
    figures.add("100000", 1, 2, 3, kind="nation")
    figures.add("500000", 1, 2)

    assert len(figures.compare().chosen) == 2

    figures.add("510000", 1)
    assert [one.region.code for one in figures.compare().chosen] == ["500000", "510000"]
    assert [one.region.code for one in figures.compare("100000", "500000").chosen] == ["100000", "500000"]


def test_the_most_usual_form_is_shown(figures):
    figures.add("100001", 1, 2)
    figures.add("100002", 1, 2)
    figures.add("100003", 1, 2, 3, unit=per_cent())

    assert [one.region.code for one in figures.compare().chosen] == ["100001", "100002"]


def test_what_cannot_be_compared_is_named_and_not_drawn(figures):
    one, other = figures.add("100001", 1, 2), figures.add("100002", 1, 2, unit=per_cent())

    comparison = figures.compare("100001", "100002")

    assert comparison.chosen == [one]
    assert comparison.others == [other]


def test_the_table_holds_every_period_of_every_region_newest_first(figures):
    figures.add("100001", 10, 20)
    figures.add("100002", 1, 2, 3)

    rows = figures.compare("100001", "100002").rows

    shown = [(period, [cell["figure"] and int(cell["figure"].mantissa) for cell in cells]) for period, cells in rows]
    assert shown == [("2022", [None, 3]), ("2021", [20, 2]), ("2020", [10, 1])]


def test_growth_stands_as_published_and_is_never_computed(figures):
    figures.add("100001", 100, 110, growth=[2.6])
    figures.add("100002", 100, 110)

    rows = dict(figures.compare("100001", "100002").rows)

    assert [cell["growth_series"] is not None for cell in rows["2020"]] == [True, False]
    assert float(rows["2020"][0]["growth"].mantissa) == 2.6
    assert rows["2021"][0]["growth"] is None


def test_years_and_day_bound_what_is_compared(figures):
    series = figures.add("100001", 1, 2, 3, 4)
    late = ReleaseFactory(released_on=dt.date(2025, 1, 1))
    ObservationFactory(series=series, time_period="2022", mantissa=99, release=late)

    def numbers(**span):
        rows = figures.compare(since=2021, until=2022, **span).rows
        return [int(cell["figure"].mantissa) for _period, (cell,) in rows]

    assert numbers() == [99, 2]
    assert numbers(as_of=dt.date(2024, 1, 1)) == [3, 2]
    assert numbers(as_of=dt.date(2000, 1, 1)) == []


def test_no_figure_makes_no_picture(figures):
    assert figures.compare().picture() is None
    assert figures.compare().rows == []


def test_one_period_makes_no_picture(figures):
    series = figures.add("100001", 5)

    assert picture("地区生产总值", [(series, series.observations.all())]) is None


def observed(**kwargs):
    series = kwargs.pop("series", None) or SeriesFactory(unit_mult=8)
    made = ObservationFactory(series=series, **kwargs)
    return Observation.objects.get(pk=made.pk)


@pytest.mark.parametrize(
    ("qualifier", "kind"),
    [
        ("exact", Kind.EXACT),
        ("about", Kind.ABOUT),
        ("nearly", Kind.BELOW),
        ("order_of_magnitude", Kind.ABOUT),
        ("over", Kind.ABOVE),
        ("at_least", Kind.ABOVE),
        ("at_most", Kind.BELOW),
        ("under", Kind.BELOW),
    ],
)
def test_each_qualifier_is_drawn_as_what_it_says(qualifier, kind):
    figure = observed(qualifier=qualifier, mantissa=5)

    assert [point.kind for point in points(figure.series, [figure], 8)] == [kind]


@pytest.mark.parametrize(
    ("qualifier", "kind"),
    [("exact", Kind.ABOUT), ("about", Kind.ABOUT), ("at_least", Kind.ABOVE), ("nearly", Kind.BELOW)],
)
def test_a_forecast_is_not_exact_and_its_bound_stays_a_bound(qualifier, kind):
    figure = observed(qualifier=qualifier, mantissa=5, obs_status="F")

    assert [point.kind for point in points(figure.series, [figure], 8)] == [kind]


def test_a_forecast_of_a_range_stays_a_range():
    figure = observed(qualifier="range", mantissa=None, value_low=3, value_high=5, obs_status="F")

    (point,) = points(figure.series, [figure], 8)

    assert (point.kind, point.value, point.end) == (Kind.RANGE, 3, 5)


def test_a_range_is_drawn_from_end_to_end():
    figure = observed(qualifier="range", mantissa=None, value_low=3, value_high=5)

    (point,) = points(figure.series, [figure], 8)

    assert (point.kind, point.value, point.end) == (Kind.RANGE, 3, 5)


def test_values_of_any_multiplier_share_the_axis_of_the_first():
    figure = observed(mantissa=2, unit_mult=12)

    assert [point.value for point in points(figure.series, [figure], 8)] == [20000]


def test_what_is_missing_or_in_another_unit_has_no_place():
    series = SeriesFactory()
    missing = observed(series=series, mantissa=None, obs_status="M", time_period="2020")
    dollars = observed(series=series, unit=UnitFactory(code="USD", symbol="美元"), time_period="2021")
    seen = observed(series=series, time_period="2022")

    assert [point.slot for point in points(series, [missing, dollars, seen], 8)] == [2022]


def test_a_break_is_said_beside_the_chart():
    series = SeriesFactory(region__name="重庆市")
    observed(series=series, time_period="2021")
    observed(series=series, time_period="2022", obs_status="B")

    assert picture("指标", [(series, series.observations.all())]).breaks == [("重庆市", "2022年")]


# Growth --------------------------------------------------------------------------------------------------------------


def said(comparison):
    """Period → for each region what was published and what is computed, as text."""
    return {
        period: [
            (cell["growth"] and float(cell["growth"].mantissa), None if found is None else found.text)
            for cell in cells
            for found in [cell["computed"]]
        ]
        for period, cells in comparison.rows
    }


def test_growth_is_as_published_and_computed_where_nothing_was(figures):
    figures.add("100001", 100, 110, 121, growth=[None, 2.6, 3.1])
    figures.add("100002", 100, 110, 121, growth=[None, None, 4.2])

    comparison = figures.compare("100001", view="growth")
    assert comparison.draws_published
    assert said(comparison) == {"2022": [(3.1, None)], "2021": [(2.6, None)]}

    assert said(figures.compare("100002", view="growth")) == {"2022": [(4.2, "10.0%")], "2021": [(None, "10.0%")]}


def test_one_chart_draws_one_measure(figures):
    figures.add("100001", 100, 110, 121, growth=[None, 2.6, 3.1])
    figures.add("100002", 100, 110, 121)

    def drawn(*addresses):
        chart = figures.compare(*addresses, view="growth").picture()
        return chart.name, [(line.name, len(line.marks)) for line in chart.sizes[0].lines]

    name, lines = drawn("100001")
    assert lines == [("地区100001", 2)]
    other, lines = drawn("100001", "100002")
    assert lines == [("地区100001", 2), ("地区100002", 2)]
    assert name != other


def test_growth_in_the_first_year_that_was_asked_for_is_told_against_the_year_before(figures):
    figures.add("100001", 100, 110, 121)

    assert list(said(figures.compare("100001", view="growth", since=2021))) == ["2022", "2021"]


def test_growth_of_bounds_is_drawn_as_a_bar_and_joined_by_no_line(figures):
    series = figures.add("100001", 100, 110)
    bound = {"mantissa": None, "value_low": 120, "value_high": 130, "qualifier": "range"}
    ObservationFactory(series=series, time_period="2022", **bound)

    (line,) = figures.compare("100001", view="growth").picture().sizes[0].lines

    assert [mark.kind for mark in line.marks] == [Kind.EXACT, Kind.RANGE]
    assert line.runs == []


def test_what_cannot_be_computed_has_its_reason_below(figures):
    series = figures.add("100001", 100, 110)
    figures.add("100002", 100, 110, 121)
    ObservationFactory(series=series, time_period="2022", obs_status="B")

    comparison = figures.compare("100001", "100002", view="growth")

    ((number, reason, stretches),) = comparison.reasons
    assert [cell["note"] for cell in dict(comparison.rows)["2022"]] == [number, None]
    assert said(comparison)["2022"] == [(None, reason), (None, "10.0%")]
    assert stretches == []


def test_a_region_keeps_its_colour_where_another_has_no_figures(figures):
    figures.add("100001", 1, 2)
    figures.add("100002", 1, 2)

    chart = figures.compare("500000", "100002").picture(slots=(2020, 2021)).sizes[0]

    assert [(line.number, line.name) for line in chart.lines] == [(2, "地区100002")]
    assert chart.is_named


def test_each_line_carries_what_a_script_reads_out(figures):
    figures.add("100001", 1, 2)

    (line,) = figures.compare("100001").picture().sizes[0].lines

    read = json.loads(line.reading)
    assert [(slot, period, value) for slot, _x, _y, period, value in read] == [
        (2020, "2020年", "1亿元"),
        (2021, "2021年", "2亿元"),
    ]
