"""What statistical offices print: numbers, periods, and names with a unit behind them."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.vocabulary.quantities import PLACES, places_of

from .codelists import Accumulation, Stage
from .periods import days

#: Cells that say that there is no figure.
NOTHING = {"", "-", "--", "—", "——", "–", "..", "n/a", "na"}
NUMBER = re.compile(r"[-+]?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,3}( [0-9]{3})+|[0-9]+)(\.[0-9]+)?")
#: The column of a figure holds 15 digits, five of them behind the point.
TOO_LARGE = Decimal(10) ** 10

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
STAGE_BEHIND = re.compile(r"(.+?)(?:[(](%(words)s)[)]|(%(words)s))" % {"words": "|".join(STAGES)})

UNIT_BEHIND = re.compile(r"(.+?)\s*[(（]([^()（）]+)[)）]")


def read_number(cell):
    """A cell as the ``Decimal`` that was printed, its decimals kept; None where it says that there is no figure.

    Thousands are divided by commas or spaces, in threes: 1,5 is no number. Raises ``ValidationError`` for what is no
    number, and for what the database would alter: more than ten digits before the point or five behind it.
    """
    if isinstance(cell, str):
        number = _number_in(cell)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        # A spreadsheet keeps 15 digits; what a float shows beyond them nobody has typed.
        number = Decimal(f"{Decimal(format(cell, '.15g')):f}")
    else:
        raise ValidationError(_("“%s” is not a number.") % cell)
    if number is not None and places_of(number) > PLACES:
        raise ValidationError(_("%s has more than five decimal places.") % number)
    if number is not None and abs(number) >= TOO_LARGE:
        raise ValidationError(_("%s is too large. Give it in a larger unit, such as 亿元.") % number)
    return number


def _number_in(text):
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if plain.casefold() in NOTHING:
        return None
    if not NUMBER.fullmatch(plain):
        raise ValidationError(_("“%s” is not a number.") % text)
    return Decimal(plain.replace(",", "").replace(" ", ""))


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
