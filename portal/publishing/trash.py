"""回收站: what is used elsewhere stays, what is deleted can be brought back at the same address.

A record goes with everything that the database would delete with it, as one snapshot; `holdings` says beforehand what
points at any of it. Rows that point generically (uses of files, search entries) are derived and written anew by `save`.
"""

from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .models import Publishable, Status, TrashedRecord
from .rights import may_edit, may_publish
from .snapshots import names_of, pointers, serialized, wanted

__all__ = ["CannotRestore", "InUse", "belongings", "discard", "holdings", "restore"]


class InUse(Exception):
    """Something points at what was to be deleted; ``rows`` are querysets of it."""

    def __init__(self, rows):
        super().__init__()
        self.rows = rows


class CannotRestore(Exception):
    """Why a record cannot come back, in the editor's words."""


# Before deleting -----------------------------------------------------------------------------------------------------


def belongings(records):
    """What goes when ``records`` (a queryset) are deleted, as querysets: they themselves first, then what is theirs."""
    found = [records]
    for relation in _incoming(records.model):
        if not relation.many_to_many and relation.on_delete is models.CASCADE:
            rows = _pointing(relation, records)
            if rows.exists():
                found += belongings(rows)
    return found


def holdings(records):
    """Rows elsewhere that need ``records`` or what is theirs, as querysets; where there are none, deleting is possible.

    A foreign key that protects, a many-to-many relation from the other side, and a record's place in a bundle.
    """
    going = belongings(records)
    held = []
    for rows in going:
        for relation in _incoming(rows.model):
            if not _holds(relation):
                continue
            holders = _pointing(relation, rows)
            for others in going:
                if others.model is holders.model:
                    holders = holders.exclude(pk__in=others.values("pk"))
            if holders.exists():
                held.append(holders.distinct())
    return held


def _incoming(model):
    """Relations that point at ``model``, hidden ones too; links of many-to-many fields count as the field itself."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.related_model._meta.auto_created:
            yield relation


def _holds(relation):
    if relation.many_to_many:  # rows of an explicit "through" are met by their own foreign keys
        return bool(relation.through._meta.auto_created)
    if relation.on_delete is models.SET_NULL:  # an index may lose its pointer, a record may not
        return issubclass(relation.related_model, Publishable)
    return relation.on_delete is not models.CASCADE


def _pointing(relation, rows):
    pks = rows.order_by().values("pk")
    return relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pks})


# Deleting ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def discard(record, by):
    """Delete ``record`` and put it, with what goes with it, into the bin. Returns the TrashedRecord; None where it is
    gone, with the record that it was a working copy of. Raises InUse.
    """
    records = type(record)._base_manager.filter(pk=record.pk)
    if held := holdings(records):
        raise InUse(held)
    rows = [row for some in belongings(records) for row in some]
    if not rows:
        return None
    written = serialized(rows)
    trashed = TrashedRecord.objects.create(
        kind=record._meta.label_lower,
        object_id=str(record.pk),
        title=str(record)[:200],
        snapshot={"column": getattr(record, "column_id", None), "rows": written, "names": names_of(written)},
        deleted_by=by,
    )
    record.delete()
    return trashed


# Bringing back -------------------------------------------------------------------------------------------------------


@transaction.atomic
def restore(trashed, by=None):
    """Bring a record back under its old number. Returns it and the names of the links that are gone meanwhile.

    ``by`` is who does it (None: the portal itself): what was before readers comes back as a draft where they may not
    publish it. Raises CannotRestore where they may not write it, where its place is taken, or where something it cannot
    be without has vanished.
    """
    rows = trashed.snapshot["rows"]
    try:
        model = apps.get_model(trashed.kind)
        lost = _drop_vanished_links(rows, trashed.snapshot["names"])
        _put_back(rows)
    except LookupError:
        raise CannotRestore(_("The portal no longer has records of this kind.")) from None
    record = model._base_manager.get(pk=trashed.object_id)
    if by and isinstance(record, Publishable):
        _check_rights(record, by)
    # Once more in the ordinary way: what is derived from a record (search entry, uses of files) is written by `save`.
    field = next(field for field in model._meta.concrete_fields if not (field.primary_key or _sets_itself(field)))
    try:
        record.save(update_fields=[field.name])
    except ValidationError as error:
        raise CannotRestore(" ".join(error.messages)) from error
    trashed.delete()
    return record, lost


def _check_rights(record, by):
    """Whether ``by`` may have ``record``, which was just put back, as it was; else make it a draft, or refuse."""
    if not may_edit(by, record):
        raise CannotRestore(_("You may not write in its column."))
    if record.status == Status.DRAFT or may_publish(by, record):
        return
    if record.working_copies.exists():
        raise CannotRestore(_("It has a working copy. Somebody who may publish it brings both back."))
    record.status, record.reviews_passed, record.published_at = Status.DRAFT, 0, None
    record.withdrawn_at, record.withdrawal_reason, record.replacement_url = None, "", ""
    record.updated_by = by
    record.save()


def _sets_itself(field):
    return getattr(field, "auto_now", False) or not field.editable


def _drop_vanished_links(rows, names):
    living = {
        target: set(target._base_manager.filter(pk__in=pks).values_list("pk", flat=True))
        for target, pks in wanted(rows).items()
    }
    lost = []
    for row, field, target, pk in list(pointers(rows)):
        if target._meta.pk.to_python(pk) in living[target]:
            continue
        name = names.get(f"{target._meta.label_lower} {pk}", pk)
        if not field.many_to_many:
            raise CannotRestore(
                _("It needs the %(kind)s “%(name)s”, which was deleted. Bring that back first.")
                % {"kind": target._meta.verbose_name, "name": name}
            )
        row["fields"][field.name] = [other for other in row["fields"][field.name] if other != pk]
        lost.append(name)
    return lost


def _put_back(rows):
    read = []
    try:
        with transaction.atomic():
            for written in serializers.deserialize("python", rows, ignorenonexistent=True):
                read.append(written.object)
                written.save(force_insert=True)
    except IntegrityError:
        raise CannotRestore(_what_is_in_the_way(read)) from None
    except serializers.base.DeserializationError as error:
        raise CannotRestore(_("The portal has changed since; this record can no longer be read.")) from error


def _what_is_in_the_way(records):
    """The sentence of the rule that the last of ``records`` broke."""
    record = records[-1]
    if type(record)._base_manager.filter(pk=record.pk).exists():
        return _("Another record has its number now.")
    try:
        record.validate_unique()
        record.validate_constraints()
    except ValidationError as error:
        return f"{capfirst(record._meta.verbose_name)} “{record}”: {' '.join(error.messages)}"
    return _("It no longer fits what is in the portal now.")
