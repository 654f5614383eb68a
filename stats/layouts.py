"""How tables of figures are laid out: a sheet of cells becomes lines that say region, indicator, period and value.

Two layouts, with title lines above and notes below:

- *wide*: one line for each region or indicator, periods across. Unit, region … may stand in columns of their own;
- *long*: one line for each figure, with a column for its period and one for its value, or several headed 名称(单位).

Names stay as they are printed; what they mean is asked in ``resolving``. To understand another layout, write another
function that returns a ``Table``.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.vocabulary.grids import letters, text_of
from portal.vocabulary.naming import key

from .printed import UNIT_BEHIND, read_period

#: What a line says beside its periods and values, in the order of ``Line.said``.
ROLES = ("region", "indicator", "unit", "source", "released")

#: Headings of columns, and words before a colon in title lines, that tell what follows.
WORDS = {
    "region": "地区 区域 地域 省份 省市 地市 市州 区县 市县 region area",
    "indicator": "指标 指标名称 项目 indicator",
    "unit": "单位 计量单位 unit",
    "source": "来源 数据来源 资料来源 发布机构 source",
    "released": "发布日期 发布时间 公布日期 公布时间 released released_on",
    "period": "时间 时期 年份 年度 年 季度 月份 报告期 period year time time_period",
    "value": "数值 值 数据 指标值 value obs_value",
}
ROLE_OF = {word: role for role, words in WORDS.items() for word in words.split()}
#: What a mapping may make of a column.
COLUMN_ROLES = (*WORDS, "ignore")

TITLE = re.compile(r"([^:：]{1,12})[:：]\s*(.+)", re.DOTALL)
NOTE = re.compile(r"(注|注释|备注|说明|来源|数据来源|资料来源)\s*[0-9]?\s*[:：].*", re.DOTALL)


class Said(NamedTuple):
    """Words of a title line or a note, and where they stand."""

    text: str
    row: int
    column: str


class Cell(NamedTuple):
    column: int
    heading: str
    period: str
    value: object


class Line(NamedTuple):
    """A line of the table: its number from 1, what it says (by ``ROLES``; None: nothing), and its figures."""

    row: int
    said: tuple
    cells: list


@dataclass
class Table:
    """What a sheet says. ``titles``: what is said once for all, by role; ``headings``: of the columns, by role."""

    sheet: object
    titles: dict = field(default_factory=dict)
    headings: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    def reject(self, row, column, reason):
        self.problems.append((row, column, reason))

    def read_title(self, row, cells):
        """Take 指标：…, 单位：…, 数据来源：… from the cells of a line above or below the figures."""
        for column, text in cells.items():
            match = TITLE.fullmatch(text)
            role = ROLE_OF.get(key(match[1])) if match else None
            if role in ROLES:
                self.titles.setdefault(role, Said(match[2].strip(), row, letters(column)))


class Heading:
    """The line above the figures: which column holds what. ``is_found`` is false for a line that is none."""

    def __init__(self, cells, columns):
        roles = {at: columns.get(key(text)) or ROLE_OF.get(key(text)) for at, text in cells.items()}
        self.texts = cells
        self.roles = {role: at for at, role in reversed(roles.items()) if role and role not in ("value", "ignore")}
        self.twice = [at for at, role in roles.items() if role in self.roles and self.roles[role] != at]
        self.periods = {
            at: found for at, text in cells.items() if at and not roles[at] and (found := read_period(text))
        }
        is_long = "period" in self.roles
        values = {
            at for at, role in roles.items() if role == "value" or (not role and UNIT_BEHIND.fullmatch(cells[at]))
        }
        self.values = values if is_long else set()
        known = {at for at, role in roles.items() if role not in (None, "value")} | set(self.periods) | self.values
        self.unknown = set(cells) - known
        if not is_long and not {"region", "indicator"} & set(self.roles):
            self.unknown.discard(0)  # the names of the lines, under whatever heading
        self.is_found = bool(self.values) if is_long else len(self.periods) > len(self.unknown)

    def name(self, at):
        """A column as the report names it: its heading, or its letter where it has none."""
        return self.texts.get(at) or letters(at)


def understand(sheet, columns):
    """The ``Table`` that ``sheet`` holds, None where it has no line of headings.

    ``columns`` tells the role (``COLUMN_ROLES``) of columns whose heading does not, by ``key`` of the heading.
    """
    table = Table(sheet)
    for index, row in enumerate(sheet.rows):
        cells = _filled(row)
        heading = Heading(cells, columns)
        if heading.is_found:
            _read_lines(table, heading, index)
            return table
        table.read_title(index + 1, cells)
    return None


def _filled(row):
    return {at: text for at, cell in enumerate(row) if (text := text_of(cell))}


def _read_lines(table, heading, index):
    for at in heading.twice:
        table.reject(index + 1, heading.name(at), _("Two columns say the same. Name one “ignore” in --mapping."))
    if "period" not in heading.roles and not {"region", "indicator"} & set(heading.roles):
        heading.roles[_axis(table, index)] = 0
    table.headings = {role: heading.name(at) for role, at in heading.roles.items()}
    read = _long_lines if "period" in heading.roles else _wide_lines
    in_notes = False
    for number, row in enumerate(table.sheet.rows[index + 1 :], start=index + 2):
        cells = _filled(row)
        figures = {at: cells[at] for at in [*heading.periods, *heading.values] if at in cells}
        first = next(iter(cells.values()), "")
        in_notes = in_notes or bool(NOTE.fullmatch(first))
        if not figures or NOTE.fullmatch(first) or (in_notes and not _are_numbers(figures.values())):
            table.read_title(number, cells)
            continue
        nameless = set(cells) - set(heading.texts) - set(heading.roles.values())
        for at in sorted(set(cells) & heading.unknown | nameless):
            reason = _("What this column says is not known. Name it in --mapping, “ignore” to leave it out.")
            table.reject(number, heading.name(at), reason)
        table.lines += read(table, heading, number, row, cells)


def _are_numbers(texts):
    return all(text.strip()[:1] in "-+0123456789" for text in texts)


def _axis(table, index):
    """Whether the first column holds regions or indicators: not what the title names, nor names without a unit."""
    if "indicator" in table.titles or "region" in table.titles:
        return "region" if "indicator" in table.titles else "indicator"
    names = [text_of(row[0]) for row in table.sheet.rows[index + 1 :] if row]
    return "indicator" if any(UNIT_BEHIND.fullmatch(name) and not NOTE.fullmatch(name) for name in names) else "region"


def _said(table, heading, number, cells):
    """What the columns of a line say, by ``ROLES``; a cell of them that is empty leaves a question."""
    for role, at in heading.roles.items():
        if at not in cells and role in ROLES:
            table.reject(number, heading.name(at), _("This cell is empty, and the line has figures."))
    return tuple(cells.get(heading.roles[role]) if role in heading.roles else None for role in ROLES)


def _wide_lines(table, heading, number, row, cells):
    figures = [Cell(at, heading.texts[at], period, row[at]) for at, period in heading.periods.items() if at in cells]
    return [Line(number, _said(table, heading, number, cells), figures)]


def _long_lines(table, heading, number, row, cells):
    at = heading.roles["period"]
    period = read_period(row[at]) if at in cells else None
    if not period:
        reason = _("“%s” is no period. Write 2024年, 2024年一季度, 2024年7月 or 2024-07-15.") % cells.get(at, "")
        table.reject(number, heading.name(at), reason)
        return []
    said = _said(table, heading, number, cells)
    lines = []
    for value_at in sorted(heading.values & set(cells)):
        own = said
        if UNIT_BEHIND.fullmatch(heading.texts[value_at]):
            own = (said[0], heading.texts[value_at], *said[2:])
        lines.append(Line(number, own, [Cell(value_at, heading.texts[value_at], period, row[value_at])]))
    return lines
