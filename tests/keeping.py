"""Many rows that several modules of tests begin with: loaded once in each process, afterwards put back as they were."""

import datetime as dt

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

#: What was loaded, and into which database → the rows that this added, by table.
_KEPT = {}


@transaction.atomic
def load_once(load):
    """Have the rows in the database that the function ``load`` adds to one that has been migrated, and no more.

    Rows name content types by number: after a test that emptied the tables these are others, and ``load`` is called
    again.
    """
    key = load, *ContentType.objects.order_by("pk").values_list("pk", "app_label", "model")
    if key in _KEPT:
        for table, rows in _KEPT[key].items():
            _insert(table, rows)
    else:
        before = {table: {row[0] for row in _rows(table)} for table in _tables()}
        load()
        _KEPT[key] = {table: [row for row in _rows(table) if row[0] not in before[table]] for table in before}


def _tables():
    """Each table with its columns, the key first; the search's index too, whose key SQLite keeps in a hidden column."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model._meta.db_table, tuple(field.column for field in model._meta.local_concrete_fields)
    yield "search_grams", ("rowid" if connection.vendor == "sqlite" else "entry_id", "grams")


def _rows(table):
    name, columns = table
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {_quoted(columns)} FROM "{name}"')
        # SQLite gives the hours of a day, and takes them as text only.
        return [[str(cell) if isinstance(cell, dt.time) else cell for cell in row] for row in cursor.fetchall()]


def _insert(table, rows):
    name, columns = table
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{name}" ({_quoted(columns)}) VALUES ({places})', rows)


def _quoted(columns):
    return ", ".join(f'"{column}"' for column in columns)
