"""The release calendar: dates that are kept, what follows by itself, and what it must not tell."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from portal.publishing.frozen import Frozen
from portal.publishing.models import Status
from stats.calendar import AnnouncedDate, Announcement, CalendarState, Standing
from tests.factories import AnnouncementFactory, IndicatorFactory, OrganizationFactory, ReleaseFactory, StaffFactory

pytestmark = pytest.mark.django_db
#: Noon of a day in Chongqing.
NOW = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


def found(announcement):
    return Announcement.objects.with_dates().get(pk=announcement.pk)


def release(**life):
    return ReleaseFactory(released_on=dt.date(2026, 11, 20), **life)


# What is announced


def test_a_date_is_moved_and_the_earlier_one_stays():
    announcement, by = AnnouncementFactory(dates=[("2026-12", None)]), StaffFactory()

    announcement.announce(by, Standing.CONFIRMED, "2026-12-09", dt.time(9, 30), "日程公布")

    rows = announcement.dates.values_list("number", "standing", "date", "time", "reason", "made_by")
    assert list(rows) == [
        (1, "provisional", "2026-12", None, "", None),
        (2, "confirmed", "2026-12-09", dt.time(9, 30), "日程公布", by.pk),
    ]
    now = found(announcement)
    assert (now.due, now.hour, now.state, now.when) == (
        "2026-12-09",
        dt.time(9, 30),
        CalendarState.CONFIRMED,
        "2026年12月9日 09:30",
    )
    (change,) = now.changes()
    assert (str(change["earlier"]), str(change["later"])) == ("2026年12月", "2026年12月9日 09:30")


def test_a_cancelled_release_keeps_its_date_and_can_be_announced_anew():
    announcement = AnnouncementFactory(dates=[("2026-12-09", "09:30")])

    announcement.cancel(None, "不再发布")
    assert (found(announcement).state, found(announcement).due) == (CalendarState.CANCELLED, "2026-12-09")
    announcement.announce(None, Standing.PROVISIONAL, "2027-01", reason="恢复发布")

    assert found(announcement).state == CalendarState.PROVISIONAL


@pytest.mark.parametrize(
    ("standing", "date", "time", "reason"),
    [
        (Standing.CONFIRMED, "2026-12", dt.time(9, 30), "改期"),
        (Standing.CONFIRMED, "2026-12-09", None, "改期"),
        (Standing.PROVISIONAL, "2026-12-09", dt.time(9, 30), "改期"),
        (Standing.PROVISIONAL, "2026-13", None, "改期"),
        (Standing.PROVISIONAL, "", None, "改期"),
        (Standing.PROVISIONAL, "2027", None, ""),
        (Standing.PROVISIONAL, "2026-12", None, "没有变化"),
    ],
)
def test_what_breaks_a_rule_is_not_announced(standing, date, time, reason):
    announcement = AnnouncementFactory(dates=[("2026-12", None)])

    with pytest.raises(ValidationError):
        announcement.announce(None, standing, date, time, reason)

    assert announcement.dates.count() == 1


@pytest.mark.parametrize(
    "row",
    [
        {"standing": "confirmed", "date": "2026-12"},
        {"standing": "provisional", "date": "2026-12-09", "time": dt.time(9)},
        {"standing": "provisional", "date": "2026-12", "reason": ""},
        {"standing": "cancelled", "date": "2026-12", "number": 1},
        {"standing": "provisional", "date": "2026-12", "number": 1},
    ],
)
def test_the_database_refuses_such_rows_too(row):
    announcement = AnnouncementFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        AnnouncedDate.objects.create(**{"announcement": announcement, "number": 2, "reason": "改期", **row})


def test_what_was_announced_is_neither_changed_nor_deleted():
    announcement = AnnouncementFactory()
    row = announcement.dates.get()

    with pytest.raises(Frozen):
        row.delete()
    with pytest.raises(Frozen):
        announcement.dates.update(date="2027")
    with pytest.raises(ProtectedError):
        announcement.delete()
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE stats_announceddate SET reason = 'x'")

    assert list(announcement.dates.all()) == [row]


# What follows by itself


@pytest.mark.parametrize(
    ("date", "time", "state"),
    [
        ("2026-11-24", "12:01", CalendarState.CONFIRMED),
        ("2026-11-24", "11:59", CalendarState.OVERDUE),
        ("2026-11-24", None, CalendarState.PROVISIONAL),
        ("2026-11-23", None, CalendarState.OVERDUE),
        ("2026-11", None, CalendarState.PROVISIONAL),
        ("2026-10", None, CalendarState.OVERDUE),
        ("2026", None, CalendarState.PROVISIONAL),
    ],
)
def test_a_date_that_has_passed_is_overdue(date, time, state):
    assert found(AnnouncementFactory(dates=[(date, time)])).state == state


def test_it_is_published_as_soon_as_its_release_is_public():
    announcement = AnnouncementFactory(dates=[("2026-11-20", "09:30")], release=release())

    assert found(announcement).state == CalendarState.PUBLISHED
    assert list(Announcement.objects.coming()) == []


@pytest.mark.parametrize(
    "life",
    [
        {"status": Status.DRAFT, "published_at": None},
        {"status": Status.IN_REVIEW, "published_at": None},
        {"published_at": NOW + dt.timedelta(hours=1)},
        {"offline_at": NOW - dt.timedelta(minutes=1)},
    ],
)
def test_a_release_that_readers_do_not_see_is_not_told(client, life):
    hidden = release(title="秘密公报", url="https://example.org/secret", **life)
    announcement = AnnouncementFactory(title="将发布的", dates=[("2026-12-09", "09:30")], release=hidden)

    assert found(announcement).state == CalendarState.CONFIRMED
    addresses = ["/calendar/", announcement.get_absolute_url(), "/"]
    addresses += [f"/calendar/?format={one}" for one in ("csv", "json", "atom", "ics")]
    bodies = [b"".join(client.get(address)).decode() for address in addresses]
    assert [
        address for address, body in zip(addresses, bodies, strict=True) if "秘密" in body or "secret" in body
    ] == []
    assert "将发布的" in bodies[0]


def test_a_release_dated_ahead_is_not_published_yet():
    ahead = ReleaseFactory(released_on=dt.date(2026, 12, 9))

    assert found(AnnouncementFactory(dates=[("2026-12-09", "09:30")], release=ahead)).state == CalendarState.CONFIRMED


def test_what_comes_is_in_order_and_what_is_over_follows_backwards():
    late = AnnouncementFactory(dates=[("2026-12-09", "09:30")])
    month = AnnouncementFactory(dates=[("2026-12", None)])
    overdue = AnnouncementFactory(dates=[("2026-10", None)])
    past = AnnouncementFactory(dates=[("2026-11-20", "09:30")], release=release())
    gone = AnnouncementFactory(dates=[("2026-09", None)])
    gone.cancel(None, "不再发布")
    dropped = AnnouncementFactory(dates=[("2027-01", None)])
    dropped.cancel(None, "不再发布")

    assert list(Announcement.objects.for_listing()) == [overdue, month, late, dropped, past, gone]
    assert list(Announcement.objects.coming()) == [overdue, month, late]


def test_two_words_at_once_are_one_after_the_other():
    announcement = AnnouncementFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        AnnouncedDate.objects.create(
            announcement=announcement, number=1, standing="provisional", date="2027", made_at=timezone.now()
        )

    assert announcement.dates.count() == 1


def test_its_source_and_its_release_are_not_deleted_under_it():
    source, published = OrganizationFactory(), release()
    AnnouncementFactory(source=source, release=published, indicators=[IndicatorFactory()])

    for target in (source, published):
        with pytest.raises(ProtectedError):
            target.delete()
