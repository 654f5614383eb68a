"""The two things that are done with a figure import: trying it, and taking it in. Each is a generator of ``Progress``.

What is kept of an attempt is plain data: ``new`` … ``rejected`` as in the report of the command, ``blocks`` (see
``understood``), ``names`` (of each role NAMES at most, of ``names_in_all``) and ``lacking`` (see ``asking``),
``releases``, ``changes`` and ``additions`` as lists in the order of CHANGE and ADDITION (KEPT at most: the counts say
how many there were), ``unchanged`` says how many of the changes are none.
"""

import io

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.vocabulary.models import Unit
from portal.vocabulary.naming import key

from .figure_imports import FigureImport, State
from .importing import importing
from .reporting import Progress
from .understood import blocks_of, printable

__all__ = ["ADDITION", "CHANGE", "KEPT", "TOLD", "confirm", "try_out"]

#: Lines of each kind that are kept of an attempt.
KEPT = 20_000
#: Names that are shown of each role, those first of which something is asked.
NAMES = 100

UNIT = ["code", "symbol", "name", "name_en", "dimension"]
CLAIM = ["number", "high", "power", "qualifier", "unit"]
TOLD = ["indicator", "region", "period", "place"]
ADDITION = [*TOLD, *CLAIM, "footnote"]
CHANGE = [*TOLD, *CLAIM, *(f"old_{name}" for name in CLAIM), "old_day", "footnote"]


def try_out(one, by, sheets=None):
    """Try the import ``one`` as ``by`` and keep the report; ``sheets``: its file, where that has been read already."""
    report = yield from importing(
        sheets or _file_of(one), by=by, mapping=one.mapping, dry_run=True, of_release=_of_release(one), **one.options
    )
    yield Progress(_("Writing the report"), 0, 0)
    FigureImport.objects.filter(pk=one.pk, state=State.OPEN).update(report=_kept(report, one))


def confirm(one, by, title=""):
    """Take the import ``one`` in, the whole of it, as ``by``. Returns whether it is in now, this time or before.

    ``title`` is that of the release, where there is one and it is new. However often this is called, and by how many
    at once, the figures are written once: the row of the import is taken first.
    """
    with transaction.atomic():
        taken = FigureImport.objects.filter(pk=one.pk, state=State.OPEN)
        if not taken.update(state=State.DONE, done_at=timezone.now()):
            return FigureImport.objects.filter(pk=one.pk, state=State.DONE).exists()
        report = yield from importing(
            _file_of(one), by=by, mapping=one.mapping, of_release=_of_release(one, title), **one.options
        )
        if report.written:
            taken = FigureImport.objects.filter(pk=one.pk)
            taken.update(report=_kept(report, one), releases=sorted(release.pk for release, _new in report.releases))
        transaction.set_rollback(not report.written)
    if not report.written:
        FigureImport.objects.filter(pk=one.pk, state=State.OPEN).update(report=_kept(report, one))
    return report.written


def _file_of(one):
    """The file under the name that it came with: places of its figures are told by that."""
    with one.document.file.open("rb") as stored:
        file = io.BytesIO(stored.read())
    file.name = one.document.original_name
    return file


def _of_release(one, title=""):
    given = {"reason": one.reason, "note": one.note, "file_id": one.document_id}
    return given | ({"title": title, "title_en": ""} if title else {})


# What is kept --------------------------------------------------------------------------------------------------------


def _kept(report, one):
    said = report.as_dict()
    said["rejected_in_all"] = len(report.rejected)
    said["rejected"] = [
        {name: printable(text) if isinstance(text, str) else text for name, text in item.items()}
        for item in report.rejected[:KEPT]
    ]
    return said | {
        "tried_at": timezone.now().isoformat(),
        "made": [printable(name) for name in report.made],
        "blocks": blocks_of(report.sheets),
        "names": _names(report.words, one.mapping) if report.words else [],
        "names_in_all": {role: len(names) for role, names in report.words.names.items()} if report.words else {},
        "lacking": report.words.lacking if report.words else {},
        "releases": [_release(*found) for found in report.releases],
        "additions": [_addition(*found) for found in report.additions[:KEPT]],
        "changes": _changes(report.changes),
        "unchanged": sum(new[:2] == before.claim[:2] for _figure, new, before in report.changes),
        "units": _units(report),
    }


def _names(words, mapping):
    """A dict for each name of the file: its role, what it means, whether that is new, was answered, or is asked.

    ``unit`` of an indicator that is printed without one: what it is counted in, or the question; else None.
    """
    found = []
    for role, meanings in words.names.items():
        answered = mapping.get(f"{role}s", {})
        answered = {key(name) for name in answered} if isinstance(answered, dict) else set()
        counted = words.counted if role == "indicator" else {}
        asked = {name for name, meaning in meanings.items() if meaning.question}
        asked |= {name for name, unit in counted.items() if unit.question}
        some = sorted(meanings.items(), key=lambda one: (one[0] not in asked, key(one[0]) not in answered))[:NAMES]
        for name, meaning in some:
            record = meaning.record
            unit = counted.get(name)
            found.append(
                {
                    "role": role,
                    "name": printable(name),
                    "means": printable(record) if record else "",
                    "is_new": meaning.is_new,
                    "is_answered": key(name) in answered,
                    "question": printable(meaning.question),
                    "unit": unit and {"means": unit.record or "", "question": printable(unit.question)},
                }
            )
    return found


def _release(release, is_new):
    return {
        "title": release.title,
        "source": str(release.source),
        "released_on": release.released_on.isoformat(),
        "is_new": is_new,
    }


def _units(report):
    """{key: what is shown of a unit}; of one that the trial has made there is no row any more."""
    found = {figure.subject.unit.pk: figure.subject.unit for figure, *_said in [*report.additions, *report.changes]}
    found |= Unit.objects.in_bulk({before.claim.unit for *_new, before in report.changes} - found.keys())
    return {pk: {name: getattr(unit, name) for name in UNIT} for pk, unit in found.items()}


def _changes(changes):
    """Those that change a value first, and of these the largest in proportion."""
    found = sorted(changes, key=_size_of, reverse=True)[:KEPT]
    return [
        [*_told(figure, claim), *_claim(before.claim), before.released_on.isoformat(), printable(figure.footnote)]
        for figure, claim, before in found
    ]


def _size_of(change):
    """The change in proportion to what was said before; -1 where the two cannot be compared."""
    _figure, new, before = change
    old = before.claim
    if None in {old.number, new.number} or old.unit != new.unit or {old.high, new.high} != {None}:
        return -1
    before, after = old.number.scaleb(old.power), new.number.scaleb(new.power)
    return abs((after - before) / before) if before else abs(after)


def _addition(figure, claim):
    return [*_told(figure, claim), printable(figure.footnote)]


def _told(figure, claim):
    subject = figure.subject
    return [subject.indicator.name, subject.region.name, figure.period, printable(figure.place), *_claim(claim)]


def _claim(claim):
    ends = [None if end is None else f"{end:f}" for end in (claim.number, claim.high)]
    return [*ends, claim.power, claim.qualifier, claim.unit]
