import gc
import os

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.commands import flush
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import settings as hypothesis_settings

from portal.publishing import frozen
from tests.keeping import load_once

# Playwright's own loop runs in this thread; Django must not take it for an asynchronous view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# No test waits on time: a loaded machine is no defect.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    """The garbage collector looked through all of Django every few hundred objects: a fifth of the time. What was
    imported stays, and is looked through no more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def flushing_thaws():
    """Tests with transactions of their own empty the tables afterwards, which frozen rows refuse.

    Numbers begin again at one where that is a matter of rows, too: the content types are the same as before, and so
    is what was loaded once. (PostgreSQL would give a number anew that a loaded row has.)
    """
    handle = flush.Command.handle

    def thawed(self, **options):
        frozen.thaw(options["database"])
        handle(self, **options | {"reset_sequences": connection.vendor == "sqlite"})
        frozen.freeze(options["database"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", thawed)
        yield


@pytest.fixture(scope="session", autouse=True)
def passwords_cost_nothing():
    """What makes guessing slow would make every login of a test slow."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def own_media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def load_demo():
    """The demo with its search index."""
    call_command("load_demo", verbosity=0)
    call_command("rebuild_search", verbosity=0)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo with its search index, there for the tests of a module, and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_once(load_demo)
        cache.clear()  # its rows may have come without the signals that forget what was kept of others
        yield
        transaction.set_rollback(True)


@pytest.fixture
def own_demo(db):
    """The demo with its search index, there for one test. It comes before other fixtures that make rows."""
    load_once(load_demo)
    cache.clear()
