"""What is typed into a record's form is not lost: not by a crash, nor by an ended session, nor by a refused save."""

import pytest
from django.conf import settings

from agreements.models import Agreement
from articles.models import Article
from portal.accounts.models import User
from portal.publishing.revisions import revise
from tests.factories import AgreementFactory, OrganizationFactory, PartyFactory, StaffFactory, TopicFactory

from .test_admin import choose

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADD = "/admin/articles/article/add/"
KEPT = "() => Object.keys(localStorage).filter(key => key.startsWith('draft:')).length"
PASSWORD = "a-long-enough-password-2026"


@pytest.fixture
def chief():
    return User.objects.create_user("chief", password=PASSWORD, is_staff=True, is_superuser=True, language="en")


@pytest.fixture
def desk(page, log_in, chief):
    log_in(page, chief)
    return page


def write(page, headline="川渝合作的一条消息", body="正文的第一段"):
    page.goto(ADD)
    page.fill("#id_headline", headline)
    page.locator(".ProseMirror[contenteditable]").click()
    page.keyboard.type(body)
    kept(page, 1)


def kept(page, number):
    page.wait_for_function(f"number => ({KEPT})() === number", arg=number)


def crash(page):
    """The page is gone without a word; another one opens in its place."""
    address = page.url
    context = page.context
    fresh = context.new_page()
    page.close(run_before_unload=False)
    fresh.goto(address)
    return fresh


def offered(page):
    return page.locator("div.draft-note button[value=restore]")


def bring_back(page):
    offered(page).click()
    offered(page).wait_for(state="detached")


def draft_article(**kwargs):
    return Article.objects.create(status="draft", body="<p>原来的正文</p>", **kwargs)


def test_after_a_crash_the_text_is_offered_and_comes_back_with_the_rich_text(desk):
    write(desk)
    page = crash(desk)
    assert page.locator("#id_headline").input_value() == ""

    bring_back(page)
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/articles/article/")

    saved = Article.objects.get()
    assert (saved.headline, str(saved.body)) == ("川渝合作的一条消息", "<p>正文的第一段</p>")
    kept(page, 0)


def test_a_save_after_the_session_has_ended_loses_nothing(desk, chief):
    write(desk)
    desk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    desk.locator("[name=_save]").click()
    desk.wait_for_url("**/login/**")
    assert Article.objects.count() == 0

    desk.fill("#id_username", "chief")
    desk.fill("#id_password", PASSWORD)
    desk.locator("[type=submit]").click()
    desk.wait_for_url(f"**{ADD}")
    bring_back(desk)
    desk.locator("[name=_save]").click()
    desk.wait_for_url("**/admin/articles/article/")

    assert Article.objects.get().headline == "川渝合作的一条消息"


def test_what_was_saved_is_offered_no_more(desk):
    write(desk)
    desk.locator("[name=_save]").click()
    desk.wait_for_url("**/admin/articles/article/")
    kept(desk, 0)

    desk.goto(ADD)

    assert offered(desk).count() == 0


def test_a_refused_save_keeps_the_text_and_offers_nothing_twice(desk):
    write(desk, headline=" ")
    desk.locator("[name=_save]").click()
    desk.locator(".errornote").wait_for()
    assert (offered(desk).count(), desk.evaluate(KEPT)) == (0, 1)

    page = crash(desk)
    bring_back(page)

    assert page.locator(".ProseMirror[contenteditable]").inner_text().strip() == "正文的第一段"


def test_what_is_thrown_away_is_gone(desk):
    write(desk)
    page = crash(desk)
    page.locator("button[value=discard]").click()
    kept(page, 0)

    page.reload()

    assert offered(page).count() == 0


def test_nobody_else_is_offered_it(desk, log_in):
    write(desk)
    page = crash(desk)
    offered(page).wait_for()
    log_in(page, StaffFactory())

    page.goto(ADD)

    assert (offered(page).count(), page.evaluate(KEPT)) == (0, 1)


def test_another_record_is_offered_nothing(desk):
    first, second = draft_article(headline="甲"), draft_article(headline="乙")
    desk.goto(f"/admin/articles/article/{first.pk}/change/")
    desk.fill("#id_headline", "甲的新标题")
    kept(desk, 1)
    page = crash(desk)
    offered(page).wait_for()

    page.goto(f"/admin/articles/article/{second.pk}/change/")

    assert offered(page).count() == 0


