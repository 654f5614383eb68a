"""Random figures printed in every layout are read back as they were; a damaged cell is named in every kind of file."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.vocabulary.grids import Sheet, letters, text_of
from stats.cells import read_cell
from stats.layouts import understand
from stats.models import Observation
from tests.spreadsheets import Error, ods, xls, xlsx
from tests.stats.imports import DAY, rejections, take
from tests.stats.printing import LAYOUTS, indicator_over_period, region_by_period

REGIONS = ["重庆市", "四川省", "贵州省"]
INDICATORS = ["地区生产总值(亿元)", "常住人口(万人)", "城镇化率(%)"]
PERIODS = ["2022年", "2023年", "2024年一季度"]


def some(values, least=1):
    return st.lists(st.sampled_from(values), min_size=least, unique=True)


@st.composite
def figures(draw):
    """A box of figures; the first region has all of them, others may have gaps."""
    regions, indicators, periods = draw(some(REGIONS)), draw(some(INDICATORS, 2)), draw(some(PERIODS, 2))
    number = st.decimals(-(10**6), 10**6, places=2).map("{:f}".format)
    cells = st.one_of(number, number, st.sampled_from(["", "-", "…"]))
    return {
        (region, indicator, period): draw(number if region == regions[0] else cells)
        for region in regions
        for indicator in indicators
        for period in periods
    }


def read_back(rows):
    found = {}
    for table in understand(Sheet("表", rows), {}, set(REGIONS)):
        assert table.problems == []
        for line in table.lines:
            for cell in line.cells:
                titles = {role: said.text for role, said in table.titles.items()}
                region = line.said[0] or titles["region"]
                indicator = line.said[1] or titles["indicator"]
                if line.said[2]:
                    indicator = f"{indicator}({line.said[2]})"
                if reading := read_cell(cell.value):
                    found[region, indicator, cell.period] = reading.number
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(deadline=None, max_examples=60)
@given(figures=figures())
def test_what_is_printed_is_read_back(layout, figures):
    periods = {"2022年": "2022", "2023年": "2023", "2024年一季度": "2024-Q1"}
    expected = {
        (region, indicator, periods[period]): reading.number
        for (region, indicator, period), text in figures.items()
        if (reading := read_cell(text))
    }

    assert read_back(layout(figures).rows) == expected


# Damaged in one cell -------------------------------------------------------------------------------------------------

BOX = {
    (region, indicator, period): f"{number}.5"
    for number, (region, indicator, period) in enumerate(
        ((region, indicator, period) for region in REGIONS[:2] for indicator in INDICATORS for period in PERIODS[:2]), 1
    )
}
HIT = ("四川省", "常住人口(万人)", "2023年")


def delimited(rows, delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def page(rows):
    lines = "".join(f"<tr>{''.join(f'<td>{text_of(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<html><table>{lines}</table></html>".encode("gbk")


FILES = {
    "gbk": lambda rows: delimited(rows).encode("gbk"),
    "gb18030": lambda rows: delimited(rows).encode("gb18030"),
    "utf-8": lambda rows: delimited(rows).encode(),
    "utf-8-sig": lambda rows: delimited(rows).encode("utf-8-sig"),
    "utf-16": lambda rows: delimited(rows, "\t").encode("utf-16"),
    "tab": lambda rows: delimited(rows, "\t").encode("gbk"),
    "page": page,
    "xls": xls,
    "xlsx": xlsx,
    "ods": ods,
}


def damaged(printed, cell):
    """The rows with one cell of figures replaced, and where it is: its line and its letters."""
    row, column = printed.places[HIT]
    printed.rows[row][column] = cell
    return printed.rows, row + 1, letters(column)


@pytest.mark.django_db
@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("layout", [region_by_period, indicator_over_period])
def test_a_damaged_cell_is_named_in_every_kind_of_file(kind, layout):
    rows, line, column = damaged(layout(BOX), "三.1四")

    report = take(FILES[kind](rows), source="国家统计局", **DAY)

    assert [row for row, _column in rejections(report)] == [line]
    assert "三.1四" in report.rejected[0]["reason"]
    assert Observation.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_damaged_cell_is_named_in_every_layout(layout):
    rows, line, _column = damaged(layout(BOX), Error("#REF!"))

    report = take(xlsx(rows), source="国家统计局", **DAY)

    assert [row for row, _column in rejections(report)] == [line]
    assert "#REF!" in report.rejected[0]["reason"]

    rows, line, column = damaged(layout(BOX), "1.5")
    assert take(xlsx(rows), source="国家统计局", **DAY).rejected == []
    place = Observation.objects.get(
        series__region__name="四川省", time_period="2023", series__indicator__name="常住人口"
    )
    assert (str(place.mantissa.normalize()), place.source_place) == ("1.5", f"表!{column}{line}")
    assert Observation.objects.count() == len(BOX)
