"""An earlier version of a record brought back: as its next revision, never in place of what was said since."""

from copy import deepcopy

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from .comparing import changed_names
from .copying import write_rows
from .life import Refused, begin_working_copy, lock
from .models import Status
from .revisions import Revision, RevisionStep, revise
from .rights import may_edit
from .snapshots import names_of, take, wanted
from .tabled import tables_of, without_vanished
from .tabled import write_back as write_tables
from .versions import read

__all__ = ["restore", "surviving", "version_in_work"]


def version_in_work(record):
    """What is edited of ``record`` now: its working copy where there is one, else itself.

    Raises Refused while that is in review: its reviewers would read something else than was submitted.
    """
    version = type(record).objects.filter(working_copy_of=record).first() or record
    if version.status == Status.IN_REVIEW:
        raise Refused(_("It is in review. Take it back first."))
    return version


@transaction.atomic
def restore(record, revision, by, seen):
    """Write ``revision`` back into the draft, or into the working copy of what is public. Returns the version that was
    written, and the names of what it lost (``surviving``).

    ``seen`` is the number of the newest revision that was there when ``by`` decided. Raises Refused where there is a
    newer one, where nothing would change, and where it no longer fits into the portal.
    """
    lock(record)
    if Revision.objects.since(record, seen).exists():
        raise Refused(_("Somebody changed it meanwhile. Look again at what would change."))
    lock(version_in_work(record))
    version = version_in_work(record)  # as it is now that nobody else can change it
    snapshot, lost = surviving(revision.snapshot, version)
    if not changed_names(take(version), snapshot):
        raise Refused(_("It says this already."))
    if version == record and record.status != Status.DRAFT:
        version = begin_working_copy(record, by)
    try:
        with transaction.atomic():
            _write_back(snapshot, version, by)
    except (IntegrityError, ValidationError) as error:
        raise Refused(_("This version no longer fits what is in the portal now.")) from error
    version = type(version)._base_manager.get(pk=version.pk)
    if not may_edit(by, version):
        raise Refused(_("This version belongs to a column in which you may not write."))
    revise(version, by, RevisionStep.RESTORED, note=_("version %d restored") % revision.number)
    return version, lost


def _write_back(snapshot, record, by):
    """Make ``record`` say what ``snapshot`` says. Its rows are new ones; where they point at one another, they do."""
    for relation in record.parts():
        relation.related_model._base_manager.filter(**{relation.field.name: record}).delete()
    _write_rows(snapshot["rows"][1:], record)
    fields = {field.name: field for field in record.versioned_fields()}
    for name, value in snapshot["rows"][0]["fields"].items():
        field = fields.get(name)
        if field is not None and field.many_to_many:
            getattr(record, name).set(value)
        elif field is not None:
            setattr(record, field.attname, field.to_python(value))
    write_tables(snapshot, record)
    record.updated_by = by
    record.save()  # last: what is derived from the rows, uses of files and the search entry, is written by it


def _write_rows(rows, record):
    owners = {relation.related_model: relation.field.name for relation in record.parts()}
    made = {}
    for row in rows:
        model = apps.get_model(row["model"])
        if model in owners:
            child = _row(row)
            setattr(child, owners[model], record)
            made[model, row["pk"]] = child
    write_rows(made)


def _row(written):
    """A row of the model, not saved, with the fields that it still has."""
    model = apps.get_model(written["model"])
    fields = {field.name: field for field in model._meta.concrete_fields if field.name in written["fields"]}
    return model(**{field.attname: field.to_python(written["fields"][name]) for name, field in fields.items()})


def surviving(snapshot, version):
    """``snapshot`` as it can be written into ``version`` today, and the names of what it lost: links to what was
    deleted meanwhile. The figures of what was public stay as they are.

    Raises Refused where a record cannot be without what was deleted.
    """
    rows, lost = _known(deepcopy(snapshot["rows"]))
    names = snapshot.get("names", {})
    is_new = version.status == Status.DRAFT and not version.working_copy_of_id
    tables, missing = without_vanished(snapshot) if is_new else (tables_of(version), [])
    while True:
        gone = _gone(rows)
        kept = [row for row in rows if _let_go(row, gone, names, lost)]
        if len(kept) == len(rows):
            return {"rows": rows, "tables": tables, "names": names | names_of(rows)}, lost + missing
        rows = kept


def _known(rows):
    """Rows and fields that the portal still has, and what those that it no longer has were called."""
    lost, kept = [], []
    for row, written in zip(read({"rows": rows}), rows, strict=True):
        if row.model is None:
            lost.append(row.kind)
            continue
        for name in list(written["fields"]):
            if not _has_field(row.model, name) and written["fields"].pop(name) not in (None, "", []):
                lost.append(name)
        kept.append(written)
    return kept, list(dict.fromkeys(lost))


def _has_field(model, name):
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _gone(rows):
    """Model → primary keys that ``rows`` point at and that lead to nothing; a row of this record is one of ``rows``."""
    parts = {apps.get_model(row["model"]) for row in rows[1:]}
    found = {}
    for target, pks in wanted(rows).items():
        living = () if target in parts else target._base_manager.filter(pk__in=pks).values_list("pk", flat=True)
        found[target] = {str(pk) for pk in pks} - {str(pk) for pk in living}
    return found


def _let_go(row, gone, names, lost):
    """Take links to what is gone out of ``row``; False where it says nothing without them."""
    model = apps.get_model(row["model"])
    for name, value in row["fields"].items():
        field = model._meta.get_field(name)
        missing = gone.get(field.related_model._meta.concrete_model, set()) if field.is_relation else set()
        vanished = [pk for pk in (value if isinstance(value, list) else [value]) if str(pk) in missing]
        for pk in vanished:
            told = names.get(f"{field.related_model._meta.concrete_model._meta.label_lower} {pk}", str(pk))
            if not field.many_to_many and not field.null:
                raise Refused(
                    _("It needs the %(kind)s “%(name)s”, which was deleted. Bring that back first.")
                    % {"kind": field.related_model._meta.verbose_name, "name": told}
                )
            lost.append(told)
        if vanished:
            row["fields"][name] = [pk for pk in value if pk not in vanished] if field.many_to_many else None
            if not field.many_to_many and not _stands(model, row):
                return False
    return True


def _stands(model, row):
    """Whether a row still obeys the rules that name nothing but itself."""
    for rule in model._meta.constraints:
        if isinstance(rule, models.CheckConstraint):
            try:
                rule.validate(model, _row(row))
            except ValidationError:
                return False
    return True
