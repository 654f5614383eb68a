"""Members of the office: roles, language, and the way back in by mail."""

import re

import pytest
from django.core import mail
from django.utils import translation
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.roles import make_roles
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    user = StaffFactory(language="en")
    client.force_login(user)
    return user


def administrator(**kwargs):
    user = UserFactory(is_staff=True, language="en", **kwargs)
    user.groups.add(make_roles()["管理员"])
    return user


# Language ------------------------------------------------------------------------------------------------------------


def test_admin_speaks_the_users_language_and_the_switch_changes_it(client):
    user = StaffFactory(language="zh-hans")
    client.force_login(user)
    assert 'lang="zh-hans"' in client.get("/admin/").content.decode()

    response = client.post("/admin/language/", {"language": "en", "next": "/admin/articles/article/"})

    user.refresh_from_db()
    assert (response.url, user.language) == ("/admin/articles/article/", "en")
    assert 'lang="en"' in client.get("/admin/").content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_switch_leads_to_no_other_site(client, chief, back):
    assert client.post("/admin/language/", {"language": "zh-hans", "next": back}).url == "/admin/"


def test_switch_takes_no_language_that_is_not_there_and_nobody_who_is_not_logged_in(client, chief):
    client.post("/admin/language/", {"language": "xx"})
    chief.refresh_from_db()
    assert chief.language == "en"
    assert client.get("/admin/language/").status_code == 405

    client.logout()
    assert client.post("/admin/language/", {"language": "en"}).status_code == 302


# Forgotten password --------------------------------------------------------------------------------------------------


def test_login_page_leads_to_the_forgotten_password(client):
    assert 'href="/admin/password_reset/"' in client.get("/admin/login/").content.decode()


def test_forgotten_password_is_renewed_by_mail(client):
    user = UserFactory(username="linzhou", email="linzhou@example.org", is_staff=True)
    user.set_password("vergessen-2026")
    user.save()

    response = client.post("/admin/password_reset/", {"email": "linzhou@example.org"}, follow=True)
    assert response.status_code == 200
    (message,) = mail.outbox
    assert message.to == ["linzhou@example.org"]
    address = re.search(r"http://testserver(/admin/reset/\S+)", message.body)[1]

    page = client.get(address, follow=True)
    new = {"new_password1": "jiangbei-zui-2026", "new_password2": "jiangbei-zui-2026"}
    done = client.post(page.redirect_chain[-1][0], new, follow=True)

    assert done.status_code == 200
    login = {"username": "linzhou", "password": "jiangbei-zui-2026"}
    assert client.post("/admin/login/?next=/admin/", login).url == "/admin/"
    assert client.get(address, follow=True).context["validlink"] is False


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_mail_speaks_the_language_of_who_gets_it(client, language):
    user = UserFactory(email="a@example.org", language=language, is_staff=True)
    user.set_password("x")
    user.save()

    client.post("/admin/password_reset/", {"email": "a@example.org"})

    with translation.override(language):
        subject = gettext("A new password for %(domain)s") % {"domain": "testserver"}
        last = gettext("If you did not ask for this, do nothing: your password stays as it is.")
    assert mail.outbox[0].subject == subject
    assert last in mail.outbox[0].body


def test_nobody_learns_which_addresses_have_an_account(client):
    user = UserFactory(email="known@example.org")
    user.set_unusable_password()
    user.save()
    pages = [
        client.post("/admin/password_reset/", {"email": mail}, follow=True)
        for mail in ("known@example.org", "x@example.org")
    ]

    assert pages[0].redirect_chain == pages[1].redirect_chain
    assert len(mail.outbox) == 0  # an account without a usable password gets no message either


@pytest.mark.parametrize("address", ["", "x", "a@b\x00", "a" * 400 + "@example.org"])
def test_address_that_is_none_is_refused_at_its_field(client, address):
    response = client.post("/admin/password_reset/", {"email": address})

    assert list(response.context["form"].errors) == ["email"]


# Members -------------------------------------------------------------------------------------------------------------


def test_members_are_deactivated_and_never_deleted(client, chief):
    member = UserFactory(is_staff=True)

    assert client.get(f"/admin/accounts/user/{member.pk}/delete/").status_code == 403
    client.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [member.pk, chief.pk]})

    assert set(User.objects.values_list("pk", "is_active")) == {(member.pk, False), (chief.pk, True)}


def test_member_is_made_with_name_mail_language_and_role(client, chief):
    role = make_roles()["编辑"]
    data = {
        "username": "heLan", "name": "何岚", "email": "helan@example.org", "language": "en", "is_staff": "on",
        "usable_password": "true", "password1": "jiangbei-zui-2026", "password2": "jiangbei-zui-2026",
        "groups": [role.pk], "_save": "1",
    }  # fmt: skip
    client.post("/admin/accounts/user/add/", data)

    member = User.objects.get(username="heLan")
    assert (member.name, member.language, list(member.groups.all())) == ("何岚", "en", [role])


def test_administrators_cannot_make_themselves_or_touch_superusers(client, chief):
    boss = chief
    user = administrator()
    client.force_login(user)
    page = client.get(f"/admin/accounts/user/{user.pk}/change/")
    assert "is_superuser" not in page.context["adminform"].form.fields
    assert "user_permissions" not in page.context["adminform"].form.fields

    form = {"username": "boss", "email": "mine@example.org", "language": "en", "_save": "1"}
    assert client.post(f"/admin/accounts/user/{boss.pk}/change/", form).status_code == 403
    new = {"password1": "jiangbei-zui-2026", "password2": "jiangbei-zui-2026"}
    assert client.post(f"/admin/accounts/user/{boss.pk}/password/", new).status_code == 403
    client.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [boss.pk]})
    boss.refresh_from_db()
    assert (boss.username != "boss", boss.is_active) == (True, True)
