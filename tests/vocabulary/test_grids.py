"""Bytes become cells in their places, whatever office has written them."""

import contextlib
import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.vocabulary import grids
from portal.vocabulary.grids import Sheet, letters, read_sheets, text_of
from portal.vocabulary.importing import UnreadableFile

ROWS = [["指标：人口(万人)"], [], ["地区", "2024年"], ["重庆市", "3190"]]


def upload(content, name="表.csv"):
    file = io.BytesIO(content)
    file.name = name
    return file


def rows_of(content):
    (sheet,) = read_sheets(upload(content))
    return sheet.rows


def text(delimiter=",", end="\n"):
    return end.join(delimiter.join(row) for row in ROWS) + end


def workbook(rows):
    """An .xlsx with the sheet 表; cells may be numbers and dates."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("表")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.close()
    return out.getvalue()


def opendocument(rows):
    """The smallest .ods with these texts."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="表">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_is_read_in_every_encoding_and_with_every_delimiter(encoding, delimiter, end):
    assert rows_of(text(delimiter, end).encode(encoding)) == ROWS


def test_cells_that_end_in_tabs_are_still_divided_by_commas():
    assert rows_of("指标\t,2024年\t,2023年\t,\nX (亿元)\t,8396.49\t,\t,\n".encode()) == [
        ["指标", "2024年", "2023年", ""],
        ["X (亿元)", "8396.49", "", ""],
    ]


def test_a_line_break_in_a_quoted_cell_ends_no_row():
    assert rows_of('地区,"2024\n年"\n重庆,"1,234.5"\n'.encode()) == [["地区", "2024\n年"], ["重庆", "1,234.5"]]


def test_a_workbook_keeps_empty_rows_and_columns_in_their_place():
    content = workbook([[], ["", "地区", 2024, dt.date(2024, 7, 1)], ["", "重庆", 3190.5]])

    (sheet,) = read_sheets(upload(content, "表.xls"))

    assert sheet.name == "表"
    assert sheet.rows == [["", "", "", ""], ["", "地区", 2024, "2024-07-01"], ["", "重庆", 3190.5, ""]]
    assert sheet.place(2, 2) == "表!C3"


def test_an_opendocument_table_is_read():
    assert rows_of(opendocument([["地区", "2024年"], ["重庆市", "3190"]])) == [["地区", "2024年"], ["重庆市", "3190"]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n\t\n",
        b"\x00\x01\x02",
        b"\xff\xfe\x00",
        b"PK\x03\x04 and nothing else",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing else",
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content):
    with pytest.raises(UnreadableFile):
        read_sheets(upload(content))


def test_a_file_that_is_missing_or_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(grids, "LARGEST", 10)
    (tmp_path / "large.csv").write_bytes(b"0123456789a")

    for name in ("large.csv", "missing.csv", "."):
        with pytest.raises(UnreadableFile):
            read_sheets(tmp_path / name)


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    content = workbook([["地区"]])
    monkeypatch.setattr(grids, "LARGEST_UNPACKED", 100)

    with pytest.raises(UnreadableFile):
        read_sheets(upload(content))


def test_a_reader_that_crashes_or_hangs_is_a_refused_file(monkeypatch, tmp_path):
    content, script = workbook([["地区"]]), tmp_path / "reader.py"
    monkeypatch.setattr(grids.workbooks, "__file__", str(script))
    monkeypatch.setattr(grids, "PATIENCE", 2)

    for fault in ("import os; os.abort()", "import time; time.sleep(60)", "raise MemoryError"):
        script.write_text(fault)
        with pytest.raises(UnreadableFile):
            read_sheets(upload(content))


@settings(max_examples=200)
@given(st.binary(max_size=200).filter(lambda content: not content.startswith((b"PK", b"\xd0\xcf"))))
def test_any_bytes_become_cells_or_a_reason(content):
    with contextlib.suppress(UnreadableFile):
        (sheet,) = read_sheets(upload(content))

        assert all(isinstance(cell, str) for row in sheet.rows for cell in row)


@given(st.integers(0, 20000), st.integers(0, 10**6))
def test_a_place_leads_back_to_its_column(column, row):
    name = letters(column)

    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    assert number - 1 == column
    assert Sheet("表", []).place(row, column) == f"表!{name}{row + 1}"


def test_a_whole_number_of_a_spreadsheet_has_no_point():
    assert [text_of(cell) for cell in (2024.0, 2024, 1.5, "2024年")] == ["2024", "2024", "1.5", "2024年"]
