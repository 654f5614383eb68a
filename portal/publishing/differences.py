"""What changed between two wordings: characters of Chinese, whole words and numbers of the rest.

All work is bounded by the length of what changed and never by a clock, so that the same two texts always give the same
answer; and the other way round they give the same answer mirrored.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from diff_match_patch import diff_match_patch

__all__ = [
    "ADDED",
    "PAIRS",
    "REMOVED",
    "SAME",
    "TOTAL",
    "Piece",
    "aligned",
    "differences",
    "likeness",
    "mirrored",
    "whole",
]

SAME, REMOVED, ADDED = "same", "removed", "added"
_MIRROR = {SAME: SAME, REMOVED: ADDED, ADDED: REMOVED}

#: A number, a word in letters, or one character with what is combined with it.
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*|[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f\u0300-\u036f]*|.[\u0300-\u036f\u200d\ufe0f]*", re.DOTALL
)
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]|[^。！？；\n]+")
#: Where words and numbers stand in for characters: planes without assigned characters.
_PRIVATE, _PRIVATE_END = 0xF0000, 0x10FFFD
#: The most that a comparison of characters may cost: the product of the two lengths, as far as they differ.
LIMIT = 400_000
#: The most that all those of one text may cost together.
TOTAL = 2_000_000
#: Fewer characters than these that are the same between two replacements are the same by chance.
CHANCE = 3
#: The most pairs of blocks, or of sentences, of which it is asked how alike they are.
PAIRS = 30_000
#: From here on two blocks are versions of one another.
ALIKE = 0.4
#: From here on a block that came in another place is the one that went, and not another one.
MOVED = 0.6


class Piece(NamedTuple):
    """A stretch of text that is in both wordings, or in the old or the new one only."""

    step: str
    text: str


def differences(old, new, limit=LIMIT):
    """The pieces of two texts, in order, what was removed before what was added in its place.

    Without what was added they are ``old``, without what was removed they are ``new``.
    """
    if old > new:
        return mirrored(differences(new, old, limit))
    limit = min(limit, LIMIT)
    if len(old) > 60 < len(new) and likeness(old, new) < ALIKE / 4:
        return whole(old, new)
    return _by_token(old, new, limit) or _by_sentence(old, new, limit)


def whole(old, new):
    """The pieces of two texts of which nothing is compared."""
    return [Piece(step, text) for step, text in ((REMOVED, old), (ADDED, new)) if text]


def mirrored(pieces):
    """The same pieces, had the new text been the old one."""
    return _joined([Piece(_MIRROR[piece.step], piece.text) for piece in pieces])


def _by_token(old, new, limit):
    """Compare characters, words and numbers; None where that would take too long."""
    codes = {}
    olds, news = _encoded(old, codes), _encoded(new, codes)
    library = diff_match_patch()
    library.Diff_Timeout = 0  # no limit; a clock would decide what is shown
    library.Diff_EditCost = CHANCE
    head = library.diff_commonPrefix(olds, news)
    tail = library.diff_commonSuffix(olds[head:], news[head:])
    if (len(olds) - head - tail) * (len(news) - head - tail) > limit or len(codes) > _PRIVATE_END - _PRIVATE:
        return None
    found = library.diff_main(olds, news, checklines=False)
    # Its "semantic" clean-up takes two characters for chance; in Chinese they are a word.
    library.diff_cleanupEfficiency(found)
    library.diff_cleanupSemanticLossless(found)
    words = {code: word for word, code in codes.items()}
    steps = {library.DIFF_EQUAL: SAME, library.DIFF_DELETE: REMOVED, library.DIFF_INSERT: ADDED}
    return _joined([Piece(steps[step], "".join(words.get(code, code) for code in text)) for step, text in found])


def _encoded(text, codes):
    """``text`` with a character of its own for each word and number."""
    tokens = _TOKEN.findall(text)
    return "".join(
        token
        if len(token) == 1 and ord(token) < _PRIVATE
        else codes.setdefault(token, chr(min(_PRIVATE + len(codes), _PRIVATE_END)))
        for token in tokens
    )


def _by_sentence(old, new, limit):
    """Compare sentences first, and characters only within those that were changed."""
    olds, news = _SENTENCE.findall(old), _SENTENCE.findall(new)
    if len(olds) < 2 or len(news) < 2:
        return whole(old, new)
    pairs = aligned(olds, news)
    changed = sum(1 for one, other in pairs if None not in (one, other) and olds[one] != news[other])
    pieces = []
    for one, other in pairs:
        before, after = ("" if one is None else olds[one]), ("" if other is None else news[other])
        if before == after:
            pieces.append(Piece(SAME, before))
        else:
            pieces += _by_token(before, after, limit // max(changed, 1)) or whole(before, after)
    return _joined(pieces)


def _joined(pieces):
    """Neighbours of one step as one; in a stretch that changed, what was removed comes first."""
    joined = []
    for is_same, stretch in groupby(pieces, lambda piece: piece.step == SAME):
        stretch = list(stretch)
        for step in (SAME,) if is_same else (REMOVED, ADDED):
            if text := "".join(piece.text for piece in stretch if piece.step == step):
                joined.append(Piece(step, text))
    return joined


# Lists of blocks or sentences ---------------------------------------------------------------------------------------


def aligned(olds, news):
    """Which of ``news`` became of which of ``olds`` (lists of texts): pairs of their numbers in order, with None.

    What is the same stays together, however much was inserted, removed or moved around it; then what is most alike;
    then, where as many were removed as added in one place, those in turn.
    """
    if olds > news:
        both = [(one, other) for other, one in aligned(news, olds) if None not in (one, other)]
        return _in_order(both, olds, news)
    shorter = min(len(olds), len(news))
    head = next((n for n in range(shorter) if olds[n] != news[n]), shorter)
    tail = next((n for n in range(shorter - head) if olds[-1 - n] != news[-1 - n]), shorter - head)
    pairs = [(n, n) for n in range(head)]
    pairs += _anchors(olds, news, range(head, len(olds) - tail), range(head, len(news) - tail))
    pairs += [(len(olds) - n, len(news) - n) for n in range(tail, 0, -1)]
    pairs += _alike(olds, news, pairs)
    pairs += _in_turn(olds, news, pairs)
    return _in_order(pairs, olds, news)


def _in_order(pairs, olds, news):
    """``pairs`` and, where they belong, those that stand alone: (old, None) before (None, new)."""
    ordered = []
    for old_range, new_range, pair in _gaps(pairs, olds, news):
        ordered += [(n, None) for n in old_range] + [(None, n) for n in new_range] + [pair]
    return ordered[:-1]


def _gaps(pairs, olds, news):
    """Each of ``pairs``, and the end, with the stretches before it: (range of olds, range of news, pair)."""
    last = (-1, -1)
    for pair in [*sorted(pairs), (len(olds), len(news))]:
        yield range(last[0] + 1, pair[0]), range(last[1] + 1, pair[1]), pair
        last = pair


def _anchors(olds, news, old_range, new_range):
    """Texts that stand once on either side, as many of them as keep their order."""
    old_counts, new_counts = Counter(olds[n] for n in old_range), Counter(news[n] for n in new_range)
    places = {news[n]: n for n in new_range if new_counts[news[n]] == 1}
    found = [(n, places[olds[n]], 1) for n in old_range if old_counts[olds[n]] == 1 and olds[n] in places]
    return _heaviest_chain(found)


def _alike(olds, news, pairs):
    """Pairs of texts between ``pairs`` that are versions of one another."""
    gaps = [
        (old_range, new_range) for old_range, new_range, _pair in _gaps(pairs, olds, news) if old_range and new_range
    ]
    width = PAIRS // max(1, sum(len(old_range) for old_range, _new_range in gaps))
    found = []
    for old_range, new_range in gaps:
        old_grams = [_grams(olds[n]) for n in old_range]
        new_grams = [_grams(news[n]) for n in new_range]
        candidates = []
        for one, grams in enumerate(old_grams):
            middle = one * len(new_range) // len(old_range)
            for other in range(max(0, middle - width), min(len(new_range), middle + width + 1)):
                common = _common(grams, new_grams[other])
                if common >= ALIKE:
                    candidates.append((old_range[one], new_range[other], common))
        found += _heaviest_chain(candidates)
    return found


def _heaviest_chain(candidates):
    """Of (one, other, weight) the pairs that ascend on both sides and weigh most together."""
    places = sorted({other for _one, other, _weight in candidates})
    best = [(0, None, None)] * (len(places) + 1)  # a Fenwick tree: the best chain that ends at or before a place

    def best_before(at):
        found = best[0]
        while at:
            found, at = max(found, best[at], key=itemgetter(0)), at & (at - 1)
        return found

    for one, other, weight in sorted(candidates, key=lambda pair: (pair[0], -pair[1])):
        at = bisect_left(places, other)
        before = best_before(at)
        chain, at = (before[0] + weight, (one, other), before), at + 1
        while at < len(best):
            best[at], at = max(best[at], chain, key=itemgetter(0)), at + (at & -at)
    pairs, chain = [], best_before(len(places))
    while chain[1]:
        pairs.append(chain[1])
        chain = chain[2]
    return pairs[::-1]


def _in_turn(olds, news, pairs):
    """What is left between ``pairs``, in turn where its number is the same; what was moved is left alone."""
    left = [set(texts) - {texts[pair[side]] for pair in pairs} for side, texts in enumerate((olds, news))]
    moved = left[0] & left[1]
    found = []
    for old_range, new_range, _pair in _gaps(pairs, olds, news):
        before = [n for n in old_range if olds[n] not in moved]
        after = [n for n in new_range if news[n] not in moved]
        found += zip(before, after, strict=True) if len(before) == len(after) else ()
    return found


def moves(olds, news, pairs):
    """Of what stands alone in ``pairs`` (``aligned``), which became of which: number of the old one → of the new one.

    First those that are the same, then those that are most alike.
    """
    gone = [one for one, other in pairs if other is None]
    come = [other for one, other in pairs if one is None]
    places = defaultdict(list)
    for other in come:
        places[news[other]].append(other)
    found = {one: places[olds[one]].pop(0) for one in gone if places[olds[one]]}
    taken = set(found.values())
    gone = [(one, _grams(olds[one])) for one in gone if one not in found]
    come = [(other, _grams(news[other])) for other in come if other not in taken]
    if len(gone) * len(come) > PAIRS:
        return found
    # Among equals those that stand near one another; seen from the other side the order is the same.
    alike = sorted(
        (-common, abs(one - other), min(one, other), one, other)
        for one, old_grams in gone
        for other, new_grams in come
        if (common := _common(old_grams, new_grams)) >= MOVED
    )
    for *_order, one, other in alike:
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return found


def likeness(one, other):
    """From 0 to 1: how much two texts have in common, by their pairs of characters."""
    return _common(_grams(one), _grams(other))


def _common(one, other):
    return 2 * len(one & other) / (len(one) + len(other))


def _grams(text):
    return {text[n : n + 2] for n in range(max(len(text) - 1, 1))}
