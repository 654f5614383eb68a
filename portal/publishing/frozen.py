"""Rows that stay as they were written: neither the ORM nor SQL can change or delete them.

The database itself refuses, by triggers. They are no part of a migration: one that rebuilds a table (SQLite's way to
alter it) would drop them silently. They are made after every migration instead, and a check says where one is missing.
https://www.sqlite.org/lang_createtrigger.html https://www.postgresql.org/docs/current/sql-createtrigger.html
"""

from django.apps import apps
from django.core.checks import Error, Warning
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, models, transaction
from django.db.models import Q
from django.db.models.sql import Query
from django.utils.text import capfirst
from django.utils.translation import gettext as _

__all__ = ["Frozen", "FrozenQuerySet", "FrozenRows", "check_triggers", "freeze", "thaw"]

#: What the database says; it has no translations.
REFUSAL = "These rows are frozen: they can be neither changed nor deleted."
KEEPING = (models.PROTECT, models.RESTRICT, models.DO_NOTHING)


class Frozen(IntegrityError):
    """A frozen row was to be changed or deleted. The database's own refusal is an IntegrityError, too."""

    def __init__(self, model):
        kind = capfirst(model._meta.verbose_name_plural)
        super().__init__(_("%(kind)s: what is frozen can be neither changed nor deleted.") % {"kind": kind})


class FrozenQuerySet(models.QuerySet):
    """Refuses in words what the database would refuse anyway."""

    def frozen(self):
        return self.filter(self.model.frozen_when)

    def update(self, **kwargs):
        """Raises Frozen where any of the rows is; ``bulk_update`` comes through here, too."""
        self._refuse()
        return super().update(**kwargs)

    def delete(self):
        self._refuse()
        return super().delete()

    update.alters_data = delete.alters_data = delete.queryset_only = True

    def _refuse(self):
        if self.order_by().frozen().exists():
            raise Frozen(self.model)


class FrozenRows(models.Model):
    """A model whose rows are frozen as soon as ``frozen_when`` is true of them; as it stands, once they are written.

    The condition names columns of the row itself. A row must not hang on others that can go: its foreign keys protect.
    A many-to-many relation of such a row would not be frozen with it.
    """

    frozen_when = Q()

    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, force_insert=False, **kwargs):
        """Raises Frozen where the row exists and is frozen."""
        if not force_insert:
            self._refuse()
        super().save(*args, force_insert=force_insert, **kwargs)

    def delete(self, *args, **kwargs):
        self._refuse()
        return super().delete(*args, **kwargs)

    save.alters_data = delete.alters_data = True

    def is_frozen(self):
        """Asked of the database: what is in hand may have been published by somebody else."""
        return self.pk is not None and type(self)._base_manager.filter(self.frozen_when, pk=self.pk).exists()

    def _refuse(self):
        if self.is_frozen():
            raise Frozen(type(self))

    @classmethod
    def check(cls, **kwargs):
        loose = [
            field.name
            for field in cls._meta.concrete_fields
            if field.is_relation and field.remote_field.on_delete not in KEEPING
        ]
        return [
            *super().check(**kwargs),
            *(
                Error(
                    f"{cls._meta.label}.{name} would change or delete frozen rows with what it points at.",
                    hint="Use on_delete=PROTECT.",
                    obj=cls,
                    id="publishing.E002",
                )
                for name in loose
            ),
        ]


# Triggers ------------------------------------------------------------------------------------------------------------


def freeze(using=DEFAULT_DB_ALIAS):
    """Make the triggers of all tables of frozen rows that are there. Changes nothing where they stand already."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        for model in _missing(connection):
            for statement in _BACKENDS[connection.vendor].made(model, connection):
                cursor.execute(statement)


def thaw(using=DEFAULT_DB_ALIAS):
    """Take the triggers away, for ``flush`` in tests or a migration that rewrites rows; `freeze` is the way back."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        for model in _frozen_tables(connection):
            for statement in _BACKENDS[connection.vendor].dropped(model):
                cursor.execute(statement)