def test_a_page_that_is_still_open_keeps_its_text_to_itself(desk):
    write(desk)
    other = desk.context.new_page()
    other.goto(ADD)
    other.fill("#id_headline", "另一篇")
    kept(other, 2)
    assert offered(other).count() == 0

    desk.close(run_before_unload=False)

    offered(other).wait_for()


def test_rows_choices_and_ticks_come_back(desk):
    chamber, office = OrganizationFactory(name="重庆市工商业联合会"), OrganizationFactory(name="四川省经济合作局")
    topic = TopicFactory(name="民营经济")
    agreement = AgreementFactory(status="draft", published_at=None)
    party = PartyFactory(agreement=agreement, organization=chamber)
    gone = PartyFactory(agreement=agreement, organization=office)
    desk.goto(f"/admin/agreements/agreement/{agreement.pk}/change/")
    choose(desk, desk.locator(".field-topics"), "民营经济")
    desk.fill("#id_parties-0-side", "重庆")
    desk.check("#id_parties-1-DELETE")
    desk.locator("#parties-group .add-row a").click()
    choose(desk, desk.locator("#parties-2 .field-organization"), "四川省经济合作局")
    desk.fill("#id_parties-2-side", "四川")
    kept(desk, 1)
    page = crash(desk)
    bring_back(page)
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/agreements/agreement/")

    saved = Agreement.objects.get()
    assert list(saved.topics.all()) == [topic]
    assert {(one.organization, one.side) for one in saved.parties.all()} == {(chamber, "重庆"), (office, "四川")}
    assert saved.parties.filter(pk=party.pk).exists()
    assert not saved.parties.filter(pk=gone.pk).exists()


def test_what_has_no_place_any_more_can_be_copied(desk):
    agreement = AgreementFactory(status="draft", published_at=None)
    party = PartyFactory(agreement=agreement)
    desk.goto(f"/admin/agreements/agreement/{agreement.pk}/change/")
    desk.fill("#id_parties-0-side", "重庆一方")
    kept(desk, 1)
    party.delete()
    page = crash(desk)
    bring_back(page)

    assert page.locator(".draft-note dd").inner_text() == "重庆一方"


def test_leaving_is_warned_of_only_where_something_was_typed(desk):
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.goto(ADD)
    desk.locator("#id_headline").click()
    desk.goto("/admin/")
    assert asked == []

    write(desk)
    desk.goto("/admin/")

    assert asked == ["beforeunload"]


def test_saving_is_not_warned_of(desk):
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    write(desk)
    desk.locator("[name=_save]").click()
    desk.wait_for_url("**/admin/articles/article/")

    assert asked == []


def test_a_text_taken_back_letter_by_letter_is_not_kept(desk):
    desk.goto(ADD)
    desk.fill("#id_headline", "错")
    kept(desk, 1)
    desk.fill("#id_headline", "")

    kept(desk, 0)


def test_what_is_older_than_two_weeks_is_gone(desk):
    write(desk)
    desk.evaluate(
        """() => {
            const key = Object.keys(localStorage).find(key => key.startsWith("draft:"))
            const draft = JSON.parse(localStorage[key])
            localStorage[key] = JSON.stringify({...draft, at: Date.now() - 15 * 24 * 3600 * 1000})
        }"""
    )
    page = crash(desk)

    assert (offered(page).count(), page.evaluate(KEPT)) == (0, 0)


def test_a_text_too_long_to_be_kept_is_said(desk):
    desk.goto(ADD)
    assert not desk.locator("#draft-full").is_visible()
    desk.locator("#id_lead").evaluate("(field) => { field.value = '长'.repeat(1_600_000) }")
    desk.locator("#id_lead").press("End")
    desk.locator("#id_lead").type("x")

    desk.locator("#draft-full").wait_for(state="visible")
    assert desk.evaluate(KEPT) == 0


def test_what_is_brought_back_is_compared_with_what_a_colleague_saved_since(desk):
    record = draft_article(headline="原来的标题", lead="原来的导语")
    revise(record, StaffFactory())
    desk.goto(f"/admin/articles/article/{record.pk}/change/")
    desk.fill("#id_headline", "我的标题")
    kept(desk, 1)
    record.headline, record.lead = "同事的标题", "同事的导语"
    record.save()
    revise(record, StaffFactory(name="林舟"))
    page = crash(desk)
    bring_back(page)
    page.locator("[name=_save]").click()
    page.locator(".errornote").wait_for()

    assert page.locator(".field-headline .theirs").inner_text() == "同事的标题"
    assert (page.locator("#id_headline").input_value(), page.locator("#id_lead").input_value()) == (
        "我的标题",
        "同事的导语",
    )
