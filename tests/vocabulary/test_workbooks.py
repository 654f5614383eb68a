"""Workbooks keep what a quick reader does not see: merged cells, errors, formulas that nobody has calculated."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.vocabulary import grids, workbooks
from portal.vocabulary.grids import read_sheets
from portal.vocabulary.importing import UnreadableFile
from tests.spreadsheets import Error, ods, xls, xlsx

ROWS = [["地区", "2023年", "2024年"], ["重庆市", 1.5, Error("#DIV/0!")], ["四川省", "约2", 3]]


def upload(content, name="表.xls"):
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.mark.parametrize("kind", [xls, xlsx, ods])
def test_an_error_is_no_empty_cell(kind):
    (sheet,) = read_sheets(upload(kind(ROWS)))

    assert (sheet.name, sheet.rows) == ("表", ROWS)


@pytest.mark.parametrize("kind", [xls, xlsx, ods])
def test_an_error_beyond_all_other_cells_stands_in_its_place(kind):
    (sheet,) = read_sheets(upload(kind([["x"], ["y", "", Error("#REF!")], ["", "", "", Error("#N/A")]])))

    assert (sheet.rows[1][2], sheet.rows[2][3]) == ("#REF!", "#N/A")


def test_a_formula_that_nobody_has_calculated_is_shown_as_it_is():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("甲 & 乙")
    sheet.write_string("A1", "x")
    sheet.write_formula("B1", '=IF(A1<5,"a&b",C1)', None, "")
    sheet.write_formula("C1", "=1+1", None, 2)
    book.close()

    (sheet,) = read_sheets(upload(out.getvalue()))

    assert (sheet.name, sheet.rows) == ("甲 & 乙", [["x", '=IF(A1<5,"a&b",C1)', 2]])


def test_so_is_one_of_an_opendocument_table():
    content = ods([["x", "y"]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    cell = b'<table:table-cell table:formula="of:=[.A1]+1"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(b"<table:table-row>", b"<table:table-row>" + cell))

    assert [sheet.rows for sheet in read_sheets(upload(out.getvalue()))] == [[["=[.A1]+1", "x", "y"]]]


@pytest.mark.parametrize("kind", [xlsx, ods])
def test_merged_cells_are_told(kind):
    (sheet,) = read_sheets(
        upload(kind([["地区", "人口", None], [None, "2023年", "2024年"]], [(0, 1, 0, 2), (0, 0, 1, 0)]))
    )

    assert sorted(map(tuple, sheet.merged)) == [(0, 0, 1, 0), (0, 1, 0, 2)]


@pytest.mark.parametrize("kind", [xlsx, xls, ods])
def test_a_workbook_with_too_many_cells_is_refused_with_the_limit(kind, monkeypatch, tmp_path):
    script = tmp_path / "reader.py"
    source = Path(workbooks.__file__).read_text(encoding="utf-8")
    script.write_text(source.replace(f"CELLS = {workbooks.CELLS:_}", "CELLS = 8"))
    monkeypatch.setattr(grids.workbooks, "__file__", str(script))

    with pytest.raises(UnreadableFile, match="cells|格"):
        read_sheets(upload(kind(ROWS)))


def test_a_text_of_a_million_columns_is_refused_with_the_limit(monkeypatch):
    monkeypatch.setattr(grids, "LARGEST_CELLS", 1000)

    for content in (b"," * 1001, b"a,b\n" * 501, b"<table>" + b"<td>1" * 1001, b'<table><td colspan="99999999999">x'):
        with pytest.raises(UnreadableFile, match="1000"):
            read_sheets(upload(content, "表.csv"))


def test_a_text_of_more_columns_than_a_spreadsheet_is_refused_with_the_limit():
    for content in (b"," * 16_384, b"a" + b"\t" * 1_000_000):
        with pytest.raises(UnreadableFile, match="16384"):
            read_sheets(upload(content, "表.csv"))
    assert read_sheets(upload(b"a" + b"," * 16_383, "表.csv"))[0].rows[0][:2] == ["a", ""]


def test_a_file_of_200_megabytes_is_refused_with_the_limit(tmp_path):
    with (tmp_path / "large.xls").open("wb") as file:
        file.write(b"x")
        file.truncate(200 * 1024**2)

    with pytest.raises(UnreadableFile, match="20"):
        read_sheets(tmp_path / "large.xls")


@pytest.mark.parametrize("kind", [xls, xlsx, ods])
@pytest.mark.parametrize("place", [0.1, 0.4, 0.7, 0.95])
def test_a_workbook_that_is_damaged_anywhere_is_read_or_refused(kind, place):
    content = bytearray(kind(ROWS))
    at = int(len(content) * place)
    content[at : at + 40] = b"\xff" * 40

    try:
        sheets = read_sheets(upload(bytes(content)))
    except UnreadableFile:
        return
    assert all(isinstance(sheet.rows, list) for sheet in sheets)


# Pages ---------------------------------------------------------------------------------------------------------------

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gbk">
<style>td {mso-number-format: General}</style></head><body><table border=1>
<tr><td rowspan="2">地区</td><th colspan=2>常住人口<br>(万人)</th></tr><tr><td>2023年<td>2024年</tr>
<tr><td>重庆市</td><td>&nbsp;3191</td><td>3190</td></tr></table></body></html>"""


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_a_page_that_is_named_xls_is_its_table(encoding):
    (sheet,) = read_sheets(upload(PAGE.encode(encoding, "xmlcharrefreplace")))

    assert sheet.rows == [["地区", "常住人口 (万人)", ""], ["", "2023年", "2024年"], ["重庆市", "3191", "3190"]]
    assert sorted(map(tuple, sheet.merged)) == [(0, 0, 1, 0), (0, 1, 0, 2)]


def test_every_table_of_a_page_is_a_sheet():
    sheets = read_sheets(upload(PAGE.replace("</body>", "<table><tr><td>x</td></tr></table></body>").encode()))

    assert [sheet.name for sheet in sheets] == ["表.xls 1", "表.xls 2"]


OF_2003 = b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


@pytest.mark.parametrize("content", [b"<html><body>403 Forbidden</body></html>", OF_2003])
def test_what_is_no_table_says_so(content):
    with pytest.raises(UnreadableFile):
        read_sheets(upload(content))


tags = [
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</tr>",
    "</table>",
    "<td rowspan=3>",
    "<td colspan=2>",
    "x",
    "<!--",
    "<br>",
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(tags)))
def test_any_page_becomes_tables_or_a_reason(tags):
    try:
        sheets = read_sheets(upload(("<html>" + " ".join(tags)).encode()))
    except UnreadableFile:
        return
    assert all(isinstance(cell, str) for sheet in sheets for row in sheet.rows for cell in row)
