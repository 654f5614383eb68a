"""Steps of a form and of the list: what is refused, with which sentence, and what it costs to ask."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from portal.pages.models import Page
from portal.publishing import life
from portal.publishing.models import Revision
from tests.factories import ArticleFactory, ColumnFactory, PageFactory

from .office import PAGE_FORM, act, draft, member, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(client):
    user = member("编辑", "发布", "管理员")
    client.force_login(user)
    return user


def send(client, page, button):
    typed = {**PAGE_FORM, "slug": page.slug, "column": page.column_id or "", button: "1"}
    told = said(client.post(f"/admin/pages/page/{page.pk}/change/", typed))
    return next((line for line in told if line.startswith("It was saved.")), told)


def meanwhile(monkeypatch, **fields):
    """A colleague is faster: what is held by a step has these fields by then."""
    lock = life.lock

    def late(record):
        type(record).objects.filter(pk=record.pk).update(**fields)
        lock(record)

    monkeypatch.setattr(life, "lock", late)


def closed_to(user, *roles):
    """A column that the user may read, and in which others have these roles."""
    column = ColumnFactory()
    ours, theirs = (Group.objects.create(name=name) for name in ("我们", "他们"))
    user.groups.add(ours)
    for role in ("editors", "reviewers", "publishers"):
        getattr(column, role).add(theirs if role in roles else ours)
    return column


# The form ------------------------------------------------------------------------------------------------------------
def test_a_draft_of_its_own_is_no_minor_change(client, publisher):
    page = draft(PageFactory, slug="about", column=ColumnFactory(review_levels=1))

    assert send(client, page, "_mend") == (
        "It was saved. A minor change is made in the working copy of what is public."
    )


def test_what_needs_no_reviews_is_no_minor_change(client, publisher):
    copy = life.begin_working_copy(PageFactory(slug="about"), None)

    assert send(client, copy, "_mend") == "It was saved. It needs no reviews: publish it."


@pytest.mark.parametrize("button", ["_mend", "_publish"])
def test_who_may_not_publish_is_told_that(client, publisher, button):
    column = closed_to(publisher, "publishers")
    column.review_levels = int(button == "_mend")
    column.save()
    copy = life.begin_working_copy(PageFactory(slug="about", column=column), None)

    assert send(client, copy, button) == "It was saved. You may not publish in this column."


def test_what_lacks_its_reviews_is_told_how_many(client, publisher):
    page = draft(PageFactory, slug="about", column=ColumnFactory(review_levels=2))

    assert send(client, page, "_publish") == "It was saved. It needs 2 reviews before it is published."


def test_who_may_not_write_where_it_stands_by_now_is_told_that(client, publisher, monkeypatch):
    page = draft(PageFactory, slug="about")
    closed = closed_to(publisher, "editors")
    lock = life.lock
    calls = []

    def late(record):
        calls.append(record)
        if len(calls) == 2:  # the first was for the form
            Page.objects.filter(pk=record.pk).update(column=closed)
        lock(record)

    monkeypatch.setattr(life, "lock", late)
    assert send(client, page, "_submit") == "It was saved. You may not write in this column."
    assert Page.objects.get().status == "draft"


# The list ------------------------------------------------------------------------------------------------------------
def test_what_was_submitted_since_the_list_was_shown_is_not_published(client, publisher, monkeypatch):
    column = ColumnFactory(review_levels=1)
    ArticleFactory(column=column, status="in_review", published_at=None, reviews_passed=1)
    meanwhile(monkeypatch, reviews_passed=0)

    assert said(act(client, Article, "publish_now", Article.objects.all()))[-1].endswith(
        "It needs 1 reviews before it is published."
    )
    assert Article.objects.get().status == "in_review"


def test_what_went_to_a_column_of_others_since_the_list_was_shown_is_not_withdrawn(client, publisher, monkeypatch):
    article = ArticleFactory()
    meanwhile(monkeypatch, column=closed_to(publisher, "publishers"))
    response = act(client, Article, "withdraw", [article], confirmed="1", reason="outdated")

    assert said(response) == ["0 records were withdrawn; 1 was not public, or not yours to withdraw"]
    assert Article.objects.get().status == "published"
    assert Revision.objects.of(article).count() == 0


def test_the_page_that_asks_for_the_reason_costs_the_same_for_any_number(client, publisher):
    prices = []
    for count in (1, 1, 3):  # the first warms up
        articles = [ArticleFactory(column=ColumnFactory()) for _ in range(count)]
        with CaptureQueriesContext(connection) as asked:
            page = act(client, Article, "withdraw", articles)
        assert len(page.context["lines"]) == count
        prices.append(len(asked))

    assert prices[1] == prices[2]
