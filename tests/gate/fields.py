"""What a browser sends of a form: read with the parser of the standard library, since each form is read many times."""

from html import unescape
from html.parser import HTMLParser

__all__ = ["fields_of"]

#: Inputs of which a browser sends nothing, unless they are checked.
UNSENT = {"submit", "file", "button", "checkbox", "radio"}


class Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.sent, self.textarea, self.select = {}, None, None

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_starttag(self, tag, attrs):
        if self.textarea:  # its tags are text
            self.sent[self.textarea] += unescape(self.get_starttag_text())
            return
        attrs = dict(attrs)
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
            # A line feed that stands first is the page's, not the field's.
            self.sent[self.textarea] = self.sent[self.textarea].removeprefix("\n")
            self.textarea = None
        elif self.textarea:
            self.sent[self.textarea] += f"</{tag}>"
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.textarea:
            self.sent[self.textarea] += data


def fields_of(page):
    """What the browser would send of the form of a record, but for its buttons."""
    reader = Fields()
    reader.feed(page)
    reader.close()
    return reader.sent
