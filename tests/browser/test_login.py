"""The way into the editor's desk in Chromium: locked and unlocked, with a code after the password, and out again."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.models import Role
from tests.accounts.phones import Phone
from tests.factories import ArticleFactory, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "jiangbei-zui-2026"


def member(username, **kwargs):
    user = StaffFactory(username=username, language="zh-hans", **kwargs)
    user.set_password(PASSWORD)
    user.save()
    return user


def fill_in(page, username, password):
    page.goto("/admin/login/?next=/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    with page.expect_navigation():
        page.locator("#login-form [type=submit]").click()


def press(page, selector):
    with page.expect_navigation():
        page.locator(selector).click()


def violations(page):
    return {violation["id"] for violation in Axe().run(page).response["violations"]}


def test_six_wrong_passwords_lock_one_login_until_the_administrator_unlocks_it(new_page, log_in):
    user, colleague = member("linzhou"), member("helan")
    page, desk = new_page(), new_page()
    for _number in range(6):
        fill_in(page, "linzhou", "wrong")
    assert page.locator("[role=alert]").count() == 1
    assert violations(page) == set()
    fill_in(page, "linzhou", PASSWORD)
    assert page.locator("[role=alert]").count() == 1
    fill_in(desk, "helan", PASSWORD)  # the same office, the same address
    assert desk.locator("#user-tools strong").inner_text() == colleague.name

    desk.goto("/admin/accounts/user/")
    assert desk.locator("#result_list .field-login_state .state").count() == 1
    desk.goto(f"/admin/accounts/user/{user.pk}/change/")
    press(desk, ".object-tools form:has([value=unlock]) button")
    assert desk.locator(".field-login_details .state").count() == 0

    fill_in(page, "linzhou", PASSWORD)
    assert page.locator("#user-tools strong").inner_text() == user.name


@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_role_demands_is_set_up_by_keyboard_and_asked_at_the_next_login(new_page, width):
    user = member("linzhou")
    group = Group.objects.create(name="签发")
    Role.objects.create(group=group, demands_second_factor=True)
    user.groups.add(group)
    draft = ArticleFactory(status="draft")
    page = new_page(width=width)
    fill_in(page, "linzhou", PASSWORD)
    assert page.url.endswith("/admin/second-factor/enrol/")
    assert page.evaluate("document.querySelector('.secret-picture').naturalWidth") > 100
    assert (violations(page), across(page)) == (set(), width)
    assert page.goto(draft.get_absolute_url()).status == 404

    page.goto("/admin/second-factor/enrol/")
    phone = Phone(page.content())
    page.focus("#id_code")
    page.keyboard.type(phone.code())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    codes = page.locator(".backup-codes code").all_inner_texts()
    assert (len(codes), violations(page), across(page)) == (10, set(), width)
    press(page, ".submit-row a")
    assert page.goto(draft.get_absolute_url()).status == 200

    page.goto("/admin/second-factor/")
    assert (violations(page), across(page)) == (set(), width)
    leave(page)
    TOTPDevice.objects.update(last_t=-1, drift=0)  # as if half a minute had gone by
    fill_in(page, "linzhou", PASSWORD)
    page.wait_for_selector("#id_code:focus")
    assert (violations(page), across(page)) == (set(), width)
    page.keyboard.type(phone.code())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#user-tools strong").inner_text() == user.name

    leave(page)
    fill_in(page, "linzhou", PASSWORD)
    page.wait_for_selector("#id_code:focus")  # a browser moves there a moment after the page has come
    page.keyboard.type(codes[0])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#user-tools strong").inner_text() == user.name


def across(page):
    """How wide the page is."""
    return page.evaluate("document.documentElement.scrollWidth")


def leave(page):
    press(page, "#logout-form button")


def test_leaving_forgets_what_the_browser_kept(page, log_in):
    log_in(page, member("linzhou"))
    page.goto("/admin/")
    page.evaluate("localStorage.setItem('typed', '未保存的稿子')")
    leave(page)
    page.goto("/admin/login/")

    assert page.evaluate("localStorage.getItem('typed')") is None
