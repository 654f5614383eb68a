"""SDMX-ML 2.1 as pieces of text: what all its messages share, and the error message.

A message is never held as a tree: an answer of any length needs the memory of one piece.
https://github.com/sdmx-twg/sdmx-ml/tree/v2.1
"""

from functools import lru_cache
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from django.utils import timezone, translation

from portal.publishing.tables import writable

from .components import AGENCY

__all__ = ["LANGUAGES", "close", "element", "error", "header", "names", "open_message", "reference", "start"]

_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
NAMESPACES = {
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xmlns:message": f"{_SCHEMAS}/message",
    "xmlns:common": f"{_SCHEMAS}/common",
    "xmlns:structure": f"{_SCHEMAS}/structure",
    "xmlns:generic": f"{_SCHEMAS}/data/generic",
    "xmlns:specific": f"{_SCHEMAS}/data/structurespecific",
}
#: xml:lang → what Django calls the language.
LANGUAGES = {"zh-Hans": "zh-hans", "en": "en"}
CONTENT_TYPE = "application/xml; charset=utf-8"


def start(tag, attributes=None):
    """An opening tag; attributes that are None are left out."""
    said = "".join(
        [f" {name}={_quoted(str(value))}" for name, value in (attributes or {}).items() if value is not None]
    )
    return f"<{tag}{said}>"


@lru_cache(maxsize=4096)
def _quoted(value):
    """A value of an attribute; in a message the same codes and titles come again and again."""
    return quoteattr(writable(value))


def close(tag):
    return f"</{tag}>"


def element(tag, attributes=None, *content):
    """A whole element with ``content``, which is XML already; an empty one where there is none."""
    if not content:
        return start(tag, attributes)[:-1] + "/>"
    return f"{start(tag, attributes)}{''.join(content)}</{tag}>"


def text(tag, said, attributes=None):
    return element(tag, attributes, escape(writable(str(said))))


def names(said):
    """common:Name in every language of ``said``: a dict by xml:lang, or a text to be translated."""
    if not isinstance(said, dict):
        said = {language: _translated(said, code) for language, code in LANGUAGES.items()}
    return "".join(text("common:Name", name, {"xml:lang": language}) for language, name in said.items() if name)


def _translated(lazy, code):
    with translation.override(code):
        return str(lazy)


def reference(id, version, kind, package, **attributes):
    """A Ref to something of ours; ``kind`` is its class in the information model, ``package`` where that belongs."""
    own = {"agencyID": AGENCY, "id": id, "version": version, "class": kind, "package": package}
    return element("Ref", own | attributes)


def open_message(kind, **namespaces):
    """The XML declaration and the start of a message, message:Structure for instance."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + start(f"message:{kind}", NAMESPACES | namespaces)


def header(*structure):
    """message:Header; ``structure`` is what it says of the structure of data."""
    now = timezone.localtime().isoformat(timespec="seconds")
    return element(
        "message:Header",
        None,
        text("message:ID", f"{AGENCY}-{uuid4()}"),
        text("message:Test", "false"),
        text("message:Prepared", now),
        element("message:Sender", {"id": AGENCY}),
        *structure,
    )


def error(code, said):
    """The whole error message with one number of SDMX and its words."""
    words = text("common:Text", said, {"xml:lang": translation.get_language() or "en"})
    return "".join(
        [
            open_message("Error"),
            element("message:ErrorMessage", {"code": code}, words),
            close("message:Error"),
        ]
    )
