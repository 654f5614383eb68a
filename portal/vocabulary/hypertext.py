"""The tables of an HTML page that is named .xls: what many portals hand out as a spreadsheet."""

from html.parser import HTMLParser


def tables_of(text, largest):
    """The tables of ``text`` as a list of (rows, merged), as ``grids.Sheet`` has them; a nested one is one of its own.

    Raises ``OverflowError`` where they have more than ``largest`` cells, by what ``colspan`` and ``rowspan`` claim.
    """
    parser = _Tables(largest)
    parser.feed(text)
    parser.close()
    for table in parser.found:
        table.rows = [[" ".join(cell.split()) for cell in row] for row in table.rows]
    return [(table.rows, table.merged) for table in parser.found if any(any(row) for row in table.rows)]


class _Table:
    def __init__(self):
        self.rows, self.merged, self.taken, self.cell = [], [], set(), None

    def begin_row(self):
        self.rows.append([])
        self.cell = None

    def begin_cell(self, wide, high):
        """A cell at the first free place of the last row: ranges from above may have taken some."""
        if not self.rows:
            self.begin_row()
        row, cells = len(self.rows) - 1, self.rows[-1]
        while (row, len(cells)) in self.taken:
            cells.append("")
        column = len(cells)
        cells += [""] * wide
        if wide * high > 1:
            self.merged.append((row, column, row + high - 1, column + wide - 1))
            places = range(column, column + wide)
            self.taken |= {(below, at) for below in range(row + 1, row + high) for at in places}
        self.cell = (row, column)


class _Tables(HTMLParser):
    def __init__(self, largest):
        super().__init__()
        self.found, self.open, self.hidden, self.left = [], [], 0, largest

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.open.append(_Table())
            self.found.append(self.open[-1])
        elif tag in ("script", "style"):
            self.hidden += 1
        elif self.open and tag == "tr":
            self.open[-1].begin_row()
        elif self.open and tag in ("td", "th"):
            said = dict(attrs)
            wide, high = _span(said.get("colspan")), _span(said.get("rowspan"))
            self.left -= wide * high
            if self.left < 0:
                raise OverflowError
            self.open[-1].begin_cell(wide, high)
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag):
        if tag == "table" and self.open:
            self.open.pop()
        elif tag in ("script", "style"):
            self.hidden = max(self.hidden - 1, 0)
        elif tag in ("td", "th") and self.open:
            self.open[-1].cell = None

    def handle_data(self, data):
        if self.open and self.open[-1].cell and not self.hidden:
            row, column = self.open[-1].cell
            self.open[-1].rows[row][column] += data


def _span(number):
    digits = (number or "").strip()[:7]  # more than seven are too many anyway
    return max(int(digits), 1) if digits.isascii() and digits.isdecimal() else 1
