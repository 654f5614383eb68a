"""A long text for comparing: its paragraphs, headings, cells and items first, then the words within changed ones."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from . import markup
from .differences import ADDED, REMOVED, SAME, TOTAL, Piece, aligned, differences, mirrored, moves

__all__ = ["CHANGED", "MOVED_AWAY", "MOVED_HERE", "Format", "Passage", "compared", "folded", "lines", "passages"]

CHANGED, MOVED_AWAY, MOVED_HERE = "changed", "moved away", "moved here"
#: Characters of what is unchanged that are shown around a change.
CONTEXT = 24
_UNCUT = re.compile(r"[0-9A-Za-z.,]+")


class Format(NamedTuple):
    """What stands in the text beside words: bold, a link, a picture; ``address`` where it leads to one."""

    name: str
    text: str
    address: str = ""

    def told(self):
        """It in words: which, of which words, leading where."""
        what = _NAMES[self.name]() if self.name in _NAMES else self.name
        words = _("%(what)s of “%(words)s”") % {"what": what, "words": self.text} if self.text else what
        return _("%(words)s (%(address)s)") % {"words": words, "address": self.address} if self.address else words


_NAMES = {
    "strong": lambda: _("bold"),
    "em": lambda: _("italic"),
    "u": lambda: _("underlined"),
    "s": lambda: _("struck through"),
    "sub": lambda: _("lowered"),
    "sup": lambda: _("raised"),
    "code": lambda: _("code"),
    "a": lambda: _("link"),
    "img": lambda: _("picture"),
}
_KINDS = {
    "h2": lambda: _("heading"),
    "h3": lambda: _("heading"),
    "h4": lambda: _("heading"),
    "li": lambda: _("list item"),
    "td": lambda: _("table cell"),
    "th": lambda: _("table cell"),
    "caption": lambda: _("caption"),
    "figcaption": lambda: _("caption"),
    "blockquote": lambda: _("quotation"),
    "hr": lambda: _("line"),
    "img": lambda: _("picture"),
}


@dataclass(frozen=True)
class Block:
    """One paragraph, heading, cell or item: the tags it stands in, its text, and what is formatted in it."""

    path: tuple
    text: str
    formats: tuple = ()

    @property
    def kind(self):
        found = (_KINDS[tag.split()[0]]() for tag in reversed(self.path) if tag.split()[0] in _KINDS)
        return next(found, _("paragraph"))


@dataclass(frozen=True)
class Passage:
    """What became of one block: ``pieces``, and the formats it lost and got; ``number`` blocks where folded."""

    kind: str
    step: str
    pieces: list
    lost: list = field(default_factory=list)
    got: list = field(default_factory=list)
    number: int = 1

    @property
    def is_changed(self):
        """Whether what was moved says something else, too."""
        return any(piece.step != SAME for piece in self.pieces) or bool(self.lost or self.got)

    @property
    def mirror(self):
        step = {ADDED: REMOVED, REMOVED: ADDED, MOVED_AWAY: MOVED_HERE, MOVED_HERE: MOVED_AWAY}.get(
            self.step, self.step
        )
        return replace(self, step=step, pieces=mirrored(self.pieces), lost=self.got, got=self.lost)


# Reading -----------------------------------------------------------------------------------------------


def lines(text):
    """The blocks of a text without markup: its lines."""
    return [Block(("p",), line) for line in text.split("\n")]


def passages(html):
    """The blocks of clean HTML that a reader sees."""
    reader = _Reader()
    for token in markup.read(html):
        reader.feed(token)
    reader.end_block()
    return reader.blocks


class _Reader:
    """Collects blocks from a flat run of tags and texts."""

    def __init__(self):
        self.blocks, self.path, self.words, self.formats, self.open = [], [], [], [], []

    def feed(self, token):
        if isinstance(token, str):
            self.words.append(f"[{token}]" if self._is_footnote_mark() else token.replace("\n", " "))
        elif token.name == "br":
            self.words.append("\n")
        elif token.name == "img":
            self._add_picture(token.attributes())
        elif token.name == "hr":
            self.end_block()
            self.blocks.append(Block((*self.path, "hr"), ""))
        elif token.name in markup.BLOCKS:
            self.end_block()
            self._step(token)
        else:
            self._format(token)

    def end_block(self):
        text = "".join(self.words)
        if text.strip():
            self.blocks.append(Block(tuple(self.path), text, tuple(self.formats)))
        self.words, self.formats, self.open = [], [], []

    def _step(self, token):
        if not token.closing:
            self.path.append(f"{token.name}{token.written}")
        elif self.path:
            self.path.pop()

    def _add_picture(self, attributes):
        self.end_block()
        picture = Format("img", "", attributes.get("src", ""))
        self.blocks.append(Block((*self.path, "img"), attributes.get("alt", ""), (picture,)))

    def _format(self, token):
        if not token.closing:
            address = token.attributes().get("href", "") if token.name == "a" else ""
            self.open.append((token.name, address, len(self.words)))
        elif self.open:
            name, address, start = self.open.pop()
            self.formats.append(Format(name, "".join(self.words[start:]), address))

    def _is_footnote_mark(self):
        return any(address.startswith("#fn-") for _name, address, _start in self.open)


# Comparing -----------------------------------------------------------------------------------------------


def compared(olds, news):
    """What became of each block, in order: passages that hold all of both texts; of what was moved, at either place."""
    old_texts, new_texts = [block.text for block in olds], [block.text for block in news]
    pairs = aligned(old_texts, new_texts)
    moved = moves(old_texts, new_texts, pairs)
    both = [*moved.items(), *((one, other) for one, other in pairs if None not in (one, other))]
    limit = TOTAL // max(1, sum(olds[one].text != news[other].text for one, other in both))
    found = {pair: _pair(olds[pair[0]], news[pair[1]], limit) for pair in both}
    origins = {other: one for one, other in moved.items()}
    passages = []
    for one, other in pairs:
        if one in moved and other is None:
            passages.append(replace(found[one, moved[one]], step=MOVED_AWAY))
        elif other in origins and one is None:
            passages.append(replace(found[origins[other], other], step=MOVED_HERE))
        elif other is None:
            passages.append(_lone(olds[one], REMOVED))
        elif one is None:
            passages.append(_lone(news[other], ADDED))
        else:
            passages.append(found[one, other])
    return passages


def _lone(block, step):
    formats = {"lost" if step == REMOVED else "got": [one for one in block.formats if one.address]}
    return Passage(block.kind, step, _piece(step, block.text), **formats)


def _pair(old, new, limit):
    if old == new:
        return Passage(new.kind, SAME, _piece(SAME, new.text))
    if old.text == new.text:
        lost, got = _beyond(old.formats, new.formats), _beyond(new.formats, old.formats)
        if old.kind != new.kind:
            lost, got = [Format(old.kind, ""), *lost], [Format(new.kind, ""), *got]
        pieces = _piece(SAME, new.text)
    else:
        pieces = differences(old.text, new.text, limit)
        # Words that changed are no change of the format they stand in.
        lost, got = _beyond(_bare(old), _bare(new)), _beyond(_bare(new), _bare(old))
    return Passage(new.kind, CHANGED, pieces, lost, got)


def _piece(step, text):
    return [Piece(step, text)] if text else []


def _bare(block):
    return [one._replace(text="") for one in block.formats]


def _beyond(some, others):
    return list((Counter(some) - Counter(others)).elements())


# Showing -----------------------------------------------------------------------------------------------


def folded(found):
    """Passages for showing: unchanged ones are only counted, long unchanged stretches shortened to their ends."""
    shown = []
    for passage in found:
        if passage.step == MOVED_AWAY:
            said = "".join(piece.text for piece in passage.pieces if piece.step != ADDED)
            shown.append(replace(passage, pieces=_piece(SAME, _ends(said, False, False)), lost=[], got=[]))
        elif passage.step != SAME:
            shown.append(replace(passage, pieces=_shortened(passage.pieces)))
        elif shown and shown[-1].step == SAME:
            shown[-1] = replace(shown[-1], number=shown[-1].number + 1)
        else:
            shown.append(replace(passage, pieces=[]))
    return shown


def _shortened(pieces):
    last = len(pieces) - 1
    return [
        piece if piece.step != SAME else Piece(SAME, _ends(piece.text, n > 0, n < last))
        for n, piece in enumerate(pieces)
    ]


def _ends(text, has_before, has_after):
    """The end of ``text`` that stands beside a change, and of a stretch between two changes both."""
    head = text[: _uncut(text, CONTEXT)] if has_before else ""
    tail = text[-_uncut(text[::-1], CONTEXT) :] if has_after else ""
    if not head and not tail:
        head = text[: _uncut(text, 2 * CONTEXT)]
    return text if len(text) <= len(head) + len(tail) + 8 else f"{head} … {tail}".strip()


def _uncut(text, length):
    """``length`` of ``text``, and what more it takes to cut no number and no word in letters: 3213万 is not 13万."""
    if length < len(text) and _UNCUT.fullmatch(text, length - 1, length + 1):
        return _UNCUT.match(text, length, length + CONTEXT).end()
    return length
