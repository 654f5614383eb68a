"""Frozen rows: refused by the ORM in words, by the database to everybody else, on SQLite and on PostgreSQL."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from articles.models import Article
from portal.publishing.corrections import Correction, publish
from portal.publishing.frozen import Frozen, FrozenRows, check_triggers, freeze, thaw
from portal.publishing.revisions import Revision
from tests.factories import ArticleFactory, StaffFactory

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("frozen_row", [Revision, Correction], indirect=True)


def correction_of(record, **kwargs):
    return Correction.objects.create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        **{"title": str(record), "wrong": "29129", "right": "28771.8", "why": "按普查修订", **kwargs},
    )


@pytest.fixture
def frozen_row(request):
    article, by = ArticleFactory(), StaffFactory()
    if request.param is Correction:
        correction = correction_of(article, title="原文")
        publish(correction, by)
        return correction
    kind = ContentType.objects.get_for_model(Article)
    return Revision.objects.create(
        content_type=kind, object_id=article.pk, number=7, title="原文", snapshot={}, made_by=by
    )


@contextmanager
def refused():
    """The database's refusal, in a transaction of its own: PostgreSQL does nothing more in one that failed."""
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        yield


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@BOTH
def test_the_orm_neither_changes_nor_deletes_a_frozen_row(frozen_row):
    kind = type(frozen_row)
    frozen_row.title = "改过"
    rows = kind.objects.filter(pk=frozen_row.pk)

    for attempt in [
        frozen_row.save,
        frozen_row.delete,
        lambda: frozen_row.save(update_fields=["title"]),
        lambda: rows.update(title="改过"),
        lambda: rows.update_or_create(pk=frozen_row.pk, defaults={"title": "改过"}),
        lambda: kind.objects.bulk_update([frozen_row], ["title"]),
        rows.delete,
        kind.objects.all().delete,
    ]:
        with pytest.raises(Frozen), transaction.atomic():
            attempt()

    assert list(kind.objects.values_list("pk", "title")) == [(frozen_row.pk, "原文")]


@BOTH
def test_ways_past_the_orm_are_refused_by_the_database(frozen_row):
    kind = type(frozen_row)
    frozen_row.title = "改过"
    table = kind._meta.db_table
    past = kind._base_manager.filter(pk=frozen_row.pk)

    with refused():
        past.update(title="改过")
    with refused():
        past.delete()
    with refused():
        past._raw_delete("default")
    with refused():
        models.Model.save(frozen_row)
    with refused():
        kind.objects.bulk_create([frozen_row], update_conflicts=True, unique_fields=["id"], update_fields=["title"])
    with refused():
        run(f"UPDATE {table} SET title = %s WHERE id = %s", "改过", frozen_row.pk)
    with refused():
        run(f"DELETE FROM {table}")

    assert list(kind.objects.values_list("pk", "title")) == [(frozen_row.pk, "原文")]


@BOTH
@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_sqlite_refuses_to_replace_a_frozen_row_by_inserting(frozen_row):
    table = type(frozen_row)._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in frozen_row._meta.concrete_fields)

    with refused():
        run(f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}")


