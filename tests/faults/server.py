"""A gunicorn that can be killed and started again at once: it is forked from a process that knows the portal."""

import os
import signal
import socket
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from django.db import connections
from gunicorn.app.base import BaseApplication

from .moments import application

__all__ = ["Server"]

#: Seconds: longer than any request takes on a loaded machine.
PATIENCE = 60


class _Gunicorn(BaseApplication):
    """As docs/operators.md starts it: one worker with threads."""

    def __init__(self, port):
        self.port = port
        super().__init__()

    def load_config(self):
        options = {"bind": f"127.0.0.1:{self.port}", "workers": 1, "worker_class": "gthread", "threads": 2}
        for name, value in {**options, "loglevel": "critical"}.items():
            self.cfg.set(name, value)

    def load(self):
        return application


class Answer:
    """What came back; ``status`` is None where the server died, or was dead."""

    def __init__(self, response=None):
        self.status = response.status if response else None
        self.headers = response.headers if response else {}
        self.text = response.read().decode() if response else ""


class Server:
    """On a port of this machine alone."""

    def __init__(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.pid = None

    def start(self):
        """Start it, and wait until it answers."""
        connections.close_all()  # what is open is not shared with the child
        self.pid = os.fork()
        if not self.pid:
            try:
                os.setsid()
                _Gunicorn(self.port).run()
            finally:
                os._exit(1)
        begun = time.monotonic()
        while self.ask("GET", "/healthz/").status != 200:
            if time.monotonic() - begun > PATIENCE:
                raise TimeoutError("The server does not answer.")
            time.sleep(0.01)

    def kill(self):
        """The master process and its worker at once."""
        os.killpg(self.pid, signal.SIGKILL)

    def bury(self):
        """After its death."""
        os.waitpid(self.pid, 0)
        self.pid = None

    def stop(self):
        if self.pid:
            self.kill()
            self.bury()

    def ask(self, method, path, data=None, headers=()):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        sent = dict(headers)
        if data is not None:
            data = urlencode(data, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, data, sent)
            return Answer(connection.getresponse())
        except (OSError, HTTPException):
            return Answer()
        finally:
            connection.close()
