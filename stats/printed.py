"""What statistical offices print around their numbers: periods, and names with a unit behind them."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from .codelists import Accumulation, Stage
from .periods import days

NUMERALS = {"一": "1", "二": "2", "三": "3", "四": "4", "上": "1", "下": "2"}
#: The spellings of a period, with what each is as TIME_PERIOD; space and full-width signs are gone by then.
PERIODS = [
    (r"([0-9]{4})(?:年?|年[末底度])", "{0}"),
    (r"([0-9]{4})(?:年第?|-)?([一二三四1-4])季度?", "{0}-Q{1}"),
    (r"([0-9]{4})(?:年|-)?q([1-4])", "{0}-Q{1}"),
    (r"([0-9]{4})年([上下])半年", "{0}-S{1}"),
    (r"([0-9]{4})(?:年|-)?[sh]([12])", "{0}-S{1}"),
    (r"([0-9]{4})(?:年|[-/])([0-9]{1,2})(?:月份?)?", "{0}-{1:0>2}"),
    (r"([0-9]{4})(?:年|[-/])([0-9]{1,2})(?:月|[-/])([0-9]{1,2})日?", "{0}-{1:0>2}-{2:0>2}"),
]
#: Sums since the start of the year, as the last period in them: a quarter for quarters, a month for months.
SUMS = [
    (r"([0-9]{4})年前([二三四2-4])个?季度", "{0}-Q{1}"),
    (r"([0-9]{4})年(?:0?1|一)月?(?:[-—–~至])([0-9]{1,2})月份?(?:累计)?", "{0}-{1:0>2}"),
    (r"([0-9]{4})年前([0-9]{1,2})个月", "{0}-{1:0>2}"),
    (r"([0-9]{4})年([0-9]{1,2})月份?累计", "{0}-{1:0>2}"),
]

#: How sources name the stages of their accounts, behind a period or a number.
STAGES = {
    "初步": Stage.PRELIMINARY,
    "初步核算": Stage.PRELIMINARY,
    "初步统计": Stage.PRELIMINARY,
    "初步核算数": Stage.PRELIMINARY,
    "初步数": Stage.PRELIMINARY,
    "快报": Stage.PRELIMINARY,
    "快报数": Stage.PRELIMINARY,
    "修订": Stage.REVISED,
    "修订数": Stage.REVISED,
    "最终核实": Stage.FINAL,
    "最终核实数": Stage.FINAL,
}
_stages = "|".join(STAGES)
STAGE_BEHIND = re.compile(rf"(.+?)(?:[(]({_stages})[)]|({_stages}))")

UNIT_BEHIND = re.compile(r"(.+?)\s*[(（]([^()（）]+)[)）]")


def read_period(cell):
    """A cell as TIME_PERIOD: 2024 for 2024年, 2024-Q1 for 2024年第一季度, 2024-07 for 2024年7月; None for no period.

    The inverse of ``periods.period_text``.
    """
    time = read_time(cell)
    return time.period if time and time == (time.period, Accumulation.NONE, Stage.NONE) else None


class Time(NamedTuple):
    """What the heading of figures says of their time. A sum since January is named by the last period in it."""

    period: str
    accumulation: str = Accumulation.NONE
    stage: str = Stage.NONE


def read_time(cell):
    """A cell as ``Time``: also 2024年1-9月, 前三季度 (since January) and 2024年(初步核算); None for no period."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return _time_in(str(cell))


@lru_cache(maxsize=4096)
def _time_in(text):
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    stage = Stage.NONE
    if match := STAGE_BEHIND.fullmatch(plain):
        plain, stage = match[1], STAGES[match[2] or match[3]]
    for shapes, accumulation in ((PERIODS, Accumulation.NONE), (SUMS, Accumulation.YEAR_TO_DATE)):
        for shape, pattern in shapes:
            if match := re.fullmatch(shape, plain):
                period = pattern.format(*(NUMERALS.get(part, part) for part in match.groups()))
                return Time(period, accumulation, stage) if _exists(period) else None
    return None


def _exists(period):
    try:
        days(period)
    except ValueError:
        return False
    return True


def name_and_unit(label):
    """地区生产总值(亿元) as the two things it says: 地区生产总值, 亿元; "" where nothing stands in brackets behind."""
    match = UNIT_BEHIND.fullmatch(label.strip())
    return match.groups() if match else (label.strip(), "")


#: What leads from a name or a number to a note: ①, *, ¹, a), 1), 注1, [1]. A bare 1) behind a digit could be its own.
MARK = re.compile(
    r"\s*(?:[①-⑳*＊†‡※]+|[¹²³⁰⁴-⁹]+[⁾)]?|\[[0-9a-z]\]|[(（]注[0-9①-⑳]?[)）]|注[0-9①-⑳]|(?<![(（0-9A-Za-z])[0-9a-z][)）])\s*$"
)


@lru_cache(maxsize=4096)
def without_mark(name):
    """A name and the mark of a note behind it, or between it and its unit: 生产总值①(亿元) → 生产总值(亿元), ①."""
    name = name.strip()
    bare, mark = _marked(name)
    if not mark:
        title, unit = name_and_unit(name)
        title, mark = _marked(title) if unit else (title, "")
        bare = f"{title}({unit})" if mark else name
    return bare, mark


def _marked(name):
    match = MARK.search(name)
    bare = name[: match.start()] if match else ""
    is_open = sum(map(bare.count, "(（")) > sum(map(bare.count, ")）"))  # km²) closes the bracket of a unit
    return (bare, match[0].strip()) if bare and not is_open else (name, "")
