"""Reads HTML of any quality as a flat run of tags and texts, in time proportional to its length.

A browser's parser builds a tree, and the tree of a hostile page (200,000 nested lists) takes it minutes. Nothing here
builds a tree, looks back, or recurses. Nothing here makes HTML safe either: that is `richtext.clean`.
"""

import html
import re
from typing import NamedTuple

#: What a reader never sees as text; their content goes with them.
UNSEEN = {"script", "style", "iframe", "noembed", "noframes", "title", "xml"}
#: Tags that begin and end a line of their own.
BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
    }
    | {"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup"}
    | {"hr", "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "select", "summary"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"}
)

# Quotation marks only count after "=", as in the HTML standard: <p title=it's> ends where it seems to. Unlike there, a
# tag with another "<" in it is none: in "a<b and <c>" the reader keeps his words.
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/<>]*+)((?:[^<>=]++|=\s*+(?:"[^"]*+"|'[^']*+')|=)*+)>""")
_TORN_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)([^<>]*+)>")
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?+""")
_BARE_NAME = re.compile(r"&([a-zA-Z][a-zA-Z0-9]*+)(?!;)")
_LONG_REFERENCE = re.compile(r"&#(?:0*+\d{8,}|[xX]0*+[0-9a-fA-F]{7,});?")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
    "|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U000ffffe\U000fffff\U0010fffe\U0010ffff]"
)
_SPACES = re.compile(r"[ \t\xa0]+")


class Tag(NamedTuple):
    """A start or end tag, as written: its name in lower case and its attributes unread."""

    name: str
    closing: bool
    written: str

    def attributes(self) -> dict[str, str]:
        """The attributes with entities decoded; of two with one name the first counts (HTML standard)."""
        found = {}
        for name, double, single, bare in _ATTRIBUTE.findall(self.written):
            # "&region=500000" in an address is no registered sign: without a semicolon only text is decoded.
            found.setdefault(name.lower(), decode(_BARE_NAME.sub(r"&amp;\1", double or single or bare)))
        return found


def printable(text: str) -> str:
    """`text` without control characters, lone surrogates, invisible signs and direction overrides; lines end in \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\x85", "\n")
    return _UNPRINTABLE.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))


def decode(text: str) -> str:
    """`text` with its character references resolved, and printable."""
    if "&" not in text:
        return text
    # html.unescape raises ValueError on a number of more than 4,300 digits.
    return printable(html.unescape(_LONG_REFERENCE.sub("", text)))


def escape(text: str) -> str:
    """`text` as it has to stand in HTML, in an attribute too."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def read(source: str):
    """Yield the `Tag`s and texts (str, decoded) of `source` in order; comments and what is never shown are left out."""
    source = printable(source)
    scanner = _Scanner(source)
    text_from = position = 0
    last_close = source.rfind(">")
    while True:
        start = source.find("<", position)
        if start < 0 or start > last_close:  # no ">" follows, so no tag does
            break
        end, tag = scanner.at(start)
        if end is None:
            position = start + 1
            continue
        if start > text_from:
            yield decode(source[text_from:start])
        if tag is not None and tag.name in UNSEEN and not tag.closing:
            end = scanner.end_of_unseen(tag.name, end)
        elif tag is not None:
            yield tag
        text_from = position = end
    if text_from < len(source):
        yield decode(source[text_from:])


class _Scanner:
    """Finds the ends of things. Remembers what the rest of the text does not hold, so that it never looks twice."""

    def __init__(self, source):
        self.source = source
        self.lowered = None
        self.comments_end = self.quotes_end = True

    def at(self, start):
        """Where what begins at `start` ends, and the tag that it is; (None, None) where "<" is only a sign."""
        following = self.source[start + 1 : start + 2]
        if following in {"!", "?"}:
            return self.end_of_comment(start), None
        if following != "/" and not (following.isascii() and following.isalpha()):
            return None, None
        match = _TAG.match(self.source, start) if self.quotes_end else None
        if match is None:
            match = _TORN_TAG.match(self.source, start)
            if match is None:
                return None, None
            self.quotes_end = False
        return match.end(), Tag(match[2].lower(), bool(match[1]), match[3])

    def end_of_comment(self, start):
        if self.comments_end and self.source.startswith("<!--", start):
            end = self.source.find("-->", start + 2)
            if end >= 0:
                return end + 3
            self.comments_end = False
        return self.source.index(">", start) + 1

    def end_of_unseen(self, name, start):
        # In lower case where ASCII, so that places are the same.
        self.lowered = self.lowered or self.source.encode().lower().decode()
        end = self.lowered.find(f"</{name}", start)
        return len(self.source) if end < 0 else end


def visible_text(source: str) -> str:
    """The text a reader sees: a line for each block and table cell, entities decoded, runs of spaces made one.

    The marks of footnotes are left out: a superior 1 after 30 must not read as 301.
    """
    pieces = []
    mark = False
    for token in read(source):
        if isinstance(token, str):
            if not mark:
                pieces.append(token.replace("\n", " "))
        elif token.name == "a":
            mark = not token.closing and token.attributes().get("href", "").startswith("#fn-")
        elif token.name in BLOCKS or token.name == "br":
            mark = False
            pieces.append("\n")
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
