"""Rows as files: CSV that spreadsheet programs open well, XLSX with typed cells, JSON for programs. Names no model.

A row is a dict with a value for each column; a column is a pair of its key, the name in JSON, and its label, the
heading in CSV and XLSX. Values are Python's own: numbers stay numbers, dates stay dates, a list becomes an array in
JSON and one cell elsewhere, None an empty cell.
"""

import csv
import datetime as dt
import itertools
import json
import re
import tempfile
import unicodedata
from decimal import Decimal
from urllib.parse import quote

from django.db import models
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from xlsxwriter import Workbook

#: Excel takes a file without it for a national encoding and shows mojibake.
BOM = "\ufeff"
#: A cell that starts like this is run as a formula by spreadsheet programs, the full-width signs too.
FORMULA = re.compile(r"\A(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
NUMBER = re.compile(r"\A-?\d[\d,.]*\Z", re.ASCII)
#: What XML 1.0 (2.2, Char) cannot hold, hence neither XLSX nor a feed; half a surrogate pair has no encoding at all.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Limits of a sheet and of a cell: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
#: So many rows decide how wide the columns are: a sheet that is written as it comes must know it beforehand.
SAMPLE = 100
#: Lines of CSV that are sent at once: a server pays for every piece.
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


def respond(format, name, columns, rows, *, title="", **extra):
    """``rows`` (any iterable of dicts, read once) as a response with a file of the given Format.

    ``name`` is the file's name in ASCII without an ending, ``title`` its name in words, which readers see. JSON is an
    object of ``extra``, ``count`` (the number of rows, unless ``extra`` has one) and ``results``.
    Raises ValueError for a format that is not there.
    """
    format = Format(format)
    columns = [(key, str(label)) for key, label in columns]
    write = {Format.CSV: _csv, Format.XLSX: _xlsx, Format.JSON: _json}[format]
    response = write(columns, rows, title or name, extra)
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


def _csv(columns, rows, title, extra):
    lines = _csv_lines(columns, rows)
    return StreamingHttpResponse("".join(piece) for piece in iter(lambda: list(itertools.islice(lines, PIECE)), []))


def _csv_lines(columns, rows):
    writer = csv.writer(_Line())
    yield BOM + writer.writerow([safe_cell(label) for _key, label in columns])
    for row in rows:
        yield writer.writerow([_csv_cell(row[key]) for key, _label in columns])


def _csv_cell(value):
    value = _plain(value)
    if isinstance(value, str):
        return safe_cell(value)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return str(value).lower() if isinstance(value, bool) else value


def _plain(value):
    """One value for one cell: text, number, date, bool or None."""
    if isinstance(value, (list, tuple)):
        return writable("；".join(str(one) for one in value))
    if isinstance(value, Decimal):
        return _number(value)
    if value is None or isinstance(value, (bool, int, float, dt.date)):
        return value
    return writable(str(value))


def _number(value):
    """A decimal of the database as a number without the zeros that only the database has added."""
    return int(value) if value == value.to_integral_value() else float(value)


# XLSX --------------------------------------------------------------------------------------------------------------


def _xlsx(columns, rows, title, extra):
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    book = Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    )
    styles = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
        dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    rows = ({key: _plain(row[key]) for key, _label in columns} for row in rows)
    sample = list(itertools.islice(rows, SAMPLE))
    widths = [max(_width(text) for text in (label, *(row[key] for row in sample))) for key, label in columns]
    sheet = _sheet(book, title, columns, widths, styles["head"])
    for number, row in enumerate(itertools.chain(sample, rows)):
        line = number % (SHEET_ROWS - 1) + 1
        if number and line == 1:
            sheet = _sheet(book, "", columns, widths, styles["head"])
        for place, value in enumerate(row.values()):
            _write(sheet, line, place, value, styles)
    book.close()
    file.seek(0)
    return FileResponse(file)


def _sheet(book, title, columns, widths, head):
    """A new sheet with its headings, which stay in sight."""
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']+", " ", writable(title))[:31].strip() or None)
    for place, ((_key, label), width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(place, place, width + 2)
        sheet.write_string(0, place, label, head)
    sheet.freeze_panes(1, 0)
    return sheet


def _write(sheet, line, place, value, styles):
    if isinstance(value, dt.date) and value.year >= 1900:  # Excel's calendar begins there
        if isinstance(value, dt.datetime):
            value = timezone.localtime(value)
        sheet.write_datetime(line, place, value, styles[type(value)])
    elif isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, place, value)
    elif value is not None:
        text = str(value)
        sheet.write_string(line, place, text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…")


def _width(value):
    """Columns of a terminal that a value takes, Chinese characters two, up to what is still read at a glance."""
    wide = sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in str(value)[:WIDEST])
    return min(wide, WIDEST)


# JSON --------------------------------------------------------------------------------------------------------------


def _json(columns, rows, title, extra):
    """Row by row into text, so that what is held is the file and not its objects."""
    results = [_dumps(row) for row in rows]
    head = _dumps({"count": len(results)} | extra)[:-1]
    return HttpResponse(itertools.chain([head, ', "results": ['], [", ".join(results)], ["]}"]))


def _dumps(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_for_json)


def _for_json(value):
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date) else str(value)
