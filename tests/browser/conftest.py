"""Chromium, as an editor and a reader have it: Chinese, and with nothing to reach but this machine."""

import os
import shutil

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def browser():
    if not shutil.which(CHROMIUM):
        advice = "Chromium is missing. Install it: apt-get install chromium fonts-noto-cjk"
        if os.geteuid() == 0:
            pytest.fail(advice)
        pytest.skip(advice)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def new_page(browser, live_server, transactional_db):
    """Makes pages (``new_page(width=390)``), each with cookies of its own. A page that asks another machine for
    something, breaks the content security policy or has an error in a script fails its test."""
    contexts, wrong = [], []

    def make(width=1280, height=900, **options):
        context = browser.new_context(
            base_url=live_server.url, locale="zh-CN", viewport={"width": width, "height": height}, **options
        )
        contexts.append(context)

        # There is no other machine (see ARGUMENTS): what asks for one fails, and to be told of each request that does
        # not takes a sixth of the time.
        context.on(
            "requestfailed", lambda request: None if is_ours(request.url) else wrong.append(f"asked {request.url}")
        )
        page = context.new_page()
        page.set_default_timeout(30_000)  # a bound for loaded machines, not a wait
        page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
        page.on("console", lambda message: wrong.append(message.text) if is_wrong(message) else None)
        return page

    def is_ours(address):
        return address.startswith((live_server.url, "data:", "blob:"))

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


def is_wrong(message):
    """What the console says is an error, except for an answer with an error status: tests ask for those on purpose."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def log_in(live_server):
    """``log_in(page, user)``: without the form, so that each test is about its own matter."""

    def enter(page, user):
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return enter
