"""How values become the classes of a map: low to high, or on both sides of zero where they are changes."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

CLASSES = 5
#: On each side of zero.
HALF = 3

#: By how many classes there are, the lowest first.
NAMES = {
    1: [_("all")],
    2: [_("lower"), _("higher")],
    3: [_("low"), _("middle"), _("high")],
    4: [_("lowest"), _("low"), _("high"), _("highest")],
    5: [_("lowest"), _("low"), _("middle"), _("high"), _("highest")],
}
ROSE = {
    1: [_("grew")],
    2: [_("grew less"), _("grew more")],
    3: [_("grew least"), _("grew in between"), _("grew most")],
}
FELL = {
    1: [_("fell")],
    2: [_("fell less"), _("fell more")],
    3: [_("fell least"), _("fell in between"), _("fell most")],
}


@dataclass(frozen=True)
class Level:
    """A class: the end of the name of its style, its name, its sign, and the values in it, the least first."""

    key: str
    name: str
    sign: str
    values: tuple


def low_to_high(values):
    """The Levels of ``values``, the highest first."""
    return _levels(values, CLASSES, NAMES)


def around_zero(values):
    """The Levels of changes, the greatest growth first, the deepest fall last."""
    found = _levels([one for one in values if one > 0], HALF, ROSE, "up-", "+")
    if still := tuple(one for one in values if not one):
        found.append(Level("even", str(_("unchanged")), "", still))
    falls = _levels([-one for one in values if one < 0], HALF, FELL, "down-", "−")
    found += [
        Level(one.key, one.name, one.sign, tuple(-value for value in reversed(one.values))) for one in reversed(falls)
    ]
    return found


def _levels(values, most, names, side="", sign=""):
    found, members = classes(values, most), defaultdict(list)
    for value in sorted(values):
        members[found[value]].append(value)
    count = len(members)
    return [
        Level(f"{side}{_colour(one, count, most)}", str(names[count][one - 1]), sign, tuple(members[one]))
        for one in sorted(members, reverse=True)
    ]


def _colour(level, count, most):
    """The colour from 1 to ``most``: where there are fewer classes, they are the ones furthest apart."""
    return level if count in {1, most} else 1 + round((level - 1) * (most - 1) / (count - 1))


def classes(values, most=CLASSES):
    """Value → its class from 1, at most ``most`` of about as many values each; equal values share one."""
    ordered, found = sorted(values), {}
    for place, value in enumerate(ordered):
        found.setdefault(value, 1 + place * most // len(ordered))
    used = sorted(set(found.values()))
    return {value: used.index(level) + 1 for value, level in found.items()}
