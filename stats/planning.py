"""What a database must be told to find figures fast."""

from django.db.models import BigIntegerField, Func


class Unindexed(Func):
    """A column that is checked of each row that was found otherwise, and looked up by no index.

    SQLite, which keeps no count of rows, takes the figures of a release for few: it would read a million of one release
    to find those of twenty series. https://www.sqlite.org/optoverview.html (unary “+”)
    """

    template = "%(expressions)s"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)
