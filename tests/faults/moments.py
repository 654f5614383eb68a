"""The portal as a WSGI application that kills itself at a moment of a request: before a statement, around a COMMIT.

A request with the header ``X-Kill-At: 17`` dies at its seventeenth moment, ``X-Kill-At: never`` only counts: its
answer lists the moments in ``X-Moments``. Without the header nothing is counted.
"""

import os
import signal

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from portal.wsgi import application as portal

__all__ = ["AFTER_COMMIT", "BEFORE_COMMIT", "application"]

BEFORE_COMMIT, AFTER_COMMIT = "before-COMMIT", "after-COMMIT"


class Fuse:
    """Counts the moments of the one request that is served."""

    def __init__(self):
        self.deadly, self.passed = None, []

    def burn(self, moment):
        self.passed.append(moment)
        if len(self.passed) == self.deadly:
            # The whole server, its master process too: they are a process group of their own.
            os.killpg(0, signal.SIGKILL)


fuse = None


def burn(moment):
    if fuse:
        fuse.burn(moment)


def _before_statement(execute, sql, params, many, context):
    burn(sql.split(None, 1)[0].upper())
    return execute(sql, params, many, context)


def _watch(connection, **kwargs):
    if _before_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(_before_statement)


def _commit(self, commit=BaseDatabaseWrapper._commit):
    burn(BEFORE_COMMIT)
    commit(self)
    burn(AFTER_COMMIT)


connection_created.connect(_watch)
BaseDatabaseWrapper._commit = _commit


def application(environ, start_response):
    global fuse  # noqa: PLW0603 (one request at a time)
    deadly = environ.get("HTTP_X_KILL_AT")
    if deadly is None:
        return portal(environ, start_response)
    fuse = Fuse()
    fuse.deadly = None if deadly == "never" else int(deadly)

    def start(status, headers, exc_info=None):
        return start_response(status, [*headers, ("X-Moments", ",".join(fuse.passed))], exc_info)

    try:
        return portal(environ, start)
    finally:
        fuse = None
