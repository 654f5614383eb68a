"""Reading charts with keys and pointer, tiles with the keyboard, and all of it on a phone."""

import pytest

from tests.factories import IndicatorFactory, ObservationFactory, RegionFactory, SeriesFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

START = "用方向键"


@pytest.fixture
def gdp(transactional_db):
    """GDP of 重庆 and 四川 from 2020 to 2023, of 四川 in 2023 a bound."""
    nation = RegionFactory(code="100000", name="中华人民共和国", short_name="全国", kind="nation")
    indicator = IndicatorFactory(slug="gdp", name="地区生产总值")
    for code, name, short, first in (("500000", "重庆市", "渝", 100), ("510000", "四川省", "川", 200)):
        region = RegionFactory(code=code, name=name, short_name=short, parent=nation)
        series = SeriesFactory(indicator=indicator, region=region)
        for year in range(2020, 2024):
            words = {"qualifier": "over"} if (code, year) == ("510000", 2023) else {}
            ObservationFactory(series=series, time_period=f"{year}", mantissa=first + year - 2020, **words)
    return indicator


def readout(page):
    return page.locator(".chart-readout").inner_text()


def test_keys_read_the_chart_period_by_period(page, gdp):
    page.goto("/stats/gdp/?region=500000&region=510000")
    at_first = readout(page)
    page.locator("svg.chart-wide").focus()

    def after(key):
        page.keyboard.press(key)
        return readout(page)

    assert after("End") == "2023年 重庆市 103亿元；四川省 逾203亿元"
    assert after("ArrowLeft") == "2022年 重庆市 102亿元；四川省 202亿元"
    assert after("Home") == "2020年 重庆市 100亿元；四川省 200亿元"
    assert after("ArrowLeft") == "2020年 重庆市 100亿元；四川省 200亿元"
    assert after("ArrowRight").startswith("2021年")
    assert page.locator("svg.chart-wide .chart-guide line").count() == 1
    assert page.locator(".chart-readout").get_attribute("aria-live") == "polite"
    assert after("Escape") == at_first
    assert page.locator("svg.chart-wide .chart-guide line").count() == 0


def test_the_pointer_reads_the_nearest_period_and_leaves_nothing_behind(page, gdp):
    page.goto("/stats/gdp/?region=500000&region=510000")
    at_first = readout(page)
    chart = page.locator("svg.chart-wide")
    box = chart.bounding_box()

    chart.hover(position={"x": box["width"] * 0.1, "y": box["height"] / 2})
    assert readout(page).startswith("2020年")

    page.mouse.move(0, 0)
    assert readout(page) == at_first


def test_a_finger_reads_the_chart_of_a_phone(new_page, gdp):
    page = new_page(width=390, has_touch=True)
    page.goto("/stats/gdp/?region=500000&region=510000")

    page.locator("svg.chart-narrow").tap(position={"x": 60, "y": 100})

    assert readout(page).startswith("2020年")


def test_charts_say_all_without_scripts(new_page, gdp):
    page = new_page(java_script_enabled=False)
    page.goto("/stats/gdp/?region=500000&region=510000")

    assert page.locator(".chart-readout").count() == 0
    assert page.locator("svg.chart-wide").is_visible()
    assert page.locator("table.comparison tbody tr").count() == 4


def test_tiles_are_reached_by_keyboard_and_lead_to_their_series(page, gdp):
    page.goto("/stats/gdp/?shape=map")
    page.get_by_role("link", name="四川省").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stats/gdp/500000/")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "address",
    [
        "/stats/gdp/?view=growth",
        "/stats/gdp/?view=share&of=100000",
        "/stats/gdp/?shape=map",
        "/stats/compare/",
        "/stats/compare/?indicator=gdp&view=growth",
    ],
)
def test_no_view_scrolls_sideways(new_page, gdp, width, address):
    page = new_page(width=width)
    page.goto(address)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
