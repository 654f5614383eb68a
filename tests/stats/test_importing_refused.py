"""The whole file or nothing: what is asked, and what is told of a file that cannot be taken."""

import csv
import io
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.publishing import life
from portal.vocabulary.models import Unit
from stats.models import Indicator, Observation, Release
from tests.factories import (
    IndicatorFactory,
    RegionFactory,
)
from tests.stats.imports import DAY, GDP, LONG, counts, rejections, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]


@pytest.mark.parametrize(
    ("text", "options", "option"),
    [
        (GDP, {}, "--released"),
        (GDP.replace("数据来源：国家统计局", ""), DAY, "--source"),
        (GDP.replace("指标：地区生产总值(亿元)\n", "单位：亿元\n"), DAY, "--indicator"),
        (GDP.replace("地区,", "指标,").replace("市,", " (亿元),").replace("省,", " (亿元),"), DAY, "--region"),
        (GDP.replace("(亿元)", ""), DAY, "--mapping"),
    ],
)
def test_what_nobody_says_is_asked_by_the_name_of_the_option(text, options, option):
    report = take(text, **options)

    assert rejections(report) == [(None, None)]
    assert option in report.rejected[0]["reason"]
    assert (Observation.objects.count(), Release.objects.count(), Unit.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "options",
    [
        {"released": "2026-02-30"},
        {"source": "无此机构"},
        {"region": "999999"},
        {"indicator": "not an address"},
        {"mapping": {"unknown": {}}},
        {"mapping": {"columns": {"a": "colour"}}},
        {"mapping": {"regions": {"a": 500000}}},
        {"mapping": {"sources": {"a": {"name": "b"}}}},
        {"mapping": {"unit": 1}},
        {"mapping": {"period": 2024}},
        {"period": "2023Q5"},
        {"period": "2023"},  # the table says its own
        {"mapping": {"period": "2023"}},
        {"mapping": []},
        {"region": "500000"},  # every line names its own
    ],
)
def test_an_option_that_cannot_be_taken_is_named(options):
    report = take(GDP, **{**DAY, **options})

    assert rejections(report) == [(None, None)]
    if "mapping" not in options:
        assert f"--{next(iter(options))}" in report.rejected[0]["reason"]


@pytest.mark.parametrize(
    "options", [{"indicator": "compare"}, {"mapping": {"indicators": {"地区生产总值": "compare"}}}]
)
def test_no_new_indicator_gets_the_address_of_a_page(options):
    report = take(GDP, source="国家统计局", **{**DAY, **options})

    assert rejections(report) == [(2, "A")]
    assert "compare" in report.rejected[0]["reason"]


def test_a_mapping_that_is_no_json_or_not_there_is_a_reason(tmp_path):
    (tmp_path / "broken.json").write_text("{")

    for name in ("broken.json", "missing.json"):
        assert rejections(take(GDP, mapping=tmp_path / name, **DAY)) == [(None, None)]


