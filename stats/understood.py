"""What was understood of a file, as an editor looks at it: each table with its columns and its first and last lines.

Everything here is plain data (``dict``, ``list``, text), so that it is kept with the import and the page reads no file.
"""

import hashlib
import json
import re
import unicodedata

from portal.vocabulary.grids import letters, text_of
from portal.vocabulary.naming import RegionNames, key

from .layouts import understand

__all__ = ["blocks_of", "shape_of"]

#: Lines that are shown of a table, from its beginning and from its end; columns; signs of a cell; tables of a file.
FIRST, LAST = 8, 3
COLUMNS = 80
SIGNS = 60
#: Notes of a table, and signs of one.
NOTES, NOTE = 5, 200
BLOCKS = 30
#: Where no headings were found they are sought in as many lines.
SEARCHED = 15
#: Years, months and days in a heading.
DIGITS = re.compile("[0-9]+")


def blocks_of(sheets):
    """The tables of ``sheets`` (pairs of a sheet and its tables) and what was taken for none, in their order.

    A block: ``sheet``, ``found``, ``titles`` (pairs of role and words), ``notes``, ``headings`` and ``lines``
    (first and last row, from 1), ``count``, ``columns`` (``at``, ``letters``, ``heading``, ``role``, ``period``),
    ``more_columns``, ``rows`` (``number``, ``is_heading``, ``is_gap``, ``cells``).
    """
    found = []
    for sheet, tables in sheets:
        found += [_block(sheet, table) for table in tables] or _nothing(sheet)
    return found[:BLOCKS]


def shape_of(sheets):
    """The hash of what stands above the figures of a file: roles in its titles, headings, whatever the periods."""
    said, regions = [], RegionNames()
    for sheet in sheets:
        for block in blocks_of([(sheet, understand(sheet, {}, regions))]):
            said.append([sorted({role for role, _words in block["titles"]}), _names_of(block["columns"])])
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _names_of(columns):
    """Headings by their ``key``; periods are one, however many there are."""
    names = []
    for column in columns:
        name = DIGITS.sub("…", key(column["heading"]))
        if name not in names or not column["period"]:
            names.append(name)
    return names


def _block(sheet, table):
    columns = [
        {
            "at": one.at,
            "letters": one.letters,
            "heading": printable(one.heading),
            "role": one.role or "",
            "period": one.period or "",
        }
        for one in table.columns
    ]
    at = [column["at"] for column in columns[:COLUMNS]]
    rows = [_row(sheet, number, at, is_heading=True) for number in table.heading_rows]
    return {
        "sheet": printable(sheet.name),
        "found": True,
        "titles": [(role, printable(said.text)[:SIGNS]) for role, said in table.titles.items()],
        "notes": [printable(note.text)[:NOTE] for note in table.notes[:NOTES]],
        "headings": [table.heading_rows.start, table.heading_rows.stop - 1],
        "lines": [table.first_row, table.last_row],
        "count": len({line.row for line in table.lines}),
        "columns": columns[:COLUMNS],
        "more_columns": max(0, len(columns) - COLUMNS),
        "rows": rows + (_lines(sheet, at, table.first_row, table.last_row) if table.first_row else []),
    }


def _nothing(sheet):
    """A sheet without a table: its first lines, with the fullest of them for headings. [] where it is empty."""
    searched = [[text_of(cell) for cell in row] for row in sheet.rows[:SEARCHED]]
    fullest = max(searched, key=lambda row: sum(map(bool, row)), default=[])
    if not any(fullest):
        return []
    number = searched.index(fullest) + 1
    columns = [
        {"at": at, "letters": letters(at), "heading": printable(text), "role": "", "period": ""}
        for at, text in enumerate(fullest)
    ]
    rows = [
        _row(sheet, row, range(len(columns[:COLUMNS])), is_heading=row == number)
        for row in range(1, min(len(sheet.rows), FIRST + number) + 1)
    ]
    return [
        {
            "sheet": sheet.name,
            "found": False,
            "titles": [],
            "notes": [],
            "headings": [number, number],
            "lines": [0, 0],
            "count": 0,
            "columns": columns[:COLUMNS],
            "more_columns": max(0, len(columns) - COLUMNS),
            "rows": rows,
        }
    ]


def _lines(sheet, at, first, last):
    if last - first + 1 <= FIRST + LAST + 1:
        return [_row(sheet, number, at) for number in range(first, last + 1)]
    head = [_row(sheet, number, at) for number in range(first, first + FIRST)]
    tail = [_row(sheet, number, at) for number in range(last - LAST + 1, last + 1)]
    return [*head, {"number": 0, "is_heading": False, "is_gap": True, "cells": []}, *tail]


def _row(sheet, number, at, *, is_heading=False):
    """Line ``number`` in the columns ``at``."""
    row = sheet.rows[number - 1] if number <= len(sheet.rows) else []
    cells = [printable(text_of(row[one]))[:SIGNS] if one < len(row) else "" for one in at]
    return {"number": number, "is_heading": is_heading, "is_gap": False, "cells": cells}


def printable(text):
    """Without the signs that a database of JSON cannot keep."""
    return "".join(sign for sign in str(text) if unicodedata.category(sign) not in {"Cc", "Cs"} or sign in "\n\t")
