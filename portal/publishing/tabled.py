"""Rows of a record that are too many to be edited with it: the figures of a release, ten thousand of them.

They are apart from its versions (``Publishable.apart``): a working copy has none of its own. Yet who reviews a release
reviews its figures, and its history must tell who changed which. Hence every snapshot holds them as a *table*: names of
columns, what all rows have alike (``same``), and of each row what is left; a working copy's are those of its record.
Whoever changes one of them leaves a revision as whoever changes a word, and so is an author, in the rounds of reviews
and in the lists of what waits.

Two tables are compared by key and by whole rows, and only rows that are told are read as fields: to keep 20,000 figures
takes half a second and 1 MB, to compare two such versions a quarter of a second.
"""

from decimal import Decimal

from django.apps import apps

from .versions import Row

__all__ = ["differing", "names_in", "row_of", "rows_of", "tables_of", "without_vanished", "write_back"]

#: Primary keys in one query: below the least number of parameters that a database takes.
CHUNK = 5000


def _relations(record):
    return [one for one in record.belongings() if one.get_accessor_name() in record.tabled]


def _rows(relation, record):
    return relation.related_model._base_manager.filter(**{relation.field.name: record.original}).order_by("pk")


def _fields(relation):
    """What a table holds of a row: all that is written by somebody, but not whose it is."""
    fields = relation.related_model._meta.concrete_fields
    return [field for field in fields if field.editable and not field.primary_key and field != relation.field]


# Keeping -------------------------------------------------------------------------------------------------------------


def tables_of(record):
    """The tables of ``record`` as it is now: ``{kind: {"key": […], "columns": […], "same": {…}, "rows": [[…], …]}}``.

    ``key`` names the columns that tell a row from others of its record.
    """
    found = {}
    for relation in _relations(record):
        model, columns = relation.related_model, ["pk", *(field.name for field in _fields(relation))]
        rows = [
            [f"{value.normalize():f}" if isinstance(value, Decimal) else value for value in row]
            for row in _rows(relation, record).values_list(*columns)
        ]
        rules = [set(rule.fields) for rule in model._meta.total_unique_constraints]
        rule = next(names for names in rules if relation.field.name in names)
        found[model._meta.label_lower] = _packed([name for name in columns if name in rule], columns, rows)
    return found


def _packed(key, columns, rows):
    alike = [at for at in range(len(columns)) if rows and len({row[at] for row in rows}) == 1]
    others = [at for at in range(len(columns)) if at not in alike]
    return {
        "key": key,
        "columns": [columns[at] for at in others],
        "same": {columns[at]: rows[0][at] for at in alike},
        "rows": [[row[at] for at in others] for row in rows],
    }


def names_in(record):
    """How everything that these rows point at is called today, as ``snapshots.names_of`` says it."""
    found = {}
    for relation in _relations(record):
        for field in _fields(relation):
            if field.is_relation:
                target = field.related_model._meta.concrete_model
                pks = _rows(relation, record).values(field.name)
                # With all that a name may be made of: a series is called by its indicator and its region.
                for one in target._base_manager.filter(pk__in=pks).select_related():
                    found[f"{target._meta.label_lower} {one.pk}"] = str(one)
    return found


# Comparing -----------------------------------------------------------------------------------------------------------


def differing(old, new):
    """Kind → pairs of lines (dicts) that differ between two snapshots (the first may be None: nothing was there), with
    None; in the order of the new ones, then what was removed. Kinds of which nobody kept a table before are left out.
    """
    found = {}
    for kind, table in new.get("tables", {}).items():
        before = {} if old is None else old.get("tables", {}).get(kind)
        if before is None or before == table:
            continue
        olds, news = _lines(before), _lines(table)
        keys = [key for key, line in news.items() if key not in olds or not _says_the_same(olds[key], line)]
        keys += [key for key in olds if key not in news]
        if keys:
            found[kind] = [(olds.get(key), news.get(key)) for key in keys]
    return found


def _lines(table):
    """Key → row of a table as a dict."""
    lines = [table["same"] | dict(zip(table["columns"], row, strict=True)) for row in table.get("rows", ())]
    return {tuple(line[name] for name in table["key"]): line for line in lines}


def _says_the_same(old, new):
    """A column that the portal did not have then has not changed."""
    return old == new or all(old[name] == new[name] for name in old.keys() & new.keys() - {"pk"})


def row_of(line, kind, snapshot):
    """A line of a table of ``snapshot`` as a Row; None of None."""
    if line is None:
        return None
    fields = {name: value for name, value in line.items() if name != "pk"}
    return Row({"model": kind, "pk": line["pk"], "fields": fields}, snapshot.get("names", {}))


def rows_of(snapshot, kind):
    """The lines of one kind that ``snapshot`` holds as a table, each as a Row: as many as a form shows."""
    table = snapshot and snapshot.get("tables", {}).get(kind)
    return [row_of(line, kind, snapshot) for line in _lines(table).values()] if table else []


# Bringing back -------------------------------------------------------------------------------------------------------


def without_vanished(snapshot):
    """The tables of ``snapshot`` without rows that point at what was deleted meanwhile, and what that was called."""
    tables, lost = {}, []
    for kind, table in snapshot.get("tables", {}).items():
        lines = list(_lines(table).values())
        for field in apps.get_model(kind)._meta.concrete_fields:
            pks = {line[field.name] for line in lines if field.is_relation and field.name in line}
            if not pks:
                continue
            target = field.related_model._meta.concrete_model
            gone = pks - set(target._base_manager.filter(pk__in=pks).values_list("pk", flat=True))
            lost += sorted(snapshot.get("names", {}).get(f"{target._meta.label_lower} {pk}", str(pk)) for pk in gone)
            lines = [line for line in lines if line[field.name] not in gone]
        columns = list(lines[0]) if lines else []
        tables[kind] = _packed(table["key"], columns, [[line[name] for name in columns] for line in lines])
    return tables, lost


def write_back(snapshot, record):
    """Give ``record``, a draft, the rows that the tables of ``snapshot`` say.

    A row with the key of one that is there is that one, changed: others may cite it. Raises IntegrityError where one
    must go that is cited.
    """
    for relation in _relations(record):
        model = relation.related_model
        if (table := snapshot.get("tables", {}).get(model._meta.label_lower)) is None:
            continue
        fields = {field.name: field for field in _fields(relation)}
        lines, held = _lines(table), {_key(row, table["key"]): row for row in _rows(relation, record)}
        gone = [row.pk for key, row in held.items() if key not in lines]
        for start in range(0, len(gone), CHUNK):
            model._base_manager.filter(pk__in=gone[start : start + CHUNK]).delete()
        new = []
        for key, line in lines.items():
            row = held.get(key) or model(**{relation.field.name: record})
            said = {fields[name].attname: fields[name].to_python(line[name]) for name in line.keys() & fields.keys()}
            if row.pk and all(getattr(row, name) == value for name, value in said.items()):
                continue
            for name, value in said.items():
                setattr(row, name, value)
            if row.pk:
                row.save()
            else:
                new.append(row)
        model._base_manager.bulk_create(new, batch_size=CHUNK)


def _key(row, names):
    return tuple(getattr(row, row._meta.get_field(name).attname) for name in names)
