"""Rich text: the one place where HTML is made safe, once, when it is saved.

What the database holds went through `clean`; templates print it as it is and never write "safe".
"""

import re

import nh3
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField

from . import markup
from .bullets import lists
from .canonical import MAX_DEPTH, Rewriter
from .editor import OWN_EXTENSIONS
from .footnotes import footnotes
from .tags import LINK_SCHEMES, MEDIA_ADDRESS, MEDIA_SOURCE

#: Characters. The longest of the two government work reports has 26,000.
MAX_LENGTH = 2_000_000

#: What the editor can make. All of it passes `clean`; a test compares the two.
EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Underline": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "Link": {"enableTarget": False, "protocols": sorted(LINK_SCHEMES)},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "History": True,
    "HTML": True,
    **OWN_EXTENSIONS,
}

TAGS = frozenset(
    {
        "a",
        "blockquote",
        "br",
        "caption",
        "code",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "hr",
        "img",
        "li",
        "ol",
    }
    | {"p", "pre", "s", "section", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"}
)
ATTRIBUTES = {
    "a": {"href", "id", "title", "rel"},
    "img": {"src", "alt", "width", "height"},
    "li": {"id"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_OWN_IDS = {"a": re.compile(r"fnref-\d{1,3}"), "li": re.compile(r"fn-\d{1,3}")}


def _attribute(tag, name, value):
    """What nh3's own rules cannot say: our footnotes' ids and our media's addresses."""
    if name == "id" and not _OWN_IDS[tag].fullmatch(value):
        return None
    if name == "src" and not MEDIA_SOURCE.fullmatch(value):
        return None
    if name == "rel" and value != "noopener":
        return None
    return value


_GATE = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    allowed_classes={"section": {"footnotes"}, "sup": {"footnote-ref"}},
    attribute_filter=_attribute,
    url_schemes=set(LINK_SCHEMES),
    link_rel=None,
)

_LONE_PARAGRAPH = re.compile(r"(<(li|td|th)\b[^>]*+>)<p>((?:[^<]|<(?!/?p>))*+)</p>(?=</\2>)")
_LONG_TEXT = re.compile(r"(?<=>)[^<]{4000,}+")
_PART = re.compile(r"(?:&[^;]*+;|[^&]){2000}")
_LINK_TO_NOWHERE = re.compile(r"<a(?![^>]* href=)")


class CleanHTML(SafeString):
    """HTML that went through `clean`. Whatever is built from it is an ordinary text again, to be cleaned again."""


def _too_long():
    return ValidationError(
        _("The text is longer than %(limit)s characters. Split it into several articles."),
        code="max_length",
        params={"limit": f"{MAX_LENGTH:,}"},
    )


def clean(html: str) -> CleanHTML:
    """Make HTML of any origin safe and plain: typed, pasted from Word, WPS or a web page, or hostile.

    Text without any markup becomes paragraphs, one a line. Cleaning what is clean changes nothing. Takes time in
    proportion to the length; raises ValidationError above MAX_LENGTH characters.
    """
    if isinstance(html, CleanHTML):
        return html
    if len(html) > MAX_LENGTH:
        raise _too_long()
    cleaned = _gated(_canonical(html))
    if _LINK_TO_NOWHERE.search(cleaned):
        # nh3 refuses some addresses that no pattern of ours can (http://999.1.1.1/): then the link goes too.
        cleaned = _gated(_canonical(cleaned))
    if len(cleaned) > MAX_LENGTH:
        raise _too_long()
    return CleanHTML(cleaned)


def _gated(html):
    if len(html) > MAX_LENGTH:
        raise _too_long()
    # A text of a megabyte of "&" takes the gate quadratic time; comments, which it drops, part it.
    return _GATE.clean(_LONG_TEXT.sub(lambda text: _PART.sub(r"\g<0><!---->", text[0]), html))


def _canonical(html):
    tokens = list(markup.read(html))
    blocks = any(not isinstance(token, str) and (token.name in markup.BLOCKS or token.name == "br") for token in tokens)
    rewriter = _rewrite(tokens, lines_are_paragraphs=not blocks)
    kind, head, tail = rewriter.finish()
    if rewriter.deepest > MAX_DEPTH - 4:  # lists and notes must not grow out of what the next reading keeps
        return _tidy((head + tail).replace("<p data-list>", "<p>").replace("<p data-note>", "<p>"))
    head, tail = _tidy(lists(_tidy(head))), _tidy(lists(_tidy(tail)))
    written = footnotes(head + tail, len(head) if kind == "ol" else None)
    if written != head + tail:
        _kind, head, tail = _rewrite(markup.read(written)).finish()
        return _tidy(head + tail)
    return written


def _rewrite(tokens, **options):
    rewriter = Rewriter(**options)
    for token in tokens:
        rewriter.feed(token)
    return rewriter


def _tidy(html):
    return _LONE_PARAGRAPH.sub(r"\1\3", html)


def visible_text(html: str) -> str:
    """The text a reader sees: a line for each block and cell, entities decoded, spaces collapsed, no footnote marks."""
    return markup.visible_text(html)


def media_ids(html: str) -> set[int]:
    """The numbers of the media that `html` shows or links to: /media/<number>/…"""
    found = set()
    for token in markup.read(html):
        if not isinstance(token, str) and token.name in {"a", "img"} and "/media/" in token.written:
            attributes = token.attributes()
            address = MEDIA_ADDRESS.match(attributes.get("href" if token.name == "a" else "src", ""))
            found.update({int(address[1])} if address else ())
    return found


class RichTextField(models.TextField):
    """HTML in the database is clean: whatever way it goes in, and so it is safe when it comes out.

    Covers `save`, `bulk_create`, `bulk_update` and `update(field=text)`; a database expression (`Concat`, `F`) passes
    as it is, so give it clean parts.
    """

    def clean(self, value, model_instance):
        """Refuse at the field what saving would refuse: a text that is too long, or of which nothing remains."""
        return super().clean(clean(value) if isinstance(value, str) else value, model_instance)

    def pre_save(self, model_instance, add):
        value = getattr(model_instance, self.attname)
        if isinstance(value, str):
            value = clean(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        if isinstance(value, str):
            value = clean(value) + ""  # a plain text, for drivers that look at the type
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value, expression, connection):
        return value if value is None else CleanHTML(value)

    def formfield(self, **kwargs):
        """The editor, offering what `clean` keeps; the admin's text area becomes the admin's editor."""
        editor = {"form_class": ProseEditorFormField, "config": {"extensions": EXTENSIONS}}
        return super().formfield(**kwargs if "form_class" in kwargs else {**kwargs, **editor})

    def deconstruct(self):
        """A text field, as far as migrations know: the rules for HTML change without one."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
