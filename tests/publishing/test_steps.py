"""The buttons of a record's form, and what their addresses refuse: one list."""

import datetime as dt
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Review, Revision
from portal.publishing.revisions import revise
from portal.publishing.steps import Desk, Step
from tests.factories import ArticleFactory, ColumnFactory, PageFactory

from .office import ARTICLES, PAGE_FORM, draft, member, press, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return member("编辑")


def article_in(state, author, levels=2):
    """An article of ``author`` in this state of its life."""
    column = ColumnFactory(review_levels=levels)
    if state in {"draft", "in_review", "passed"}:
        article = draft(created_by=author, column=column)
        if state != "draft":
            life.submit(article, author)
        for level in range(1, levels + 1) if state == "passed" else ():
            life.approve(article, member("审核"), level)
        return article
    if state == "scheduled":
        return ArticleFactory(created_by=author, column=column, published_at=timezone.now() + dt.timedelta(days=1))
    article = ArticleFactory(created_by=author, column=column)
    if state == "withdrawn":
        life.withdraw(article, member("发布"), "outdated")
    if state in {"copy", "copy in review"}:
        article = life.begin_working_copy(article, author)
        if state != "copy":
            life.submit(article, author)
    return article


#: State → role → the buttons that somebody who has not written it sees.
BUTTONS = {
    "draft": {"编辑": ["save", "submit"], "审核": [], "发布": ["save", "submit"]},
    "in_review": {"编辑": ["take_back"], "审核": ["approve", "send_back"], "发布": ["take_back"]},
    "passed": {"编辑": ["take_back"], "审核": [], "发布": ["send_back", "take_back", "publish"]},
    "scheduled": {"编辑": [], "审核": [], "发布": ["take_back"]},
    "published": {
        "编辑": ["edit", "correct", "emergency"],
        "审核": ["emergency"],
        "发布": ["edit", "correct", "withdraw"],
    },
    "withdrawn": {"编辑": ["edit", "correct"], "审核": [], "发布": ["publish", "edit", "correct"]},
    "copy": {"编辑": ["save", "submit", "discard"], "审核": [], "发布": ["save", "submit", "mend", "discard"]},
    "copy in review": {"编辑": ["take_back"], "审核": ["approve", "send_back"], "发布": ["take_back"]},
}


@pytest.mark.parametrize("state", BUTTONS)
@pytest.mark.parametrize("role", ["编辑", "审核", "发布"])
def test_each_role_has_the_steps_of_the_state_and_no_others(author, state, role):
    article = article_in(state, author)

    assert {step.value for step in Desk(member(role), article).steps} == set(BUTTONS[state][role])


@pytest.mark.parametrize("state", BUTTONS)
def test_who_has_no_role_has_no_step(author, state):
    article = article_in(state, author)

    assert Desk(member(), article).steps == []
    assert Desk(member("发布", is_staff=False), article).steps == []
    assert Desk(member("发布", is_active=False), article).steps == []


def test_without_reviews_a_draft_is_published_by_who_may(author):
    article = article_in("draft", author, levels=0)

    assert Desk(member("编辑", "发布"), article).may(Step.PUBLISH)
    assert not Desk(author, article).may(Step.PUBLISH)


def test_a_minor_change_is_no_way_around_the_reviews_of_a_withdrawn_record(author):
    article = article_in("withdrawn", author)
    copy = life.begin_working_copy(article, author)

    assert not Desk(member("发布"), copy).may(Step.MEND)


def test_the_author_sees_no_button_of_a_review(author):
    author.groups.add(*member("审核").groups.all())

    assert Desk(author, article_in("in_review", author)).steps == [Step.TAKE_BACK]


# The form ------------------------------------------------------------------------------------------------------------
def steps_shown(client, record):
    """The steps whose buttons or addresses the form of ``record`` bears."""
    page = client.get(f"{ARTICLES}{record.pk}/change/").content.decode()
    sent = {"_save": "save", "_submit": "submit", "_mend": "mend", "_publish": "publish"}
    shown = {step for name, step in sent.items() if f'name="{name}"' in page}
    shown |= set(re.findall(rf'formaction="{ARTICLES}{record.pk}/steps/(\w+)/"', page))
    if f"{ARTICLES}{record.pk}/withdraw/" in page:
        shown.add("withdraw")
    if "/admin/publishing/correction/add/" in page:
        shown.add("correct")
    return shown


