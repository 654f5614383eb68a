"""The recycle bin in the admin."""

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import override

from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Revision, TrashedRecord
from portal.publishing.states import State
from portal.publishing.trash import discard
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    CitationFactory,
    ColumnFactory,
    IndicatorFactory,
    OrganizationFactory,
    RegionFactory,
    TopicFactory,
)

from .office import ARTICLES, act, draft, editor_in, member, permissions_of, said, shown

pytestmark = pytest.mark.django_db


def test_deleting_goes_into_the_bin_and_the_button_brings_it_back(client, chief):
    article = ArticleFactory(headline="一条旧闻")
    client.post(f"{ARTICLES}{article.pk}/delete/", {"post": "yes"})
    trashed = TrashedRecord.objects.get()
    assert (trashed.title, trashed.deleted_by, Article.objects.count()) == ("一条旧闻", chief, 0)

    response = client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/restore/")

    assert response.url == f"{ARTICLES}{article.pk}/change/"
    assert (list(Article.objects.listed()), TrashedRecord.objects.count()) == ([article], 0)


def test_several_are_deleted_and_brought_back_by_action_in_the_order_they_need(client, chief):
    source = OrganizationFactory()
    article = ArticleFactory(source=source)
    act(client, Article, "delete_selected", [article], post="yes")
    act(client, type(source), "delete_selected", [source], post="yes")
    assert TrashedRecord.objects.count() == 2

    act(client, TrashedRecord, "bring_back", TrashedRecord.objects.all())

    assert (Article.objects.get().source, TrashedRecord.objects.count()) == (source, 0)


def test_what_is_used_is_not_deleted_and_the_page_names_the_uses_with_links(client, chief):
    source = OrganizationFactory()
    article = ArticleFactory(source=source, headline="用到它的文章")
    address = f"/admin/vocabulary/organization/{source.pk}/delete/"

    page = client.get(address).content.decode()
    assert f'<a href="{ARTICLES}{article.pk}/change/">用到它的文章</a>' in page
    client.post(address, {"post": "yes"})
    assert type(source).objects.filter(pk=source.pk).exists()


def test_use_in_a_citation_leads_to_its_article(client, chief):
    agreement = AgreementFactory()
    citation = CitationFactory(observation=None, agreement=agreement)

    page = client.get(f"/admin/agreements/agreement/{agreement.pk}/delete/").content.decode()

    assert f'<a href="{ARTICLES}{citation.article.pk}/change/">{citation.article}</a>' in page


def test_uses_in_a_closed_column_are_told_without_their_title(client, desks):
    topic = TopicFactory()
    hidden = draft(column=desks[1], headline="机密标题", topics=[topic])
    user = editor_in(*Group.objects.filter(name="我们"))
    user.user_permissions.set(permissions_of("vocabulary"))
    client.force_login(user)

    page = client.get(f"/admin/vocabulary/topic/{topic.pk}/delete/").content.decode()

    assert "a record that is not open to you" in page
    assert hidden.headline not in page


def test_many_uses_are_counted_rather_than_listed(client, chief):
    topic = TopicFactory()
    ArticleFactory.create_batch(23, topics=[topic])

    page = client.get(f"/admin/vocabulary/topic/{topic.pk}/delete/").content.decode()

    assert page.count("<li>Article: <a href=") == 20
    assert "Articles: 3 more" in page


def test_bin_shows_what_the_user_could_have_deleted(client, desks):
    ours, theirs = (discard(draft(column=column), None) for column in desks)
    without_column = discard(draft(column=None), None)
    not_theirs = discard(RegionFactory(), None)

    assert shown(client, kind=TrashedRecord) == {ours, without_column}
    for closed in (theirs, not_theirs):
        client.post(f"/admin/publishing/trashedrecord/{closed.pk}/restore/")
        assert TrashedRecord.objects.filter(pk=closed.pk).exists()


def test_only_superusers_delete_for_good(client, chief):
    trashed = discard(ArticleFactory(), None)
    client.force_login(editor_in())
    assert client.get(f"/admin/publishing/trashedrecord/{trashed.pk}/delete/").status_code == 403

    client.force_login(chief)
    client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/delete/", {"post": "yes"})
    assert TrashedRecord.objects.count() == 0


