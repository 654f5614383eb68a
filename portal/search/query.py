"""What a reader typed, understood: words that must all occur, phrases in quotes. Nothing in it is an operator."""

import re
from dataclasses import dataclass
from functools import cached_property

from . import folding
from .grams import LONGEST_WORD, needed_grams

#: What is longer is cut, and the page says so.
MAX_CHARACTERS = 100
MAX_WORDS = 12

_DOUBLE = '"“”„‟＂'
_PIECE = re.compile(
    rf"[{_DOUBLE}](?P<double>[^{_DOUBLE}]*)[{_DOUBLE}]|「(?P<corner>[^「」]*)」|『(?P<white>[^『』]*)』|(?P<word>[^\s{_DOUBLE}「」『』]+)"
)
#: No database stores NUL, no encoding holds half a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text):
    """``text`` with a space for what no database can store."""
    return _UNSTORABLE.sub(" ", text)


@dataclass(frozen=True)
class Term:
    """Runs that must follow one another in a text: mostly one, a word or a part of Chinese text.

    ``folded`` are the runs with single spaces between. Chinese is found inside longer runs, words and numbers only
    whole; hence a space is part of ``pattern`` where the term begins or ends with a word.
    """

    folded: str

    @cached_property
    def lead(self):
        return " " if self.folded[0] < folding.FIRST_DENSE else ""

    @cached_property
    def pattern(self):
        """What occurs in the folded text of every hit, and in no other: the one rule of what a hit is."""
        return self.lead + self.folded + (" " if self.folded[-1] < folding.FIRST_DENSE else "")

    @cached_property
    def grams(self):
        return needed_grams(self.folded)

    @property
    def is_one_gram(self):
        """Whether having its gram is the same as being a hit, so that no folded text need be read."""
        (gram, *others) = self.grams
        return not others and gram == self.folded and len(gram) < LONGEST_WORD

    def occurrences(self, folded):
        """Where it stands in a folded text: (start, end), without the spaces of the pattern."""
        at = folded.find(self.pattern)
        while at >= 0:
            start = at + len(self.lead)
            yield start, start + len(self.folded)
            at = folded.find(self.pattern, at + 1)


@dataclass(frozen=True)
class Query:
    """A parsed search. ``text`` is what was searched after all, ``is_cut`` whether more had been typed."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    is_cut: bool = False

    def __bool__(self):
        return bool(self.terms)

    def matches(self, folded):
        """Whether a folded text is a hit. The databases answer the same; the tests compare them with this."""
        return bool(self.terms) and all(term.pattern in folded for term in self.terms)


def parse(text):
    """Understand what was typed, whatever it is.

    Spaces separate words; quotes ("…", “…”, 「…」) hold a phrase together, in which punctuation counts for nothing.
    Chinese punctuation separates words too, so that 荣昌、电子 asks for both; a word such as GDP比重, R&D or 1-2月
    stays together.
    """
    kept = storable(text).strip()
    terms = []
    for match in _PIECE.finditer(kept[:MAX_CHARACTERS]):
        pieces = _words(match["word"]) if match["word"] else [folding.runs(match[match.lastgroup])]
        terms += [Term(" ".join(run.text for run in piece)) for piece in pieces if piece]
    terms = list(dict.fromkeys(terms))
    is_cut = len(kept) > MAX_CHARACTERS or len(terms) > MAX_WORDS
    return Query(kept[:MAX_CHARACTERS], tuple(terms[:MAX_WORDS]), is_cut)


def _words(text):
    """Rows of runs that stay together: those that touch, and Latin words joined by a sign."""
    rows = []
    for run in folding.runs(text):
        before = rows[-1][-1] if rows else None
        if before and (before.end == run.start or not (before.is_dense or run.is_dense)):
            rows[-1].append(run)
        else:
            rows.append([run])
    return rows
