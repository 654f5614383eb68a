"""One spelling for all ways to write a word: 協議 and 协议, ＧＤＰ and gdp, 29,129.03 and 29129.03.

A folded text is a row of runs with one space before, between and after them: " gdp 比重 59.7 ". A run is either
*dense*, Chinese (or Japanese, Korean), which is written without spaces and found by any part of it; or a *word*, Latin
letters and digits that touch (x86, 5g, 2023), or a number with its decimal point (59.7), which is found whole.
Everything else ends a run: 59.7% is 59.7, 1-2月 is 1 · 2 · 月, C++ is c, 1.74万亿 is 1.74 · 万亿.

Folding looks at one character at a time (with the marks that combine with it), never at its neighbours' meaning, so
that a part of a Chinese text folds to a part of the folded text.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from opencc import OpenCC

#: From here on Unicode holds the scripts that are written without spaces between words.
FIRST_DENSE = "\u2e80"

#: What composes with the character before it, so that both are normalized together: marks, jamo, half-width ﾞ and ﾟ.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u1160-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f"
)
_MARKED = re.compile(f".[{_MARKS}]+", re.DOTALL)
_CLUSTER = re.compile(f".[{_MARKS}]*", re.DOTALL)

_DENSE = f"[{FIRST_DENSE}-\U0010ffff]"
_WORD = f"[^ .,{FIRST_DENSE}-\U0010ffff]"
_RUN = re.compile(
    # Thousands set off by commas, as in 29,129.03; but not the list 120,130,5.
    rf"(?<![0-9][.,])[0-9]{{1,3}}(?:,[0-9]{{3}}(?![0-9]))++(?!,[0-9])(?:\.[0-9]++)?+{_WORD}*+(?!\.[0-9])"
    # One decimal point; 2023.03.31 has two and is three numbers.
    rf"|(?<![0-9]\.)[0-9]++\.[0-9]++{_WORD}*+(?!\.[0-9])"
    rf"|{_WORD}++|{_DENSE}++"
)


class Run(NamedTuple):
    """A run as folded, and where its letters stand in the text as spelled by ``_spell``."""

    text: str
    start: int
    end: int

    @property
    def is_dense(self):
        return self.text[0] >= FIRST_DENSE


def fold(text):
    """The folded spelling of ``text``; " " where nothing in it can be searched. Takes any string."""
    return _join(_runs(_letters(text)))


def runs(text):
    """The runs of ``text`` in order. Two runs touch where one's end is the other's start: no punctuation between."""
    return list(_runs(_letters(text)))


class Folded:
    """A folded text that remembers where it came from."""

    def __init__(self, text):
        letters, self._starts, self._ends = _letters_with_origins(text)
        self._runs = list(_runs(letters))
        self.text = _join(self._runs)
        self._offsets = list(accumulate((len(run.text) + 1 for run in self._runs), initial=1))

    def origin(self, start, end):
        """Where ``text[start:end]``, which begins and ends within runs, stands in the original: (start, end)."""
        first, from_run = self._place(start)
        last, to_run = self._place(end - 1)
        begin = first.start + (from_run if first.is_dense else 0)
        stop = last.start + to_run if last.is_dense else last.end - 1
        return self._starts[begin], self._ends[stop]

    def _place(self, position):
        index = bisect_right(self._offsets, position) - 1
        return self._runs[index], position - self._offsets[index]


def _join(found):
    return " ".join(["", *(run.text for run in found), ""]) or " "


def _runs(letters):
    for match in _RUN.finditer(letters):
        yield Run(match[0].replace(",", ""), match.start(), match.end())


# Spelling: every character becomes folded letters, nothing, or a space -----------------------------------------------


@cache
def _simplify():
    return OpenCC("t2s").convert


class _Letters(dict):
    """For str.translate: what each character becomes, worked out when it is first met."""

    def __missing__(self, code):
        self[code] = letters = _letters_of(chr(code))
        return letters


_TABLE = _Letters({ord("."): ".", ord("．"): ".", ord(","): ","})


def _letters_of(character):
    category = unicodedata.category(character)
    if category == "Cf" or category.startswith("M"):
        return ""  # soft hyphens, zero-width spaces, variation selectors, marks that compose with nothing
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    letters = "".join(map(_letter, plain))
    return f" {letters} " if _stands_alone(character, category) else letters


def _letter(character):
    if not character.isalnum():
        return "" if unicodedata.category(character).startswith("M") else " "
    if character < FIRST_DENSE:
        return character
    # Twice, since one character (薴 → 苧 → 苎) takes two steps.
    return _simplify()(_simplify()(character))


def _stands_alone(character, category):
    """Signs made of letters, such as ㎡ ㈱ ① ½ ™, never grow together with what is beside them; ² and ₂ do."""
    if category == "So":
        return True
    return category == "No" and not unicodedata.decomposition(character).startswith(("<super>", "<sub>"))


def _spell(cluster):
    return unicodedata.normalize("NFKC", cluster).translate(_TABLE)


def _letters(text):
    return _MARKED.sub(lambda match: _spell(match[0]), text).translate(_TABLE)


def _letters_with_origins(text):
    """The letters of ``text``, and for each of them where its character starts and ends there."""
    if not _MARKED.search(text) and all(len(_TABLE[ord(character)]) == 1 for character in set(text)):
        return text.translate(_TABLE), range(len(text)), range(1, len(text) + 1)
    letters, starts, ends = [], [], []
    for match in _CLUSTER.finditer(text):
        piece = _spell(match[0]) if len(match[0]) > 1 else _TABLE[ord(match[0])]
        letters.append(piece)
        starts += [match.start()] * len(piece)
        ends += [match.end()] * len(piece)
    return "".join(letters), starts, ends
