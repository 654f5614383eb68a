"""Rewrites any HTML into the portal's own plain form: bounded depth, every tag closed, nothing empty, nothing of style.

The rules are the newsroom's: a web page's nested <div>s become paragraphs, Word's fonts go, pictures stand in figures,
formatting is opened only where there is text. One pass over the tags, so a megabyte of anything takes about a second.
What comes out here is *not yet safe* in the sense of the house: `richtext.clean` lets nh3 have the last word.
"""

import re

from . import markup, tags
from .writing import CELLS, INLINE_ONLY, Writer

#: No honest article nests lists, quotes and tables deeper; a parser's time grows with the square of the depth.
MAX_DEPTH = 24

MARKS = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "u": "u", "ins": "u",
    "s": "s", "strike": "s", "del": "s", "sub": "sub", "sup": "sup",
    "code": "code", "tt": "code", "kbd": "code", "samp": "code",
}  # fmt: skip
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
TABLE_PARTS = {"table", "caption", "thead", "tbody", "tr", "td", "th"}

_NOTE_ID = re.compile(r"fn-\d{1,3}", re.ASCII)
_NOTE = re.compile(r"#(?:fn-|_(?:ftn|edn))(\d{1,3})", re.ASCII)
_BACK = re.compile(r"#(?:fnref-|_(?:ftn|edn)ref)\d+")
_WORD_LIST = re.compile(r"MsoListParagraph|mso-list:\s*l\d", re.IGNORECASE)
_WORD_NOTE = re.compile(r"Mso(?:Footnote|Endnote)Text", re.IGNORECASE)


