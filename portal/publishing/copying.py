"""A record made from another one: fields, links and children, and the links between the children; and put in its
place again.
"""

from django.db import models, transaction
from django.utils.translation import gettext as _

from .models import LIFE
from .revisions import revise

__all__ = ["copy_as_new", "take_over", "working_copy", "write_rows"]


@transaction.atomic
def copy_as_new(record, by, title_field, reset=()):
    """A draft with everything of ``record`` but its life; its title says that it is a copy. Returns it.

    Fields in ``reset`` begin at their default. A unique address gets the first number that is free.
    """
    copy = _bare_copy(record, {record._meta.pk.name, *LIFE, *reset})
    title = record._meta.get_field(title_field)
    ending = _(" (copy)")
    setattr(copy, title_field, getattr(record, title_field)[: title.max_length - len(ending)] + ending)
    _give_free_address(copy)
    copy.created_by = copy.updated_by = by
    copy.save()
    _copy_links(record, copy)
    _copy_children(record, copy, record.belongings())
    copy.save()  # what is derived from the children: uses of files, the search entry
    revise(copy, by)
    return copy


@transaction.atomic
def working_copy(record, by):
    """A draft beside ``record`` with all that its versions consist of. Returns it."""
    copy = _bare_copy(record, {record._meta.pk.name, *LIFE, *record.apart} - {"offline_at"})
    copy.working_copy_of, copy.created_by, copy.updated_by = record, by, by
    copy.save()
    _copy_links(record, copy)
    _copy_children(record, copy, record.parts())
    copy.save()
    return copy


@transaction.atomic
def take_over(record, version):
    """Make ``record`` say what ``version`` says, whose rows become its own, and delete ``version``.

    ``record`` is not saved. Nothing outside of a record points at its rows, hence they may get another owner.
    """
    for relation in record.parts():
        rows, key = relation.related_model._base_manager, relation.field.name
        rows.filter(**{key: record}).delete()
        rows.filter(**{key: version}).update(**{key: record})
    for field in record.versioned_fields():
        if field.many_to_many:
            getattr(record, field.name).set(getattr(version, field.name).all())
        else:
            setattr(record, field.attname, getattr(version, field.attname))
    # Not version.delete(): should a rule refuse the result, whoever holds ``version`` still has it with its key.
    type(version)._base_manager.filter(pk=version.pk).delete()


def _bare_copy(row, without):
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in without
    }
    return type(row)(**values)


def _give_free_address(copy):
    """A slug is an address, and each address leads to one record."""
    for field in copy._meta.concrete_fields:
        if isinstance(field, models.SlugField) and (slug := getattr(copy, field.name)):
            number = 2
            while type(copy)._base_manager.filter(**{field.name: f"{slug[: field.max_length - 5]}-{number}"}).exists():
                number += 1
            setattr(copy, field.name, f"{slug[: field.max_length - 5]}-{number}")


def _copy_links(record, copy):
    for field in record._meta.many_to_many:
        if field.remote_field.through._meta.auto_created:
            getattr(copy, field.name).set(getattr(record, field.name).all())


def _copy_children(record, copy, relations):
    made = {}
    for relation in relations:
        for row in relation.related_model._base_manager.filter(**{relation.field.name: record}).order_by("pk"):
            child = _bare_copy(row, {row._meta.pk.name})
            setattr(child, relation.field.name, copy)
            made[type(row), row.pk] = child
    write_rows(made)


def write_rows(made):
    """Save new rows, given as (model, primary key of the row that each was made from) → row; where those pointed at
    one another, so do these.
    """
    # Pointers to rows that are not written yet would point at the rows of another version.
    between = [(child, _pointers_between(child, made)) for child in made.values()]
    for child, pointers in between:
        for field, _sibling in pointers:
            setattr(child, field.attname, None)
        child.save(force_insert=True)
    for child, pointers in between:
        for field, sibling in pointers:
            setattr(child, field.name, sibling)
        if pointers:
            child.save()


def _pointers_between(child, made):
    """(field, the row that it must point at) for each pointer of ``child`` at a sibling."""
    found = []
    for field in child._meta.concrete_fields:
        if field.is_relation and (sibling := made.get((field.related_model, getattr(child, field.attname)))):
            found.append((field, sibling))
    return found
