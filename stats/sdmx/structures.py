"""The structures that describe the figures: one dataflow, its data structure, the concepts, the code lists.

They refer to one another; which of them an answer holds beside those asked for is ``references`` of SDMX REST:
https://github.com/sdmx-twg/sdmx-rest/blob/v1.5.0/v2_1/ws/rest/docs/4_3_structural_queries.md
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.vocabulary.models import Region, Unit
from portal.vocabulary.quantities import Multiplier, Qualifier
from stats.codelists import Accumulation, ObsStatus, PriceBasis, Rank, Reason, Stage, Transformation
from stats.models import Indicator, Series
from stats.periods import Frequency

from .components import AGENCY, CONCEPTS, FLOW, VERSION, area_id, code_id
from .failures import nothing_found, syntax_error

__all__ = ["ABSENT", "KINDS", "Artefact", "Code", "find", "with_references"]


@dataclass(frozen=True)
class Code:
    id: str
    #: A text to be translated, or a dict by xml:lang.
    name: object
    parent: str | None = None


@dataclass(frozen=True)
class Artefact:
    """Something maintained: its kind as the path of a query says it, and what it refers to."""

    kind: str
    id: str
    name: object
    refers_to: tuple = ()
    #: Of code lists alone; asked only when the list is written.
    codes: Callable | None = None

    @property
    def key(self):
        return self.kind, self.id


def _choices(choices):
    return lambda: [Code(code_id(str(value)), choices(value).label) for value in choices.values if value != ""]


def _named(record):
    return {"zh-Hans": record.name, "en": record.name_en}


def _areas():
    """The regions of which there are public figures, each below the one it is part of where that one is here too."""
    found = Region.objects.filter(pk__in=Series.objects.listed().order_by().values("region"))
    ids = {region.pk: area_id(region.code, region.valid_to) for region in found}
    return [Code(ids[region.pk], _named(region), ids.get(region.parent_id)) for region in found]


def _indicators():
    found = Indicator.objects.listed().filter(pk__in=Series.objects.with_figures().order_by().values("indicator"))
    return [Code(one.slug, _named(one)) for one in found]


def _units():
    found = Unit.objects.filter(pk__in=Series.objects.listed().order_by().values("unit"))
    return [Code(code_id(unit.code), _named(unit)) for unit in found]


CODELISTS = [
    Artefact("codelist", id, name, codes=codes)
    for id, name, codes in [
        ("CL_FREQ", gettext_lazy("Frequency"), _choices(Frequency)),
        ("CL_AREA", gettext_lazy("Region"), _areas),
        ("CL_INDICATOR", gettext_lazy("Indicator"), _indicators),
        ("CL_ACCUMULATION", gettext_lazy("Accumulation"), _choices(Accumulation)),
        ("CL_TRANSFORMATION", gettext_lazy("Transformation"), _choices(Transformation)),
        ("CL_PRICE_BASIS", gettext_lazy("Prices"), _choices(PriceBasis)),
        ("CL_UNIT", gettext_lazy("Unit"), _units),
        ("CL_UNIT_MULT", gettext_lazy("Multiplier, as a power of ten"), _choices(Multiplier)),
        ("CL_OBS_STATUS", gettext_lazy("Status"), _choices(ObsStatus)),
        ("CL_QUALIFIER", gettext_lazy("Qualifier"), _choices(Qualifier)),
        ("CL_STAGE", gettext_lazy("Stage"), _choices(Stage)),
        ("CL_RANK", gettext_lazy("Rank"), _choices(Rank)),
        ("CL_REASON", gettext_lazy("Reason of revision"), _choices(Reason)),
    ]
]
_TITLE = gettext_lazy("Figures")
_SCHEME = Artefact("conceptscheme", CONCEPTS, gettext_lazy("Concepts of the figures"))
_DEFINITION = Artefact("datastructure", FLOW, _TITLE, tuple(one.key for one in (*CODELISTS, _SCHEME)))
_FLOW = Artefact("dataflow", FLOW, _TITLE, (_DEFINITION.key,))
_AGENCIES = Artefact("agencyscheme", "AGENCIES", gettext_lazy("Agencies"))
#: In the order in which a message holds them.
ARTEFACTS = {one.key: one for one in (_AGENCIES, _FLOW, *CODELISTS, _SCHEME, _DEFINITION)}
KINDS = {one.kind for one in ARTEFACTS.values()}
#: Kinds of SDMX 2.1 of which there is none here.
ABSENT = {
    "actualconstraint", "allowedconstraint", "attachementconstraint", "categorisation", "categoryscheme",
    "contentconstraint", "customtypescheme", "dataconsumerscheme", "dataproviderscheme", "hierarchicalcodelist",
    "metadataflow", "metadatastructure", "namepersonalisationscheme", "organisationscheme", "organisationunitscheme",
    "process", "provisionagreement", "reportingtaxonomy", "rulesetscheme", "structureset", "transformationscheme",
    "userdefinedoperatorscheme", "vtlmappingscheme",
}  # fmt: skip


def find(kind, agency="all", id="all", version="latest"):
    """The Artefacts that a path names; ``+`` names several. Raises Failure where there is none."""
    agencies, ids, versions = (set(one.split("+")) for one in (agency, id, version))
    found = [
        one
        for one in ARTEFACTS.values()
        if kind in {one.kind, "structure"}
        and agencies & {AGENCY, "all"}
        and ids & {one.id, "all"}
        and versions & {VERSION, "latest", "all"}
    ]
    if not found:
        raise nothing_found(_("There is no such structure here."))
    return found


def with_references(found, references="none"):
    """``found`` with what ``references`` adds, in the order of ARTEFACTS. Raises Failure for a word SDMX has not."""
    keys = {one.key for one in found}
    if references in KINDS:
        wanted = {key for key in _around(keys) if key[0] == references}
    elif references in ABSENT:
        wanted = set()
    elif references in REACH:
        wanted = REACH[references](keys)
    else:
        words = ", ".join(REACH)
        raise syntax_error(_("references: write one of %s, or the kind of structure that is wanted.") % words)
    return [one for key, one in ARTEFACTS.items() if key in keys | wanted]


def _children(keys):
    return {child for key in keys for child in ARTEFACTS[key].refers_to}


def _parents(keys):
    return {key for key, one in ARTEFACTS.items() if set(one.refers_to) & keys}


def _descendants(keys):
    below = _children(keys)
    return below | _children(below)


def _siblings(keys):
    """Parents and siblings: the parents with all that they refer to."""
    return _parents(keys) | _children(_parents(keys))


def _around(keys):
    """All: parents and siblings, children and descendants."""
    return _siblings(keys) | _descendants(keys)


REACH = {
    "none": lambda keys: set(),
    "parents": _parents,
    "parentsandsiblings": _siblings,
    "children": _children,
    "descendants": _descendants,
    "all": _around,
}
