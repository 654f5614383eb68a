"""What the headings over figures say: one to four lines become columns that know their role.

A column of figures may say its period, region, indicator, unit and form in any order and in any of the lines; what it
does not say stands in the columns of labels, or in the titles. Names stay as they are printed; which of them are
regions is asked of ``Vocabulary``.
"""

import unicodedata
from collections import Counter
from typing import NamedTuple

from portal.vocabulary.grids import letters
from portal.vocabulary.naming import key

from .codelists import Accumulation
from .measures import LEVEL, Form, read_measure
from .printed import UNIT_BEHIND, name_and_unit, read_time, without_mark
from .words import COUNTERS, NUMBER, ROLE_OF, ROLES, UNIT_ALONE

#: The most lines of one heading: region, indicator, period, unit.
LINES = 4
#: How many lines under a heading show whether a column holds numbers.
SAMPLE = 30


class Column(NamedTuple):
    """A column of a table; ``at`` counts from 0. ``heading``: its words, those of several lines divided by spaces.

    ``role``: one of ROLES, period, value, ignore; None where nobody knows. Of a column of values: the ``period`` where
    its heading says it (``part``: only 9月, the year stands elsewhere), what it says beside it, and its ``form``.
    """

    at: int
    letters: str
    heading: str
    role: str | None = None
    period: str | None = None
    region: str | None = None
    indicator: str | None = None
    unit: str | None = None
    form: Form = LEVEL
    part: str = ""
    #: How sure it is that this is a column of values: surely, by its unit, perhaps; "bad": a period that is none, or
    #: a name that says nobody knows what.
    evidence: str = ""