class Rewriter(Writer):
    """Takes tags and texts in order and knows what each tag means in the portal's form."""

    def __init__(self, lines_are_paragraphs=False):
        super().__init__()
        self.lines_are_paragraphs = lines_are_paragraphs
        self.has_notes_section = False

    # Reading

    def feed(self, token):
        if isinstance(token, str):
            if self.lines_are_paragraphs and "\n" in token:
                for number, line in enumerate(token.split("\n")):
                    if number:
                        self.boundary()
                    self.text(line)
            else:
                self.text(token)
        elif token.name in MARKS:
            self.mark(token)
        elif token.name == "a":
            self.anchor(token)
        elif token.closing:
            self.end(token.name)
        elif token.name in STARTS:
            STARTS[token.name](self, token)
        elif token.name in markup.BLOCKS:
            self.boundary()

    # Formatting

    def mark(self, token):
        name = MARKS[token.name]
        known = next((mark for mark in self.marks if mark[0] == name), None)
        if known is None and not token.closing:
            self.marks.append([name, f"<{name}>", f"</{name}>", 1])
        elif known is not None:
            known[3] += -1 if token.closing else 1
            if not known[3]:
                self.marks.remove(known)

    def anchor(self, token):
        self.marks = [mark for mark in self.marks if mark[0] not in {"a", "note"}]
        self.hidden = False
        if token.closing:
            return
        attributes = token.attributes()
        href = attributes.get("href", "").strip()
        if note := _NOTE.fullmatch(href):
            number = int(note[1])
            self.marks.append(["note", f'<sup class="footnote-ref"><a href="#fn-{number}">', "</a></sup>", number])
        elif _BACK.fullmatch(href):
            self.hidden = True
        elif opening := tags.link(attributes):
            self.marks.append(["a", opening, "</a>", 1])

    # Elements

    def deep(self):
        return len(self.stack) >= MAX_DEPTH

    def end(self, name):
        if name == "tfoot":
            name = "tbody"
        if name in TABLE_PARTS:
            within = {"table"} - {name}
        elif name in {"blockquote", "ul", "ol", "li", "section", "figure", "figcaption", "pre"}:
            within = CELLS | {"caption"} | ({"ul", "ol"} if name == "li" else set())
        elif name in HEADINGS and self.top.name in {"h2", "h3", "h4"}:
            return self.pop()
        elif name in markup.BLOCKS:
            return self.boundary()
        else:
            return None
        if self.pop_to({name}, within):
            self.pop()
        else:
            self.boundary()
        return None

    # What each opening tag means

    def start_p(self, token):
        if self.top.name in INLINE_ONLY:
            if self.top.name in HEADINGS and self.last:
                self.pop()
            else:
                return self.boundary()
        elif self.top.name == "figure":
            return self.boundary()
        elif self.top.name == "p":
            self.pop()
        self.ensure_flow()
        tag = None
        if _WORD_LIST.search(token.written):
            tag = "<p data-list>"
        elif _WORD_NOTE.search(token.written):
            tag = "<p data-note>"
        return self.push("p", tag)

    def start_heading(self, token):
        if self.top.name in {"caption", "figcaption"}:
            return self.boundary()
        self.end_text_block()
        self.ensure_flow()
        # A list item and a cell start with text in the editor's grammar, not with a heading.
        return self.push(HEADINGS[token.name] if self.top.name in {"", "blockquote", "section"} else "p")

    def start_container(self, token):
        if self.top.name in {"caption", "figcaption"}:
            return self.boundary()
        self.end_text_block()
        self.ensure_flow()
        if self.deep():
            return self.boundary()
        return self.push(token.name, tags.ordered_list(token.attributes()) if token.name == "ol" else None)

    def start_section(self, token):
        """Only the footnotes are a section; there is one, and it stands at the top."""
        inside = CELLS | {"li", "caption", "figcaption"}
        if self.has_notes_section or any(element.name in inside for element in self.stack):
            return self.boundary()
        if "footnotes" not in token.attributes().get("class", "").split():
            return self.boundary()
        while len(self.stack) > 1:
            self.pop()
        self.has_notes_section = True
        return self.push("section", '<section class="footnotes">')

    def start_li(self, token):
        if not self.pop_to({"ul", "ol"}, CELLS | {"caption", "figcaption", "blockquote", "section", "table"}):
            if self.top.name in {"caption", "figcaption"}:
                return self.boundary()
            self.end_text_block()
            self.ensure_flow()
            if self.deep():
                return self.boundary()
            self.push("ul", implied=True)
        note = ""
        if [element.name for element in self.stack[1:]] == ["section", "ol"]:
            note = token.attributes().get("id", "")
        if not _NOTE_ID.fullmatch(note):
            return self.push("li")
        self.push("li", f'<li id="{note}">')
        return self.open_elements()  # a note still to be written keeps its place

    def start_caption(self, token):
        if self.pop_to({"table"}, CELLS):
            self.push("caption")
        else:
            self.boundary()

    def start_rows(self, token):
        if self.pop_to({"table"}, CELLS):
            self.push("thead" if token.name == "thead" else "tbody")
        else:
            self.boundary()

    def start_tr(self, token):
        if not self.pop_to({"table", "thead", "tbody"}, {"table"}):
            return self.boundary()
        if self.top.name == "table":
            self.push("tbody")
        return self.push("tr")

    def start_cell(self, token):
        if not self.pop_to({"table", "thead", "tbody", "tr"}, {"table"}):
            return self.boundary()
        if self.top.name == "table":
            self.push("tbody")
        if self.top.name != "tr":
            self.push("tr")
        self.push(token.name, tags.cell(token.name, token.attributes()))
        return self.open_elements()  # an empty cell keeps the others in their columns

    def start_figcaption(self, token):
        if self.top.name == "figure" and self.top.opened and not self.top.implied:
            self.top.implied = True  # one caption, then only another picture may follow
            self.push("figcaption")
        else:
            self.boundary()

    def start_img(self, token):
        """A picture of our own media stands in a figure, as in the editor's grammar; any other is dropped."""
        tag = tags.picture(token.attributes())
        if tag is None or self.top.name in {"pre", "caption", "figcaption"}:
            return
        alone = self.top.name != "figure"
        if alone or self.top.opened:
            self.end_text_block()
            self.ensure_flow()
            self.push("figure")
        self.end_of_line()
        self.open_elements()
        self.out.append(tag)
        if alone:
            self.pop()

    def start_hr(self, token):
        if self.top.name in {"caption", "figcaption", "ul", "ol", "figure"} | TABLE_PARTS - CELLS:
            return self.boundary()
        self.end_text_block()
        self.end_of_line()
        self.open_elements()
        self.top.wraps = True
        self.last_block = ("hr", len(self.out)) if len(self.stack) == 1 else self.last_block
        return self.out.append("<hr>")

    def start_br(self, token):
        if self.last:
            self.breaks += 1
            self.space = self.space if self.top.name == "pre" else ""


STARTS = {
    "p": Rewriter.start_p,
    **dict.fromkeys(HEADINGS, Rewriter.start_heading),
    **dict.fromkeys(("ul", "ol", "blockquote", "pre", "figure", "table"), Rewriter.start_container),
    "section": Rewriter.start_section,
    "li": Rewriter.start_li,
    "caption": Rewriter.start_caption,
    **dict.fromkeys(("thead", "tbody", "tfoot"), Rewriter.start_rows),
    "tr": Rewriter.start_tr,
    **dict.fromkeys(CELLS, Rewriter.start_cell),
    "figcaption": Rewriter.start_figcaption,
    "img": Rewriter.start_img,
    "hr": Rewriter.start_hr,
    "br": Rewriter.start_br,
}
