"""PostgreSQL: an array of grams for each entry under a GIN index.

tsvector would lose phrases beyond position 16,383 and after 256 occurrences of a word. No foreign key: TRUNCATE of the
entries, as in tests, would be refused.
https://www.postgresql.org/docs/current/gin.html
"""

from django.db.models.expressions import RawSQL

CREATE = [
    "CREATE TABLE IF NOT EXISTS search_grams (entry_id bigint PRIMARY KEY, grams text[] NOT NULL)",
    "CREATE INDEX IF NOT EXISTS search_grams_grams ON search_grams USING gin (grams) WITH (fastupdate = off)",
]
INSERT = "INSERT INTO search_grams (entry_id, grams) VALUES (%s, %s)"
DELETE = "DELETE FROM search_grams WHERE entry_id = %s"
SWEEP = ["DELETE FROM search_grams WHERE entry_id NOT IN (SELECT id FROM search_searchentry)"]


def stored(grams):
    return sorted(grams)


def candidates(grams):
    return RawSQL("SELECT entry_id FROM search_grams WHERE grams @> %s::text[]", [sorted(grams)])  # noqa: S611