class Heading:
    """The lines over figures from ``first`` on. ``is_found`` is false for lines that are no heading."""

    def __init__(self, grid, first, count, words):
        self.grid, self.first, self.count, self.words = grid, first, count, words
        self.marks, self.columns = [], {}
        for at, texts in _stacks(grid, first, count).items():
            bare = [without_mark(text) for text in texts]
            self.marks += [(at, mark) for _name, mark in bare if mark]
            self.columns[at] = self._column(at, [name for name, _mark in bare])
        self._beside()
        roles = Counter(column.role for column in self.columns.values() if column.role in (*ROLES, "period"))
        self.roles = {role: self._first(role) for role in roles}
        self.twice = [at for at, one in self.columns.items() if one.role in roles and self.roles[one.role] != at]
        self._within_labels()
        self.values = self._values()
        self.bad = [at for at, one in self.columns.items() if one.evidence == "bad"]
        known = {at for at, one in self.columns.items() if one.role and one.role != "value"} | set(self.values)
        self.unknown = set(self.columns) - known - set(self.bad)
        if not {"region", "indicator", "period"} & set(self.roles):
            self.unknown.discard(grid.left)  # the names of the lines, under whatever heading
        self.is_found = self._is_found()

    def name(self, at):
        """A column as the report names it: its heading, or its letters where it has none."""
        column = self.columns.get(at)
        return (column and column.heading) or letters(at)

    def _first(self, role):
        return next(at for at, column in self.columns.items() if column.role == role)

    # One column -----------------------------------------------------------------------------------------------------

    def _column(self, at, texts):
        mapped = self.words.mapped(self.grid.sheet.name, at, texts, self.first + 1)
        heading = " ".join(texts)
        if mapped and mapped != "value":
            return Column(at, letters(at), heading, mapped)
        said = {}
        for text in texts:
            said.setdefault(self.words.kind(text), []).append(text)
        names = said.get("name", []) + said.get("named", [])
        names = [text for text in texts if text in names]
        if mapped and len(texts) == 1 and self.words.kind(texts[0]) == "name":
            names = []  # gdp_100m_yuan is a column of values, not what is counted
        if not mapped and set(said) <= {"role"} and (role := ROLE_OF[key(texts[0])]) != "value":
            return Column(at, letters(at), heading, role)
        column = Column(at, letters(at), heading, evidence=_evidence(said, mapped), **_time_of(said))
        if column.evidence == "time" and not (column.period or column.part):
            column = column._replace(evidence="")  # two periods in one column
        return _with_subject(column, said, names)

    def _beside(self):
        """比上年增长(%) alone speaks of the indicator in the column before it."""
        before = None
        for at, column in self.columns.items():
            if column.form.transformation != "level" and column.form.of == "" and column.indicator is None:
                name = name_and_unit(before.indicator)[0] if before and before.indicator else ""
                form = column.form._replace(of=name)
                if before and not column.period:
                    form = form._replace(accumulation=before.form.accumulation)
                self.columns[at] = column._replace(indicator=name or None, unit="%", form=form)
            elif column.evidence and column.form.transformation == "level":
                before = column
            elif column.role:
                before = None

    # All of them ----------------------------------------------------------------------------------------------------

    def _within_labels(self):
        """A name over a column whose lines are named too says something of them, but what? It is a question."""
        if "indicator" not in self.roles:
            return
        for at, column in self.columns.items():
            is_name = (
                column.indicator and column.form.transformation == "level" and column.evidence in ("time", "value")
            )
            if is_name and not UNIT_BEHIND.fullmatch(column.indicator):
                self.columns[at] = column._replace(evidence="bad")

    def _values(self):
        """The columns that hold figures, in their order."""
        sure = [at for at, one in self.columns.items() if one.evidence == "time"]
        if sure and "period" not in self.roles:
            periods = {(one.period, one.part) for one in self.columns.values() if one.evidence == "time"}
            if len(periods) == 1:  # 2024年 | 比上年增长(%)
                period, part = periods.pop()
                for at, one in self.columns.items():
                    if one.form.transformation != "level" and not one.period:
                        self.columns[at] = one._replace(period=period, part=part)
                        sure.append(at)
            return self._as_values(sure)
        return self._as_values(sure + self._untimed())

    def _untimed(self):
        """The columns of figures whose period is said by the line or by a title."""
        by = {kind: [] for kind in ("value", "unit", "form", "region", "name", "bad", "time", "")}
        for at, column in self.columns.items():
            by[column.evidence].append(at)
        if "region" in self.roles:
            by["region"] = []
        if by["value"]:
            return by["value"] + by["unit"] + by["form"]
        found = by["unit"] + by["form"] + by["region"]
        if not by["region"] and "indicator" not in self.roles:
            found += [at for at in by["name"] if self._holds_numbers(at)]
        return found

    def _as_values(self, found):
        for at in found:
            self.columns[at] = self.columns[at]._replace(role="value")
        return sorted(found)

    def _holds_numbers(self, at):
        start = self.first + self.count
        below = (self.grid.filled(index).get(at, "") for index in range(start, min(start + SAMPLE, len(self.grid))))
        return any(NUMBER.match(unicodedata.normalize("NFKC", text)) for text in below)

    def _is_found(self):
        if any(one.evidence in ("time", "bad") for one in self.columns.values()) and "period" not in self.roles:
            is_named = bool({"region", "indicator"} & set(self.roles))
            is_clear = self.values and len(self.values) + len(self.bad) > len(self.unknown)
            return bool(is_named or is_clear) and self._has_labels()
        if "period" in self.roles:
            return bool(self.values)
        is_named = bool({"region", "indicator"} & set(self.roles))
        return is_named and any(map(self._holds_numbers, self.values)) and len(self.values) > len(self.unknown)

    def _has_labels(self):
        """A table has something before its first column of figures, were it without a heading."""
        return bool(self.values or self.bad) and min(self.values + self.bad) > self.grid.left


def _evidence(said, mapped):
    if "like_period" in said:
        return "bad"
    if said.keys() & {"time", "part"}:
        return "time"
    if mapped == "value" or "sum" in said or any(ROLE_OF[key(text)] == "value" for text in said.get("role", ())):
        return "value"
    if said.keys() & {"number", "nothing", "caption", "odd"}:
        return ""
    if "measure" in said:
        return "form"
    if "region" in said:
        return "region"
    if said.keys() & {"named", "unit"} and said.keys() & {"named", "name"}:
        return "unit"
    names = said.get("name", ())
    return "name" if names and not any(map(COUNTERS.fullmatch, names)) else ""


