"""What the files of figures say beside the figures, and how a sheet shows them."""

import datetime as dt

import pytest
import time_machine
from django.utils.translation import gettext as _

from tests.factories import ObservationFactory, RegionFactory, ReleaseFactory, SeriesFactory
from tests.stats.files import as_csv, number_formats, sheets

pytestmark = pytest.mark.django_db

GDP = "/stats/gdp/500000/"


@pytest.fixture
def gdp():
    """A number with two decimals, a bound that press reports, and a number of a release with a footnote."""
    region = RegionFactory(code="500000", name="重庆市")
    series = SeriesFactory(indicator__slug="gdp", indicator__name="地区生产总值", region=region)
    census = ReleaseFactory(
        title="2024年公报",
        source__name="重庆市统计局",
        released_on=dt.date(2024, 3, 1),
        reason="census",
        note="按普查修订",
        url="https://example.org/2024",
    )
    ObservationFactory(
        series=series, time_period="2022", mantissa="28771.8", decimals=2, release=census, source_place="表1"
    )
    ObservationFactory(series=series, time_period="2023", mantissa="30145.79", decimals=2, release=census)
    press = ReleaseFactory(title="报道", source__name="日报", released_on=dt.date(2025, 3, 1), rank=3)
    ObservationFactory(
        series=series, time_period="2024", mantissa="3.2", unit_mult=12, qualifier="over", release=press, obs_status="P"
    )
    return series


def test_a_sheet_shows_the_decimals_in_which_a_figure_was_printed(client, gdp):
    assert number_formats(client, f"{GDP}?format=xlsx", "数值") == ["0.00", "0.00", None]
    assert number_formats(client, f"{GDP}?format=xlsx", "下限") == [None, None, "0"]
    assert number_formats(client, "/stats/gdp/?format=xlsx", "数值") == [None, "0.00", "0.00"]
    assert number_formats(client, "/stats/?format=xlsx&as_of=2024-12-31", "数值") == ["0.00"]


@time_machine.travel("2099-03-31T01:00:00+08:00", tick=False)
def test_a_workbook_says_what_it_is_and_what_its_signs_mean(client, gdp):
    book = sheets(client, f"{GDP}?format=xlsx&since=2022&as_of=2025-12-31")

    assert [*book] == ["重庆市 地区生产总值", _("Notes"), _("Sources")]
    assert book[_("Notes")][1:] == [
        [_("This file"), "", "重庆市 地区生产总值"],
        ["起始年份", "", "2022"],
        ["截至日期", "", "2025-12-31"],
        [_("Downloaded"), "", "2099-03-31 01:00"],
        ["网址", "", f"http://testserver{GDP}?since=2022&as_of=2025-12-31"],
        ["数值", "", _("What is not exact has no value but its limits, and stands as it was printed.")],
        ["限定", "exact", f"确数: {_('The value is the number.')}"],
        ["限定", "over", f"超过（逾、突破、余）: {_('The value lies above the number under “at least”.')}"],
        ["数据状态", "A", "正常"],
        ["数据状态", "P", "暂定"],
        [_("Note of the release"), "2024年公报", "按普查修订"],
    ]


def test_a_workbook_names_each_release_once_with_its_addresses(client, gdp):
    book = sheets(client, f"{GDP}?format=xlsx")

    pages = {one.title: one.get_absolute_url() for one in type(gdp.observations.first().release).objects.all()}
    assert [row[:1] + row[1:2] + row[3:] for row in book[_("Sources")][1:]] == [
        ["日报", "报道", "媒体", "例行发布", "", f"http://testserver{pages['报道']}"],
        [
            "重庆市统计局",
            "2024年公报",
            "官方",
            "普查修订",
            "https://example.org/2024",
            f"http://testserver{pages['2024年公报']}",
        ],
    ]
    assert [row[2] for row in book[_("Sources")][1:]] == [dt.date(2025, 3, 1), dt.date(2024, 3, 1)]


@pytest.mark.parametrize(
    ("address", "title", "chosen"),
    [
        ("/stats/gdp/?format=xlsx&as_of=2024-12-31", "地区生产总值", []),
        ("/stats/?format=xlsx&as_of=2024-12-31&region=500000", "数据", ["重庆市"]),
    ],
)
def test_a_comparison_and_a_list_explain_themselves_too(client, gdp, address, title, chosen):
    book = sheets(client, address)

    notes = [row[2] for row in book[_("Notes")][1:]]
    assert (notes[0], notes[1 : 1 + len(chosen)], notes[1 + len(chosen)]) == (title, chosen, "2024-12-31")
    assert [row[1] for row in book[_("Sources")][1:]] == ["2024年公报"]


def test_a_day_to_come_is_told_as_today(client, gdp):
    with time_machine.travel("2099-03-31T01:00:00+08:00", tick=False):
        book = sheets(client, f"{GDP}?format=xlsx&as_of=2199-01-01")

    assert ["截至日期", "", "2099-03-31"] in book[_("Notes")]


@pytest.mark.parametrize("address", ["/stats/?format=csv&as_of=2024-12-31", f"{GDP}?format=csv&since=2023&until=2023"])
def test_plain_files_have_source_reason_and_footnote_in_each_row(client, gdp, address):
    (row,) = as_csv(client, address)

    assert [row[key] for key in ("来源", "修订原因", "备注")] == ["重庆市统计局", "普查修订", "按普查修订"]
