"""SQLite: a full-text table (FTS5) whose tokens are our grams.

The tokenizer `ascii` takes all that is not ASCII for letters, and so splits nothing but at our own spaces; the point
of decimal numbers is declared a letter. Positions are not kept (detail=none): phrases are decided on the folded text.
https://www.sqlite.org/fts5.html
"""

from django.db.models.expressions import RawSQL

CREATE = [
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_grams"
    " USING fts5(grams, detail=none, columnsize=0, tokenize=\"ascii tokenchars '.'\")"
]
INSERT = "INSERT INTO search_grams (rowid, grams) VALUES (%s, %s)"
DELETE = "DELETE FROM search_grams WHERE rowid = %s"
SWEEP = [
    "DELETE FROM search_grams WHERE rowid NOT IN (SELECT id FROM search_searchentry)",
    "INSERT INTO search_grams (search_grams) VALUES ('optimize')",
]


def stored(grams):
    return " ".join(sorted(grams))


def candidates(grams):
    # In quotes every gram is a plain string to FTS5; none holds a quote, since grams are letters, digits and points.
    expression = " AND ".join(f'"{gram}"' for gram in sorted(grams))
    return RawSQL("SELECT rowid FROM search_grams WHERE search_grams MATCH %s", [expression])  # noqa: S611