def _time_of(said):
    """Period, part of a year, and the form that goes with it, of the words of one column."""
    times = [read_time(text) for text in said.get("time", ())]
    # A year over one of its months says no more than the month.
    times = [one for one in times if not any(len(two.period) > 4 == len(one.period) for two in times)]
    parts = said.get("part", ())
    if len({time.period for time in times}) > 1:
        return {}
    if parts and times:
        times = [time for part in parts if (time := read_time(f"{times[0].period}年{part}"))]
        if not times:
            return {}
    if times:
        last = times[-1]
        return {"period": last.period, "form": Form(accumulation=last.accumulation, stage=last.stage)}
    return {"part": parts[0]} if parts else {}


def _with_subject(column, said, names):
    """``column`` with the region, the indicator, the unit and the form that its words say."""
    unit = next((next(filter(None, UNIT_ALONE.fullmatch(one.strip()).groups())) for one in said.get("unit", ())), None)
    form = next((form for text in said.get("measure", ()) if (form := read_measure(text))), None)
    if not form and unit == "%":  # 增速 over %
        form = next((form for text in said.get("odd", ()) if (form := read_measure(f"{text}(%)"))), None)
    if not form and unit == "%" and names and (form := read_measure(f"{names[-1]}(%)")):
        names = names[:-1] if not form.of else names
    if not form and "odd" in said:
        column = column._replace(evidence="")
    indicator = names[0] if len(names) == 1 else _joined(names) if names else None
    if form:
        form = form._replace(accumulation=column.form.accumulation, stage=column.form.stage)
        if form.of:
            indicator = next(iter(said.get("measure", ())), indicator)
        elif indicator:
            form = form._replace(of=name_and_unit(indicator)[0])
            indicator = form.of
        unit = "%" if form.of else unit
    region = said.get("region", [None])[-1]
    form = form or column.form
    if "sum" in said:
        form = form._replace(accumulation=Accumulation.YEAR_TO_DATE)
    return column._replace(region=region, indicator=indicator, unit=unit, form=form)


def _joined(names):
    """第二产业 over 工业(亿元) as one name: 第二产业 工业(亿元)."""
    parts = [name_and_unit(name) for name in names]
    unit = next((unit for _name, unit in reversed(parts) if unit), "")
    return " ".join(name for name, _unit in parts) + (f"({unit})" if unit else "")


def _stacks(grid, first, count):
    """The words over each column, from above: {column: [text]}. A blank cell right of a wide heading belongs to it."""
    lines = [grid.filled(first + number) for number in range(count)]
    for number, line in enumerate(lines):
        wide = grid.across(first + number)
        for at, last in wide.items():
            line |= dict.fromkeys(range(at, last + 1), line[at]) if at in line else {}
        if not wide and number < count - 1:
            _spread(line, lines[number + 1], grid)
    stacks = {}
    for at in sorted({at for line in lines for at in line}):
        texts = [line[at] for line in lines if at in line]
        stacks[at] = [text for place, text in enumerate(texts) if not place or texts[place - 1] != text]
    return stacks


def _spread(line, below, grid):
    text = None
    for at in range(grid.left, grid.right):
        if at in line:
            text = line[at] if at in below else None
        elif text and at in below:
            line[at] = text
        else:
            text = None


def find_heading(grid, index, words):
    """The ``Heading`` that begins at a line, None where none does. The longest that can be is taken."""
    if not _may_begin(grid, index, words):
        return None
    count = 1
    while count < LINES and index + count < len(grid) and _may_go_on(grid, index, index + count, words):
        count += 1
    for lines in range(count, 0, -1):
        heading = Heading(grid, index, lines, words)
        if heading.is_found:
            return heading
    return None


def _may_begin(grid, index, words):
    cells = grid.filled(index)
    kinds = {words.kind(text) for text in cells.values()}
    if not cells or kinds & {"number", "nothing", "caption"}:
        return False
    return len(cells) > 1 or grid.left not in cells


def _may_go_on(grid, first, index, words):
    """Whether a line is one more of the heading that begins at ``first``, and not the first line of figures."""
    cells, above = grid.filled(index), grid.filled(first)
    kinds = {at: words.kind(text) for at, text in cells.items()}
    if not cells or set(kinds.values()) & {"number", "nothing", "caption"}:
        return False
    label = kinds.pop(grid.left, "role")
    if label == "role":
        return bool(kinds)
    # A label that nobody knows heads a column only where all beside it are periods or units.
    is_bare = any(cells[at].isdecimal() for at in kinds)
    return grid.left not in above and not is_bare and set(kinds.values()) <= {"time", "part", "unit"}
