"""A code after the password: demanded by role, asked everywhere, given once."""

import datetime as dt
import re

import pytest
import time_machine
from axes.models import AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils.translation import override
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.desk import DeskAdmin
from portal.accounts.locking import locked_until
from portal.accounts.models import Role, User
from portal.publishing.models import TrashedRecord
from tests.accounts.phones import Phone, enrol
from tests.factories import ArticleFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

CODE = "/admin/second-factor/code/"
ENROL = "/admin/second-factor/enrol/"
OVERVIEW = "/admin/second-factor/"


@pytest.fixture(autouse=True)
def noon():
    """The clock stands still, so that no half-minute of the app begins in the middle of a test."""
    with time_machine.travel(dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC), tick=False):
        yield


def demand(user):
    """A role of ``user`` demands a second factor from now on."""
    group = Group.objects.create(name="签发")
    Role.objects.create(group=group, demands_second_factor=True)
    user.groups.add(group)


@pytest.fixture
def user(client):
    user = StaffFactory(username="linzhou", language="en")
    client.force_login(user)
    return user


def again(client, user):
    """``user`` comes back with a right password and, so far, nothing else."""
    client.logout()
    client.force_login(user)


def wrong(phone):
    """A code that is none of the phone's."""
    right = {phone.code(later) for later in range(-3, 4)}
    return next(code for code in (f"{number:06d}" for number in range(10)) if code not in right)


def unslow():
    """As if enough time had gone by since the last wrong code."""
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.update(throttling_failure_timestamp=None)


# The gate ------------------------------------------------------------------------------------------------------------


DOORS = [
    "/admin/",
    "/admin/articles/article/",
    "/admin/articles/article/add/",
    "/admin/autocomplete/?app_label=articles&model_name=article&field_name=source&term=",
    "/admin/jsi18n/",
    "/admin/password_change/",
    "/admin/accounts/user/",
    OVERVIEW,
]


@pytest.mark.parametrize("door", DOORS)
def test_before_the_code_every_page_of_the_admin_asks_for_it(client, user, door):
    assert client.get(door).status_code == 200
    demand(user)
    response = client.get(door)
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/?next=/admin/")
    assert client.get(response.url).url.startswith(f"{CODE}?next=")

    phone, _codes = enrol(client)
    assert client.get(door).status_code == 200
    again(client, user)
    assert client.get(door).status_code == 302

    client.post(CODE, {"code": phone.code(later=1)})
    assert client.get(door).status_code == 200


def test_before_the_code_no_draft_is_shown_and_nothing_is_changed(client, user):
    draft = ArticleFactory(status="draft", headline="未发布的消息")
    image = draft.get_absolute_url()
    assert client.get(image).status_code == 200
    demand(user)

    assert client.get(image).status_code == 404
    client.post("/admin/language/", {"language": "zh-hans"})
    client.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [UserFactory().pk]})
    client.post("/admin/end-other-sessions/")
    user.refresh_from_db()
    assert (user.language, user.session_number, User.objects.filter(is_active=False).count()) == ("en", 0, 0)


def test_who_came_halfway_reads_their_language_and_may_leave(client, user):
    demand(user)
    page = client.get(ENROL)
    assert 'lang="en"' in page.content.decode()
    assert "Your role demands a second factor" in page.content.decode()
    assert client.get(CODE).url == ENROL

    assert client.post("/admin/logout/").status_code == 200
    assert client.get(ENROL).url.startswith("/admin/login/?next=")


def test_of_who_may_everything_is_asked_what_any_role_demands(client):
    superuser, member = StaffFactory(is_superuser=True), StaffFactory(is_superuser=False)
    Role.objects.create(group=Group.objects.create(name="旧角色"), demands_second_factor=False)
    client.force_login(superuser)
    assert client.get("/admin/").status_code == 200

    Role.objects.create(group=Group.objects.create(name="签发"), demands_second_factor=True)
    assert client.get("/admin/").status_code == 302
    client.force_login(member)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("address", [CODE, ENROL])
def test_without_a_password_nobody_is_asked_for_a_code(client, address):
    assert client.get(address).url == f"/admin/login/?next={address}"
    assert client.post(address, {"code": "123456"}).url == f"/admin/login/?next={address}"
    assert TOTPDevice.objects.count() == 0


def test_members_without_a_demand_need_no_code_and_no_more_queries(client, user, django_assert_num_queries):
    with django_assert_num_queries(2):  # session, user with what is asked of them
        assert client.get("/admin/jsi18n/").status_code == 200


