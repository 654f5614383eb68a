"""Writes nested HTML from left to right: what is open, which formatting is in effect, what white space is pending."""

import re

from .markup import escape

#: Formatting left open over more blocks than this is no longer carried into the next one.
MAX_REOPENED = 5_000
#: White space that is remembered between two words.
MAX_SPACE = 400

TEXT_BLOCKS = {"p", "h2", "h3", "h4", "pre"}
INLINE_ONLY = {"h2", "h3", "h4", "pre", "caption", "figcaption"}
CELLS = {"td", "th"}
#: What may hold paragraphs; the last three hold bare text as well.
FLOW = {"", "blockquote", "section", "li", "td", "th"}

_SPACE = " \t\n\x0b\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_RUN = re.compile(f"[{_SPACE}]+")
_STRIPPED = "".join(chr(c) for c in (32, 9, 10, 11, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))
_WIDE = (
    "\u2014\u2018-\u201d\u2026\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
)
_BROKEN_LINE = re.compile(f"(?<=[{_WIDE}])\n(?=[{_WIDE}])")
_IS_WIDE = re.compile(f"[{_WIDE}]")
_INDENT = re.compile("[\u3000\u2003]{2}|\xa0{4}")


class Element:
    """An element being written. Its tag is put out with its first content, so nothing is ever left empty."""

    __slots__ = ("implied", "marks", "name", "opened", "tag", "wraps")

    def __init__(self, name, tag, marks, implied):
        self.name, self.tag, self.marks, self.implied = name, tag, marks, implied
        self.opened = self.wraps = False