def check_triggers(databases=None, **kwargs):
    """Every table of frozen rows refuses; asked by ``check --database default``.

    A warning: an error would stop ``migrate``, which mends it.
    """
    return [
        Warning(
            f"The database would let {model._meta.verbose_name_plural} be changed: triggers of "
            f"{model._meta.db_table} are missing.",
            hint=f"Run: python manage.py migrate --database {using}",
            obj=model,
            id="publishing.W001",
        )
        for using in databases or ()
        for model in _missing(connections[using])
    ]


def _frozen_tables(connection):
    """Models of frozen rows whose table is there (a migration may have gone back)."""
    there = set(connection.introspection.table_names())
    return [
        model
        for model in apps.get_models()
        if issubclass(model, FrozenRows) and not model._meta.proxy and model._meta.db_table in there
    ]


def _missing(connection):
    """Models of frozen rows whose triggers are missing, or are not as they would be made now."""
    backend = _BACKENDS[connection.vendor]
    tables = _frozen_tables(connection)
    with connection.cursor() as cursor:
        cursor.execute(backend.STANDING, [REFUSAL])
        standing = set(cursor.fetchall())
    return [model for model in tables if not backend.wanted(model, connection) <= standing]


def _condition(model, connection):
    """``frozen_when`` in SQL, of the row ``old``; empty where it is every row."""
    query = Query(model=model)
    where = query.build_where(model.frozen_when)
    where.relabel_aliases({model._meta.db_table: "old"})
    if not where.children:
        return ""
    sql, params = query.get_compiler(connection=connection).compile(where)
    quote = connection.schema_editor().quote_value
    return sql % tuple(map(quote, params))


class _SQLite:
    """Two triggers a table, known by their text."""

    STANDING = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND instr(sql, %s)"

    @staticmethod
    def _triggers(model, connection):
        table, condition = model._meta.db_table, _condition(model, connection)
        when = f" WHEN {condition}" if condition else ""
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_frozen_{event.lower()}"
            raised = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            yield name, f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW{when} {raised}'

    @classmethod
    def wanted(cls, model, connection):
        return set(cls._triggers(model, connection))

    @classmethod
    def made(cls, model, connection):
        return [*cls.dropped(model), *(sql for _name, sql in cls._triggers(model, connection))]

    @staticmethod
    def dropped(model):
        return [f'DROP TRIGGER IF EXISTS "{model._meta.db_table}_frozen_{event}"' for event in ("update", "delete")]


class _PostgreSQL:
    """A function a table, and two triggers that call it.

    The condition stands in the function, not in the trigger: a column named by a trigger cannot be altered.
    """

    STANDING = (
        "SELECT t.tgname::text, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE position(%s in p.prosrc) > 0 AND t.tgenabled IN ('O', 'A')"
    )

    @staticmethod
    def _body(model, connection):
        raised = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';"
        if condition := _condition(model, connection):
            # TRUNCATE is of no row: it is refused whatever there is.
            ours = f"IF TG_OP = 'TRUNCATE' THEN {raised} END IF; IF NOT ({condition}) THEN"
            raised = f"{ours} IF TG_OP = 'DELETE' THEN RETURN old; END IF; RETURN new; END IF; {raised}"
        return f"BEGIN {raised} END"

    @classmethod
    def wanted(cls, model, connection):
        body = cls._body(model, connection)
        return {(f"{model._meta.db_table}_frozen_{kind}", body) for kind in ("rows", "table")}

    @classmethod
    def made(cls, model, connection):
        table = model._meta.db_table
        function = f'"{table}_frozen"()'
        return [
            *cls.dropped(model),
            f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql"
            f" AS $frozen${cls._body(model, connection)}$frozen$",
            f'CREATE TRIGGER "{table}_frozen_rows" BEFORE UPDATE OR DELETE ON "{table}"'
            f" FOR EACH ROW EXECUTE FUNCTION {function}",
            f'CREATE TRIGGER "{table}_frozen_table" BEFORE TRUNCATE ON "{table}"'
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}",
        ]

    @staticmethod
    def dropped(model):
        table = model._meta.db_table
        return [f'DROP TRIGGER IF EXISTS "{table}_frozen_{kind}" ON "{table}"' for kind in ("rows", "table")]


_BACKENDS = {"sqlite": _SQLite, "postgresql": _PostgreSQL}
