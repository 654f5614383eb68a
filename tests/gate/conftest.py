"""One world for all tests of the gate, within a transaction that is taken back."""

import functools
import logging
from functools import partial
from unittest import mock

import pytest
from django.db import transaction
from django.test import override_settings

from portal.accounts.backends import MemberBackend
from portal.accounts.models import User
from portal.vocabulary.models import ColumnQuerySet

from .visits import Walk
from .world import World


@pytest.fixture(scope="package", autouse=True)
def own_media_root(tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="package")
def world(own_media_root, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(scope="package", autouse=True)
def refusals_are_no_news():
    """Thousands of lines that say “not found” would cost more than the visits."""
    logger = logging.getLogger("django.request")
    logger.disabled = True
    yield
    logger.disabled = False


@pytest.fixture(scope="package", autouse=True)
def logins_are_read_once():
    """Who somebody is, what their roles allow and in which columns does not change from one visit to the next."""
    read = functools.cache(partial(MemberBackend.get_user, MemberBackend()))
    ask_open, ask_allowing = ColumnQuerySet.open_to, ColumnQuerySet.allowing
    known = {}

    def asked(ask, columns, user, *role):
        if not isinstance(user, User):
            return ask(columns, user, *role)
        key = (ask, user.pk, *role)
        if key not in known:
            known[key] = [column.pk for column in ask(columns.model.objects.all(), user, *role)]
        return columns.filter(pk__in=known[key])

    with (
        # Every request asks a backend of its own: the number of the login alone is what is remembered.
        mock.patch.object(MemberBackend, "get_user", lambda _backend, pk: read(pk)),
        mock.patch.object(ColumnQuerySet, "open_to", lambda columns, user: asked(ask_open, columns, user)),
        mock.patch.object(ColumnQuerySet, "allowing", lambda columns, *who: asked(ask_allowing, columns, *who)),
    ):
        yield


@pytest.fixture(scope="package", autouse=True)
def answers_are_what_is_sent():
    """Django's client would keep what every template was given, down to each field of a form."""

    def keep_nothing(*_given, **_what):
        return None

    with mock.patch("django.test.client.store_rendered_templates", keep_nothing):
        yield


@pytest.fixture
def walk(world, record_property):
    """All visits of one test."""
    walk = Walk(world)
    yield walk
    world.cases, world.routes = world.cases + walk.cases, world.routes | walk.routes
    record_property("cases", walk.cases)