@pytest.mark.parametrize("state", BUTTONS)
@pytest.mark.parametrize("role", ["编辑", "审核", "发布"])
def test_the_form_shows_these_buttons(client, author, state, role):
    article = article_in(state, author)
    client.force_login(member(role))

    expected = {"withdraw" if step == "emergency" else step for step in BUTTONS[state][role]}
    assert steps_shown(client, article) == expected


OF_A_BUTTON = ["approve", "send_back", "take_back", "publish", "edit", "discard"]


@pytest.mark.parametrize("state", BUTTONS)
@pytest.mark.parametrize("role", ["编辑", "审核", "发布", None])
def test_what_has_no_button_is_refused_and_changes_nothing(client, author, state, role):
    article = article_in(state, author)
    client.force_login(member(*([role] if role else [])))
    before = Article.objects.values().get(pk=article.pk), Article.objects.count(), Review.objects.count()

    for step in set(OF_A_BUTTON) - set(BUTTONS[state].get(role, [])):
        response = press(client, article, step, comment="请核对")
        # A person may be late, and is told; without a right to see the record it does not exist.
        assert response.status_code == 403 or response.url.endswith(("/change/", "/admin/"))
    after = Article.objects.values().get(pk=article.pk), Article.objects.count(), Review.objects.count()
    assert after == before


@pytest.mark.parametrize("step", ["approve", "send_back", "publish", "discard", "edit"])
def test_a_forged_step_is_forbidden(client, author, step):
    article = article_in("in_review", author)
    client.force_login(author)

    assert press(client, article, step, comment="好").status_code == 403
    assert (Review.objects.count(), Article.objects.get().status) == (0, "in_review")


@pytest.mark.parametrize("step", ["save", "submit", "mend", "withdraw", "emergency", "correct", "nonsense"])
def test_steps_that_need_more_than_a_button_have_no_address(client, author, step):
    client.force_login(member("管理员"))

    assert press(client, article_in("draft", author), step).status_code == 404


def test_a_step_is_sent_and_not_visited(client, author):
    client.force_login(member("审核"))
    article = article_in("in_review", author)

    assert client.get(f"{ARTICLES}{article.pk}/steps/approve/").status_code == 405


