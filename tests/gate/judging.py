"""What of a specimen may be told and must be told, by the table."""

from .rights import INSIDE
from .table import DESK, LISTED, READ_BY_ALL, WITHDRAWN, row_of

__all__ = ["at_desk", "must_of", "nothing", "public"]


def nothing(one):
    return set()


def public(address=""):
    """What may be told to everybody at ``address``."""

    def may(one):
        if one.life in LISTED:
            return one.marks
        return {getattr(one, name) for name in WITHDRAWN.get(address, {}).get(one.life, ())}

    return may


def must_of(kinds):
    """A row of a table of lists, as what a specimen has to show where it is seen."""

    def must(one):
        names = [one.kind, f"{one.kind} in {one.column}"] + ["original " + one.kind] * (not one.is_copy)
        return {getattr(one, kinds[name]) for name in names if name in kinds}

    return must


def at_desk(person, also=()):
    """What may be told to ``person`` at the desk, and there of the lives in ``also``. Names of places and organizations
    are no secret, and files that no record uses are the desk's.
    """

    def may(one):
        if row_of(DESK, one)[person] == "+" or one.life in {*READ_BY_ALL, *also}:
            return one.marks
        is_left = one.is_trashed and (one.column == "open" or person in INSIDE)
        return {one.name, one.paper} if is_left else {one.name}

    return may
