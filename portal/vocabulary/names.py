"""Names in two languages: the Chinese one stands in ``name``, the English one in ``name_en``."""

from django.db.models import Func
from django.utils.translation import get_language


class InCharacterOrder(Func):
    """A text that is compared by the numbers of its characters, whatever collation the database has."""

    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **context)


def localized(record, field="name"):
    """The value of ``field`` in the language in use; the Chinese one where no English was given."""
    english = getattr(record, f"{field}_en") if get_language() == "en" else ""
    return english or getattr(record, field)
