"""What a table of figures says: its titles, its columns, its lines and its notes."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.vocabulary.grids import letters
from portal.vocabulary.naming import key

from .measures import LEVEL
from .printed import read_time, without_mark
from .words import ROLE_OF, ROLES

TITLE = re.compile(r"([^:：]{1,12})[:：]\s*(.+)", re.DOTALL)
#: A period within the words of a caption: 2024年各市主要经济指标.
IN_CAPTION = re.compile(
    r"(?<![0-9])(?<![0-9]{4}[-—–~至])[0-9]{4}年"
    r"(?:前?[一二三四1-4]个?季度|[上下]半年|0?1?[-—–~至]?[0-9]{1,2}月(?:[0-9]{1,2}日|份)?|前[0-9]{1,2}个月)?"
)


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
    """Figures of a line that are about the same: its number from 1, what is said of them (by ``ROLES``; None: nothing)
    and the form in which they are given; the signs of notes at its labels, and a footnote in a column of its own."""

    row: int
    said: tuple
    cells: list
    form: object = LEVEL
    signs: tuple = ()
    footnote: str = ""


@dataclass
class Table:
    """What a part of a sheet says. Lines count from 1.

    ``titles``: what is said once for all, by role (ROLES, period, caption); ``captions``: the lines that name no role;
    ``columns``: every one, see ``headings.Column``; ``headings``: of the columns of labels, by role; ``notes``: what is
    said below; ``signs``: ①, * and the like, which lead to them, where they stand in the heading, by column.
    """

    sheet: object
    titles: dict = field(default_factory=dict)
    captions: list = field(default_factory=list)
    headings: dict = field(default_factory=dict)
    columns: list = field(default_factory=list)
    heading_rows: range = range(0)
    first_row: int = 0
    last_row: int = 0
    lines: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    signs: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    #: Whether some of its figures have no period but what is said beside the file.
    lacks_time: bool = False

    def reject(self, row, column, reason):
        self.problems.append((row, column, reason))

    def read_title(self, row, cells, *, is_note=False):
        """Take 指标：…, 单位：…, 数据来源：… from the cells of a line above the figures, or of a note below.

        Returns the columns that said such a thing.
        """
        told = set()
        for column, text in cells.items():
            said = text.strip()
            match = TITLE.fullmatch(said[1:-1] if said[:1] in ("(", "（") and said[-1:] in (")", "）") else said)
            role = ROLE_OF.get(key(match[1])) if match else None
            if role in ROLES or role == "period" and read_time(match[2]):
                text = without_mark(match[2])[0] if role in ("region", "indicator") else match[2].strip()
                self.titles.setdefault(role, Said(text, row, letters(column)))
                told.add(column)
            elif not (match or is_note):
                self.captions.append(Said(text, row, letters(column)))
                if "caption" not in self.titles or IN_CAPTION.search(text):
                    self.titles["caption"] = self.captions[-1]
        return told

    @property
    def time(self):
        """The ``Time`` that a title or the caption gives to all figures, None where they give none, or several."""
        if "period" in self.titles:
            return read_time(self.titles["period"].text)
        found = {read_time(period) for one in self.captions for period in IN_CAPTION.findall(one.text)}
        return found.pop() if len(found) == 1 else None
