"""Who sees what at the desk, and what may be chosen there."""

import pytest
from django.contrib.auth.models import Group

from articles.models import Article
from portal.publishing.models import Status
from tests.factories import (
    AgreementFactory,
)

from .office import ARTICLES, PAGE_FORM, act, draft, editor_in, permissions_of, said, shown

pytestmark = pytest.mark.django_db


def test_editor_neither_sees_nor_opens_what_is_in_a_closed_column(client, desks):
    ours, theirs = (draft(column=column) for column in desks)

    assert shown(client) == {ours}
    assert client.get(f"{ARTICLES}{ours.pk}/change/").status_code == 200
    for page in ("change", "delete", "history", "withdraw"):
        assert client.get(f"{ARTICLES}{theirs.pk}/{page}/").status_code == 302
    act(client, Article, "publish_now", [theirs])
    theirs.refresh_from_db()
    assert theirs.status == Status.DRAFT


def test_column_that_is_closed_cannot_be_chosen(client, desks):
    _open, closed = desks
    data = {**PAGE_FORM, "column": closed.pk, "_save": "1"}
    user = editor_in()
    user.user_permissions.set(permissions_of("pages"))
    client.force_login(user)

    response = client.post("/admin/pages/page/add/", data)

    assert list(response.context["adminform"].form.errors) == ["column"]


def test_publishing_is_for_the_publishers_of_a_column_where_it_names_some(client, desks):
    ours, _theirs = desks
    ours.publishers.add(Group.objects.create(name="总编室"))
    article = draft(column=ours)

    response = act(client, Article, "publish_now", [article])

    article.refresh_from_db()
    assert article.status == Status.DRAFT
    assert len(said(response)) == 2
    assert b'name="_publish"' not in client.get(f"{ARTICLES}{article.pk}/change/").content


def choices(client, field, term="", model="citation", app="articles"):
    query = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    response = client.get("/admin/autocomplete/", query)
    return {int(result["id"]): result["text"] for result in response.json()["results"]}


def test_autocomplete_offers_what_the_user_may_see(client, desks):
    ours, theirs = desks
    draft_here, draft_there = draft(AgreementFactory, column=ours), draft(AgreementFactory, column=theirs)
    public_there = AgreementFactory(column=theirs)

    assert choices(client, "agreement").keys() == {draft_here.pk, public_there.pk}
    assert draft_there.pk not in choices(client, "agreement")


def test_autocomplete_of_columns_offers_those_that_are_open(client, desks):
    assert choices(client, "column", model="article").keys() == {desks[0].pk}


def test_choice_outside_the_autocomplete_is_refused_too(client, desks):
    hidden = draft(AgreementFactory, column=desks[1])
    article = draft(column=desks[0])
    data = {
        "headline": "标题", "dated": "2026-01-01",
        "citations-TOTAL_FORMS": "1", "citations-INITIAL_FORMS": "0",
        "citations-0-exact": "引文", "citations-0-agreement": str(hidden.pk), "_save": "1",
    }  # fmt: skip
    response = client.post(f"{ARTICLES}{article.pk}/change/", data)

    (form,) = response.context["inline_admin_formsets"][0].formset.forms
    assert list(form.errors) == ["agreement"] or "agreement" in form.errors
    assert hidden.title not in response.content.decode()


@pytest.mark.parametrize("term", ["\x00", "a\x00b", "%", "_" * 500, "渝" * 3000, "‮\ufeff", "'\"\\"])
def test_autocomplete_answers_whatever_is_typed(client, chief, term):
    for field, model in (("agreement", "citation"), ("observation", "citation"), ("source", "article")):
        assert choices(client, field, term, model) == {}


@pytest.mark.parametrize(
    "query", ["state=nonsense", "missing=x", "q=%00", "mine=%00", "p=999999", "column__id__exact=x", "o=%00"]
)
def test_lists_answer_whatever_is_asked(client, chief, query):
    assert client.get(f"{ARTICLES}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("number", ["9" * 30, "x", "-1", "%00", "1;2", "_5F"])
def test_records_that_do_not_exist_lead_back(client, chief, number):
    assert client.get(f"{ARTICLES}{number}/change/").status_code in {302, 404}
    assert client.get(f"{ARTICLES}{number}/withdraw/").status_code in {302, 404}
