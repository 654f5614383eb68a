"""What was understood of a file, as an editor looks at it: each table with its columns and its first and last lines.

Everything here is plain data (``dict``, ``list``, text), so that it is kept with the import and the page reads no file.
"""

import hashlib
import json
import unicodedata

from portal.vocabulary.grids import letters, text_of
from portal.vocabulary.naming import key

from .layouts import Heading, understand
from .printed import read_period

__all__ = ["blocks_of", "shape_of"]

#: Lines that are shown of a table, from its beginning and from its end; columns; signs of a cell; tables of a file.
FIRST, LAST = 8, 3
COLUMNS = 80
SIGNS = 60
BLOCKS = 30
#: Where no headings were found they are sought in as many lines.
SEARCHED = 15


def blocks_of(sheets):
    """The tables of ``sheets`` (pairs of a sheet and its tables) and what was taken for none, in the order of the file.

    A block: ``sheet``, ``found``, ``titles`` (pairs of role and words), ``headings`` and ``lines`` (first and last row,
    from 1), ``count``, ``columns`` (``at``, ``letters``, ``heading``, ``role``, ``period``), ``more_columns``, ``rows``
    (``number``, ``is_heading``, ``is_gap``, ``cells``).
    """
    found = []
    for sheet, tables in sheets:
        found += [_block(sheet, table) for table in tables] or _nothing(sheet)
    return found[:BLOCKS]


def shape_of(sheets):
    """The hash of what stands above the figures of a file: roles in its titles, headings, whatever the periods."""
    said = []
    for sheet in sheets:
        found = understand(sheet, {})
        tables = found if isinstance(found, list) else [found] if found else []
        for block in [_block(sheet, table) for table in tables] or _nothing(sheet):
            said.append([sorted({role for role, _words in block["titles"]}), _names_of(block["columns"])])
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _names_of(columns):
    """Headings by their ``key``; periods are one, however many there are."""
    names = []
    for column in columns:
        name = "…" if column["period"] or read_period(column["heading"]) else key(column["heading"])
        if name != "…" or names[-1:] != ["…"]:
            names.append(name)
    return names


def _block(sheet, table):
    first, last = (table.lines[0].row, table.lines[-1].row) if table.lines else (0, 0)
    headings, columns = _headings(sheet, table, first)
    rows = [_row(sheet, number, columns, is_heading=True) for number in range(headings[0], headings[1] + 1)]
    rows += _lines(sheet, columns, max(first, headings[1] + 1), last)
    return {
        "sheet": sheet.name,
        "found": True,
        "titles": [(role, said.text) for role, said in table.titles.items()],
        "headings": headings,
        "lines": [first, last],
        "count": len(table.lines),
        "columns": columns[:COLUMNS],
        "more_columns": max(0, len(columns) - COLUMNS),
        "rows": rows,
    }


def _headings(sheet, table, first):
    """The rows of the headings, and the columns."""
    for index, row in enumerate(sheet.rows[: first or None]):
        cells = {at: text for at, cell in enumerate(row) if (text := text_of(cell))}
        heading = Heading(cells, {key(name): role for role, name in table.headings.items()})
        if heading.is_found and (not first or index < first - 1):
            return [index + 1, index + 1], _columns(heading, table)
    return [1, 1], []


def _columns(heading, table):
    roles = {name: role for role, name in table.headings.items()}
    width = max([*heading.texts, 0]) + 1
    return [
        {
            "at": at,
            "letters": letters(at),
            "heading": heading.texts.get(at, ""),
            "role": roles.get(heading.name(at), "") or ("value" if at in heading.values else ""),
            "period": heading.periods.get(at, ""),
        }
        for at in range(width)
    ]


def _nothing(sheet):
    """A sheet without a table: its first lines, with the fullest of them for headings. [] where it is empty."""
    searched = [[text_of(cell) for cell in row] for row in sheet.rows[:SEARCHED]]
    fullest = max(searched, key=lambda row: sum(map(bool, row)), default=[])
    if not any(fullest):
        return []
    number = searched.index(fullest) + 1
    columns = [
        {"at": at, "letters": letters(at), "heading": text, "role": "", "period": ""} for at, text in enumerate(fullest)
    ]
    rows = [
        _row(sheet, row, columns, is_heading=row == number)
        for row in range(1, min(len(sheet.rows), FIRST + number) + 1)
    ]
    return [
        {
            "sheet": sheet.name,
            "found": False,
            "titles": [],
            "headings": [number, number],
            "lines": [0, 0],
            "count": 0,
            "columns": columns[:COLUMNS],
            "more_columns": max(0, len(columns) - COLUMNS),
            "rows": rows,
        }
    ]


def _lines(sheet, columns, first, last):
    if last - first + 1 <= FIRST + LAST + 1:
        return [_row(sheet, number, columns) for number in range(first, last + 1)]
    head = [_row(sheet, number, columns) for number in range(first, first + FIRST)]
    tail = [_row(sheet, number, columns) for number in range(last - LAST + 1, last + 1)]
    return [*head, {"number": 0, "is_heading": False, "is_gap": True, "cells": []}, *tail]


def _row(sheet, number, columns, *, is_heading=False):
    row = sheet.rows[number - 1] if number <= len(sheet.rows) else []
    width = min(len(columns), COLUMNS)
    cells = [printable(text_of(cell))[:SIGNS] for cell in row[:width]]
    return {
        "number": number,
        "is_heading": is_heading,
        "is_gap": False,
        "cells": cells + [""] * (width - len(cells)),
    }


def printable(text):
    """Without the signs that a database of JSON cannot keep."""
    return "".join(sign for sign in str(text) if unicodedata.category(sign) not in {"Cc", "Cs"} or sign in "\n\t")
