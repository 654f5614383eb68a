"""Into which column a record is put: one in which the user may write; typed, chosen and copied."""

import pytest
from django.contrib.auth.models import Group

from articles.models import Article
from portal.pages.models import Page
from tests.factories import ArticleFactory, ColumnFactory, PageFactory

from .office import PAGE_FORM, act, draft, member, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def columns(client):
    """One in which the user may write, and one in which they review what others write."""
    user = member("编辑", "管理员")
    ours, theirs = (Group.objects.create(name=name) for name in ("我们", "他们"))
    user.groups.add(ours)
    own, others = ColumnFactory(), ColumnFactory()
    own.editors.add(ours)
    others.reviewers.add(ours)
    others.editors.add(theirs)
    client.force_login(user)
    return own, others


def test_nobody_adds_a_record_to_a_column_in_which_they_may_not_write(client, columns):
    own, others = columns
    refused = client.post("/admin/pages/page/add/", {**PAGE_FORM, "column": others.pk, "_save": "1"})
    assert list(refused.context["adminform"].form.errors) == ["column"]
    assert Page.objects.count() == 0

    client.post("/admin/pages/page/add/", {**PAGE_FORM, "column": own.pk, "_save": "1"})
    assert Page.objects.get().column == own


def test_nobody_moves_a_draft_into_a_column_in_which_they_may_not_write(client, columns):
    own, others = columns
    page = draft(PageFactory, slug="about", column=own)
    typed = {**PAGE_FORM, "column": others.pk, "_save": "1"}
    refused = client.post(f"/admin/pages/page/{page.pk}/change/", typed)

    assert list(refused.context["adminform"].form.errors) == ["column"]
    page.refresh_from_db()
    assert page.column == own


def test_only_columns_in_which_one_may_write_are_offered(client, columns):
    asked = {"app_label": "pages", "model_name": "page", "field_name": "column", "term": ""}
    found = client.get("/admin/autocomplete/", asked).json()["results"]

    assert [one["id"] for one in found] == [str(columns[0].pk)]


def test_a_copy_stands_in_the_column_of_its_original_where_one_may_write_there(client, columns):
    own, others = columns
    response = act(client, Article, "copy_as_new", [ArticleFactory(column=own), ArticleFactory(column=others)])

    copies = Article.objects.filter(status="draft")
    assert {copy.column for copy in copies} == {own, None}
    assert said(response) == ["2 drafts were made", "1 has no column: you may not write in that of the original."]
