"""Reads a workbook in a process of its own: ``python workbooks.py < table.xls`` prints its sheets as JSON.

A damaged .xls that claims billions of cells ends the process that reads it, whatever it catches: a native reader that
asks for too much memory is stopped, not told. It must not be the process that serves readers. Nothing here imports the
portal, so that the start takes a few hundredths of a second.

The native reader shows errors (#DIV/0!) and formulas that nobody has calculated as empty cells, as if the source had no
figure there. They are looked up in the file itself and put back: as #DIV/0!, and as the formula, =A1+B1.
"""

import datetime as dt
import html
import io
import json
import re
import resource
import struct
import sys
import zipfile

import python_calamine

#: Twenty times the largest file. A workbook that needs more to be read is damaged, or made to do harm.
MEMORY = 2 * 1024**3
#: Cells of all sheets, empty ones too. A million numbers take 130 MB here and 50 MB where they are read to.
CELLS = 3_000_000
#: The exit codes that come with a reason; any other is a crash.
REFUSED, TOO_MANY = 3, 4

# Office Open XML: ECMA-376 part 1, 18.3.1.4 (c), 18.18.11 (t="e")
XLSX_CELL = re.compile(rb"<c\s([^>]*[^/>])>(.*?)</c>", re.DOTALL)
XLSX_FORMULA = re.compile(rb"<f\b[^>]*?(?:/>|>([^<]*)</f>)")
XLSX_VALUE = re.compile(rb"<v>([^<]+)</v>")
ADDRESS = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
# OpenDocument 1.3 part 3, 9.1: rows and cells may be repeated, and cells may span others
ODS_TAG = re.compile(r"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>(?:<text:p>([^<]*))?")
ODS_NUMBER = re.compile(r'table:number-(rows-repeated|columns-repeated|rows-spanned|columns-spanned)="([0-9]+)"')
# [MS-XLS] 2.5.10: BErr
XLS_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
BOUNDSHEET, FORMULA, BOOLERR = 0x85, 0x06, 0x205


