"""What an import of figures says: how far it has come, and at its end what it did or why it did nothing."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.vocabulary.importing import ImportReport

__all__ = ["Before", "ObservationReport", "Progress", "drained", "kept"]


@dataclass
class ObservationReport(ImportReport):
    """The report of every import, and what an editor looks at beside it.

    ``made``: names of what was made on the way; ``additions``: (figure, claim) of each new figure; ``changes``: the
    same of each revised one, with what another release says, a ``Before``; ``sheets``: pairs of a sheet and its tables;
    ``words``: the ``Asking`` that resolved their words; ``releases``: those that the figures go into, and whether new;
    ``warnings``: in words, what does not add up; ``notices``: what was not
    taken over, words beside the file and signs that lead to no note.
    """

    made: list = field(default_factory=list)
    additions: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    sheets: list = field(default_factory=list)
    words: object = None
    releases: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    notices: list = field(default_factory=list)

    def as_dict(self):
        """The five keys of every import; ``warnings`` and ``notices`` beside them where there are any."""
        said = {name: getattr(self, name) for name in ("new", "revised", "same", "rejected", "written")}
        return said | {name: told for name in ("warnings", "notices") if (told := getattr(self, name))}

    def forget(self):
        """Nothing of what was counted holds where something is rejected."""
        self.new = self.revised = self.same = 0
        self.made, self.additions, self.changes, self.warnings, self.notices = [], [], [], [], []

    def lines(self):
        """The report in words, a line for each thing."""
        counts = _("New: %(new)s, revised: %(revised)s, same: %(same)s.") % vars(self)
        written = _("The figures are in.") if self.written else _("Nothing was written.")
        made = [_("Made: %s") % one for one in self.made]
        return [counts, written, *made, *self.notices, *self.warnings, *map(_rejection, self.rejected)]


class Progress(NamedTuple):
    """How far an import has come: the name of the step; ``total`` is 0 where it cannot be known."""

    step: str
    done: int
    total: int


class Before(NamedTuple):
    """What another release says for a slot: its ``Claim``, and the day of that release."""

    claim: object
    released_on: object


def drained(steps, tell=None):
    """What the generator ``steps`` returns at its end; ``tell`` is called with everything that it yields before."""
    while True:
        try:
            said = next(steps)
        except StopIteration as end:
            return end.value
        if tell:
            tell(said)


def kept(release, name, said):
    """The notice that ``release`` keeps what it has in the field ``name``, where ``said`` is something else."""
    field, text = release._meta.get_field(name), _("The draft “%(release)s” keeps its own %(field)s.")
    told = {"release": release, "field": field.verbose_name}
    if field.choices:
        text = _("The draft “%(release)s” keeps its %(field)s: “%(own)s”, not “%(said)s”.")
        names = dict(field.choices)
        told |= {"own": names[getattr(release, name)], "said": names[said]}
    return text % told


def _rejection(item):
    if item["row"] is None:
        return item["reason"]
    return _("row %(row)s, column “%(column)s”: %(reason)s") % item