@pytest.mark.parametrize(
    ("before", "after", "row", "column"),
    [
        ("30614.3", "三万", 5, "2023年"),
        ("30614.3", "约三万", 5, "2023年"),
        ("30614.3", "5.2%", 5, "2023年"),
        ("30614.3", "0.1234567", 5, "2023年"),
        ("重庆市", "重慶府", 5, "地区"),
        ("重庆市", "", 5, "地区"),
        ("30614.3", "30614.3,7", 5, "D"),
        ("重庆市,", "四川省,", 6, "2024年"),  # said twice, with two numbers
        ("亿元", "担", 2, "A"),
        ("国家统计局", "无此机构", 8, "A"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_written(before, after, row, column):
    report = take(GDP.replace(before, after), **DAY)

    assert rejections(report) == [(row, column)]
    assert (Observation.objects.count(), Release.objects.count(), Indicator.objects.count()) == (0, 0, 0)


def test_a_column_that_nobody_understands_is_named_where_it_has_something():
    text = GDP.replace("2023年\n", "2023年,增长\n").replace("30614.3", "30614.3,6.1")

    report = take(text, **DAY)

    assert rejections(report) == [(5, "增长")]
    assert "--mapping" in report.rejected[0]["reason"]
    assert counts(take(text, mapping={"columns": {"增长": "ignore"}}, **DAY)) == (3, 0, 0)


def test_all_bad_cells_are_named_at_once():
    report = take(GDP.replace("重庆市", "重慶府").replace("64537.9", "?").replace("国家统计局", "无此机构"), **DAY)

    assert sorted(rejections(report)) == [(5, "地区"), (6, "2024年"), (8, "A")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("重庆,2024年,x,1,亿元,国家统计局,2026-13-01", "released"),
        ("重庆,2024年,x,1,亿元,国家统计局,2026", "released"),
        ("重庆,2024年,x,1,亿元,某局,2026-01-01", "source"),
        ("重庆,2024年,x,1,担,国家统计局,2026-01-01", "unit"),
        ("重庆,2024年,x,1,,国家统计局,2026-01-01", "unit"),
        ("重庆,下半年,x,1,亿元,国家统计局,2026-01-01", "period"),
        ("巴国,2024年,x,1,亿元,国家统计局,2026-01-01", "region"),
        ("重庆,2024年,x,一,亿元,国家统计局,2026-01-01", "value"),
        ("重庆,2024年," + "长" * 81 + ",1,亿元,国家统计局,2026-01-01", "indicator"),
    ],
)
def test_a_bad_cell_of_a_long_table_is_named(row, column):
    assert rejections(take(LONG + row + "\n")) == [(5, column)]
    assert Observation.objects.count() == 0


def test_a_name_of_several_records_is_a_question():
    for code in ("500105", "330205"):
        RegionFactory(code=code, name="江北区")
    IndicatorFactory.create_batch(2, name="地区生产总值")

    report = take(GDP.replace("重庆市", "江北区"), **DAY)

    assert rejections(report) == [(2, "A"), (5, "地区")]
    assert "330205, 500105" in report.rejected[1]["reason"]


def test_two_releases_of_one_day_are_told_with_both_values():
    take(GDP, **DAY)

    report = take(GDP.replace("30614.3", "30000"), **DAY)

    assert rejections(report) == [(5, "2023年")]
    assert [word in report.rejected[0]["reason"] for word in ("30614.3", "30000", "2026-03-31", "--released")] == [
        True
    ] * 4
    assert Observation.objects.count() == 3


def test_a_bound_is_no_number_and_contradicts_one():
    take(GDP, **DAY)
    Observation.objects.filter(mantissa=Decimal("30614.3")).update(qualifier="over")

    assert rejections(take(GDP, **DAY)) == [(5, "2023年")]


def test_what_a_file_says_twice_alike_is_said_once():
    assert counts(take(GDP.replace("四川省,64537.9,", "重庆市,32046.7,"), **DAY)) == (2, 0, 1)


def test_a_withdrawn_release_gets_nothing():
    take(GDP, **DAY)
    life.withdraw(Release.objects.get(), None, "in_error")

    assert rejections(take(GDP, **DAY)) == [(8, "A")]


def test_a_unit_of_another_kind_is_another_indicator():
    take(GDP, **DAY)

    assert rejections(take(GDP.replace("亿元", "万人"), released="2026-06-30")) == [(5, "2024年"), (6, "2024年")]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01", "只有文字\n没有表\n".encode(), "地区,2024年\n".encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
)
def test_a_file_that_is_no_table_is_a_reason_and_no_traceback(content):
    assert rejections(take(content, source="国家统计局", indicator="gdp", **DAY)) == [(None, None)]


words = st.sampled_from(
    [
        "",
        "地区",
        "指标",
        "2024年",
        "2023",
        "重庆市",
        "四川省",
        "1",
        "2.5",
        "x",
        "注：",
        "年份",
        "数值",
        "人口(万人)",
        "单位",
        "-",
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(words, max_size=5), max_size=7))
def test_any_table_comes_in_whole_or_leaves_nothing_but_reasons(table):
    out = io.StringIO()
    csv.writer(out).writerows(table)
    before = Observation.objects.count()

    report = take(out.getvalue(), source="国家统计局", dry_run=True, **DAY)

    assert Observation.objects.count() == before
    assert bool(report.rejected) != bool(report.new + report.revised + report.same) or not report.rejected


def test_every_sheet_with_a_table_is_taken_and_a_bad_cell_names_its_sheet():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, rows in {
        "封面": [["统计年鉴"]],
        "总值": [["指标：地区生产总值(亿元)"], ["地区", 2024, 2023], ["重庆市", 32046.7, 30614.3]],
        "人口": [["指标：年末人口(万人)"], ["地区", "2024年"], ["重庆市", 3190]],
    }.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()

    report = take(out.getvalue(), source="国家统计局", **DAY)

    assert counts(report) == (3, 0, 0)
    assert sorted(Observation.objects.values_list("source_place", flat=True)) == ["人口!B3", "总值!B3", "总值!C3"]
    Observation.objects.filter(mantissa=3190).update(mantissa=3191)
    report = take(out.getvalue(), source="国家统计局", **DAY)
    assert rejections(report) == [(3, "2024年")]
    assert report.rejected[0]["reason"].startswith("人口: ")
