"""Notices what changes an entry, and refreshes it once the transaction is committed; within it, where a step of a
record's life changes what everybody may read.

An entry changes with its record, with a row of its record (a party, a series), with a name that either shows (an
organization, a region), and with whatever names it in ``search_dependents()``. All of this is read off the models'
relations: no kind is named here.
"""

from collections import defaultdict
from functools import partial
from typing import NamedTuple

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from portal.publishing.life import changed_in_public
from portal.publishing.models import Publishable

from . import index
from .documents import searchable_models
from .models import SearchEntry
from .refreshing import refresh


class Holder(NamedTuple):
    """Rows by which a record is known: its own, or those of a child that points at it by ``key``."""

    model: type[models.Model]
    key: str
    record: type[models.Model]

    def records_of(self, **condition):
        return self.model._base_manager.filter(**condition).values_list(self.key, flat=True)


class Due:
    """What the running transaction has changed; called when it is committed, once for each change, works once."""

    def __init__(self):
        self.changes = []

    def __call__(self):
        changes, self.changes = self.changes, []
        pks = defaultdict(set)
        for model, some in changes:
            pks[model].update(some)
        for model, some in pks.items():
            if some:
                refresh(model, some)


def note(model, pks):
    """Refresh these records of ``model`` after the transaction; ``pks`` may be a queryset, asked then."""
    waiting = (call for _savepoints, call, _robust in reversed(connection.run_on_commit) if isinstance(call, Due))
    due = next(waiting, None) or Due()
    due.changes.append((model, pks))
    # Each change registers anew: a savepoint that is rolled back takes its own calls with it, and no others.
    transaction.on_commit(due)


# What to watch -------------------------------------------------------------------------------------------------------


def holders():
    """For every searchable model itself and each of its children: whose entries its rows change."""
    found = []
    for record in searchable_models().values():
        found.append(Holder(record, "pk", record))
        for relation in record._meta.get_fields(include_hidden=True):
            child = relation.related_model if relation.one_to_many or relation.one_to_one else None
            if child and relation.auto_created and child is not record and not child._meta.auto_created:
                found.append(Holder(child, relation.field.attname, record))
    return found


def watch():
    """Connect the signals. Called once, when all models are there."""
    post_delete.connect(_entry_deleted, sender=SearchEntry, dispatch_uid="search")
    changed_in_public.connect(_changed_in_public, dispatch_uid="search")
    shared = set(apps.get_app_config("vocabulary").get_models())
    for holder in holders():
        _connect(post_save, holder.model, partial(_row_changed, holder), holder)
        _connect(post_delete, holder.model, partial(_row_changed, holder), holder)
        for field in _own_relations(holder.model):
            if field.many_to_many and field.remote_field.through._meta.auto_created:
                _connect(m2m_changed, field.remote_field.through, partial(_links_changed, holder, field), holder, field)
            if field.related_model in shared:
                _watch_name(holder, field)
    for model in apps.get_models():
        if hasattr(model, "search_dependents"):
            _connect(post_save, model, _dependents_changed)
            _connect(pre_delete, model, _dependents_vanish)


def _own_relations(model):
    """Foreign keys and many-to-many fields, without those every publishable record has: authors are not shown."""
    every = {field.name for field in Publishable._meta.get_fields()}
    return [
        field
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.is_relation and not (issubclass(model, Publishable) and field.name in every)
    ]


def _watch_name(holder, field):
    named = field.related_model
    _connect(pre_save, named, _compare_names)
    _connect(post_save, named, partial(_name_changed, holder, field), holder, field)
    _connect(pre_delete, named, partial(_name_vanishes, holder, field), holder, field)


def _connect(signal, model, receiver, *key):
    """Connect for ``model`` and its proxies, which send signals under their own name."""
    for sender in apps.get_models(include_auto_created=True):
        if sender._meta.concrete_model is model._meta.concrete_model:
            uid = f"search {getattr(receiver, '__name__', receiver)} {key} {sender._meta.label}"
            signal.connect(receiver, sender=sender, weak=False, dispatch_uid=uid)


# What the signals say ------------------------------------------------------------------------------------------------


def _row_changed(holder, instance, raw=False, **kwargs):
    note(holder.record, [getattr(instance, holder.key)])


def _changed_in_public(sender, record, **kwargs):
    """At once: between a COMMIT and what follows it a process may die, and readers would find what is no longer so."""
    if hasattr(record, "search_document"):
        refresh(sender, [record.pk])
    if hasattr(record, "search_dependents"):
        for model, pks in record.search_dependents():
            refresh(model, pks)


def _links_changed(holder, field, instance, action, reverse, pk_set, **kwargs):
    if action not in {"post_add", "post_remove", "pre_clear", "post_clear"}:
        return
    if not reverse:
        note(holder.record, [getattr(instance, holder.key)])
    elif pk_set:
        note(holder.record, list(holder.records_of(pk__in=pk_set)))
    elif action == "pre_clear":
        note(holder.record, list(holder.records_of(**{field.name: instance})))


def _compare_names(instance, raw=False, **kwargs):
    """Keep on the instance whether any of its texts changes: most saves of a shared name change none."""
    texts = [
        field.attname
        for field in instance._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
    ]
    stored = type(instance)._base_manager.filter(pk=instance.pk).values(*texts).first() if instance.pk else None
    instance._search_renamed = stored is not None and stored != {name: getattr(instance, name) for name in texts}


def _name_changed(holder, field, instance, **kwargs):
    if instance._search_renamed:
        note(holder.record, holder.records_of(**{field.name: instance}))


def _name_vanishes(holder, field, instance, **kwargs):
    note(holder.record, list(holder.records_of(**{field.name: instance})))


def _dependents_changed(instance, **kwargs):
    for model, pks in instance.search_dependents():
        note(model, pks)


def _dependents_vanish(instance, **kwargs):
    for model, pks in instance.search_dependents():
        note(model, list(pks))


def _entry_deleted(instance, **kwargs):
    index.delete([instance.pk])
