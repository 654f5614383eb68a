"""Whose record is deleted: what is asked of each of them, from its form and from the list, all or nothing."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from portal.publishing import life
from portal.publishing.models import TrashedRecord
from tests.factories import AgreementFactory, ArticleFactory, CitationFactory, ColumnFactory

from .office import ARTICLES, act, draft, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = member("编辑")
    client.force_login(user)
    return user


def of_others(editor):
    """A draft that the editor may read, since the column names them as a reviewer, and not write."""
    column = ColumnFactory()
    groups = [Group.objects.create(name=name) for name in ("我们", "他们")]
    editor.groups.add(groups[0])
    column.reviewers.add(groups[0])
    column.editors.add(groups[1])
    return draft(column=column)


def in_review(editor):
    article = draft(column=ColumnFactory(review_levels=1))
    life.submit(article, None)
    return article


def public(editor):
    return ArticleFactory()


def withdrawn(editor):
    article = ArticleFactory()
    life.withdraw(article, None, "outdated")
    return article


@pytest.mark.parametrize("make", [of_others, in_review, public, withdrawn])
def test_with_one_that_is_not_the_users_to_delete_nothing_is_deleted(client, editor, make):
    own, other = draft(created_by=editor), make(editor)

    page = act(client, Article, "delete_selected", [own, other])
    assert [str(other) in line for line in page.context["perms_lacking"]] == [True]
    assert "<h1>Cannot delete" in page.content.decode()
    assert 'name="post"' not in page.content.decode()
    assert act(client, Article, "delete_selected", [own, other], post="yes").status_code == 403
    assert client.post(f"{ARTICLES}{other.pk}/delete/", {"post": "yes"}).status_code == 403

    assert (Article.objects.count(), TrashedRecord.objects.count()) == (2, 0)
    assert LogEntry.objects.filter(action_flag=DELETION).count() == 0


def test_ones_own_drafts_are_deleted_together(client, editor):
    act(client, Article, "delete_selected", [draft(), draft()], post="yes")

    assert (Article.objects.count(), TrashedRecord.objects.count()) == (0, 2)


def test_what_became_of_it_since_the_page_was_shown_counts(client, editor, monkeypatch):
    """The list was read before a colleague submitted one of them: the record is asked again when it is held."""
    article = draft(column=ColumnFactory(review_levels=1))
    lock = life.lock

    def late(record):
        Article.objects.filter(pk=record.pk).update(status="in_review")
        lock(record)

    monkeypatch.setattr(life, "lock", late)
    assert act(client, Article, "delete_selected", [article], post="yes").status_code == 403
    assert Article.objects.count() == 1


@pytest.mark.parametrize("order", ["pk", "-pk"])
def test_a_working_copy_that_was_chosen_with_its_record_goes_and_comes_back_with_it(client, chief, monkeypatch, order):
    monkeypatch.setattr(admin.site._registry[Article], "ordering", [order])
    article = ArticleFactory()
    copy = life.begin_working_copy(article, chief)

    act(client, Article, "delete_selected", [article, copy], post="yes")
    assert Article.objects.count() == 0
    act(client, TrashedRecord, "bring_back", TrashedRecord.objects.all())

    assert (set(Article.objects.all()), TrashedRecord.objects.count()) == ({article, copy}, 0)


def test_the_page_costs_the_same_for_any_number_of_records_and_uses(client, editor):
    prices = set()
    for count in (1, 3):
        records = [AgreementFactory(status="draft", published_at=None, column=ColumnFactory()) for _ in range(count)]
        for agreement in records:
            CitationFactory(observation=None, agreement=agreement)
        act(client, type(records[0]), "delete_selected", records)
        with CaptureQueriesContext(connection) as asked:
            page = act(client, type(records[0]), "delete_selected", records)
        assert len(page.context["protected"]) == count
        prices.add(len(asked))

    assert len(prices) == 1
