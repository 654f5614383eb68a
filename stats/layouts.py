"""How tables of figures are laid out: a sheet of cells becomes tables, their lines say region, indicator and value.

A sheet may hold several tables, one under the other or side by side; each has title lines above, a heading, lines of
figures, and notes below. Four layouts come out of what its heading says (``headings``): periods across; a period in a
column of its own; columns for regions, for indicators, or both, in one period that a title tells; and stacks of these.

Names stay as they are printed; what they mean is asked in ``resolving``.
"""

import re

from django.utils.translation import gettext as _

from portal.vocabulary.grids import letters, text_of
from portal.vocabulary.naming import key

from .blocks import Grid, strips
from .footnotes import signs_in
from .headings import find_heading
from .lines import Cell, Line, Said, Table
from .measures import LEVEL, read_measure
from .printed import UNIT_BEHIND, name_and_unit, read_time, without_mark
from .words import COLUMN_ROLES as COLUMN_ROLES
from .words import NUMBER, ROLE_OF, ROLES, Vocabulary

NOTE = re.compile(r"(注|注释|备注|说明|来源|数据来源|资料来源)\s*[0-9]?\s*[:：].*", re.DOTALL)
#: Below a table, but about the sheet of paper.
CLERKS = re.compile(r"(制表|填表|制图|审核|负责|联系|电话|导出|打印|下载)[^:：]{0,6}[:：].*", re.DOTALL)
#: Where the titles of the next table begin, right below the notes of the one before.
NEXT_TITLE = re.compile(r"表\s*[0-9一二三四五六七八九十]|(指标|地区|单位|时间)\s*[:：]")
UNIT, REGION, INDICATOR = ROLES.index("unit"), ROLES.index("region"), ROLES.index("indicator")


def understand(sheet, columns, regions=(), time=None):
    """The tables that ``sheet`` holds, in their order; none where it has no line of headings.

    ``columns`` tells the role (``COLUMN_ROLES``) of columns whose heading does not, by ``key`` of the heading, of #B
    (column B of every sheet) or of Sheet1!B; Sheet1!B7 is the column B under the heading in line 7. ``regions`` knows
    with ``in`` whether a ``key`` is one of a region's names. ``time`` is the ``Time`` of tables that say none; without
    it their cells have the period None.
    """
    words = Vocabulary(columns, regions, time)
    grid = Grid(sheet)
    parts = strips(grid)
    if len(parts) > 1:
        side_by_side = [_tables(part, words) for part in parts]
        if all(side_by_side):
            _share(side_by_side)
            return [table for tables in side_by_side for table in tables]
    return _tables(grid, words)


def _share(side_by_side):
    """Tables side by side under one title line share what it says; a table with titles of its own only who says it."""
    first, captions = side_by_side[0][0].titles, side_by_side[0][0].captions
    for tables in side_by_side[1:]:
        own = tables[0].titles
        has_own = bool(own.keys() - {"source", "released"})
        tables[0].captions = tables[0].captions if has_own else captions
        for role, said in first.items():
            if role in ("source", "released") or not has_own:
                own.setdefault(role, said)


def _tables(grid, words):
    """The tables of ``grid``, one under the other."""
    tables, table, index = [], Table(grid.sheet), 0
    while index < len(grid):
        heading = find_heading(grid, index, words)
        if heading:
            block = Block(table, heading)
            index = block.read()
            tables.append(table)
            table = Table(grid.sheet)
            for number in range(block.end, index):  # lines above the next heading are its titles
                table.read_title(number + 1, grid.filled(number))
        else:
            table.read_title(index + 1, grid.filled(index))
            index += 1
    _inherit(tables)
    return tables


def _inherit(tables):
    """What one table says of all: who published them and when; and all it says where the next has no title."""
    for role in ("source", "released"):
        said = {table.titles[role].text: table.titles[role] for table in tables if role in table.titles}
        if len(said) == 1:
            for table in tables:
                table.titles.setdefault(role, *said.values())
    for above, table in zip(tables, tables[1:], strict=False):
        if not table.titles.keys() - {"source", "released"}:
            table.titles, table.captions = {**above.titles, **table.titles}, above.captions


