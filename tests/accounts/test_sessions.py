"""Sessions end: when nothing happens, when the day is over, and when somebody ends them."""

import datetime as dt

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client

from portal.accounts.models import User
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

NINE = dt.datetime(2026, 5, 4, 1, tzinfo=dt.UTC)  # in Chongqing


@pytest.fixture
def user():
    return StaffFactory(language="en")


@pytest.fixture
def enter(user):
    """Another browser in which ``user`` is logged in."""

    def make():
        browser = Client()
        browser.force_login(User.objects.get(pk=user.pk))
        return browser

    return make


def is_in(browser):
    return browser.get("/admin/jsi18n/").status_code == 200


@pytest.mark.parametrize(("minutes", "inside"), [(119, True), (121, False)])
def test_a_session_ends_after_two_idle_hours(enter, minutes, inside):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = enter()
        clock.shift(dt.timedelta(minutes=minutes))

        assert is_in(browser) is inside


def test_work_prolongs_a_session_to_twelve_hours_and_no_longer(enter):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = enter()
        hours = 0
        while is_in(browser):
            clock.shift(dt.timedelta(hours=1))
            hours += 1

        assert hours == 12


def test_a_session_is_written_at_most_once_a_minute(enter):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = enter()
        ends = []
        for seconds in (0, 50, 11, 30):
            clock.shift(seconds)
            browser.get("/admin/jsi18n/")
            ends.append(Session.objects.get().expire_date - NINE - dt.timedelta(hours=2))

    assert ends == [dt.timedelta(seconds=seconds) for seconds in (0, 0, 61, 61)]


def test_the_operator_sets_the_idle_time(enter, settings):
    settings.SESSION_COOKIE_AGE = 30 * 60
    with time_machine.travel(NINE, tick=False) as clock:
        browser = enter()
        clock.shift(dt.timedelta(minutes=31))

        assert not is_in(browser)


def test_one_ends_all_sessions_but_the_own(enter, user):
    here, there = enter(), enter()
    here.post("/admin/end-other-sessions/")

    assert (is_in(here), is_in(there)) == (True, False)
    assert LogEntry.objects.get().change_message == "all other sessions ended"
    assert here.get("/admin/end-other-sessions/").status_code == 405


def test_the_administrator_ends_all_sessions_of_a_user(enter, user):
    browser, desk = enter(), Client()
    desk.force_login(StaffFactory(language="en"))
    desk.post("/admin/accounts/user/", {"action": "end_sessions", "_selected_action": [user.pk]})

    assert (is_in(browser), is_in(desk), is_in(enter())) == (False, True, True)
    assert LogEntry.objects.get().change_message == "all sessions ended"


@pytest.mark.parametrize("way", ["action", "form"])
def test_deactivation_ends_sessions_for_good(enter, user, way):
    browser, desk = enter(), Client()
    desk.force_login(StaffFactory(language="en"))
    if way == "action":
        desk.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [user.pk]})
    else:
        joined = {"date_joined_0": "2026-05-04", "date_joined_1": "09:00:00"}
        form = {"username": user.username, "language": "en", "is_staff": "on", **joined}
        desk.post(f"/admin/accounts/user/{user.pk}/change/", form)
    assert not is_in(browser)

    User.objects.filter(pk=user.pk).update(is_active=True, is_superuser=True)
    assert (is_in(browser), is_in(enter())) == (False, True)


def test_a_new_password_ends_the_other_sessions(enter, user):
    user.set_password("jiangbei-zui-2026")
    user.save()
    here, there = enter(), enter()
    new = {"old_password": "jiangbei-zui-2026", "new_password1": "yubei-zui-2026", "new_password2": "yubei-zui-2026"}
    here.post("/admin/password_change/", new)

    assert (is_in(here), is_in(there)) == (True, False)


def test_leaving_clears_what_the_browser_kept(enter):
    browser = enter()
    assert "Clear-Site-Data" not in browser.get("/admin/")

    assert browser.post("/admin/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(browser)


def test_who_is_not_let_out_keeps_what_the_browser_kept(enter, user):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = enter().cookies
    response = browser.post("/admin/logout/")

    assert (response.status_code, "Clear-Site-Data" in response) == (403, False)
    assert is_in(browser)
