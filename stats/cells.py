"""What a cell of figures says: a number, or the words around one that make it a bound, a range or provisional.

Nothing is guessed: what cannot be read whole is refused with the reason.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.vocabulary.quantities import PLACES, Qualifier, places_of

from .codelists import ObsStatus, Stage
from .printed import STAGES

#: Cells that say that there is no figure; … and x too, which say that it is not told.
NOTHING = {"", "-", "--", "—", "——", "–", "..", "...", "…", "……", "/", "x", "×", "n/a", "na", "#n/a"}
#: What spreadsheets show where a formula has no value.
ERROR = re.compile(r"#[A-Z][A-Z0-9/?!_]+[!?]?|#N/A")
DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
NUMBER = re.compile(rf"[-+]?{DIGITS}")
#: The column of a figure holds 15 digits, five of them behind the point.
TOO_LARGE = Decimal(10) ** 10

#: Words before and after a number, and what they make of it. 以下 includes the number (Civil Code, article 1259).
BEFORE = {
    "大约": Qualifier.ABOUT, "约": Qualifier.ABOUT,
    "将近": Qualifier.NEARLY, "接近": Qualifier.NEARLY, "近": Qualifier.NEARLY,
    "超过": Qualifier.OVER, "突破": Qualifier.OVER, "高于": Qualifier.OVER, "逾": Qualifier.OVER, "超": Qualifier.OVER,
    ">": Qualifier.OVER,
    "不低于": Qualifier.AT_LEAST, "不少于": Qualifier.AT_LEAST, "至少": Qualifier.AT_LEAST, "≥": Qualifier.AT_LEAST,
    "不超过": Qualifier.AT_MOST, "不高于": Qualifier.AT_MOST, "至多": Qualifier.AT_MOST, "≤": Qualifier.AT_MOST,
    "不足": Qualifier.UNDER, "不到": Qualifier.UNDER, "低于": Qualifier.UNDER, "少于": Qualifier.UNDER,
    "<": Qualifier.UNDER,
}  # fmt: skip
AFTER = {
    "左右": Qualifier.ABOUT, "以上": Qualifier.AT_LEAST, "以下": Qualifier.AT_MOST, "以内": Qualifier.AT_MOST,
    "级": Qualifier.ORDER_OF_MAGNITUDE,
}  # fmt: skip
#: Behind the digits, before the unit: 1000余亩.
BETWEEN = {"余": Qualifier.OVER, "多": Qualifier.OVER}
STATUS = {"p": ObsStatus.PROVISIONAL, "e": ObsStatus.ESTIMATED, "估计": ObsStatus.ESTIMATED, "预测": ObsStatus.FORECAST}

_before, _after, _stages = ("|".join(sorted(words, key=len, reverse=True)) for words in (BEFORE, AFTER, STAGES))
_unit = r"[^0-9\s.,()（）~—–至\-+①-⑳*]{0,8}?"
WORDED = re.compile(
    rf"(?P<before>{_before})?\s*(?P<low>[-+]?{DIGITS})(?P<between>[余多])?\s*(?P<unit>{_unit})"
    rf"(?:(?:—|–|~|-|至)(?P<high>{DIGITS})\s*(?P<high_unit>{_unit}))?"
    rf"(?P<after>{_after})?"
    rf"(?:\s?\(?(?P<stage>{_stages})\)?|\s?\(?(?P<status>[pPeE]|估计|预测)\)?)?"
)
#: Behind a number a mark is one that no digit can be taken for: 12.5①, 12.5*, 12.5 1), 12.5a).
MARK = re.compile(
    r"\s*(?:[①-⑳*＊†‡※]+|[¹²³⁰⁴-⁹]+[⁾)]?|\[[0-9a-z]\]|[(（]注[0-9①-⑳]?[)）]|[a-z][)）]|\s[0-9][)）])\s*\Z"
)


class Reading(NamedTuple):
    """A cell as it was printed: ``number`` or, of a range, ``low`` and ``high``; ``unit`` where one stands behind it.

    ``printed``: the words of a bound, with {} where the unit of the column belongs; ``mark``: of a note.
    """

    number: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    qualifier: str = Qualifier.EXACT
    obs_status: str = ObsStatus.NORMAL
    stage: str = Stage.NONE
    unit: str = ""
    printed: str = ""
    mark: str = ""


def read_cell(cell):
    """A cell as a ``Reading``; None where it says that there is no figure.

    Thousands are divided by commas or spaces, in threes: 1,5 is no number. Raises ``ValidationError`` for what is no
    figure, and for what the database would alter: more than ten digits before the point or five behind it.
    """
    if isinstance(cell, str):
        return _in_text(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Reading(_checked(_typed(cell)))
    raise ValidationError(_("“%s” is not a number.") % cell)


def _typed(cell):
    # A spreadsheet keeps 15 digits; what a float shows beyond them nobody has typed.
    return Decimal(f"{Decimal(format(cell, '.15g')):f}")


def _checked(number):
    if places_of(number) > PLACES:
        raise ValidationError(_("%s has more than five decimal places.") % number)
    if abs(number) >= TOO_LARGE:
        raise ValidationError(_("%s is too large. Give it in a larger unit, such as 亿元.") % number)
    return number


def _digits(text):
    return Decimal(text.replace(",", "").replace(" ", ""))


@lru_cache(maxsize=65536)
def _in_text(text):
    if NUMBER.fullmatch(text):
        return Reading(_checked(_digits(text)))
    words = text.strip()
    mark = match[0].strip() if (match := MARK.search(words)) else ""
    words = words[: match.start()] if match else words
    plain = unicodedata.normalize("NFKC", words).strip().replace("−", "-")
    if plain.casefold() in NOTHING or words in NOTHING:
        return None
    if sum(map(str.isdecimal, plain)) != sum(map(str.isdecimal, words)):  # ①0 and 5² would gain a digit
        raise ValidationError(_("“%s” is not a number.") % text)
    if NUMBER.fullmatch(plain):
        return Reading(_checked(_digits(plain)), mark=mark)
    return _worded(plain, text)._replace(mark=mark)


def _worded(plain, text):
    if plain.startswith("="):
        raise ValidationError(
            _("“%s” is a formula without a value. Open the file, let it calculate, and save it.") % text
        )
    if ERROR.fullmatch(plain):
        raise ValidationError(_("“%s” is an error of the spreadsheet, not a number.") % text)
    match = WORDED.fullmatch(plain)
    qualifiers = [] if not match else [
        words[match[place]]
        for place, words in (("before", BEFORE), ("between", BETWEEN), ("after", AFTER))
        if match[place]
    ]  # fmt: skip
    if not match or len(qualifiers) > 1 or (match["high"] and qualifiers):
        raise ValidationError(_("“%s” is not a number.") % text)
    return _reading_of(match, qualifiers, text)


def _reading_of(match, qualifiers, text):
    unit = match["high_unit"] or match["unit"]
    low, high = _checked(_digits(match["low"])), match["high"] and _checked(_digits(match["high"]))
    if high is not None and (high <= low or match["unit"] not in ("", unit)):
        raise ValidationError(_("“%s” is no range: write the smaller number first, and one unit.") % text)
    qualifier = Qualifier.RANGE if high is not None else qualifiers[0] if qualifiers else Qualifier.EXACT
    body = match[0][: match.end("unit" if high is None else "high_unit")]
    printed = f"{body}{'' if unit else '{}'}{match['after'] or ''}"
    return Reading(
        *((low, None, None) if high is None else (None, low, high)),
        qualifier=qualifier,
        unit=unit,
        printed="" if qualifier == Qualifier.EXACT else printed,
        stage=STAGES[match["stage"]] if match["stage"] else Stage.NONE,
        obs_status=STATUS[match["status"].casefold()] if match["status"] else ObsStatus.NORMAL,
    )