# Enrolling -----------------------------------------------------------------------------------------------------------


def test_a_member_enrols_with_the_picture_or_the_secret_and_gets_ten_codes_once(client, user):
    page = client.get(ENROL).content.decode()
    assert re.search(r'<img [^>]*src="data:image/svg\+xml', page, re.DOTALL)
    assert Phone(client.get(ENROL).content.decode()).key == Phone(page).key  # looking twice is one secret

    _phone, codes = enrol(client)

    assert len(set(codes)) == StaticToken.objects.count() == 10
    assert [page.content.decode().count(codes[0]) for page in (client.get(OVERVIEW), client.get("/admin/"))] == [0, 0]
    assert client.get(ENROL).url == OVERVIEW
    assert LogEntry.objects.get().change_message == "second factor set up"


def test_a_first_code_that_is_wrong_enrols_nobody_and_counts_against_nobody(client, user):
    phone = Phone(client.get(ENROL).content.decode())
    response = client.post(ENROL, {"code": wrong(phone)})

    assert list(response.context["form"].errors) == ["code"]
    assert (TOTPDevice.objects.filter(confirmed=True).count(), AccessFailureLog.objects.count()) == (0, 0)
    unslow()
    assert "Your backup codes" in client.post(ENROL, {"code": phone.code()}).content.decode()


def test_who_has_an_app_cannot_be_given_another_by_who_has_only_the_password(client, user):
    enrol(client)
    again(client, user)

    assert client.get(ENROL).url == OVERVIEW
    assert client.post(ENROL, {"code": "123456"}).url == OVERVIEW
    assert TOTPDevice.objects.count() == 1


# The code ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spell", ["{}", " {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", "wide"])
def test_a_code_is_taken_however_it_is_typed(client, user, spell):
    phone, _codes = enrol(client)
    again(client, user)
    code = phone.code(later=1)
    typed = code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}) if spell == "wide" else spell.format(code)

    assert client.post(CODE, {"code": typed, "next": "/admin/articles/article/"}).url == "/admin/articles/article/"
    # One login, that is complete with the code.
    assert [log.path_info for log in AccessLog.objects.filter(logout_time=None)] == [CODE]


def test_a_code_of_the_app_and_a_backup_code_work_once(client, user):
    phone, codes = enrol(client)
    for code in (phone.code(later=1), codes[3]):
        again(client, user)
        assert client.post(CODE, {"code": code}).status_code == 302
        again(client, user)
        response = client.post(CODE, {"code": code})
        assert "This code is wrong or has been used." in response.content.decode()
        unslow()
    assert StaticToken.objects.count() == 9


@pytest.mark.parametrize("code", ["", "x", "12345", "١٢٣٤٥٦", "1" * 13, "9" * 41, "123\x00456", "-1234567"])
def test_what_is_no_code_is_refused_at_its_field(client, user, code):
    enrol(client)
    again(client, user)
    response = client.post(CODE, {"code": code})

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["code"])


def test_after_a_wrong_code_the_next_has_to_wait(client, user):
    phone, _codes = enrol(client)
    again(client, user)
    TOTPDevice.objects.update(throttling_failure_count=9)
    client.post(CODE, {"code": wrong(phone)})

    response = client.post(CODE, {"code": phone.code(later=1)})

    assert response.status_code == 429
    assert "Too soon after a wrong code. Wait 512 seconds." in response.content.decode()


def test_six_wrong_codes_lock_the_login(client, user):
    phone, codes = enrol(client)
    again(client, user)
    statuses = []
    for _number in range(6):
        statuses.append(client.post(CODE, {"code": wrong(phone)}).status_code)
        unslow()

    assert statuses == [200] * 5 + [429]
    assert client.post(CODE, {"code": codes[0]}).status_code == 429
    assert locked_until("linzhou") is not None
    assert set(AccessFailureLog.objects.values_list("path_info", flat=True)) == {CODE}


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_code_leads_to_no_other_site(client, user, next):
    _phone, codes = enrol(client)
    again(client, user)

    assert client.post(CODE, {"code": codes[0], "next": next}).url == "/admin/"


# Changing and removing -----------------------------------------------------------------------------------------------


def test_new_backup_codes_replace_the_old_ones(client, user):
    phone, old = enrol(client)
    page = client.post(OVERVIEW, {"do": "renew", "code": phone.code(later=1)}).content.decode()

    new = re.findall(r"<code>(\d{4} \d{4} \d{4})</code>", page)
    assert len(new) == StaticToken.objects.count() == 10
    assert set(new).isdisjoint(old)


