"""Wrong passwords lock one login, by its name, and nobody else."""

import datetime as dt
import re

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.admin.models import LogEntry
from django.core import mail

from portal.accounts.locking import locked_until
from portal.roles import make_roles
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)  # in Chongqing
PASSWORD = "jiangbei-zui-2026"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def member(username="linzhou", **kwargs):
    user = UserFactory(username=username, is_staff=True, **kwargs)
    user.set_password(PASSWORD)
    user.save()
    return user


def try_login(client, username="linzhou", password="wrong", **request):
    return client.post("/admin/login/?next=/admin/", {"username": username, "password": password}, **request)


def lock(client, username="linzhou", **request):
    return [try_login(client, username, **request).status_code for _number in range(6)]


def test_six_wrong_passwords_lock_that_login_and_not_the_office(client):
    member()
    member("helan")

    assert lock(client) == [200] * 5 + [429]
    assert try_login(client, password=PASSWORD).status_code == 429
    assert try_login(client, password=PASSWORD, REMOTE_ADDR="198.51.100.9").status_code == 429
    assert try_login(client, "helan", PASSWORD).status_code == 302
    assert client.get("/admin/login/").status_code == 302  # helan is in


def test_a_name_that_nobody_has_is_locked_alike(client):
    member()
    lock(client)
    lock(client, "nobody")

    pages = [
        re.sub(r'value="\w{64}"', "", try_login(client, name).content.decode()).replace(name, "…")
        for name in ("linzhou", "nobody")
    ]

    assert pages[0] == pages[1]


def test_the_page_says_until_when_and_then_the_login_is_open(client):
    member()
    with time_machine.travel(NOON, tick=False) as clock:
        lock(client)
        clock.shift(dt.timedelta(minutes=59))
        # What was tried meanwhile does not prolong it.
        assert "13:00" in try_login(client).content.decode()
        assert locked_until("linzhou") == NOON + dt.timedelta(hours=1)

        clock.shift(dt.timedelta(minutes=2))
        assert locked_until("linzhou") is None
        assert try_login(client, password=PASSWORD).status_code == 302


def test_wrong_passwords_from_many_browsers_count_together(client):
    member()
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(5):
            try_login(client, headers={"user-agent": f"browser {number}"})
            clock.shift(60)
        assert locked_until("linzhou") is None

        assert try_login(client, REMOTE_ADDR="198.51.100.9").status_code == 429
        # The first of the six is the first to be forgotten.
        assert locked_until("linzhou") == NOON + dt.timedelta(hours=1)


def test_success_forgets_the_failures(client):
    member()
    for _turn in range(2):
        assert [try_login(client).status_code for _number in range(5)] == [200] * 5
        assert try_login(client, password=PASSWORD).status_code == 302
        client.post("/admin/logout/")


def test_a_new_password_by_mail_does_not_unlock(client):
    member(email="linzhou@example.org")
    lock(client)
    client.post("/admin/password_reset/", {"email": "linzhou@example.org"})
    address = re.search(r"http://testserver(/admin/reset/\S+)", mail.outbox[0].body)[1]
    page = client.get(address, follow=True)
    new = {"new_password1": "yubei-zui-2026", "new_password2": "yubei-zui-2026"}
    client.post(page.redirect_chain[-1][0], new)

    assert try_login(client, password="yubei-zui-2026").status_code == 429


def test_what_is_kept_of_a_failure_holds_no_password_and_the_readers_address(client, settings):
    settings.TRUSTED_PROXIES = 1
    member()
    try_login(client, password="geheim-2026", headers={"x-forwarded-for": "192.0.2.66, 198.51.100.1"})

    attempt, failure = AccessAttempt.objects.get(), AccessFailureLog.objects.get()
    kept = " ".join(str(value) for row in (attempt, failure) for value in vars(row).values())
    assert "password=" in kept
    assert "geheim-2026" not in kept
    assert [(row.username, row.ip_address) for row in (attempt, failure)] == [("linzhou", "198.51.100.1")] * 2


# In the admin --------------------------------------------------------------------------------------------------------


@pytest.fixture
def chief(client):
    user = StaffFactory(language="en")
    client.force_login(user)
    return user


def test_the_list_and_the_page_of_the_user_show_what_is_locked(client, chief):
    user = member()
    member("helan")
    member("gone", is_active=False)
    with time_machine.travel(NOON, tick=False):
        client.force_login(chief)
        lock(client)

        rows = client.get("/admin/accounts/user/?o=1").context["cl"].result_list
        assert [(row.username, row.is_locked) for row in rows][-3:] == [
            ("gone", False), ("helan", False), ("linzhou", True)
        ]  # fmt: skip
        page = client.get("/admin/accounts/user/").content.decode()
        assert re.findall(r'field-login_state">(?:<span class="[^"]*">)?(\w+)', page) == [
            "open", "deactivated", "open", "locked"
        ]  # fmt: skip
        page = client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert "After too many wrong passwords or codes, until 13:00." in page


def test_the_administrator_unlocks_on_the_page_of_the_user(client, chief):
    user = member()
    lock(client)
    page = client.get(f"/admin/accounts/user/{user.pk}/change/")
    assert [name for name, _label in page.context["login_actions"]] == ["unlock", "end_sessions"]

    form = {"action": "unlock", "_selected_action": [user.pk], "from_page": "1"}
    assert client.post("/admin/accounts/user/", form).url == f"/admin/accounts/user/{user.pk}/change/"

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.change_message) == (chief, str(user.pk), "login unlocked")
    client.logout()
    assert try_login(client, password=PASSWORD).status_code == 302


def test_unlocking_what_is_open_does_nothing_and_logs_nothing(client, chief):
    user = member()
    client.post("/admin/accounts/user/", {"action": "unlock", "_selected_action": [user.pk]})

    assert LogEntry.objects.count() == 0


@pytest.mark.parametrize("role", ["编辑", "管理员"])
def test_who_may_not_change_a_user_may_not_unlock_either(client, role):
    boss = StaffFactory(username="boss")
    lock(client, "boss")
    user = member("helper")
    user.groups.add(make_roles()[role])
    client.force_login(user)
    page = client.get(f"/admin/accounts/user/{boss.pk}/change/")
    assert "login_actions" not in (page.context or {})

    client.post("/admin/accounts/user/", {"action": "unlock", "_selected_action": [boss.pk]})

    assert locked_until("boss") is not None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_users_costs_the_same_for_any_number_of_users(client, django_assert_num_queries, count):
    client.force_login(StaffFactory(language="en"))
    for number in range(count):
        lock(client, member(f"member{number}").username)

    with django_assert_num_queries(6):  # session, user; roles to filter by; count, page; whether there is an imprint
        client.get("/admin/accounts/user/")