class Writer:
    """State: the open elements and the formatting in effect. Which tag means what is `canonical.Rewriter`'s."""

    def __init__(self):
        self.out = []
        self.stack = [Element("", "", [], False)]
        self.marks = []  # formatting asked for: [name, opening, closing, how often opened]
        self.live = []  # formatting written and not yet closed, a part of the same lists
        self.space = ""  # white space met since the last text
        self.breaks = 0  # <br> met since the last text
        self.last = ""  # the last character of this line, "" at its start
        self.hidden = False  # inside the link that leads from a footnote back to its mark
        self.reopened = 0
        self.notes = set()  # numbers of the footnotes that have a mark in the text
        self.deepest = 1
        self.last_block = ("", 0)  # the last element at the top, and where in `out` it begins

    def finish(self) -> tuple[str, str, str]:
        """The name of the last block at the top, what is written before it, and from it on."""
        while len(self.stack) > 1:
            self.pop()
        name, start = self.last_block
        return name, "".join(self.out[:start]), "".join(self.out[start:])

    # Formatting

    def close_marks(self, down_to=0):
        while len(self.live) > down_to:
            self.out.append(self.live.pop()[2])

    def wanted_marks(self):
        """The formatting in effect; a footnote's mark is superior by itself."""
        if any(mark[0] == "note" for mark in self.marks):
            return [mark for mark in self.marks if mark[0] != "sup"]
        return self.marks

    # Elements

    @property
    def top(self):
        return self.stack[-1]

    def end_of_line(self):
        """Close what is open within the line. A link does not run on into the next block."""
        if self.live:
            self.marks = [mark for mark in self.marks if mark[0] not in {"a", "note"} or mark not in self.live]
            self.reopened += len(self.live)
            if self.reopened > MAX_REOPENED:
                self.marks = []
            self.close_marks()
        self.space, self.breaks, self.last, self.hidden = "", 0, "", False

    def push(self, name, tag=None, implied=False):
        self.end_of_line()
        self.top.wraps = True
        self.stack.append(Element(name, tag or f"<{name}>", self.marks if name in CELLS else None, implied))
        if name in CELLS:
            self.marks = [list(mark) for mark in self.marks]

    def pop(self):
        self.end_of_line()
        element = self.stack.pop()
        if element.opened:
            self.out.append(f"</{element.name}>")
        if element.marks is not None:  # what is left open in a cell ends with it
            self.marks = element.marks

    def pop_to(self, names, within):
        """Close elements until one of `names` is on top; False, and nothing closed, where `within` comes first."""
        for height in range(len(self.stack) - 1, -1, -1):
            if self.stack[height].name in names:
                while len(self.stack) > height + 1:
                    self.pop()
                return True
            if self.stack[height].name in within:
                return False
        return False

    def open_elements(self):
        self.deepest = max(self.deepest, len(self.stack) - (self.top.name == "p"))
        for height, element in enumerate(self.stack):
            if not element.opened and height:
                if height == 1:
                    self.last_block = (element.name, len(self.out))
                self.out.append(element.tag)
            element.opened = True

    def boundary(self, token=None):
        """A line ends here: <div>, </div> and whatever else only separates."""
        if self.top.name == "p":
            self.pop()
        elif self.top.name in INLINE_ONLY:
            if self.last:
                self.breaks = max(self.breaks, 1)
        else:
            self.end_of_line()
            self.top.wraps = True

    def end_text_block(self):
        if self.top.name in TEXT_BLOCKS:
            self.pop()

    def ensure_flow(self):
        """Make sure that the element on top may hold paragraphs."""
        while self.top.name not in FLOW and self.top.name not in INLINE_ONLY and self.top.name != "p":
            name = self.top.name
            if name == "figure" or (name in {"ul", "ol"} and self.top.implied):
                self.pop()
            elif name in {"ul", "ol"}:
                self.push("li", implied=True)
            else:
                self.push({"table": "tbody", "thead": "tr", "tbody": "tr", "tr": "td"}[name], implied=True)

    # Text

    def text(self, text):
        if not self.hidden:
            (self.verbatim if self.top.name == "pre" else self.collapsed)(text)

    def collapsed(self, text):
        core = text.strip(_STRIPPED)
        if not core:
            self.space = (self.space + text)[-MAX_SPACE:]
            return
        before = text.find(core[0])
        lead = self.space + text[:before][-MAX_SPACE:]
        after = text[before + len(core) :][:MAX_SPACE]
        self.ensure_flow()
        if self.breaks and self.top.name == "p" and (self.breaks > 1 or _INDENT.search(lead)):
            self.pop()
        if self.top.name in {"", "blockquote", "section"} or (self.top.wraps and self.top.name in FLOW):
            self.push("p")
        if not self.last:
            lead = ""
        core = _BROKEN_LINE.sub("", _RUN.sub(_one_space, core)).replace("\n", " ")
        self.write(escape(core), self.gap(lead, core))
        self.last, self.space, self.breaks = core[-1], after, 0

    def gap(self, lead, core):
        """What stands between the last text and this: a line break, a space or nothing."""
        if self.breaks:
            return "<br>"
        if not lead:
            return ""
        space = _RUN.sub(_one_space, lead)
        if space != "\n":
            return space
        return "" if _IS_WIDE.match(self.last) and _IS_WIDE.match(core) else " "

    def verbatim(self, text):
        if self.breaks:
            self.space = (self.space + "\n" * self.breaks)[-MAX_SPACE:]
            self.breaks = 0
        core = text.strip(" \t\n")
        if not core:
            self.space = (self.space + text)[-MAX_SPACE:]
            return
        before = text.find(core[0])
        lead = self.space + text[:before]
        if not self.last:
            lead = lead.rpartition("\n")[2]  # a parser drops the first line end of <pre>
        self.write(escape(core), lead)
        self.last, self.space = core[-1], text[before + len(core) :]

    def write(self, escaped, gap):
        self.open_elements()
        wanted = self.wanted_marks()
        same = 0
        while same < min(len(wanted), len(self.live)) and _same(wanted[same], self.live[same]):
            same += 1
        self.close_marks(same)
        self.out.append(gap)
        for mark in wanted[same:]:
            opening = mark[1]
            if mark[0] == "note" and mark[3] not in self.notes:
                self.notes.add(mark[3])
                opening = f'{opening[:-1]} id="fnref-{mark[3]}">'
            self.out.append(opening)
            self.live.append(mark)
        self.out.append(escaped)


def _same(mark, live):
    """Whether two marks are one for the reader, as in Word's <b>增长</b><b>5%</b>. Each footnote's stands alone."""
    return mark is live or (mark[0] != "note" and mark[1] == live[1])


def _one_space(run):
    """White space as one: a single no-break or full-width space stays, more of them are an attempt at layout."""
    run = run[0]
    if "\u3000" in run:
        return "\u3000"
    if "\n" in run:
        return "\n"
    return "\xa0" if run == "\xa0" else " "
