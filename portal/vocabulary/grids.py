"""The first step of every import: the bytes of a file become sheets of cells, each in its place.

What the cells mean is not asked here. A cell is text without space around it (a date as ISO 8601) or a number; row and
column are counted as the spreadsheet counts them, blank ones too.
"""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from . import workbooks
from .hypertext import tables_of
from .importing import UnreadableFile

#: A file that an editor uploads is read in memory, and so is what it unpacks to.
LARGEST = 20 * 1024 * 1024
LARGEST_UNPACKED = 10 * LARGEST

#: Cells of a file, empty ones too, and columns: as many as a spreadsheet can have.
LARGEST_CELLS = workbooks.CELLS
LARGEST_COLUMNS = 16_384

#: Seconds for reading a workbook.
PATIENCE = 60

DELIMITERS = (",", "\t", ";")
#: How a page begins.
PAGE = ("<!doctype html", "<html", "<head", "<meta", "<style", "<table", "<div", "<?xml", "<!--")
#: A piece of a line that shows that it was cut at the right sign: a number, or one with 年 behind it.
CLEAN_CUT = re.compile(r"\s*[-+]?[0-9][0-9,.]*年?\s*")
#: The lines on which the delimiters are tried.
SAMPLE = 200


@dataclass
class Sheet:
    """One grid of cells; ``name`` is the sheet's, or the file's where it has no sheets.

    ``merged``: ranges of merged cells, (first row, first column, last row, last column), from 0; their value stands in
    the first cell.
    """

    name: str
    rows: list
    merged: list = field(default_factory=list)

    def place(self, row, column):
        """A cell as spreadsheets name it: 分省年度数据!D27. Both count from 0."""
        return f"{self.name}!{letters(column)}{row + 1}"


@lru_cache(maxsize=4096)
def letters(column):
    """The letters of a column that counts from 0: A, Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def text_of(cell):
    """A cell as words: 2024 for the number 2024.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def read_bytes(file):
    """The name and the content of ``file``, a path or an open binary file with a ``name`` (an upload).

    Raises ``UnreadableFile`` where it is missing, empty or larger than ``LARGEST``.
    """
    name = Path(file if isinstance(file, str | Path) else file.name).name
    try:
        if isinstance(file, str | Path):
            with open(file, "rb") as opened:
                content = opened.read(LARGEST + 1)
        else:
            content = file.read(LARGEST + 1)
    except OSError as error:
        text = _("The file “%(name)s” cannot be read: %(error)s")
        raise UnreadableFile(text % {"name": name, "error": error.strerror or error}) from error
    if not content.strip():
        raise UnreadableFile(_("The file “%(name)s” is empty.") % {"name": name})
    if len(content) > LARGEST:
        text = _("The file “%(name)s” is larger than %(limit)s MB. Divide it.")
        raise UnreadableFile(text % {"name": name, "limit": LARGEST // 1024**2})
    return name, content


def read_sheets(file):
    """The sheets of a workbook (.xls, .xlsx, .ods), the tables of an HTML page, or the one of a delimited text.

    The content decides, not the name: offices hand out text and pages as .xls. A text is UTF-8, UTF-16 with a byte
    order mark or GB 18030 (GBK), its cells divided by commas, tabs or semicolons. Raises ``UnreadableFile``.
    """
    name, content = read_bytes(file)
    sheets = _sheets_of(name, content)
    if max((len(row) for sheet in sheets for row in sheet.rows), default=0) > LARGEST_COLUMNS:
        raise UnreadableFile(_("A line has more than %s columns. Divide the file.") % LARGEST_COLUMNS)
    return sheets


def _sheets_of(name, content):
    if content.startswith((b"\xd0\xcf\x11\xe0", b"PK\x03\x04")):
        return _sheets_of_workbook(content)
    text = decode(content)
    beginning = text[:2000].lstrip().casefold()
    if beginning.startswith("<?xml") and "spreadsheet" in beginning:
        raise UnreadableFile(_("The file is an XML spreadsheet of 2003. Save it as .xlsx."))
    if beginning.startswith(PAGE):
        return _sheets_of_page(name, text)
    return [Sheet(name, _rows_of_text(text))]


def decode(content):
    """Bytes as text; ``UnreadableFile`` where no encoding in use here fits."""
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if is_utf16 else ["utf-8-sig", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile(_("The file is neither a workbook nor text in UTF-8 or GBK. Save it as .xlsx or “CSV UTF-8”."))


def _sheets_of_workbook(content):
    if content.startswith(b"PK"):
        _refuse_bomb(content)
    command = [sys.executable, "-I", workbooks.__file__]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE)  # noqa: S603 (our own file)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(_("The workbook takes too long to read. Divide it.")) from error
    if done.returncode == workbooks.TOO_MANY:
        raise _too_many()
    if done.returncode:
        told = done.returncode == workbooks.REFUSED
        reason = done.stderr.decode(errors="replace").strip() if told else _("it is damaged")
        raise UnreadableFile(_("The workbook cannot be read: %(error)s") % {"error": reason})
    return [Sheet(name, _stripped(rows), merged) for name, rows, merged in json.loads(done.stdout)]


def _too_many():
    text = _("The file has more than %(limit)s cells, empty ones counted. Divide it, or delete its empty columns.")
    return UnreadableFile(text % {"limit": LARGEST_CELLS})


def _sheets_of_page(name, text):
    try:
        tables = tables_of(text, LARGEST_CELLS)
    except OverflowError as error:
        raise _too_many() from error
    if not tables:
        raise UnreadableFile(_("The file is a web page without a table."))
    names = [name] if len(tables) == 1 else [f"{name} {number}" for number in range(1, len(tables) + 1)]
    return [Sheet(one, _stripped(rows), merged) for one, (rows, merged) in zip(names, tables, strict=True)]


def _refuse_bomb(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile(_("The workbook cannot be read: %(error)s") % {"error": error}) from error
    if size > LARGEST_UNPACKED:
        raise UnreadableFile(_("The workbook unpacks to more than can be read. Divide it."))


def _rows_of_text(text):
    lines = text.splitlines()[:SAMPLE]
    # Where no sign cuts out a number, the commonest one divides.
    delimiter = max(
        DELIMITERS,
        key=lambda sign: (sum(_clean_cuts(line, sign) for line in lines), sum(line.count(sign) for line in lines)),
    )
    # Without this a line break in a quoted cell (csv wants them as they stand) and a lone \r would end a row.
    source = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline="")
    rows, left = [], LARGEST_CELLS
    try:
        for row in csv.reader(source, delimiter=delimiter):
            left -= len(row)
            if left < 0:
                raise _too_many()
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise UnreadableFile(_("The file cannot be read: %(error)s") % {"error": error}) from error
    return rows


def _clean_cuts(line, delimiter):
    pieces = line.split(delimiter)
    return len(pieces) > 1 and sum(bool(CLEAN_CUT.fullmatch(piece.strip('"'))) for piece in pieces)


def _stripped(rows):
    """Without space around words; NBS exports end cells in tabs."""
    return [[cell.strip() if isinstance(cell, str) else cell for cell in row] for row in rows]
