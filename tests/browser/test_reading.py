"""What a reader can do with an article: text size, share, copy its address, print."""

import pytest

from tests.factories import ArticleFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(transactional_db):
    return ArticleFactory(headline="两江新区", body="<p>正文的一段话。</p>").get_absolute_url()


def size_of_text(page):
    return page.locator(".prose").evaluate("prose => parseFloat(getComputedStyle(prose).fontSize)")


def pressed(page):
    return page.locator("[data-reading=sizes] button").evaluate_all(
        "buttons => buttons.filter(one => one.ariaPressed === 'true').map(one => one.dataset.size)"
    )


def test_the_chosen_text_size_is_there_again_on_the_next_article(page, address):
    page.goto(address)
    medium = size_of_text(page)
    assert pressed(page) == ["medium"]

    page.locator("[data-size=large]").click()

    assert (pressed(page), size_of_text(page) > medium) == (["large"], True)
    page.goto(ArticleFactory(body="<p>另一篇。</p>").get_absolute_url())
    assert (pressed(page), size_of_text(page) > medium) == (["large"], True)
    page.locator("[data-size=small]").focus()
    page.keyboard.press("Enter")
    assert (pressed(page), size_of_text(page) < medium) == (["small"], True)


def test_the_address_is_copied_and_the_reader_is_told(new_page, address, live_server):
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "?from=feed")

    page.locator("[data-reading=copy]").click()

    page.locator("[data-reading=told]:not(:empty)").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == live_server.url + address


def test_the_print_button_prints(page, address):
    page.goto(address)
    page.evaluate("window.print = () => document.body.dataset.printed = 'yes'")

    page.locator("[data-reading=print]").click()

    assert page.locator("body").get_attribute("data-printed") == "yes"


def test_without_scripts_there_are_no_buttons_and_the_mail_still_goes(new_page, address, live_server):
    page = new_page(java_script_enabled=False)
    page.goto(address)

    assert [one.is_visible() for one in page.locator(".tools button").all()] == [False] * 6
    mail = page.locator(".tools a").get_attribute("href")
    assert mail.startswith("mailto:?subject=%E4%B8%A4%E6%B1%9F")
    assert mail.endswith(
        "&body=" + live_server.url.replace(":", "%3A").replace("/", "%2F") + address.replace("/", "%2F")
    )


def test_an_article_with_nothing_beside_it_stands_in_the_middle(page, address):
    page.goto(address)

    box = page.locator(".story-body").bounding_box()

    assert abs((box["x"] + box["width"] / 2) - 640) < 10
