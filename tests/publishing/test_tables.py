import csv
import datetime as dt
import io
import json
import zipfile
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from portal.publishing import tables

COLUMNS = [("title", "标题"), ("value", gettext_lazy("value"))]


def bytes_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def csv_rows(response):
    return list(csv.reader(io.StringIO(bytes_of(response).decode("utf-8-sig"), newline="")))


def workbook(response):
    return CalamineWorkbook.from_filelike(io.BytesIO(bytes_of(response)))


def sheet(response):
    return workbook(response).get_sheet_by_index(0).to_python()


def one_row(value):
    return [{"title": "甲", "value": value}]


def test_csv_begins_with_a_byte_order_mark_and_ends_its_lines_by_the_standard():
    response = tables.respond("csv", "figures", [("title", "标题"), ("value", "数值")], one_row(Decimal("28771.80000")))

    assert bytes_of(response) == "\ufeff标题,数值\r\n甲,28771.8\r\n".encode()
    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_csv_is_written_while_the_rows_are_read(monkeypatch):
    monkeypatch.setattr(tables, "PIECE", 2)
    read = []
    rows = (read.append(number) or {"title": number, "value": None} for number in range(3))
    lines = iter(tables.respond("csv", "figures", COLUMNS, rows).streaming_content)

    assert [next(lines), read] == ["\ufeff标题,数值\r\n0,\r\n".encode(), [0]]
    assert [*lines] == [b"1,\r\n2,\r\n"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (-5, "-5"),
        (-0.5, "-0.5"),
        (dt.date(2023, 3, 31), "2023-03-31"),
        (dt.datetime(2023, 3, 31, 20, 30, tzinfo=dt.UTC), "2023-04-01T04:30:00+08:00"),
        (["重庆市", "四川省"], "重庆市；四川省"),
        ("-5.2", "-5.2"),
        ("=1+1", "'=1+1"),
        ("+86 23", "'+86 23"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        (" =1+1", "' =1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("\r=1+1", "'\r=1+1"),
        ("\n=1+1", "'\n=1+1"),
        ('a,"b"\r\nc', 'a,"b"\r\nc'),
        ("a\x00\x1bb", "ab"),
    ],
)
def test_a_value_as_a_cell_of_csv(value, cell):
    assert csv_rows(tables.respond("csv", "figures", COLUMNS, one_row(value)))[1] == ["甲", cell]


def test_a_heading_is_no_formula_either():
    assert csv_rows(tables.respond("csv", "figures", [("title", "=1+1")], []))[0] == ["'=1+1"]


@given(st.text())
def test_any_text_comes_back_from_csv_and_from_xlsx(text):
    text = tables.writable(text)
    guarded = text if tables.safe_cell(text) == text else f"'{text}"

    assert csv_rows(tables.respond("csv", "figures", COLUMNS, one_row(text)))[1] == ["甲", guarded]
    # XML reads every end of a line as a line feed.
    assert sheet(tables.respond("xlsx", "figures", COLUMNS, one_row(text)))[1][1].replace("\r\n", "\n") == text.replace(
        "\r\n", "\n"
    )


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, True),
        (Decimal("28771.80000"), 28771.8),
        (Decimal("-100.00000"), -100),
        (dt.date(2023, 3, 31), dt.date(2023, 3, 31)),
        (dt.date(1891, 3, 1), "1891-03-01"),
        (dt.datetime(2023, 3, 31, 20, 30, tzinfo=dt.UTC), dt.datetime(2023, 4, 1, 4, 30)),
        (["重庆市", "四川省"], "重庆市；四川省"),
        ("=1+1", "=1+1"),
        ("https://example.org/", "https://example.org/"),
        ("28771.80", "28771.80"),
        ("2023-07", "2023-07"),
    ],
)
def test_a_value_as_a_cell_of_xlsx(value, cell):
    assert sheet(tables.respond("xlsx", "figures", COLUMNS, one_row(value))) == [["标题", "数值"], ["甲", cell]]


