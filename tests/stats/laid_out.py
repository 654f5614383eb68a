"""A sheet from a text, and what was understood of it."""

import csv
import io

from portal.vocabulary.grids import Sheet
from stats.layouts import understand

REGIONS = {"重庆市", "四川省", "重庆", "四川", "全国", "贵州省"}


def sheet(text, merged=(), name="表"):
    return Sheet(name, [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))], list(merged))


def tables(text, merged=(), columns=None, time=None):
    return understand(sheet(text, merged), columns or {}, REGIONS, time)


def said(table):
    """What each figure is about, without its source: None where a title says it, the form "" where it is a level."""
    found = []
    for line in table.lines:
        for cell in line.cells:
            form = [line.form.transformation] if line.form.transformation != "level" else []
            form += ["ytd"] if line.form.accumulation != "none" else []
            found.append((*line.said[:3], cell.period, " ".join(form), cell.value))
    return found


def only(text, merged=(), columns=None):
    (table,) = tables(text, merged, columns)
    assert table.problems == []
    return said(table)
