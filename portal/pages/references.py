"""The code under which a reader finds a message again: 7K3F-9QXM-4TPA."""

import re
import secrets

__all__ = ["new_reference", "written_reference"]

#: Crockford's base 32: no I, L, O and U, since a reference is read from a screen and written on paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans("ILO", "110")


def new_reference():
    """Of 60 bits, since whoever knows it may read the reply."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(12)))


def written_reference(typed):
    """The reference that was meant by what was ``typed``: without regard to case, hyphens, blanks and look-alikes."""
    return _grouped(re.sub(r"[\s\-]", "", typed).upper().translate(LOOK_ALIKES))


def _grouped(code):
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