def test_the_second_factor_is_removed_with_a_code(client, user):
    phone, _codes = enrol(client)
    response = client.post(OVERVIEW, {"do": "remove", "code": wrong(phone)})
    assert list(response.context["remove_form"].errors) == ["code"]
    assert TOTPDevice.objects.count() == 1

    unslow()
    client.post(OVERVIEW, {"do": "remove", "code": phone.code(later=1)})

    assert (TOTPDevice.objects.count(), StaticDevice.objects.count()) == (0, 0)
    again(client, user)
    assert client.get("/admin/").status_code == 200


def test_what_a_role_demands_is_not_removed(client, user):
    demand(user)
    phone, _codes = enrol(client)
    assert "remove" not in re.findall(r'name="do" value="(\w+)"', client.get(OVERVIEW).content.decode())

    client.post(OVERVIEW, {"do": "remove", "code": phone.code(later=1)})

    assert TOTPDevice.objects.filter(confirmed=True).count() == 1


def test_who_has_none_can_neither_renew_nor_remove(client, user):
    for wanted in ("renew", "remove", "", "__class__"):
        assert client.post(OVERVIEW, {"do": wanted, "code": "123456"}).status_code in {302, 400}
    assert StaticDevice.objects.count() == 0


def test_the_administrator_resets_what_a_colleague_lost(client, user):
    enrol(client)
    chief = StaffFactory(language="en")
    desk = type(client)()
    desk.force_login(chief)
    form = {"action": "reset_second_factor", "_selected_action": [user.pk, chief.pk]}
    desk.post("/admin/accounts/user/", form)

    assert (TOTPDevice.objects.count(), StaticDevice.objects.count()) == (0, 0)
    assert LogEntry.objects.filter(user=chief).get().change_message == "second factor reset"
    assert client.get("/admin/").status_code == 302  # whoever had the phone is out
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get("/admin/").status_code == 200


def test_nobody_resets_their_own_without_a_code(client, user):
    enrol(client)
    client.post("/admin/accounts/user/", {"action": "reset_second_factor", "_selected_action": [user.pk]})

    assert TOTPDevice.objects.count() == 1


# Roles ---------------------------------------------------------------------------------------------------------------


def test_the_demand_is_a_part_of_the_groups_form(client, user):
    enrol(client)
    LogEntry.objects.all().delete()
    group = Group.objects.create(name="签发")
    address = f"/admin/auth/group/{group.pk}/change/"
    assert client.get(address).context["adminform"].form["demands_second_factor"].value() is False

    client.post(address, {"name": "签发", "demands_second_factor": "on"})
    assert Role.objects.get(group=group).demands_second_factor is True
    assert client.get(address).context["adminform"].form["demands_second_factor"].value() is True
    with override("en"):
        assert "emands a second factor" in LogEntry.objects.get().get_change_message()

    client.post(address, {"name": "签发"})
    assert Role.objects.get(group=group).demands_second_factor is False


def test_a_deleted_group_comes_back_with_its_demand(client, user):
    enrol(client)
    group = Group.objects.create(name="临时")
    Role.objects.create(group=group, demands_second_factor=True)
    client.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    assert Role.objects.count() == 0

    client.post(f"/admin/publishing/trashedrecord/{TrashedRecord.objects.get().pk}/restore/")

    assert Role.objects.get().group.name == "临时"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_groups_costs_the_same_for_any_number_of_groups(client, user, django_assert_num_queries, count):
    enrol(client)
    for number in range(count):
        group = Group.objects.create(name=f"role {number}")
        Role.objects.create(group=group, demands_second_factor=True)

    with django_assert_num_queries(5):  # session, user; count, page; whether there is an imprint
        client.get("/admin/auth/group/")


def test_every_admin_is_ours_and_no_secret_has_one():
    assert [model for model, desk in admin.site._registry.items() if not isinstance(desk, DeskAdmin)] == []
    assert {model._meta.app_label for model in admin.site._registry} & {"axes", "otp_totp", "otp_static"} == set()


def test_the_operator_resets_for_the_last_administrator(client, user, capsys):
    enrol(client)
    call_command("reset_second_factor", "linzhou")

    assert capsys.readouterr().out == "linzhou: the second factor is removed\n"
    assert client.get("/admin/").status_code == 302
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")
