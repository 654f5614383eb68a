"""Lists that are to-do lists."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.models import Article
from tests.factories import (
    ArticleFactory,
    CitationFactory,
    RegionFactory,
)

from .office import ARTICLES, draft, shown

pytestmark = pytest.mark.django_db


def test_states_divide_the_records_by_status_and_clock(client, chief):
    now = timezone.now()
    records = {
        "draft": draft(),
        "in_review": draft(),
        "scheduled": ArticleFactory(published_at=now + dt.timedelta(hours=1)),
        "published": ArticleFactory(),
        "expiring": ArticleFactory(offline_at=now + dt.timedelta(days=6)),
        "offline": ArticleFactory(offline_at=now - dt.timedelta(hours=1)),
        "withdrawn": ArticleFactory(status="withdrawn", withdrawn_at=now, withdrawal_reason="outdated"),
    }
    Article.objects.filter(pk=records["in_review"].pk).update(status="in_review")

    found = {state: shown(client, f"state={state}") for state in records}

    expected = {state: {record} for state, record in records.items()}
    expected["published"] = {records["published"], records["expiring"]}
    assert found == expected


def test_what_is_missing_can_be_asked_for(client, chief):
    whole = ArticleFactory(regions=[RegionFactory()])
    CitationFactory(article=whole)
    lacking = {
        "source": ArticleFactory(source=None, regions=[RegionFactory()]),
        "region": ArticleFactory(),
        "column": ArticleFactory(column=None, regions=[RegionFactory()]),
    }
    for article in lacking.values():
        CitationFactory(article=article)
    bare = ArticleFactory(regions=[RegionFactory()])

    assert {name: shown(client, f"missing={name}") for name in lacking} == {n: {a} for n, a in lacking.items()}
    assert shown(client, "missing=evidence") == {bare}
    assert shown(client, "missing=anything") == set(lacking.values())


def test_own_records_can_be_asked_for(client, chief):
    mine = draft(created_by=chief)
    draft()

    assert shown(client, "mine=1") == {mine}


@pytest.mark.parametrize("typed", ["协议", "協議", "川", "“川渝合作”", "ＧＤＰ"])
def test_search_finds_chinese(client, chief, django_capture_on_commit_callbacks, typed):
    with django_capture_on_commit_callbacks(execute=True):
        found = draft(headline="川渝合作协议与GDP")
        draft(headline="天气")

    assert shown(client, f"q={typed}") == {found}


def test_view_on_site_opens_a_draft(client, chief):
    article = draft()
    address = article.get_absolute_url()

    assert f'href="{address}"' in client.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert client.get(address).status_code == 200
