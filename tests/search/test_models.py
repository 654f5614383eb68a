import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.search import index
from portal.search.documents import SearchDocument
from portal.search.folding import fold
from portal.search.models import Facet, SearchEntry
from portal.search.query import parse
from portal.search.refreshing import write
from portal.vocabulary.models import Topic

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def record(pk, status="published", published_at=NOW, offline_at=None):
    return SimpleNamespace(pk=pk, status=status, published_at=published_at, offline_at=offline_at, column_id=None)


def write_documents(documents, **fields):
    """Entries of a made-up kind: a document each, numbered from 1."""
    kind = ContentType.objects.get_for_model(Topic)
    with transaction.atomic():
        write(kind, "topic", {pk: (record(pk, **fields), document) for pk, document in enumerate(documents, start=1)})


def found(text):
    return sorted(SearchEntry.objects.matching(text).values_list("object_id", flat=True))


# A small alphabet, so that words meet, part and repeat; with all that a database could take for its own.
TEXTS = st.text(st.sampled_from("川渝民營营经濟協议gdpGＤ5.,9% ，\"“”'*^-+()%_\\:\n\x00😀"), max_size=24)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    documents=st.lists(st.builds(SearchDocument, title=TEXTS, texts=st.lists(TEXTS, max_size=3)), max_size=8),
    queries=st.lists(TEXTS, min_size=1, max_size=8),
)
def test_the_database_finds_what_a_plain_comparison_finds(documents, queries):
    with transaction.atomic():
        write_documents(documents)
        # What stands in a document is asked too, since a random query rarely finds anything.
        for text in [
            *queries,
            *(document.title for document in documents),
            *(document.title[2:5] for document in documents),
        ]:
            folded = ["\n".join(map(fold, [one.title, *one.texts])) for one in documents]
            expected = [pk for pk, one in enumerate(folded, start=1) if parse(text).matches(one)]
            assert found(text) == expected
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800",
        "😀",
        "川" * 10_000,
        "x" * 10_000,
        '"',
        '""',
        '"川',
        "*",
        "川*",
        "NEAR(川 渝)",
        "川 OR 渝 AND NOT 民",
        "title:川",
        "-川",
        "%",
        "_",
        "\\",
        "川'; DROP TABLE search_searchentry; --",
        "{川} ARRAY[1] @> $1 %s",
    ],
)
def test_no_input_is_a_fault_or_an_operator(text):
    write_documents([SearchDocument(title="天府新区")])

    assert found(text) == []


def test_signs_of_query_languages_are_words_or_nothing():
    write_documents(
        [SearchDocument(title="near or and not"), SearchDocument(title="川渝"), SearchDocument(title="100% x_y")]
    )

    assert [found(text) for text in ("OR", "川%", "川*民", "%", "100%", "x_y", "ne*")] == [
        [1],
        [2],
        [],
        [],
        [3],
        [3],
        [],
    ]


def test_a_word_of_any_length_is_found_whole():
    long, longer = "x" * 90, "x" * 3000
    write_documents([SearchDocument(title=long), SearchDocument(title=longer), SearchDocument(title="x" * 40)])

    assert [found(long), found("x" * 40), found("x" * 41)] == [[1], [3], []]


def test_words_may_stand_in_different_fields_but_a_phrase_in_one():
    write_documents([SearchDocument(title="荣昌", texts=["电子", "产业。集群"])])

    assert [found("荣昌 电子"), found('"荣昌 电子"'), found('"产业 集群"'), found("荣昌电子")] == [[1], [], [1], []]


def test_listed_asks_status_and_clock_at_every_request():
    write_documents([SearchDocument(title="川渝")], published_at=NOW, offline_at=NOW + HOUR)
    seen = SearchEntry.objects.matching("川渝")

    counts = [seen.listed(NOW + shift).count() for shift in (-HOUR, 0 * HOUR, HOUR / 2, HOUR)]

    assert (seen.count(), counts) == (1, [0, 1, 1, 0])


@pytest.mark.parametrize("status", ["draft", "in_review", "withdrawn"])
def test_only_published_entries_are_listed(status):
    write_documents([SearchDocument(title="川渝")], status=status)

    assert SearchEntry.objects.matching("川渝").count() == 1
    assert SearchEntry.objects.listed().matching("川渝").count() == 0


