from django.core.checks import Error
from django.db import DEFAULT_DB_ALIAS, connection

from . import index
from .models import SearchEntry


def check_index(databases=None, **kwargs):
    """The entries have their index, without which every search fails; asked by `check --database default`."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    if SearchEntry._meta.db_table not in connection.introspection.table_names() or index.exists():
        return []
    return [
        Error(
            "The search index is missing beside its entries.",
            hint="Run: python manage.py rebuild_search",
            id="search.E001",
        )
    ]