class Block:
    """The lines of one table under its heading."""

    def __init__(self, table, heading):
        self.table, self.heading, self.grid, self.words = table, heading, heading.grid, heading.words
        self.above = self.grid.above()
        self.start = self.end = heading.first + heading.count
        self._tell()
        self.roles = heading.roles
        self.noted = [at for at, one in heading.columns.items() if one.role == "footnote"]
        self.names = {self.roles[role] for role in ("region", "indicator", "period") if role in self.roles}
        self.labels = [(role, at) for role, at in self.roles.items() if role in ROLES]
        self.repeats = self._repeats()
        self.last = {}
        self.groups = self._groups()

    def _tell(self):
        """Let the table say what its heading is."""
        table, heading = self.table, self.heading
        for at in heading.twice:
            table.reject(self.start, heading.name(at), _("Two columns say the same. Name one “ignore” in --mapping."))
        for at in heading.bad:
            is_name = heading.columns[at].indicator
            table.reject(self.start, heading.name(at), _unknown() if is_name else no_period(heading.name(at)))
        if "period" not in heading.roles and not {"region", "indicator"} & set(heading.roles):
            self._find_axes()
        for at, mark in heading.marks:
            table.signs[at] = (*table.signs.get(at, ()), *signs_in(mark))
        table.headings = {role: heading.name(at) for role, at in heading.roles.items()}
        roles = {at: role for role, at in heading.roles.items()}
        table.columns = [
            one._replace(role=roles[at], indicator=None) if at in roles else one
            for at, one in sorted(heading.columns.items())
        ]
        table.heading_rows = range(heading.first + 1, self.start + 1)

    def _find_axes(self):
        """Give the leading columns without a heading their roles: the names of regions, of indicators, or of both."""
        first = min([*self.heading.values, *self.heading.bad])
        leading = [at for at in range(self.grid.left, first) if at not in self.heading.roles.values()]
        across = {
            role for one in self.heading.columns.values() for role in ("region", "indicator") if getattr(one, role)
        }
        leading = [at for at in leading if at == self.grid.left or at not in self.heading.columns]
        if len(leading) == 2 and self._names(leading[1]):
            region = next((at for at in leading if self._are_regions(at)), None)
            if region is not None:
                other = next(at for at in leading if at != region)
                self.heading.roles |= {"region": region, "indicator": other}
                return
        role = self._axis() if len(across) != 1 else ({"region", "indicator"} - across).pop()
        self.heading.roles[role] = self.grid.left

    def _names(self, at):
        rows = self.grid.sheet.rows
        return [text for row in rows[self.start :] if at < len(row) and (text := text_of(row[at]))]

    def _are_regions(self, at):
        names = [name for name in self._names(at) if not NOTE.fullmatch(name)]
        return bool(names) and sum(key(name) in self.words.regions for name in names) * 2 > len(names)

    def _axis(self):
        """Whether the first column holds regions or indicators: not what the title names, nor names without a unit."""
        titles = self.table.titles
        if "indicator" in titles or "region" in titles:
            return "region" if "indicator" in titles else "indicator"
        names = self._names(self.grid.left)
        has_units = any(UNIT_BEHIND.fullmatch(name) and not NOTE.fullmatch(name) for name in names)
        return "indicator" if has_units else "region"

    def _repeats(self):
        """Whether the first column of labels says its word in every line: then an empty cell there is a gap."""
        names = self._names_as_they_stand()
        return any(one and one == two for one, two in zip(names, names[1:], strict=False))

    def _names_as_they_stand(self):
        rows = self.grid.sheet.rows
        return [text_of(row[self.grid.left]) for row in rows[self.start :] if self.grid.left < len(row)]

    def _groups(self):
        """The columns of figures by what their headings say: [(said, form, [column])]."""
        groups = {}
        for at in self.heading.values:
            one = self.heading.columns[at]
            groups.setdefault(((one.region, one.indicator, one.unit), one.form), []).append(one)
        return [(said, form, columns) for (said, form), columns in groups.items()]

    # The lines --------------------------------------------------------------------------------------------------------

    def read(self):
        """Read lines until the next heading; returns the number of its line, ``end`` is that after the last of ours."""
        in_notes, is_apart, index = False, False, self.start
        values, known = set(self.heading.values), self.heading.columns.keys() | set(self.roles.values())
        while index < len(self.grid):
            cells = self.grid.filled(index)
            first = next(iter(cells.values()), "")
            if cells and (is_apart or key(first) in ROLE_OF) and find_heading(self.grid, index, self.words):
                self._ask_about_days()
                return index
            is_note = bool(NOTE.fullmatch(first))
            in_notes = in_notes or is_note
            figures = values & cells.keys()
            is_apart = not figures or is_note or (in_notes and not _are_numbers(cells[at] for at in figures))
            if not is_apart:
                self._flag(index + 1, cells, known)
                self._read_line(index, cells)
                self.end = index + 1
            elif is_note or (in_notes and self.end == index and cells and not NEXT_TITLE.match(first)):
                self._take_note(index, cells)
            else:
                self._remember(cells)  # of a line without figures, too, or the next would be taken for another's
            index += 1
        for number in range(self.end, index):
            if cells := self.grid.filled(number):
                self._take_note(number, cells)
        self._ask_about_days()
        return index

    def _ask_about_days(self):
        """Spreadsheets keep 2024年7月 as 2024-07-01: what are only first days of months may be months."""
        periods = {cell.period for line in self.table.lines for cell in line.cells}
        periods -= {None}
        if len(periods) > 1 and all(len(period) == 10 and period.endswith("-01") for period in periods):
            reason = _("All periods are first days of months. Write 2024年7月 as text if they are months.")
            self.table.reject(self.start, self.table.headings.get("period"), reason)

    def _take_note(self, index, cells):
        told = self.table.read_title(index + 1, cells, is_note=True)
        rest = {at: text for at, text in cells.items() if at not in told and not CLERKS.fullmatch(text)}
        if rest:
            self.table.notes.append(Said(" ".join(rest.values()), index + 1, letters(min(rest))))
        self.end = index + 1

    def _flag(self, number, cells, known):
        """Ask what columns mean that hold something beside the figures."""
        for at in sorted((self.heading.unknown & cells.keys()) | (cells.keys() - known)):
            self.table.reject(number, self.heading.name(at), _unknown())

    def _read_line(self, index, cells):
        self._fill_down(index, cells)
        number, row = index + 1, self.grid.sheet.rows[index]
        time = None
        if "period" in self.roles:
            at = self.roles["period"]
            time = cells.get(at, "")
        labels, signs = self._said(number, cells)
        footnote = "\n".join(cells[at] for at in self.noted if at in cells)
        self.table.first_row = self.table.first_row or number
        self.table.last_row = number
        for said, form, columns in self.groups:
            found = {}
            for one in columns:
                if one.at in cells and (timed := self._time(one, time, number)):
                    cell = Cell(one.at, one.heading or one.letters, timed[0], row[one.at])
                    found.setdefault(timed[1] or form, []).append(cell)
            for timed, figures in found.items():
                line = _line(number, labels, said, figures, timed, self)
                self.table.lines.append(line._replace(signs=signs, footnote=footnote))

    def _time(self, column, text, number):
        """The period of a figure and the form that comes with it (None: that of its heading); None for what is none.

        The period None: nothing says it, and it is asked for with what else is open (``resolving``).
        """
        if column.period:
            return column.period, None
        if text is not None:
            time = read_time(text)
        elif time := self._time_of_all():
            text = time.period
        else:
            return None, None
        if column.part:
            time = read_time(f"{text.strip().removesuffix('年')}年{column.part}")
        if not time:
            self._ask_period(number, text, column)
            return None
        if time.accumulation == LEVEL.accumulation and not time.stage:
            return time.period, None
        return time.period, column.form._replace(accumulation=time.accumulation, stage=time.stage)

    def _time_of_all(self):
        """The ``Time`` that a title gives to all figures, else the one that is said beside the file, else None."""
        if time := self.table.time:
            return time
        self.table.lacks_time = True
        return self.words.time

    def _ask_period(self, number, text, column):
        at = self.roles.get("period")
        place = (self.start, column.heading) if at is None else (number, self.heading.name(at))
        problem = (*place, no_period(f"{text}{column.part}"))
        if problem not in self.table.problems[-1:]:
            self.table.reject(*problem)

    def _fill_down(self, index, cells):
        """Labels that stand once for several lines: merged, or blank in the first column beside another label."""
        self._remember(cells)
        for at in self.roles.values():
            if at in cells:
                continue
            origin = self.above.get((index, at))
            if origin:
                cells[at] = text_of(self.grid.sheet.rows[origin[0]][origin[1]])
            elif at == self.grid.left and not self.repeats and at in self.last and self._is_labelled(cells, at):
                cells[at] = self.last[at]

    def _remember(self, cells):
        at = self.grid.left
        if at in cells and at in self.names:
            self.last[at] = cells[at]

    def _is_labelled(self, cells, at):
        others = self.names - {at}
        return bool(others) and others <= cells.keys()

    def _said(self, number, cells):
        """What the columns of a line say, by ``ROLES``, and the signs of notes; an empty cell leaves a question."""
        for _role, at in self.labels:
            if at not in cells:
                reason = _("This cell is empty, and the line has figures.")
                self.table.reject(number, self.heading.name(at), reason)
        region, indicator, *others = (cells.get(self.roles[role]) if role in self.roles else None for role in ROLES)
        region, mark = without_mark(region) if region else (region, "")
        indicator, another = without_mark(indicator) if indicator else (indicator, "")
        return (region, indicator, *others), signs_in(mark) + signs_in(another)


def _line(number, labels, said, found, form, block):
    """A ``Line``: what the heading of its figures says goes before what its labels say."""
    region, indicator, unit = said
    label = labels[INDICATOR]
    measure = read_measure(label) if label and not indicator and form.transformation == LEVEL.transformation else None
    if measure:
        of = measure.of or name_and_unit(block.last.get("of", ""))[0]
        form = measure._replace(of=of, accumulation=form.accumulation, stage=form.stage)
        indicator, unit = (label if measure.of else of or None), "%"
    elif label:
        block.last["of"] = label
    if region or indicator or unit:
        labels = (region or labels[REGION], indicator or label, unit or labels[UNIT], *labels[UNIT + 1 :])
    return Line(number, labels, found, form)


def no_period(text):
    """The sentence that refuses ``text`` where a period belongs."""
    return _("“%s” is no period. Write 2024年, 2024年一季度, 2024年7月 or 2024-07-15.") % text


def _unknown():
    return _("What this column says is not known. Name it in --mapping, “ignore” to leave it out.")


def _are_numbers(texts):
    return all(NUMBER.match(text.strip()) for text in texts)
