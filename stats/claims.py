"""What several releases say of one slot: whose word counts, why, and whether the others contradict it at all."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from .codelists import Rank
from .intervals import Refused, interval_of

__all__ = ["Standing", "precedence", "preferred", "standing"]


class Standing(NamedTuple):
    """One of the figures that do not count, beside the one that does."""

    figure: object
    #: Why the other one is preferred, in words.
    reason: str
    #: Whether no number can be both; None where the words of one set no limit, so that nothing can be said.
    conflicts: bool | None

    @property
    def words(self):
        """What a page says of it: whether it conflicts."""
        if self.conflicts is None:
            return _("Its words set no limit: whether the two agree cannot be said.")
        return (
            _("The two contradict one another.") if self.conflicts else _("The two agree as far as they are printed.")
        )


def precedence(rank, released_on, source):
    """A key by which what counts sorts first: the better rank, the newer release, the name of the source.

    The rule of ``ObservationQuerySet.as_of``, for figures in hand.
    """
    return rank, -released_on.toordinal(), source


def preferred(figures):
    """The one of ``figures`` of one slot that counts; with ``release__source`` selected."""
    return min(figures, key=_precedence_of)


def standing(figures):
    """For ``figures`` of one slot (with unit, ``release__source``): the one that counts, and a ``Standing`` for each of
    the others, in the order in which they would count. None and no others where there are none.
    """
    ordered = sorted(figures, key=_precedence_of)
    if not ordered:
        return None, []
    first, *others = ordered
    return first, [Standing(one, _why(first, one), _conflicts(first, one)) for one in others]


def _precedence_of(figure):
    release = figure.release
    return precedence(release.rank, release.released_on, release.source.name)


def _why(first, other):
    """Why the figure ``first`` counts and ``other`` does not."""
    mine, its = first.release, other.release
    if mine.rank != its.rank:
        return _("%(better)s goes before %(other)s.") % {
            "better": Rank(mine.rank).label,
            "other": Rank(its.rank).label,
        }
    if mine.released_on != its.released_on:
        return _("Of the same rank, and released later: %(day)s after %(before)s.") % {
            "day": f"{mine.released_on:%Y-%m-%d}",
            "before": f"{its.released_on:%Y-%m-%d}",
        }
    return _("Of the same rank and day: the order of the names of the sources decides, so that it is always the same.")


def _conflicts(one, other):
    if one.unit_id != other.unit_id:
        return None
    try:
        return not interval_of(one, rounded=True).meets(interval_of(other, rounded=True))
    except Refused:
        return None
