"""Snapshots read for comparing: what each row says, what it is called, and which row became of which.

The rows of a record are known by what they say: a working copy that was published leaves them under new numbers.
"""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from functools import cached_property
from operator import attrgetter, itemgetter

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.vocabulary.dates import PartialDateField, as_text

from .differences import likeness

__all__ = ["Row", "matched", "read"]

#: From here on a row is taken for a changed one, not for another one.
ALIKE = 0.5
#: The most pairs of rows of which it is asked how much they agree.
PAIRS = 40_000
_NOT_TEXT = (models.SlugField, models.URLField, models.EmailField, PartialDateField)


class _Named(str):
    """Stands for a related record where a row tells its name: it has a name itself, and nothing else."""

    __slots__ = ()


class Row:
    """One serialized row.

    ``values`` are its fields as Python reads them; ``said`` those that are neither empty nor what a new row begins
    with; ``pointers`` lead to other rows of the same record. What follows from other fields by itself is left out.
    """

    def __init__(self, written, names):
        self.kind, self.pk, self.names = written["model"], written["pk"], names
        try:
            self.model = apps.get_model(self.kind)
        except LookupError:
            self.model = None
        self.pointers = {}
        self.values = {
            name: self._read(name, value)
            for name, value in written["fields"].items()
            if (field := self.field(name)) is None or field.editable
        }
        self.said = {name: value for name, value in self.values.items() if value not in self._nothing(name)}

    def field(self, name):
        """The field of this name; None where the model no longer has it."""
        try:
            return self.model._meta.get_field(name) if self.model else None
        except FieldDoesNotExist:
            return None

    def is_text(self, name):
        """Whether it is words that somebody wrote, and not a code, an address or a date."""
        field = self.field(name)
        is_words = isinstance(field, models.CharField | models.TextField) and not isinstance(field, _NOT_TEXT)
        return is_words and not field.flatchoices

    def _read(self, name, value):
        field = self.field(name)
        if isinstance(value, list):
            return tuple(sorted(value, key=str))
        if field is None or field.is_relation:
            return str(value) if isinstance(value, dict) else value
        try:
            value = field.to_python(value)
        except ValidationError:
            return value
        return value.normalize() if isinstance(value, Decimal) and value.is_finite() else value

    def _nothing(self, name):
        field = self.field(name)
        default = field.default if field is not None and not field.many_to_many and field.has_default() else ""
        return (None, "", ()) if callable(default) or default in (None, "") else (default,)

    @cached_property
    def identity(self):
        """What it says, without where it points at within the record."""
        return frozenset(item for item in self.said.items() if item[0] not in self.pointers)

    @cached_property
    def whole(self):
        """What it says, with what it points at."""
        return self.identity | {(name, row.identity) for name, row in self.pointers.items()}

    @property
    def key(self):
        """The values that tell it from others of its record, by the first of the model's unique rules; or None."""
        for names in _unique_rules(self.model):
            if names & self.values.keys():
                return frozenset((name, self.values.get(name)) for name in names)
        return None

    @property
    def kind_name(self):
        return str(self.model._meta.verbose_name) if self.model else self.kind

    @cached_property
    def name(self):
        """What the model calls it, with the names that related records had at the time."""
        if self.model is None:
            return str(self.pk)
        row = self.model()
        for name, value in self.values.items():
            field = self.field(name)
            if field is None or field.many_to_many or name in self.pointers:
                continue
            setattr(row, field.attname, value)
            if field.is_relation and value is not None:
                field.set_cached_value(row, _Named(self.told(name)))
        try:
            return str(row)
        except (AttributeError, LookupError, TypeError, ValueError):  # it asks its relations for more than a name
            return capfirst(self.kind_name)

    def label(self, name):
        """What a field is called; its bare name where it no longer exists."""
        field = self.field(name)
        return str(capfirst(field.verbose_name)) if field is not None else name

    def told(self, name):
        """A value as people read it, in the language in use."""
        if name in self.pointers:
            return self.pointers[name].name
        field, value = self.field(name), self.values.get(name)
        if value in (None, "", ()):
            return ""
        if field is None:
            return _(", ").join(map(str, value)) if isinstance(value, tuple) else str(value)
        if field.is_relation:
            return _(", ").join(self.linked(name).values())
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        return _told(field, value)

    def linked(self, name):
        """What a relation leads to: primary key → its name at the time."""
        target, value = self.field(name).related_model._meta, self.values.get(name)
        keys = value if isinstance(value, tuple) else () if value is None else (value,)
        return {
            key: self.names.get(f"{target.label_lower} {key}", f"{capfirst(target.verbose_name)} {key}") for key in keys
        }