def plain(value):
    """A cell as JSON has it: dates as ISO 8601, without an hour that nobody typed."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, str | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def read(content):
    """The sheets as a list of [name, rows, merged]. Charts on a sheet of their own have no cells.

    ``merged``: the ranges of merged cells as (first row, first column, last row, last column), from 0. Raises
    ``OverflowError`` for more than ``CELLS``.
    """
    book = python_calamine.load_workbook(io.BytesIO(content))
    names = [about.name for about in book.sheets_metadata if about.typ == python_calamine.SheetTypeEnum.WorkSheet]
    found = [book.get_sheet_by_name(name) for name in names]
    if sum(sheet.total_height * sheet.total_width for sheet in found) > CELLS:
        raise OverflowError
    hidden, spans = unseen(content)
    sheets, count = [], 0
    for name, sheet in zip(names, found, strict=True):
        rows = [[plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        count += sum(map(len, rows))  # an .ods does not say how many it has
        if count > CELLS:
            raise OverflowError
        merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()] + spans.get(name, [])
        for (row, column), text in hidden.get(name, {}).items():
            put(rows, row, column, text)
        sheets.append((name, rows, merged))
    return sheets


def put(rows, row, column, text):
    """Write ``text`` into an empty cell, which may lie beyond the cells that hold something."""
    if max(row + 1, len(rows)) * (column + 1) > CELLS:
        raise OverflowError
    rows.extend([] for _number in range(row + 1 - len(rows)))
    rows[row].extend([""] * (column + 1 - len(rows[row])))
    if rows[row][column] == "":
        rows[row][column] = text


def unseen(content):
    """Errors and formulas without a value, {sheet: {(row, column): text}}, and merged ranges that only we see."""
    if not content.startswith(b"PK"):
        return unseen_in_xls(content), {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "content.xml" in archive.namelist():
            return unseen_in_ods(archive.read("content.xml").decode(errors="replace"))
        return unseen_in_xlsx(archive), {}


def unseen_in_xlsx(archive):
    try:
        links = {}
        for link in re.findall(rb"<Relationship\b[^>]*>", archive.read("xl/_rels/workbook.xml.rels")):
            links[attribute(link, b"Id")] = attribute(link, b"Target")
        sheets = re.findall(rb"<sheet\b[^>]*>", archive.read("xl/workbook.xml"))
        targets = {attribute(sheet, b"name"): links[attribute(sheet, b"r:id")] for sheet in sheets}
    except KeyError:
        return {}
    found = {}
    for name, target in targets.items():
        part = target.removeprefix("/xl/") if target.startswith("/") else target
        if f"xl/{part}" in archive.namelist():
            found[name] = unseen_in_part(archive.read(f"xl/{part}"))
    return found


def attribute(tag, name):
    match = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return html.unescape(match[1].decode(errors="replace")) if match else ""


def unseen_in_part(xml):
    if b"<f" not in xml and b't="e"' not in xml:
        return {}
    found = {}
    for cell in XLSX_CELL.finditer(xml):
        about, inside = cell.groups()
        formula, value = XLSX_FORMULA.search(inside), XLSX_VALUE.search(inside)
        is_error = b't="e"' in about
        if not (is_error and value) and (not formula or value or b't="str"' in about):
            continue
        if place := ADDRESS.search(about):
            text = value[1] if is_error else b"=" + (formula[1] or b"")
            found[int(place[2]) - 1, column_of(place[1])] = html.unescape(text.decode(errors="replace"))
    return found


def column_of(letters):
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def unseen_in_ods(xml):
    found, spans, name, row, column, height = {}, {}, "", -1, 0, 1
    for match in ODS_TAG.finditer(xml):
        tag, about, shown = match.groups()
        numbers = {key: int(number) for key, number in ODS_NUMBER.findall(about)}
        if tag == "table":
            named = re.search(r'table:name="([^"]*)"', about)
            name, row, height = html.unescape(named[1]) if named else "", 0, 0
            continue
        if tag == "table-row":
            row, column, height = row + height, 0, numbers.get("rows-repeated", 1)
            continue
        if 'value-type="error"' in about or ("table:formula=" in about and "office:value-type=" not in about):
            formula = re.search(r'table:formula="(?:of:)?=?([^"]*)"', about)
            found.setdefault(name, {})[row, column] = shown or "=" + html.unescape(formula[1] if formula else "")
        wide, high = numbers.get("columns-spanned", 1), numbers.get("rows-spanned", 1)
        if wide * high > 1:
            spans.setdefault(name, []).append((row, column, row + high - 1, column + wide - 1))
        column += numbers.get("columns-repeated", 1)
    return found, spans


def unseen_in_xls(content):
    stream = stream_of(content)
    starts, found, at, name = {}, {}, 0, None
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        name = starts.get(at, name)
        data = stream[at + 4 : at + 4 + size]
        if kind == BOUNDSHEET and size > 8:
            length, is_wide = data[6], data[7] & 1
            text = data[8 : 8 + length * (1 + is_wide)].decode("utf-16-le" if is_wide else "latin-1", "replace")
            starts[struct.unpack_from("<I", data)[0]] = text
        is_error = kind == BOOLERR and size >= 8 and data[7] == 1
        is_result = kind == FORMULA and size >= 14 and data[6] == 2 and data[12:14] == b"\xff\xff"
        if name is not None and (is_error or is_result):
            place = struct.unpack_from("<HH", data)
            found.setdefault(name, {})[place] = XLS_ERRORS.get(data[6] if is_error else data[8], "#NULL!")
        at += 4 + size
    return found


def stream_of(content):
    """The stream “Workbook” of a compound file ([MS-CFB]); empty where it is not found, the reader tells why."""
    try:
        size = 1 << struct.unpack_from("<H", content, 30)[0]
        table = struct.unpack_from("<109I", content, 76)
        following = struct.unpack_from("<I", content, 68)[0]
        while following < 0xFFFFFFFA and len(table) < len(content):
            more = struct.unpack_from(f"<{size // 4}I", content, 512 + following * size)
            table, following = table + more[:-1], more[-1]
        fat = [
            after
            for sector in table
            if sector < 0xFFFFFFFA
            for after in struct.unpack_from(f"<{size // 4}I", content, 512 + sector * size)
        ]
        folder = chain(content, fat, struct.unpack_from("<I", content, 48)[0], size)
        for at in range(0, len(folder), 128):
            name = folder[at : at + max(struct.unpack_from("<H", folder, at + 64)[0] - 2, 0)]
            if name in ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le")):
                first, length = struct.unpack_from("<II", folder, at + 116)
                return chain(content, fat, first, size)[:length]
    except (struct.error, IndexError):
        pass
    return b""


def chain(content, fat, sector, size):
    parts = []
    while sector < 0xFFFFFFFA and len(parts) <= len(fat):
        parts.append(content[512 + sector * size : 512 + (sector + 1) * size])
        sector = fat[sector]
    return b"".join(parts)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        sheets = read(sys.stdin.buffer.read())
    except OverflowError:
        sys.exit(TOO_MANY)
    except (python_calamine.CalamineError, zipfile.BadZipFile) as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
    json.dump(sheets, sys.stdout)