def test_a_text_too_long_for_a_cell_says_that_it_is_cut():
    cell = sheet(tables.respond("xlsx", "figures", COLUMNS, one_row("长" * 40_000)))[1][1]

    assert (len(cell), cell[-2:]) == (32_767, "长…")


def test_rows_beyond_a_sheet_go_on_on_the_next(monkeypatch):
    monkeypatch.setattr(tables, "SHEET_ROWS", 3)
    rows = [{"title": str(number), "value": number} for number in range(5)]

    book = workbook(tables.respond("xlsx", "figures", COLUMNS, rows, title="数据"))

    assert [book.get_sheet_by_index(index).to_python()[1:] for index in range(3)] == [
        [["0", 0], ["1", 1]],
        [["2", 2], ["3", 3]],
        [["4", 4]],
    ]
    assert book.sheet_names[0] == "数据"


@pytest.mark.parametrize("title", ["甲" * 40, "[a]:*?/\\b", "'", ""])
def test_any_title_names_a_sheet(title):
    assert sheet(tables.respond("xlsx", "figures", COLUMNS, one_row(1), title=title))[1] == ["甲", 1]


def test_json_has_the_number_of_rows_and_the_rows():
    day = dt.datetime(2023, 3, 31, 20, 30, tzinfo=dt.UTC)
    rows = [
        {"title": "=甲\x00", "value": Decimal("28771.80000")},
        {"title": ["重庆市"], "value": dt.date(2023, 3, 31)},
        {"title": gettext_lazy("value"), "value": day},
        {"title": None, "value": Decimal("100.00000")},
    ]

    response = tables.respond("json", "figures", COLUMNS, rows, region="重庆市")

    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content) == {
        "count": 4,
        "region": "重庆市",
        "results": [
            {"title": "=甲\x00", "value": 28771.8},
            {"title": ["重庆市"], "value": "2023-03-31"},
            {"title": "数值", "value": "2023-04-01T04:30:00+08:00"},
            {"title": None, "value": 100},
        ],
    }


def test_json_of_no_rows_is_whole_too():
    assert json.loads(tables.respond("json", "figures", COLUMNS, []).content) == {"count": 0, "results": []}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_file_has_a_name_for_old_programs_and_one_for_readers(format):
    response = tables.respond(format, "figures", COLUMNS, [], title="重庆市 数据/2022'")

    assert response["Content-Disposition"] == (
        f"attachment; filename=\"figures.{format}\"; filename*=UTF-8''"
        f"%E9%87%8D%E5%BA%86%E5%B8%82-%E6%95%B0%E6%8D%AE-2022%27.{format}"
    )


@pytest.mark.parametrize("format", tables.Format.values)
def test_no_download_is_guessed_at_or_indexed(format):
    response = tables.respond(format, "figures", COLUMNS, [])

    assert (response["X-Content-Type-Options"], response["X-Robots-Tag"]) == ("nosniff", "noindex")


def test_a_format_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="pdf"):
        tables.respond("pdf", "figures", COLUMNS, [])


def test_a_refusal_has_the_messages_by_field():
    response = tables.refuse({"year": ["请输入年份。"]})

    assert (response.status_code, json.loads(response.content)) == (400, {"errors": {"year": ["请输入年份。"]}})


@given(
    st.lists(
        st.text() | st.sampled_from(["", " 甲", "甲\n", "<r>甲</r>", "_x0041_", '甲&"乙"', "甲\u3000", "\u3000甲"])
    )
)
def test_words_are_written_as_the_library_writes_them(texts):
    def written(sheet_class):
        file = io.BytesIO()
        with Workbook(file, {"constant_memory": True}) as book:
            page = book.add_worksheet(worksheet_class=sheet_class)
            for line, text in enumerate(texts):
                page.write_string(line, 0, tables.writable(text))
        return zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")

    assert written(tables._TextSheet) == written(Worksheet)