def test_reason_why_something_stays_in_the_bin_is_told(client, chief):
    trashed = discard(IndicatorFactory(slug="gdp", name="地区生产总值"), None)
    IndicatorFactory(slug="gdp")

    response = client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/restore/")

    (line,) = said(response)
    assert line.startswith("“地区生产总值” cannot be brought back.")


def test_every_step_stands_in_the_history_of_the_record(client, chief):
    article = draft()
    act(client, Article, "publish_now", [article])
    client.post(f"{ARTICLES}{article.pk}/withdraw/", {"confirmed": "1", "reason": "outdated"})

    assert list(Revision.objects.of(article).values_list("step", "made_by")) == [
        ("published", chief.pk),
        ("withdrawn", chief.pk),
    ]


def test_models_know_no_relation_that_deleting_would_miss():
    """`holdings` understands CASCADE, PROTECT, SET_NULL; another rule would need a thought."""
    known = {models.CASCADE, models.PROTECT, models.SET_NULL}
    rules = {
        relation.on_delete
        for model in admin.site._registry
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    }
    assert rules <= known


# Who brings it back --------------------------------------------------------------------------------------------------
def public():
    return ArticleFactory()


def scheduled():
    return ArticleFactory(published_at=timezone.now() + dt.timedelta(days=1))


def withdrawn():
    article = ArticleFactory()
    life.withdraw(article, None, "outdated")
    return article


@pytest.mark.parametrize("make", [public, scheduled, withdrawn])
def test_who_may_not_publish_brings_back_a_draft_and_is_told(client, make):
    before = make()
    with override("en"):
        status = before.get_status_display()
    trashed = discard(before, None)
    client.force_login(member("编辑"))
    response = client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/restore/")

    article = Article.objects.get()
    assert (article.status, article.published_at, article.withdrawn_at, article.withdrawal_reason) == (
        "draft", None, None, "",
    )  # fmt: skip
    back, warned = said(response)
    assert back.endswith("is back, at its old address; its state is “draft”.")
    assert warned == (f"It was “{status}” when it was deleted. You may not publish it, so it came back as a draft.")


@pytest.mark.parametrize("make", [public, scheduled, withdrawn])
def test_who_may_publish_brings_it_back_as_it_was_and_is_told(client, make):
    before = make()
    stood = (before.status, before.published_at.date(), before.withdrawal_reason)
    with override("en"):
        state = str(State.of(before).label)
    trashed = discard(before, None)
    client.force_login(member("编辑", "发布"))
    response = client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/restore/")

    article = Article.objects.get()
    assert (article.status, article.published_at.date(), article.withdrawal_reason) == stood
    assert [line.partition("; ")[2] for line in said(response)] == [f"its state is “{state}”."]


def test_what_stands_in_a_column_of_others_is_brought_back_by_them(client):
    """The bin shows it to who may review in the column; to bring it back is to write in it."""
    groups = [Group.objects.create(name=name) for name in ("我们", "他们")]
    column = ColumnFactory()
    column.reviewers.add(groups[0])
    column.editors.add(groups[1])
    trashed = discard(draft(column=column), None)
    user = member("编辑")
    user.groups.add(groups[0])
    client.force_login(user)
    assert shown(client, kind=TrashedRecord) == {trashed}

    response = client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/restore/")

    assert said(response)[0].endswith("cannot be brought back. You may not write in its column.")
    assert Article.objects.count() == 0


def test_with_a_working_copy_it_is_brought_back_by_who_may_publish(client):
    article = ArticleFactory()
    life.begin_working_copy(article, None)
    trashed = discard(article, None)
    address = f"/admin/publishing/trashedrecord/{trashed.pk}/restore/"
    client.force_login(member("编辑"))
    assert "Somebody who may publish it brings both back." in said(client.post(address))[0]
    assert Article.objects.count() == 0

    client.force_login(member("编辑", "发布"))
    client.post(address)
    assert Article.objects.count() == 2
