"""Where a request comes from, how many of them there may be, and how old a form is."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory

from portal.pages.guarding import PER_HOUR, Stamp, is_flood, network_of

NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)


def request(address="203.0.113.7", forwarded=None):
    headers = {"x-forwarded-for": forwarded} if forwarded is not None else {}
    return RequestFactory().post("/feedback/", REMOTE_ADDR=address, headers=headers)


@pytest.mark.parametrize(
    ("proxies", "address", "forwarded", "network"),
    [
        (0, "203.0.113.7", None, "203.0.113.7"),
        (0, "203.0.113.7", "198.51.100.1", "203.0.113.7"),  # whoever has no proxy believes nobody
        (1, "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "127.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),  # the front is the sender's own invention
        (2, "127.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.7", None, "203.0.113.7"),
        (1, "203.0.113.7", " , ", "203.0.113.7"),
        (0, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        (0, "::ffff:203.0.113.7", None, "203.0.113.7"),
        (0, "", None, "unknown"),  # a server on a socket
        (1, "", "not an address", "unknown"),
    ],
)
def test_a_request_comes_from_what_our_own_proxies_say(settings, proxies, address, forwarded, network):
    settings.TRUSTED_PROXIES = proxies

    assert network_of(request(address, forwarded)) == network


def test_each_network_has_a_number_of_messages_an_hour():
    with time_machine.travel(NOON, tick=False) as clock:
        assert [is_flood(request()) for _ in range(PER_HOUR + 1)] == [False] * PER_HOUR + [True]
        assert is_flood(request("203.0.113.8")) is False

        clock.shift(3601)
        assert is_flood(request()) is False


def test_one_household_with_many_addresses_is_one_network():
    sent = [is_flood(request(f"2001:db8::{number:x}")) for number in range(1, PER_HOUR + 2)]

    assert sent == [False] * PER_HOUR + [True]


def test_the_address_itself_is_kept_nowhere(monkeypatch):
    keys = []
    monkeypatch.setattr(cache, "incr", lambda key: keys.append(key) or 1)

    is_flood(request("203.0.113.7"))

    assert len(keys) == 1
    assert "203.0.113" not in keys[0]


def test_the_count_begins_anew_where_the_cache_forgets_it_meanwhile(monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *args, **kwargs: True)

    assert is_flood(request()) is False
    assert [is_flood(request()) for _ in range(PER_HOUR)] == [False] * (PER_HOUR - 1) + [True]


@pytest.mark.parametrize(("address", "told"), [("127.0.0.1", 1), ("203.0.113.7", 0)])
def test_operators_are_told_when_all_readers_look_like_one(caplog, address, told):
    for _ in range(PER_HOUR + 1):
        is_flood(request(address))

    assert [("PORTAL_PROXIES" in record.getMessage()) for record in caplog.records] == [True] * told


@pytest.mark.parametrize(
    ("seconds", "valid", "young"), [(0, True, True), (2, True, True), (5, True, False), (86_000, True, False)]
)
def test_a_stamp_is_good_for_a_day(seconds, valid, young):
    with time_machine.travel(NOON, tick=False) as clock:
        stamp = Stamp.new()
        clock.shift(seconds)

        assert (Stamp.is_valid(stamp), Stamp.is_too_young(stamp)) == (valid, young)


def test_an_old_stamp_and_a_forged_one_are_worth_nothing():
    with time_machine.travel(NOON, tick=False) as clock:
        stamp = Stamp.new()
        clock.shift(86_401)

        assert [Stamp.is_valid(some) for some in (stamp, f"{stamp}x", "form", "", "a:b:c")] == [False] * 5
