"""Rounds of killing: write a version, press the button, die, start again, look."""

import threading
import time
from dataclasses import dataclass, field

from django.db import connection

from tests.fields import errors_of

from .moments import AFTER_COMMIT, BEFORE_COMMIT
from .reading import see, versions_in

__all__ = ["Tally", "await_database", "kill_at_moments", "kill_from_outside", "spread"]


@dataclass
class Tally:
    """What readers saw after the kills of one kind."""

    name: str
    old: int = 0
    new: int = 0
    mixed: list = field(default_factory=list)
    seconds: float = 0

    @property
    def kills(self):
        return self.old + self.new + len(self.mixed)


def kill_at_moments(server, desk, kills):
    """Kill before statements spread over the whole request, and on both sides of every COMMIT."""
    moments = _publish_undisturbed(server, desk).headers["X-Moments"].split(",")
    tally, begun = Tally(f"{desk.name}; {len(moments)} moments"), time.monotonic()
    for deadly in spread(moments, kills):

        def kill(path, data, deadly=deadly):
            answer = _press(server, desk, path, data, deadly)
            return None if answer.status is None else f"it lived and answered {answer.status}"

        _round(server, desk, tally, f"{deadly} {moments[deadly - 1]}", kill)
    tally.seconds = time.monotonic() - begun
    return tally


def kill_from_outside(server, desk, kills, chance):
    """Kill after times that ``chance`` spreads over the length of the request."""
    begun = time.monotonic()
    _publish_undisturbed(server, desk)
    length = time.monotonic() - begun
    tally, begun = Tally(f"{desk.name}; from outside"), time.monotonic()
    for _ in range(kills):
        delay = chance.uniform(0, length)

        def kill(path, data, delay=delay):
            killer = threading.Timer(delay, server.kill)
            killer.start()
            _press(server, desk, path, data)
            killer.join()

        _round(server, desk, tally, f"{delay * 1000:.0f} ms", kill)
    tally.seconds = time.monotonic() - begun
    return tally


def spread(moments, kills):
    """Numbers of ``kills`` moments, counted from 1: those around commits, and others at equal distances."""
    around = [n for n, moment in enumerate(moments, 1) if moment in {BEFORE_COMMIT, AFTER_COMMIT}]
    others = [n for n in range(1, len(moments) + 1) if n not in around]
    left = max(0, kills - len(around))
    return sorted([*around, *(others[n * len(others) // left] for n in range(left))])


def _publish_undisturbed(server, desk):
    desk.begin()
    answer = _press(server, desk, *desk.request(server), "never")
    seen = see(server, desk.records())
    if answer.status != 302 or (wrong := _wrong_once_published(desk, seen)):
        said = errors_of(answer.text) if answer.text else wrong
        raise RuntimeError(f"It cannot be published: {answer.status} {said}")
    return answer


def _press(server, desk, path, data, deadly=None):
    headers = {**desk.office.headers, **({"X-Kill-At": str(deadly)} if deadly else {})}
    return server.ask("POST", path, data, headers)


def _round(server, desk, tally, moment, kill):
    desk.begin()
    old = see(server, desk.records())
    if lived := kill(*desk.request(server)):
        raise RuntimeError(f"{tally.name}, {moment}: {lived}")
    server.bury()
    await_database()
    server.start()
    seen = see(server, desk.records())
    is_new = seen != old
    wrong = list(desk.wrong(is_new))
    # Sent again, as a browser offers it, it is published, once.
    _press(server, desk, *desk.request(server))
    new = see(server, desk.records())
    wrong += _wrong_once_published(desk, new)
    wrong += [f"{door}: {seen[door]}" for door in seen if seen not in (old, new) and seen[door] != new[door]]
    if wrong:
        tally.mixed.append(f"{moment}: {'; '.join(wrong)}")
    elif is_new:
        tally.new += 1
    else:
        tally.old += 1


def _wrong_once_published(desk, seen):
    """Sentences about what a reader does not find of the newest version, or finds of another one."""
    wrong = [f"then {one}" for one in desk.wrong(is_new=True)]
    text = str(seen)
    wrong += [f"then nobody reads “{words}”" for words in desk.told() if words not in text]
    if versions_in(seen) != {desk.version}:
        wrong.append(f"then {versions_in(seen)} are read instead of {desk.version}")
    return wrong


def await_database():
    """PostgreSQL notices in its own time that a client is gone; what that client had sent is done by then, or not.

    Clients that live may be connected, as long as they do nothing.
    """
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()"
    )
    with connection.cursor() as cursor:
        while cursor.execute(others).fetchone()[0]:
            time.sleep(0.01)