def test_a_review_sent_twice_is_one_review(client, author):
    article = article_in("in_review", author)
    reader = member("审核")
    client.force_login(reader)
    stood = {"stood": "in_review.0"}

    first, second = (press(client, article, "approve", **stood) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert "Your review was taken already." in said(second)
    assert list(Review.objects.values_list("reviewer", "level")) == [(reader.pk, 1)]


def test_the_first_review_that_a_colleague_gave_meanwhile_is_not_taken_for_the_second(client, author):
    article = article_in("in_review", author)
    life.approve(article, member("审核"), 1)
    client.force_login(member("审核"))

    response = press(client, article, "approve", stood="in_review.0")

    assert said(response) == ["It was changed meanwhile. Look at it again."]
    assert (Review.objects.count(), Article.objects.get().reviews_passed) == (1, 1)


def test_a_reviewer_who_comes_too_late_is_told(client, author):
    article = article_in("in_review", author)
    life.take_back(article, author)
    client.force_login(member("审核"))

    response = press(client, article, "approve", stood="in_review.0")

    assert said(response) == ["It was changed meanwhile. Look at it again."]
    assert Article.objects.get().status == "draft"


def test_of_two_publishers_one_publishes_and_the_other_is_told(client, author):
    article = article_in("passed", author)
    seen = {"seen": Revision.objects.of(article).last().number, "stood": "in_review.2"}
    told = []
    for _ in range(2):
        client.force_login(member("发布"))
        told.append(said(press(client, article, "publish", **seen))[-1])

    assert told == [f"“{article}” is public now.", "It is public or scheduled already."]
    assert Revision.objects.of(article).filter(step="published").count() == 1


def test_of_two_who_publish_a_working_copy_the_second_finds_it_gone(client, author):
    copy = article_in("copy in review", author, levels=0)
    told = []
    for _ in range(2):
        client.force_login(member("发布"))
        told.append(said(press(client, copy, "publish"))[-1])

    assert told[0] == f"“{copy}” is public now."
    assert "doesn’t exist" in told[1]
    assert Revision.objects.of(copy).filter(step="published").count() == 1


def test_who_saw_an_older_version_takes_no_step_with_the_newer_one(client, author):
    article = article_in("in_review", author)
    life.take_back(article, author)
    article.headline = "换了题目"
    article.save()
    revise(article, author)
    life.submit(article, author)
    client.force_login(member("审核"))

    press(client, article, "approve", seen=1)

    assert (Review.objects.count(), Article.objects.get().reviews_passed) == (0, 0)


def test_a_comment_goes_with_what_is_sent_back(client, author):
    article = article_in("in_review", author)
    client.force_login(member("审核"))
    assert said(press(client, article, "send_back", comment=" ")) == ["Say what is to be changed."]
    press(client, article, "send_back", comment="请核对\0金额")

    client.force_login(author)
    assert "请核对金额" in client.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert Article.objects.get().status == "draft"


@pytest.mark.parametrize("levels", [0, 2])
def test_who_publishes_sends_it_back_by_the_button(client, author, levels):
    article = article_in("passed", author, levels)
    client.force_login(member("发布"))
    press(client, article, "send_back", comment="标题太长")

    assert Article.objects.get().status == "draft"


def test_edit_opens_the_working_copy_that_there_is(client, author):
    article = article_in("published", author)
    client.force_login(author)

    first, second = (press(client, article, "edit") for _ in range(2))

    copy = article.working_copies.get()
    assert first.url == second.url == f"{ARTICLES}{copy.pk}/change/"


def test_a_copy_that_breaks_a_rule_is_still_there_after_its_form_was_sent(client):
    client.force_login(member("管理员"))
    page = PageFactory(slug="about", title="旧题")
    copy = life.begin_working_copy(page, None)
    PageFactory(slug="contact")
    typed = {**PAGE_FORM, "slug": "contact", "title": "新题", "_publish": "1"}

    response = client.post(f"/admin/pages/page/{copy.pk}/change/", typed)

    assert any("Another page has this address." in line for line in said(response))
    page.refresh_from_db()
    copy.refresh_from_db()
    assert (page.title, copy.title, copy.status) == ("旧题", "新题", "draft")
    assert LogEntry.objects.filter(object_id=str(copy.pk)).count() == 1


def test_an_emergency_asks_what_happened(client, author):
    article = article_in("published", author)
    client.force_login(member("审核"))
    address = f"{ARTICLES}{article.pk}/withdraw/"
    refused = client.post(address, {"confirmed": "1", "reason": "in_error", "note": ""})
    assert list(refused.context["form"].errors) == ["note"]

    client.post(address, {"confirmed": "1", "reason": "in_error", "note": "照片侵权"})
    assert Article.objects.get().status == "withdrawn"
    assert Revision.objects.of(article).last().note == "照片侵权"


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "withdrawn"])
def test_what_is_not_public_has_no_page_to_withdraw_it(client, author, state):
    article = article_in(state, author)
    client.force_login(member("管理员"))

    assert client.post(f"{ARTICLES}{article.pk}/withdraw/", {"confirmed": "1"}).status_code == 403


# Price ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["draft", "in_review", "passed", "published", "copy"])
def test_a_record_form_costs_the_same_however_many_versions_and_reviews_there_are(client, author, state):
    prices = []
    client.force_login(member("管理员"))
    for levels, saves in ((1, 1), (3, 5)):
        article = article_in(state, author, levels)
        for number in range(saves if state in {"draft", "copy"} else 0):
            article.headline = f"第{number}稿"
            article.save()
            revise(article, author)
        address = f"{ARTICLES}{article.pk}/change/"
        client.get(address)
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        prices.append(len(counted))

    assert prices[0] == prices[1]
