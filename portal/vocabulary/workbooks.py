"""Reads a workbook in a process of its own: ``python workbooks.py < table.xls`` prints its sheets as JSON.

A damaged .xls that claims billions of cells ends the process that reads it, whatever it catches: a native reader that
asks for too much memory is stopped, not told. It must not be the process that serves readers. Nothing here imports the
portal, so that the start takes a few hundredths of a second.
"""

import datetime as dt
import io
import json
import resource
import sys

import python_calamine

#: Twenty times the largest file. A workbook that needs more to be read is damaged, or made to do harm.
MEMORY = 2 * 1024**3
#: The exit code that comes with a reason; any other is a crash.
REFUSED = 3


def plain(value):
    """A cell as JSON has it: dates as ISO 8601, without an hour that nobody typed."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, str | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def read(content):
    """The sheets as a list of [name, rows, merged]. Charts on a sheet of their own have no cells.

    ``merged``: the ranges of merged cells as (first row, first column, last row, last column), from 0.
    """
    book = python_calamine.load_workbook(io.BytesIO(content))
    names = [about.name for about in book.sheets_metadata if about.typ == python_calamine.SheetTypeEnum.WorkSheet]
    sheets = []
    for name in names:
        sheet = book.get_sheet_by_name(name)
        rows = [[plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        sheets.append((name, rows, [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]))
    return sheets


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        sheets = read(sys.stdin.buffer.read())
    except python_calamine.CalamineError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
    json.dump(sheets, sys.stdout)