def _told(field, value):
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, PartialDateField):
        return as_text(value)
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value) if timezone.is_aware(value) else value, "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value, "DATE_FORMAT")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _unique_rules(model):
    """Sets of names of fields that are unique, without those that belong to no row of a snapshot alone."""
    if model is None:
        return []
    rules = [set(rule.fields) for rule in model._meta.total_unique_constraints]
    return rules + [set(names) for names in model._meta.unique_together]


def read(snapshot):
    """The rows of a snapshot, that of the record first; of None, which is no snapshot, none."""
    if not snapshot:
        return []
    rows = [Row(written, snapshot.get("names", {})) for written in snapshot["rows"]]
    places = {(row.kind, row.pk): row for row in rows}
    for row in rows:
        for name, value in row.said.items():
            field = row.field(name)
            if field is not None and field.many_to_one and (other := places.get((_kind(field), value))):
                row.pointers[name] = other
    return rows


def _kind(field):
    return field.related_model._meta.label_lower


def matched(olds, news):
    """Which row became of which: pairs (old, new) of rows of one kind, with None; in the order of the new ones.

    First those that say the same, then those with the same key, then those that agree in most of what they say.
    """
    pairs, taken = {}, set()
    for sign in (attrgetter("whole"), attrgetter("identity"), attrgetter("key")):
        left = defaultdict(list)
        for new in news:
            if new not in taken:
                left[sign(new)].append(new)
        for old in olds:
            if old not in pairs and sign(old) is not None and left[sign(old)]:
                pairs[old] = left[sign(old)].pop(0)
                taken.add(pairs[old])
    _pair_most_alike(olds, news, pairs, taken)
    old_of = {new: old for old, new in pairs.items()}
    return [(old_of.get(new), new) for new in news] + [(old, None) for old in olds if old not in pairs]


def _pair_most_alike(olds, news, pairs, taken):
    olds = [(n, old) for n, old in enumerate(olds) if old not in pairs]
    news = [(n, new) for n, new in enumerate(news) if new not in taken]
    if len(olds) * len(news) > PAIRS:
        return
    # Among equals those that stand near one another; seen from the other side the order is the same.
    found = [
        (-agreement, abs(one - other), min(one, other), old, new)
        for one, old in olds
        for other, new in news
        if (agreement := _agreement(old, new)) >= ALIKE
    ]
    for *_order, old, new in sorted(found, key=itemgetter(0, 1, 2)):
        if old not in pairs and new not in taken:
            pairs[old] = new
            taken.add(new)


def _agreement(old, new):
    """From 0 to 1: in how much of what two rows say they agree; to be the same row of the table is one such thing."""
    names = old.said.keys() | new.said.keys()
    agreed = sum(_alike(old, new, name) for name in names)
    is_same = old.pk == new.pk
    return (agreed + is_same) / (len(names) + is_same or 1)


def _alike(old, new, name):
    before, after = old.said.get(name), new.said.get(name)
    if name in old.pointers and name in new.pointers:
        return old.pointers[name].identity == new.pointers[name].identity
    if old.is_text(name) and isinstance(before, str) and isinstance(after, str):
        return likeness(before, after)
    return before == after
