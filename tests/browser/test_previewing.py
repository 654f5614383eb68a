"""A preview link in Chromium: from the desk of an editor to an outsider who has no account."""

import pytest

from tests.factories import ArticleFactory, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def article():
    return ArticleFactory(status="draft", published_at=None, headline="还没有公开的消息", body="<p>草稿的正文</p>")


@pytest.fixture
def link(new_page, log_in, article):
    """Made at the desk, as the editor copies it."""
    desk = new_page()
    log_in(desk, StaffFactory(language="en"))
    desk.goto(f"/admin/articles/article/{article.pk}/change/")
    desk.get_by_role("link", name="Link for outsiders…").click()
    desk.get_by_role("button", name="Make the link").click()
    return desk.locator("#preview-link").input_value()


def test_a_link_opens_the_page_and_its_token_is_never_asked_for(new_page, article, link):
    reader, asked = new_page(), []
    reader.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
    reader.goto(link)
    reader.wait_for_url(f"**{article.get_absolute_url()}")

    token = link.partition("#")[2]
    assert reader.locator("h1").inner_text() == "还没有公开的消息"
    assert reader.locator(".notice-preview").is_visible()
    assert len(token) > 40
    assert [seen for seen in asked if any(token in part for part in seen)] == []


def test_a_reader_ends_the_preview(new_page, article, link):
    reader = new_page()
    reader.goto(link)
    reader.wait_for_url(f"**{article.get_absolute_url()}")
    reader.locator(".notice-preview a").click()
    reader.locator("button[name=end]").click()
    reader.locator("[role=status]").wait_for()

    assert reader.goto(article.get_absolute_url()).status == 404


def test_without_scripts_the_link_is_pasted(new_page, article, link):
    reader = new_page(java_script_enabled=False)
    reader.goto(link)
    reader.fill("#id_code", link)
    reader.locator("#preview-form [type=submit]").click()
    reader.wait_for_url(f"**{article.get_absolute_url()}")

    assert reader.locator("h1").inner_text() == "还没有公开的消息"


def test_a_spoiled_link_leaves_the_address_bar_and_is_refused(new_page, link):
    reader = new_page()
    reader.goto(link[:-3])
    reader.locator("[role=alert]").wait_for()

    assert reader.evaluate("location.href").endswith("/preview/")
