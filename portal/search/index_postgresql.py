"""PostgreSQL: an array of grams for each entry under a GIN index.

tsvector would lose phrases beyond position 16,383 and after 256 occurrences of a word. No foreign key: TRUNCATE of the
entries, as in tests, would be refused.

The index is asked through a function, because the planner takes reading long arrays for cheap: where a third of the
entries have a gram it scans them all, 770 ms of 20,000 entries instead of 10.
https://www.postgresql.org/docs/current/gin.html
"""

from django.db.models.expressions import RawSQL

CREATE = [
    "CREATE TABLE IF NOT EXISTS search_grams (entry_id bigint PRIMARY KEY, grams text[] NOT NULL)",
    # New rows wait in a list that every search reads through: a short one.
    "CREATE INDEX IF NOT EXISTS search_grams_grams ON search_grams"
    " USING gin (grams) WITH (gin_pending_list_limit = 1024)",
    # Said to return few rows, so that entries are looked up by key and never scanned.
    "CREATE OR REPLACE FUNCTION search_candidates(wanted text[]) RETURNS SETOF bigint"
    " LANGUAGE sql STABLE ROWS 50 SET enable_seqscan = off SET enable_indexscan = off"
    " AS 'SELECT entry_id FROM search_grams WHERE grams @> wanted'",
]
INSERT = "INSERT INTO search_grams (entry_id, grams) VALUES (%s, %s)"
DELETE = "DELETE FROM search_grams WHERE entry_id = %s"
SWEEP = [
    "DELETE FROM search_grams WHERE entry_id NOT IN (SELECT id FROM search_searchentry)",
    "SELECT gin_clean_pending_list('search_grams_grams')",
]


def stored(grams):
    return sorted(grams)


def candidates(grams):
    return RawSQL("SELECT search_candidates(%s::text[])", [sorted(grams)])  # noqa: S611
