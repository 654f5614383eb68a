"""What a record says, as JSON: its versioned fields, its links, and the rows that go with it."""

import json
from collections import defaultdict

from django.apps import apps
from django.core import serializers

from .tabled import names_in, tables_of

__all__ = ["names_of", "pointers", "serialized", "take", "wanted"]


def take(record):
    """``{"rows": […], "tables": {…}, "names": {…}}``: the record first, then its rows, as Django serializes them; those
    of which it has too many for that (``tabled``); and how everything that they point at is called today
    ("vocabulary.topic 5": "民营经济"), so that it can be told when it is gone.
    """
    rows = serialized([record], [field.name for field in record.versioned_fields()])
    for relation in record.parts():
        children = relation.related_model._base_manager.filter(**{relation.field.name: record}).order_by("pk")
        own = [field.name for field in relation.related_model._meta.get_fields() if field != relation.field]
        rows += serialized(children, own)
    return {"rows": rows, "tables": tables_of(record), "names": names_of(rows) | names_in(record)}


def serialized(rows, fields=None):
    """``rows`` as plain data, all their fields or those named."""
    return json.loads(serializers.serialize("json", rows, fields=fields))


def pointers(rows):
    """What serialized ``rows`` point at outside of themselves: (row, field, model, primary key)."""
    inside = {(row["model"], str(row["pk"])) for row in rows}
    for row in rows:
        for name, value in row["fields"].items():
            field = apps.get_model(row["model"])._meta.get_field(name)
            if not field.is_relation or value is None:
                continue
            target = field.related_model._meta.concrete_model
            for pk in value if field.many_to_many else [value]:
                if (target._meta.label_lower, str(pk)) not in inside:
                    yield row, field, target, pk


def wanted(rows):
    """Model → primary keys of what serialized ``rows`` point at."""
    found = defaultdict(set)
    for _row, _field, target, pk in pointers(rows):
        found[target].add(pk)
    return found


def names_of(rows):
    """How everything that ``rows`` point at is called today: {"vocabulary.topic 5": "民营经济"}."""
    return {
        f"{target._meta.label_lower} {record.pk}": str(record)
        for target, pks in wanted(rows).items()
        for record in target._base_manager.filter(pk__in=pks)
    }
