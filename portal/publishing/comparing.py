"""Two versions of a record, side by side: what changed, by field and by row, as people read it.

Works on snapshots alone (``snapshots.take``): neither asks the database what anything was called.
"""

from collections import Counter
from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import cached_property
from django.utils.text import capfirst

from .differences import ADDED, REMOVED, SAME
from .passages import CHANGED, compared, folded, lines, passages
from .richtext import RichTextField
from .tabled import differing, row_of
from .versions import matched, read

__all__ = ["Links", "Row", "Table", "Text", "Value", "changed_characters", "changed_names", "compare"]

#: So many rows of a table are told one by one; of the others there is a number.
ROWS = 200


@dataclass(frozen=True)
class Text:
    """Words that changed: ``passages`` hold all of the old and of the new text."""

    shape = "text"
    name: str
    label: str
    passages: list

    @cached_property
    def folded(self):
        """The passages to show, without what did not change."""
        return folded(self.passages)

    @property
    def is_layout_only(self):
        """Whether a reader sees the same blocks, arranged in another way: other columns of a table, another list."""
        return all(one.step == SAME for one in self.passages)

    @property
    def characters(self):
        """How many characters a reader sees changed; None where something else than words changed."""
        if self.is_layout_only or any(one.step not in {SAME, CHANGED} or one.lost or one.got for one in self.passages):
            return None
        return sum(_changed(one.pieces) for one in self.passages)


@dataclass(frozen=True)
class Value:
    """Another value of a field, old and new as people read them; "" where there is none."""

    shape = "value"
    characters = None
    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Links:
    """What a record is linked to: the names of what was taken away and of what was added."""

    shape = "links"
    characters = None
    name: str
    label: str
    removed: list
    added: list


@dataclass(frozen=True)
class Row:
    """A row that was removed, added or changed: the name of its kind, its own, and what changed in it."""

    shape = "row"
    name: str
    label: str
    title: str
    step: str
    changes: list

    @property
    def characters(self):
        counts = [change.characters for change in self.changes]
        return None if self.step != CHANGED or None in counts else sum(counts)


@dataclass(frozen=True)
class Table:
    """Rows of which a record has many (``tabled``): the first that differ, and how many do in all, by step."""

    shape = "table"
    characters = None
    name: str
    label: str
    rows: list
    counts: dict

    @property
    def left_out(self):
        return sum(self.counts.values()) - len(self.rows)


def compare(old, new):
    """What changed from snapshot ``old`` to snapshot ``new`` (None: nothing was there yet): Text, Value, Links, Row,
    Table.

    Fields in the order of the model, in the language in use; then the rows, kind by kind.
    """
    record, kinds, partners = _paired(old, new)
    changes = [_change(*record, name) for name in _differing(*record, partners)]
    for kind, pairs in kinds.items():
        for before, after in pairs:
            if (row := _row(kind, before, after, partners)).changes or row.step != CHANGED:
                changes.append(row)
    return changes + [_table(kind, lines, old, new) for kind, lines in differing(old, new).items()]


def changed_names(old, new):
    """Names of the fields that differ between two snapshots, and kinds of rows: "headline", "agreements.party"."""
    record, kinds, partners = _paired(old, new)
    rows = [kind for kind, pairs in kinds.items() if any(None in pair or _differing(*pair, partners) for pair in pairs)]
    return _differing(*record, partners) + rows + list(differing(old, new))


def changed_characters(old, new):
    """How many characters a reader sees changed between two snapshots; None where more than words was changed."""
    counts = [change.characters for change in compare(old, new)]
    return None if None in counts else sum(counts)


def _changed(pieces):
    """Of a stretch that was replaced, the longer one counts."""
    total, removed = 0, 0
    for piece in pieces:
        if piece.step == ADDED:
            total += max(len(piece.text) - removed, 0)
        removed = len(piece.text) if piece.step == REMOVED else 0
        total += removed
    return total


def _paired(old, new):
    """The record in both versions; kind of row → pairs of its rows; and which of the new rows each old one became."""
    olds, news = read(old), read(new)
    kinds = {row.kind: ([], []) for row in [*news[1:], *olds[1:]]}
    for side, rows in enumerate((olds, news)):
        for row in rows[1:]:
            kinds[row.kind][side].append(row)
    pairs = {kind: matched(*sides) for kind, sides in kinds.items()}
    partners = {before: after for found in pairs.values() for before, after in found if before}
    return (olds[0] if olds else None, news[0] if news else None), pairs, partners


def _says(row, name):
    return row.said.get(name) if row else None


def _names(before, after):
    """Names of all fields of two rows, in the order of the model; those that it no longer has come last."""
    held = dict.fromkeys(name for row in (after, before) if row for name in row.values)
    model = (after or before).model if held else None
    known = [field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)] if model else []
    return [name for name in known if name in held] + [name for name in held if name not in known]


def _differing(before, after, partners):
    """Names of the fields in which two rows differ; what points at another row of the record must follow that."""
    names = []
    for name in _names(before, after):
        pointers = [row.pointers.get(name) if row else None for row in (before, after)]
        if all(pointers):
            is_same = partners.get(pointers[0]) is pointers[1]
        else:
            is_same = _says(before, name) == _says(after, name)
        if not is_same:
            names.append(name)
    return names


def _row(kind, before, after, partners=(), key=()):
    """``key`` names fields that the row's own name tells."""
    row = after or before
    fields = [_change(before, after, name) for name in _differing(before, after, partners) if name not in key]
    return Row(kind, capfirst(row.kind_name), row.name, _step(before, after), fields)


def _step(before, after):
    return ADDED if before is None else REMOVED if after is None else CHANGED


def _table(kind, lines, old, new):
    key = new["tables"][kind]["key"]
    pairs = [(row_of(before, kind, old), row_of(after, kind, new)) for before, after in lines[:ROWS]]
    label = str(capfirst(apps.get_model(kind)._meta.verbose_name_plural))
    counts = Counter(_step(*pair) for pair in lines)
    return Table(kind, label, [_row(kind, *pair, key=key) for pair in pairs], counts)


def _change(before, after, name):
    row = after or before
    field, label = row.field(name), row.label(name)
    if field is not None and field.many_to_many:
        olds, news = ({} if one is None else one.linked(name) for one in (before, after))
        removed = [olds[key] for key in olds.keys() - news.keys()]
        return Links(name, label, sorted(removed), sorted(news[key] for key in news.keys() - olds.keys()))
    if row.is_text(name):
        old, new = ("" if one is None else one.values.get(name) or "" for one in (before, after))
        blocks = passages if isinstance(field, RichTextField) else lines
        return Text(name, label, compared(blocks(old), blocks(new)))
    return Value(name, label, *("" if one is None else one.told(name) for one in (before, after)))
