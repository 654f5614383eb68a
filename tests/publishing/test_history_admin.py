"""The history of a record in the admin: who sees it, and what is compared."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from agreements.models import Agreement
from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Review, Revision
from portal.publishing.revisions import revise
from portal.roles import make_roles
from tests.factories import AgreementFactory, ArticleFactory, ColumnFactory, IndicatorFactory, UserFactory

from .office import changed, draft, editor_in, history_of, restoring, said

pytestmark = pytest.mark.django_db


def text_of(response):
    """What a reader sees, on one line."""
    content = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


# The list


def test_the_history_lists_versions_the_newest_first_with_what_changed(client, chief, article):
    response = client.get(history_of(article))

    assert [(one.number, labels) for one, labels in response.context["lines"]] == [(2, ["Headline"]), (1, [])]
    assert "2 saved 标题 Headline 周远" in text_of(response)


def test_reviews_stand_beside_the_version_that_was_submitted(client, chief):
    article = draft(column=ColumnFactory(review_levels=1))
    revise(article, UserFactory())
    article.created_by = UserFactory()
    article.save()
    life.submit(article, article.created_by)
    life.send_back(article, chief, 1, "请核对金额")

    response = client.get(history_of(article))

    assert Review.objects.count() == 1
    assert "first review (初审) · sent back 周远" in text_of(response)
    assert "请核对金额" in text_of(response)


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_costs_the_same_for_any_number_of_versions(client, chief, count, django_assert_num_queries):
    article = draft()
    for number in range(2 * count):
        changed(article, UserFactory(), headline=f"第{number}稿")

    # Session, user; open columns; record, its working copy; count, versions with authors, reviews; three of the frame.
    with django_assert_num_queries(11):
        response = client.get(history_of(article))

    assert [one.number for one, _labels in response.context["lines"]] == list(range(2 * count, 0, -1))


def test_a_long_history_has_pages(client, chief, monkeypatch):
    monkeypatch.setattr("portal.publishing.history_admin.HistoryAdmin.history_per_page", 2)
    article = draft()
    for number in range(3):
        changed(article, headline=f"第{number}稿")

    first, second = client.get(history_of(article)), client.get(history_of(article, "?page=2"))

    assert [one.number for one, _labels in first.context["lines"]] == [3, 2]
    assert [one.number for one, _labels in second.context["lines"]] == [1]


def test_a_record_without_versions_has_an_empty_history(client, chief):
    assert "No version of this record has been kept yet" in text_of(client.get(history_of(draft())))


def test_the_history_of_a_working_copy_is_that_of_the_record(client, chief):
    article = ArticleFactory()
    copy = life.begin_working_copy(article, chief)

    response = client.get(history_of(copy, "?from=1&to=copy"))

    assert response.status_code == 302
    assert response.url == history_of(article, "?from=1&to=copy")


# Who sees it


def test_a_record_in_a_closed_column_has_no_history(client, desks):
    open_column, closed_column = desks
    ours, theirs = draft(column=open_column), draft(column=closed_column)
    for record in (ours, theirs):
        revise(record, None)
    pages = ["", "?from=1&to=copy"]

    assert [client.get(history_of(ours, page)).status_code for page in pages[:1]] == [200]
    for page in pages:
        response = client.get(history_of(theirs, page))
        assert (response.status_code, response.url) == (302, reverse("admin:index"))
    response = client.get(restoring(theirs, 1))
    assert (response.status_code, response.url) == (302, reverse("admin:index"))


def test_who_may_not_see_a_kind_sees_no_history_of_it(client):
    article = draft(column=None)
    revise(article, None)
    client.force_login(UserFactory(is_staff=True))

    assert client.get(history_of(article)).status_code == 403


def test_who_may_only_read_sees_the_history_and_restores_nothing(client):
    article = draft(column=None, headline="旧")
    revise(article, None)
    changed(article, headline="新")
    reviewer = UserFactory(is_staff=True)
    reviewer.groups.add(make_roles()["审核"])
    client.force_login(reviewer)

    response = client.get(history_of(article))

    assert response.status_code == 200
    assert "/restore/" not in response.content.decode()
    assert client.post(restoring(article, 1), {"seen": 2}).status_code == 403
    article.refresh_from_db()
    assert article.headline == "新"


@pytest.fixture
def moved(desks):
    """A public record of an open column; its working copy was moved to a closed one, changed there, and moved back."""
    open_column, closed_column = desks
    article = ArticleFactory(column=open_column, headline="公开")
    copy = life.begin_working_copy(article, None)
    changed(copy, column=closed_column, headline="保密", note="保密说明")
    changed(copy, column=open_column, headline="公开之二")
    return article


def test_a_version_is_read_by_who_may_read_its_column(client, moved):
    ours = client.get(history_of(moved))
    client.force_login(editor_in(Group.objects.get(name="他们"), Group.objects.get(name="我们")))
    theirs = client.get(history_of(moved))

    assert [one.number for one, _labels in ours.context["lines"]] == [3, 1]
    assert [one.number for one, _labels in theirs.context["lines"]] == [3, 2, 1]
    assert ("保密说明" in text_of(ours), "保密说明" in text_of(theirs)) == (False, True)


def test_a_version_of_a_closed_column_is_neither_compared_nor_restored(client, moved):
    assert client.get(history_of(moved, "?from=1&to=3")).status_code == 200
    for query in ("?from=1&to=2", "?from=2&to=copy"):
        response = client.get(history_of(moved, query))
        assert (response.status_code, response.url) == (302, history_of(moved))
    for response in (client.get(restoring(moved, 2)), client.post(restoring(moved, 2), {"seen": 3})):
        assert said(response)[-1] == "This record has no version 2."
    assert Revision.objects.of(moved).count() == 3


def test_what_a_working_copy_in_a_closed_column_says_is_not_shown_by_restoring_into_it(client, moved, desks):
    _open, closed_column = desks
    Article.objects.filter(working_copy_of=moved).update(column=closed_column, headline="保密")

    for response in (client.get(restoring(moved, 1)), client.post(restoring(moved, 1), {"seen": 3})):
        assert (response.status_code, response.url) == (302, history_of(moved))
        assert said(response)[-1] == "Its working copy is in a column in which you may not write."
    assert Article.objects.get(working_copy_of=moved).headline == "保密"


def test_readers_are_told_of_no_version_that_was_not_public(client, moved):
    changed(moved, headline="公开之三")
    revise(moved, None, "published", note="公开说明")

    page = client.get(moved.get_absolute_url()).content.decode()

    assert ("公开说明" in page, "保密" in page) == (True, False)


# Comparing


def test_two_versions_stand_side_by_side_at_an_address_of_their_own(client, chief, article):
    response = client.get(history_of(article, "?from=1&to=2"))

    assert [change.name for change in response.context["changes"]] == ["headline"]
    assert "两地<ins>深化</ins>合作" in response.content.decode()


def test_versions_the_wrong_way_round_are_swapped(client, chief, article):
    response = client.get(history_of(article, "?from=2&to=1"))

    assert (response.context["older"].name, response.context["newer"].name) == (1, 2)
    assert "两地<ins>深化</ins>合作" in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?from=1&to=9",
        "?from=1&to=1",
        "?from=1",
        "?from=&to=",
        "?from=x&to=1",
        "?from=1&to=copy",
        "?to=" + "9" * 30,
        "?from=1&to=" + "9" * 5000,
        "?from=-1&to=1",
        "?from=²&to=1",
    ],
)
def test_versions_that_are_not_there_are_told(client, chief, article, query):
    response = client.get(history_of(article, query))

    assert (response.status_code, response.url) == (302, history_of(article))
    assert said(response) == ["Choose two versions that this record has."]


def test_the_working_copy_is_compared_as_it_is_now(client, chief):
    article = ArticleFactory(headline="两地合作")
    copy = life.begin_working_copy(article, chief)
    changed(copy, chief, headline="两地深化合作")
    Article.objects.filter(pk=copy.pk).update(headline="两地深入合作")

    response = client.get(history_of(article, "?from=copy&to=1"))

    assert (response.context["older"].name, response.context["newer"].name) == (1, "copy")
    assert "两地<ins>深入</ins>合作" in response.content.decode()


def test_a_working_copy_in_a_closed_column_is_not_compared(client, desks):
    open_column, closed_column = desks
    article = ArticleFactory(column=open_column)
    copy = life.begin_working_copy(article, None)
    Article.objects.filter(pk=copy.pk).update(column=closed_column)

    assert client.get(history_of(article)).context["copy"] is None
    assert client.get(history_of(article, "?from=1&to=copy")).status_code == 302


def test_markup_in_a_text_is_told_and_never_run(client, chief, article):
    changed(article, headline="<script>alert(1)</script>")

    content = client.get(history_of(article, "?from=2&to=3")).content.decode()

    assert "<script>alert" not in content
    assert "&lt;script&gt;" in content


def test_every_kind_compares(client, chief):
    for record in (AgreementFactory(title="旧"), IndicatorFactory(name="旧")):
        revise(record, chief)
        name = "title" if isinstance(record, Agreement) else "name"
        changed(record, **{name: "新"})

        content = client.get(history_of(record, "?from=1&to=2")).content.decode()

        assert "<del>旧</del><ins>新</ins>" in content
