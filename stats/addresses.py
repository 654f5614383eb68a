"""Addresses of indicators below /stats/."""

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from pypinyin import lazy_pinyin

#: What is a page of its own there.
RESERVED = {"compare"}


def pinyin_slug(name):
    """An address from a Chinese name: 常住人口 → changzhurenkou."""
    slug = slugify("".join(lazy_pinyin(name)))[:80] or "indicator"
    return f"{slug}-indicator" if slug in RESERVED else slug


def refuse_reserved(slug):
    """Raise ``ValidationError`` at the field ``slug`` where the page of an indicator of this address is another one."""
    if slug in RESERVED:
        raise ValidationError({"slug": _("A page of the site has this address. Choose a different one.")})