def test_title_hits_come_first_then_the_newest():
    kind = ContentType.objects.get_for_model(Topic)
    old, new = SearchDocument(title="甲", texts=["川渝"]), SearchDocument(title="乙", texts=["川渝"])
    in_title = SearchDocument(title="川渝")
    ages = {
        1: (record(1, published_at=NOW - HOUR), old),
        2: (record(2), new),
        3: (record(3, published_at=NOW - 2 * HOUR), in_title),
    }
    write(kind, "topic", ages | {4: (record(4), new)})
    query = parse("川渝")

    hits = SearchEntry.objects.matching(query).best_first(query)

    assert [hit.object_id for hit in hits] == [3, 4, 2, 1]


def test_writing_again_replaces_entry_grams_and_facets():
    write_documents([SearchDocument(title="川渝", facets={"year": ["2022", "2022"], "region": [50]})])
    before = SearchEntry.objects.get().pk
    write_documents([SearchDocument(title="天府", facets={"year": ["2023"]})])

    assert (found("川渝"), found("天府"), SearchEntry.objects.get().pk) == ([], [1], before)
    assert list(Facet.objects.values_list("facet", "value")) == [("year", "2023")]


def indexed():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_grams")
        return cursor.fetchone()[0]


def test_deleting_an_entry_removes_its_grams():
    write_documents([SearchDocument(title="川渝"), SearchDocument(title="天府"), SearchDocument(title="两江")])

    SearchEntry.objects.get(title="川渝").delete()
    SearchEntry.objects.filter(title="天府").delete()

    assert (indexed(), found("两江")) == (1, [3])


def test_making_the_index_again_keeps_it():
    write_documents([SearchDocument(title="川渝")])

    index.create()

    assert found("川渝") == [1]


def test_sweeping_removes_grams_without_an_entry():
    write_documents([SearchDocument(title="川渝")])
    index.write({10_000: {"川"}})

    index.sweep()

    assert indexed() == 1


def plan(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sql, params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.fixture(scope="class")
def many_entries(django_db_setup, django_db_blocker):
    """Written once for the tests of the class, and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        write_many_entries()
        yield
        transaction.set_rollback(True)


def write_many_entries():
    rare = SearchDocument(title="川渝合作", texts=["荣昌的电子产业、民营经济占GDP的比重"])
    # Of some length: entries of a few words are scanned faster than looked up.
    body = ["天府新区的产业合作。" * 30]
    write_documents([SearchDocument(title=f"天府{number}", texts=body) for number in range(3_000)] + [rare] * 20)
    # These tables alone: what PostgreSQL learns stays when the rows go, and an empty table is taken for one ever after.
    with connection.cursor() as cursor:
        for table in ("search_searchentry", "search_grams"):
            cursor.execute(f"ANALYZE {table}")


@pytest.mark.usefixtures("many_entries")
class TestAmongManyEntries:
    @pytest.mark.parametrize("text", ["川渝", "渝", "民营经济", '"民营经济" GDP', "荣昌 电子", "天府"])
    def test_searching_never_scans_the_entries(self, text):
        query = parse(text)
        hits = SearchEntry.objects.listed().matching(query)

        for queryset in (
            hits,
            hits.filter(kind="topic").best_first(query)[:20],
            hits.values("kind").annotate(Count("pk")),
        ):
            steps = plan(*queryset.query.sql_with_params())
            if connection.vendor == "postgresql":
                assert re.search("Index Scan (using|on) search_searchentry_pkey", steps)
                assert "Seq Scan" not in steps
            else:
                assert "SEARCH search_searchentry USING INTEGER PRIMARY KEY" in steps
                assert "SCAN search_searchentry" not in steps

    @pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's plan shows it in the test before")
    def test_postgresql_asks_the_index_for_grams_that_every_entry_has(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc, proconfig FROM pg_proc WHERE proname = 'search_candidates'")
            ((source, configuration),) = cursor.fetchall()
            for option in configuration:
                cursor.execute(f"SET LOCAL {option}")

        assert "Bitmap Index Scan on search_grams_grams" in plan(source.replace("wanted", "%s::text[]"), [["天府"]])


def test_a_long_report_is_found_at_its_very_end():
    text = "经济发展，" * 8_000 + "川渝通办"
    write_documents([SearchDocument(title="报告", texts=[text])])

    assert [found("川渝通办"), found("发展川渝"), found('"发展 川渝"')] == [[1], [], [1]]


def test_now_is_the_moment_of_the_request():
    write_documents([SearchDocument(title="川渝")], published_at=timezone.now() + HOUR)

    assert SearchEntry.objects.listed().count() == 0


def test_long_texts_are_the_last_columns_of_the_table():
    with connection.cursor() as cursor:
        columns = [
            column.name for column in connection.introspection.get_table_description(cursor, "search_searchentry")
        ]

    # SQLite reads through a long text to what stands behind it, for every hit that it counts.
    assert columns[-4:] == ["teaser", "title_folded", "text", "folded"]
