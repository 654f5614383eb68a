"""Rows as files: CSV that spreadsheet programs open well, XLSX with typed cells, JSON for programs. Names no model.

A row is a dict with a value for each column; a column is a pair of its key, the name in JSON, and its label, the
heading in CSV and XLSX. Values are Python's own: numbers stay numbers, dates stay dates, a list becomes an array in
JSON and one cell elsewhere, None an empty cell; ``Printed`` is a number that knows its decimal places.

Every file is written while its rows are read, in constant memory: a million rows need no more of it than a hundred.
"""

import csv
import datetime as dt
import itertools
import json
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import quote

from django.db import models
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import Worksheet

#: Excel takes a file without it for a national encoding and shows mojibake.
BOM = "\ufeff"
#: A cell that starts like this is run as a formula by spreadsheet programs, the full-width signs too.
FORMULA = re.compile(r"\A(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
NUMBER = re.compile(r"\A-?\d[\d,.]*\Z", re.ASCII)
#: What XML 1.0 (2.2, Char) cannot hold, hence neither XLSX nor a feed; half a surrogate pair has no encoding at all.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: What XML or XlsxWriter says in other signs: white space at the ends, markup, _x0041_.
ESCAPED = re.compile(r'\A\s|[\x00-\x1f\ufffe\uffff&<>"]|_x|\s\Z')
#: Limits of a sheet and of a cell: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
#: So many rows decide how wide the columns are: a sheet that is written as it comes must know it beforehand.
SAMPLE = 100
#: Rows of CSV and of JSON that are sent at once: a server pays for every piece.
PIECE = 100
WIDEST = 60


class Format(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    JSON = "json", "JSON"

    @property
    def content_type(self):
        return {
            "csv": "text/csv; charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "json": "application/json",
        }[self]


@dataclass(frozen=True, slots=True)
class Printed:
    """A number with the decimal places in which it is printed: a sheet shows them, elsewhere it is its number."""

    number: Decimal
    places: int

    def __str__(self):
        return f"{self.number:.{self.places}f}"


class Sheet(NamedTuple):
    """A sheet of a workbook beside its rows. Its own ``rows`` are read last: they may tell of what was written."""

    title: str
    columns: list
    rows: Iterable


def respond(format, name, columns, rows, *, title="", sheets=(), rows_key="results", **extra):
    """``rows`` (any iterable of dicts, read once) as a response with a file of the given Format.

    ``name`` is the file's name in ASCII without an ending, ``title`` its name in words, which readers see. XLSX has the
    ``sheets`` (of Sheet) after the rows. JSON is an object of ``extra``, ``results`` (or what ``rows_key`` calls them)
    and ``count``, the number of rows, unless ``extra`` has one.
    Raises ValueError for a format that is not there.
    """
    format = Format(format)
    columns = [(key, str(label)) for key, label in columns]
    if format is Format.XLSX:
        response = _xlsx([Sheet(title or name, columns, rows), *sheets])
    elif format is Format.JSON:
        response = _json(rows, rows_key, extra)
    else:
        response = _csv(columns, rows)
    response["Content-Type"] = format.content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    if format is not Format.JSON:
        response["Content-Disposition"] = disposition(f"{name}.{format}", f"{title or name}.{format}")
    return response


def refuse(errors):
    """HTTP 400 with the messages of a form by field: a download with a wrong value has no rows at all."""
    response = JsonResponse({"errors": errors}, status=400, json_dumps_params={"ensure_ascii": False})
    response["X-Robots-Tag"] = "noindex"
    return response


def disposition(ascii_name, name):
    """A Content-Disposition with both names of a file: RFC 6266, the one in words encoded by RFC 5987."""
    name = re.sub(r'[\\/:*?"<>|\s]+', "-", writable(name))
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def writable(text):
    """``text`` without the characters that no XML file can hold."""
    return UNWRITABLE.sub("", text)


def safe_cell(text):
    """``text`` as a cell that no spreadsheet program takes for a formula; numbers stay as they are."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text


# CSV ---------------------------------------------------------------------------------------------------------------


class _Line:
    """What csv.writer writes to: it hands the line back."""

    def write(self, line):
        return line


def _csv(columns, rows):
    return StreamingHttpResponse(_pieces(_csv_lines(columns, rows)))


def _pieces(texts):
    texts = iter(texts)
    return ("".join(piece) for piece in iter(lambda: list(itertools.islice(texts, PIECE)), []))


def _csv_lines(columns, rows):
    writer = csv.writer(_Line())
    yield BOM + writer.writerow([safe_cell(label) for _key, label in columns])
    for row in rows:
        yield writer.writerow([_csv_cell(row[key]) for key, _label in columns])


def _csv_cell(value):
    value = _plain(value)
    if isinstance(value, str):  # what most cells hold is asked first, here and below
        return safe_cell(value)
    if isinstance(value, Printed):
        return _number(value.number)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return str(value).lower() if isinstance(value, bool) else value


def _plain(value):
    """One value for one cell: text, number, Printed, date, bool or None."""
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, (list, tuple)):
        return writable("；".join(str(one) for one in value))
    if isinstance(value, Decimal):
        return _number(value)
    if value is None or isinstance(value, (bool, int, float, Printed, dt.date)):
        return value
    return writable(str(value))


def _number(value):
    """A decimal of the database as a number without the zeros that only the database has added."""
    return int(value) if value == value.to_integral_value() else float(value)


# XLSX --------------------------------------------------------------------------------------------------------------


def _xlsx(sheets):
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    book = Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    )
    styles = _Styles(book)
    for sheet in sheets:
        _fill(book, sheet, styles)
    book.close()
    file.seek(0)
    return FileResponse(file)


class _TextSheet(Worksheet):
    """A sheet most of whose cells are words: those in which nothing is to be escaped are written straight away.

    The library asks each cell eight times what must be escaped, and that is half of the time of a long file.
    """

    def _write_cell(self, row, col, cell):
        text = getattr(cell, "string", None)
        if text is None or cell.format or ESCAPED.search(text):
            super()._write_cell(row, col, cell)
        else:
            place = xl_rowcol_to_cell_fast(row, col)
            self.fh.write(f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>')


class _Styles(dict):
    """The looks of cells, by what they hold; of a Printed number by its decimal places."""

    def __init__(self, book):
        self.book = book
        self["head"] = book.add_format({"bold": True, "bottom": 1})
        self[dt.date] = book.add_format({"num_format": "yyyy-mm-dd"})
        self[dt.datetime] = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def __missing__(self, places):
        self[places] = self.book.add_format({"num_format": f"0.{'0' * places}" if places else "0"})
        return self[places]


def _fill(book, told, styles):
    """Write the rows of a Sheet; what goes beyond the length of a sheet is continued on another."""
    columns = [(key, str(label)) for key, label in told.columns]
    rows = ([_plain(row[key]) for key, _label in columns] for row in told.rows)
    sample = list(itertools.islice(rows, SAMPLE))
    widths = [max(map(_width, column)) for column in zip([label for _key, label in columns], *sample, strict=True)]
    sheet = _sheet(book, told.title, columns, widths, styles["head"])
    for number, row in enumerate(itertools.chain(sample, rows)):
        line = number % (SHEET_ROWS - 1) + 1
        if number and line == 1:
            sheet = _sheet(book, "", columns, widths, styles["head"])
        for place, value in enumerate(row):
            if value is not None:
                _write(sheet, line, place, value, styles)


def _sheet(book, title, columns, widths, head):
    """A new sheet with its headings, which stay in sight."""
    name = re.sub(r"[\[\]:*?/\\']+", " ", writable(str(title)))[:31].strip()
    sheet = book.add_worksheet(name or None, worksheet_class=_TextSheet)
    for place, ((_key, label), width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(place, place, width + 2)
        sheet.write_string(0, place, label, head)
    sheet.freeze_panes(1, 0)
    return sheet


def _write(sheet, line, place, value, styles):
    if isinstance(value, str):
        text = value if len(value) <= CELL_CHARACTERS else value[: CELL_CHARACTERS - 1] + "…"
        sheet.write_string(line, place, text)
    elif isinstance(value, Printed):
        sheet.write_number(line, place, float(value.number), styles[value.places])
    elif isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, place, value)
    elif isinstance(value, dt.date) and value.year >= 1900:  # Excel's calendar begins there
        if isinstance(value, dt.datetime):
            value = timezone.localtime(value)
        sheet.write_datetime(line, place, value, styles[type(value)])
    else:
        sheet.write_string(line, place, str(value))


def _width(value):
    """Columns of a terminal that a value takes, Chinese characters two, up to what is still read at a glance."""
    wide = sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in str(value)[:WIDEST])
    return min(wide, WIDEST)


# JSON --------------------------------------------------------------------------------------------------------------


def _json(rows, rows_key, extra):
    """What is short is sent whole, with its length; the rest as it is read."""
    pieces = _pieces(_json_texts(rows, rows_key, extra))
    first, second = next(pieces), next(pieces, None)
    return HttpResponse(first) if second is None else StreamingHttpResponse(itertools.chain([first, second], pieces))


def _json_texts(rows, rows_key, extra):
    yield "".join(["{", *(f"{dumps(key)}: {dumps(value)}, " for key, value in extra.items()), dumps(rows_key), ": ["])
    count = 0
    for count, row in enumerate(rows, start=1):
        yield f"{', ' if count > 1 else ''}{dumps(row)}"
    yield "]}" if "count" in extra else f'], "count": {count}}}'


def dumps(value):
    """``value`` as JSON, with the numbers, hours and days of this module."""
    return ENCODER.encode(value)


def _for_json(value):
    if isinstance(value, Printed):
        value = value.number
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


#: Made once: a long file has as many values as cells.
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_for_json)
