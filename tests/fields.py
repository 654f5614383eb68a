"""What a browser sends of a form of the desk, and what a form that came back says is wrong.

Fields are read with the parser of the standard library: forms are long, and read again and again.
"""

from html import unescape
from html.parser import HTMLParser

import html5lib

__all__ = ["errors_of", "fields_of"]

#: Inputs of which a browser sends nothing, unless they are checked.
UNSENT = {"submit", "file", "button", "checkbox", "radio"}


class Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.sent, self.is_inside, self.textarea, self.select = {}, False, None, None

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_starttag(self, tag, attrs):
        if self.textarea:  # its tags are text
            self.sent[self.textarea] += unescape(self.get_starttag_text())
            return
        attrs = dict(attrs)
        if tag == "form":
            self.is_inside = attrs.get("id", "").endswith("_form")
        if not self.is_inside:
            return
        name, kind = attrs.get("name"), attrs.get("type", "text")
        if tag == "option" and self.select and "selected" in attrs:
            self.sent[self.select].append(attrs.get("value", ""))
        if not name or "disabled" in attrs:
            return
        if tag == "textarea":
            self.textarea, self.sent[name] = name, ""
        elif tag == "select":
            self.select, self.sent[name] = name, []
        elif tag == "input" and (kind not in UNSENT or "checked" in attrs):
            self.sent[name] = attrs.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag):
        if tag == "textarea" and self.textarea:
            # A line feed that stands first is the page's, not the field's; a browser sends lines with CR and LF.
            self.sent[self.textarea] = self.sent[self.textarea].removeprefix("\n").replace("\n", "\r\n")
            self.textarea = None
        elif self.textarea:
            self.sent[self.textarea] += f"</{tag}>"
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.is_inside = False

    def handle_data(self, data):
        if self.textarea:
            self.sent[self.textarea] += data


def fields_of(page):
    """What the browser would send of the form of a record, but for its buttons."""
    reader = Fields()
    reader.feed(page)
    reader.close()
    return reader.sent


def errors_of(page):
    """What the form of ``page`` says is wrong, item by item."""
    if "errorlist" not in page:
        return []
    lists = html5lib.parse(page, namespaceHTMLElements=False).iter("ul")
    return ["".join(item.itertext()) for one in lists if "errorlist" in one.get("class", "") for item in one]