@BOTH
@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_postgresql_refuses_to_empty_a_table_of_frozen_rows(frozen_row):
    table = type(frozen_row)._meta.db_table
    run("SET CONSTRAINTS ALL IMMEDIATE")  # else checks that are still to come forbid it, too

    with refused():
        run(f"TRUNCATE {table} CASCADE")
    with refused():
        run(f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET title = 'x'")

    assert type(frozen_row).objects.count() == 1


@BOTH
def test_who_wrote_a_frozen_row_and_its_kind_are_protected(frozen_row):
    user = getattr(frozen_row, "made_by", None) or frozen_row.published_by

    for target in (user, frozen_row.content_type):
        with pytest.raises(ProtectedError):
            target.delete()


@BOTH
@pytest.mark.django_db(transaction=True)
def test_a_table_that_a_migration_rebuilt_refuses_again(frozen_row):
    """SQLite alters a field by making the table anew, without its triggers."""
    kind = type(frozen_row)
    table, narrow = kind._meta.db_table, kind._meta.get_field("title")
    wide = models.TextField()
    wide.set_attributes_from_name("title")

    alter(kind, narrow, wide)
    dropped = check_triggers(["default"])
    call_command("migrate", verbosity=0)

    try:
        assert [warning.obj for warning in dropped] == ([kind] if connection.vendor == "sqlite" else [])
        assert check_triggers(["default"]) == []
        with refused():
            run(f"UPDATE {table} SET title = 'x'")
        with refused():
            run(f"DELETE FROM {table}")
    finally:
        alter(kind, wide, narrow)
        freeze()


def alter(kind, old, new):
    with connection.schema_editor() as editor:
        editor.alter_field(kind, old, new)


@BOTH
def test_a_missing_trigger_is_told_and_made_again(frozen_row):
    kind = type(frozen_row)
    kinds = {kind for kind in apps.get_models() if issubclass(kind, FrozenRows)}
    table = kind._meta.db_table

    thaw()
    run(f"UPDATE {table} SET title = 'x'")
    assert {warning.obj for warning in check_triggers(["default"])} == kinds
    assert check_triggers([]) == check_triggers(None) == []

    freeze()
    assert check_triggers(["default"]) == []
    with refused():
        run(f"UPDATE {table} SET title = 'y'")


def test_making_the_triggers_again_changes_nothing(django_assert_num_queries):
    with django_assert_num_queries(4):  # savepoint, tables, triggers, release
        freeze()


def test_what_is_not_frozen_yet_is_changed_and_deleted_freely():
    correction, other = correction_of(ArticleFactory()), correction_of(ArticleFactory())

    correction.right = "28771"
    correction.save()
    Correction.objects.filter(pk=other.pk).update(right="1")
    Correction.objects.bulk_update([other], ["why"])
    run("UPDATE publishing_correction SET wrong = 'x'")
    correction.delete()
    run("DELETE FROM publishing_correction WHERE id = %s", other.pk)

    assert list(Correction.objects.all()) == []


def test_a_mixed_set_is_refused_whole():
    draft, public = correction_of(ArticleFactory()), correction_of(ArticleFactory())
    publish(public, StaffFactory())

    with pytest.raises(Frozen):
        Correction.objects.update(why="x")
    with refused():
        Correction._base_manager.all().update(why="x")

    assert set(Correction.objects.values_list("pk", "why")) == {(draft.pk, "按普查修订"), (public.pk, "按普查修订")}


def test_the_refusal_names_the_kind_in_a_sentence():
    correction = correction_of(ArticleFactory())
    publish(correction, StaffFactory())

    with pytest.raises(Frozen, match="更正|Corrections"):
        correction.delete()


def test_a_copy_in_hand_that_does_not_know_of_its_publication_is_refused_too():
    stale = correction_of(ArticleFactory())
    publish(Correction.objects.get(pk=stale.pk), StaffFactory())
    assert stale.published_at is None

    with pytest.raises(Frozen):
        stale.save()


def test_a_frozen_row_does_not_hang_on_what_can_go():
    from django.test.utils import isolate_apps  # noqa: PLC0415 (this test alone makes a model)

    with isolate_apps("portal.publishing"):

        class Loose(FrozenRows):
            by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
            kind = models.ForeignKey("contenttypes.ContentType", models.PROTECT, related_name="+")

            class Meta:
                app_label = "publishing"

        found = [error for error in Loose.check() if error.id == "publishing.E002"]

    assert [error.msg for error in found] == [
        "publishing.Loose.by would change or delete frozen rows with what it points at."
    ]


@pytest.mark.django_db(transaction=True)
def test_tests_can_flush_and_the_rows_are_frozen_afterwards():
    publish(correction_of(ArticleFactory()), StaffFactory())

    call_command("flush", interactive=False, verbosity=0)

    assert Correction.objects.count() == 0
    assert check_triggers(["default"]) == []
    assert publish(correction_of(ArticleFactory()), StaffFactory())
    with refused():
        run("DELETE FROM publishing_correction")
