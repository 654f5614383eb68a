"""Workbooks of every kind, made of rows: cells are texts, numbers, None, or an ``Error`` (#DIV/0!)."""

import io
import struct
import zipfile
from xml.sax.saxutils import escape

import xlsxwriter

ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}


class Error(str):
    """What a formula shows that has no value."""


def xlsx(rows, merged=(), name="表"):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, Error):
                sheet.write_formula(number, column, "=1/0", None, cell)
            elif isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif cell is not None:
                sheet.write(number, column, cell)
    for area in merged:
        sheet.merge_range(*area, rows[area[0]][area[1]])
    book.close()
    return out.getvalue()


def ods(rows, merged=(), name="表"):
    """An OpenDocument spreadsheet, as small as one can be."""
    spans = {
        (
            top,
            left,
        ): f' table:number-rows-spanned="{bottom - top + 1}" table:number-columns-spanned="{right - left + 1}"'
        for top, left, bottom, right in merged
    }
    lines = ""
    for number, row in enumerate(rows):
        cells = "".join(_ods_cell(cell, spans.get((number, column), "")) for column, cell in enumerate(row))
        lines += f"<table:table-row>{cells or '<table:table-cell/>'}</table:table-row>"
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="{name}">{lines}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def _ods_cell(cell, span):
    if cell is None or cell == "":
        return f"<table:table-cell{span}/>"
    if isinstance(cell, Error):
        about = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
    elif isinstance(cell, str):
        about = 'office:value-type="string"'
    else:
        about = f'office:value-type="float" office:value="{cell!r}"'
    return f"<table:table-cell{span} {about}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def xls(rows, name="表"):
    """A BIFF8 workbook in a compound file ([MS-XLS], [MS-CFB]); at most 60 KB."""
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(cell, Error):
                body += _record(0x205, place + bytes([ERRORS[cell], 1]))
            elif isinstance(cell, str) and cell:
                body += _record(0x204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
            elif cell is not None and cell != "":
                body += _record(0x203, place + struct.pack("<d", cell))
    body += _record(0x0A, b"")
    label = name.encode("utf-16-le")
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0, 0, 0, 0)) + _record(0x42, struct.pack("<H", 1200))
    start = len(head) + 4 + 8 + len(label) + 4
    sheets = _record(0x85, struct.pack("<IBBBB", start, 0, 0, len(name), 1) + label) + _record(0x0A, b"")
    return _compound(head + sheets + body)


def _record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def _compound(stream):
    size = max(len(stream), 4096)
    sectors = -(-size // 512)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0,
    ) + b"\xff" * 432  # fmt: skip
    folder = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, 2, size)
    folder += (b"\0" * 68 + b"\xff" * 12 + b"\0" * 48) * 2
    return header + struct.pack("<128I", *fat) + folder + stream.ljust(sectors * 512, b"\0")


def _entry(name, kind, child, start, size):
    label = name.encode("utf-16-le") + b"\0\0"
    about = struct.pack("<HBBIII", len(label), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return label.ljust(64, b"\0") + about + b"\0" * 36 + struct.pack("<III", start, size, 0)
