"""The index of grams beside the table of entries: one table, made by the database's own means.

Both kinds have the same four functions; ``candidates`` is a superset of the hits and never reads an entry.
"""

from django.db import connection

from . import index_postgresql, index_sqlite

#: The table, whatever the database; Django knows nothing of it, hence `create` on post_migrate.
TABLE = "search_grams"

_BACKENDS = {"sqlite": index_sqlite, "postgresql": index_postgresql}


def _backend():
    return _BACKENDS[connection.vendor]


def exists():
    return TABLE in connection.introspection.table_names()


def create():
    """Make the index where it is missing; harmless where it is there."""
    with connection.cursor() as cursor:
        for statement in _backend().CREATE:
            cursor.execute(statement)


def write(grams_by_entry):
    """Set the grams of entries, {primary key: set of grams}, in the transaction that writes the entries."""
    delete(grams_by_entry)
    rows = [(pk, _backend().stored(grams)) for pk, grams in grams_by_entry.items()]
    with connection.cursor() as cursor:
        cursor.executemany(_backend().INSERT, rows)


def delete(pks):
    """Take entries out of the index."""
    with connection.cursor() as cursor:
        cursor.executemany(_backend().DELETE, [(pk,) for pk in pks])


def sweep():
    """Take out what belongs to no entry (after a table was emptied by hand), and tidy up."""
    with connection.cursor() as cursor:
        for statement in _backend().SWEEP:
            cursor.execute(statement)


def candidates(grams):
    """The primary keys of entries that have all ``grams``, as an expression for ``pk__in``."""
    return _backend().candidates(grams)
