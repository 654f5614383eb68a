"""The opening tags that carry attributes, written from whatever attributes were found."""

import re

from .markup import escape

#: Where pictures of our own are served: /media/<id>/<rendition>/.
MEDIA_SOURCE = re.compile(r"/media/(\d{1,18})/[\w-]{1,40}/", re.ASCII)
MEDIA_ADDRESS = re.compile(r"/media/(\d{1,18})/", re.ASCII)
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_CONTROLS = re.compile(r"[\x00-\x1f]+")


def _number(attributes, name, most):
    """The attribute `name` as a whole number from 0 to `most`, or None."""
    value = attributes.get(name, "").strip()
    if value.isascii() and value.isdigit() and len(value) <= len(str(most)) and int(value) <= most:
        return int(value)
    return None


def link(attributes: dict[str, str]) -> str | None:
    """<a …>, or None where it leads nowhere a reader may be sent. A page elsewhere gets no hold of ours (noopener)."""
    href = _CONTROLS.sub("", attributes.get("href", "")).strip().replace("\\", "/").replace(" ", "%20")
    if href.startswith("//"):
        href = "https:" + href
    scheme = _SCHEME.match(href)
    if not href or len(href) > 2000 or (scheme and scheme[1].lower() not in LINK_SCHEMES):
        return None
    title = " ".join(attributes.get("title", "").split())[:300].strip()
    tag = f'<a href="{escape(href)}"'
    if title:
        tag += f' title="{escape(title)}"'
    return tag + (' rel="noopener">' if scheme and scheme[1].lower() in {"http", "https"} else ">")


def picture(attributes: dict[str, str]) -> str | None:
    """<img …>, or None for a picture that is not of our own media."""
    source = attributes.get("src", "").strip()
    if not MEDIA_SOURCE.fullmatch(source):
        return None
    tag = f'<img src="{source}" alt="{escape(" ".join(attributes.get("alt", "").split())[:1000].strip())}"'
    for name in ("width", "height"):
        value = _number(attributes, name, 99_999)
        if value:
            tag += f' {name}="{value}"'
    return tag + ">"


def cell(name: str, attributes: dict[str, str]) -> str:
    """<td …> or <th …>."""
    tag = f"<{name}"
    for span in ("colspan", "rowspan"):
        value = _number(attributes, span, 999)
        if value and value > 1:
            tag += f' {span}="{value}"'
    scope = attributes.get("scope", "").lower()
    if name == "th" and scope in {"col", "row", "colgroup", "rowgroup"}:
        tag += f' scope="{scope}"'
    return tag + ">"


def ordered_list(attributes: dict[str, str]) -> str:
    """<ol …>."""
    start = _number(attributes, "start", 999_999)
    return "<ol>" if start in {None, 1} else f'<ol start="{start}">'
