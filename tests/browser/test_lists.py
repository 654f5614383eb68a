"""A reader narrows a list: in place, by keyboard, on a phone, and without JavaScript."""

import datetime as dt

import pytest

from tests.factories import AgreementFactory, ArticleFactory, RegionFactory, TopicFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def articles():
    chongqing = RegionFactory(code="500000", name="重庆市")
    sichuan = RegionFactory(code="510000", name="四川省")
    trade = TopicFactory(slug="trade", name="贸易")
    ArticleFactory(headline="山城", regions=[chongqing], topics=[trade], dated=dt.date(2022, 1, 1))
    ArticleFactory(headline="天府", regions=[sichuan], dated=dt.date(2022, 1, 1))
    ArticleFactory(headline="双城", regions=[chongqing, sichuan], topics=[trade], dated=dt.date(2023, 1, 1))


def headlines(page):
    return set(page.locator(".browse-results h2, .browse-results h3").all_inner_texts())


def numbers(page, facet):
    box = page.locator(f"#facet-{facet}")
    return dict(
        zip(
            box.locator(".facet-label").all_inner_texts(),
            map(int, box.locator(".facet-number").all_inner_texts()),
            strict=True,
        )
    )


def test_a_choice_exchanges_the_list_in_place_the_address_follows_and_back_works(page, articles):
    page.goto("/articles/")
    page.evaluate("window.stayed = true")
    assert headlines(page) == {"山城", "天府", "双城"}

    page.get_by_label("重庆市").check()
    page.wait_for_url("**/articles/?region=500000")
    page.locator(".count b", has_text="2").wait_for()
    assert headlines(page) == {"山城", "双城"}
    assert numbers(page, "region") == {"重庆市": 2, "四川省": 2}
    assert page.evaluate("document.activeElement.id") == "region-500000"
    assert page.locator("#list-status").inner_text().startswith("2")

    page.get_by_label("贸易").check()
    page.wait_for_url("**/articles/?region=500000&topic=trade")
    page.locator(".chip", has_text="重庆市").click()
    page.wait_for_url("**/articles/?topic=trade")
    assert headlines(page) == {"山城", "双城"}

    page.go_back()
    page.wait_for_url("**/articles/?region=500000&topic=trade")
    page.locator(".chip", has_text="重庆市").wait_for()
    page.go_back()
    page.wait_for_url("**/articles/?region=500000")
    page.locator(".chip", has_text="贸易").wait_for(state="detached")
    page.go_back()
    page.locator(".count b", has_text="3").wait_for()

    assert headlines(page) == {"山城", "天府", "双城"}
    assert not page.get_by_label("重庆市").is_checked()
    assert page.evaluate("window.stayed") is True


def test_the_keyboard_is_enough(page, articles):
    page.goto("/articles/")
    page.locator("#region-500000").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/articles/?region=500000")
    page.locator(".count b", has_text="2").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "region-510000"
    page.keyboard.press("Space")

    page.wait_for_url("**/articles/?region=500000&region=510000")
    page.locator(".count b", has_text="3").wait_for()
    assert headlines(page) == {"山城", "天府", "双城"}


def test_without_javascript_the_form_is_sent(new_page, articles):
    page = new_page(java_script_enabled=False)
    page.goto("/articles/")
    page.get_by_label("四川省").check()
    page.locator("#facet-year > summary").click()
    page.get_by_label("2022").check()
    page.locator("#filter [type=submit]").click()

    assert headlines(page) == {"天府"}
    assert page.get_by_label("四川省").is_checked()


def test_on_a_phone_the_facets_are_folded_and_open_with_a_touch(new_page, articles):
    page = new_page(width=390)
    page.goto("/articles/")
    assert not page.get_by_label("重庆市").is_visible()

    page.locator(".filter > summary").click()
    page.get_by_label("重庆市").check()
    page.locator(".count b", has_text="2").wait_for()

    assert page.get_by_label("重庆市").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_list_that_cannot_be_fetched_is_opened(page, articles):
    page.goto("/articles/")
    page.route(
        "**/articles/?region=500000",
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.fallback(),
    )
    page.get_by_label("重庆市").check()
    page.wait_for_url("**/articles/?region=500000")

    assert headlines(page) == {"山城", "双城"}


def test_the_pager_leads_to_the_start_of_the_next_page(page):
    AgreementFactory.create_batch(25)
    page.goto("/agreements/")
    page.locator(".pager [rel=next]").click()
    page.wait_for_url("**/agreements/?page=2")

    assert page.locator(".browse-results .entry").count() == 5
    assert page.evaluate("document.activeElement.className") == "browse-results"
