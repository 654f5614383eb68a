"""A slip of the pen: what a publisher may mend in public without reviews."""

import re

from django.utils.translation import gettext as _

from .comparing import changed_characters, changed_names
from .richtext import visible_text

__all__ = ["why_no_slip"]

#: Characters that may differ from what was reviewed: a name, a slip of the pen; not a sentence.
CHARACTERS = 20

_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")


def why_no_slip(reviewed, public, mended):
    """Why the step from snapshot ``public`` to ``mended`` needs reviews; "" where it is a slip of the pen.

    Measured against the snapshot that was ``reviewed`` last, too: many small changes add up to a large one. Figures
    and rows (amounts, parties, citations) are what readers quote, and never a slip.
    """
    for before in (public, reviewed):
        if _figures(before) != _figures(mended) or any("." in name for name in changed_names(before, mended)):
            return _("A minor change leaves all figures and rows as they are. Submit this for review.")
        characters = changed_characters(before, mended)
        if characters is None or characters > CHARACTERS:
            said = _("A minor change is one of the text, of at most %d characters. Submit this for review.")
            return said % CHARACTERS
    return ""


def _figures(snapshot):
    """The numbers that a record's own texts print, field by field; PostgreSQL keeps no order of keys."""
    fields = snapshot["rows"][0]["fields"]
    texts = [fields[name] for name in sorted(fields) if isinstance(fields[name], str)]
    return _FIGURES.findall("\n".join(visible_text(text) for text in texts))
