"""The start page."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.models import Article
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    IndicatorFactory,
    PageFactory,
    RegionFactory,
)

from .office import draft

pytestmark = pytest.mark.django_db


def start_page(client):
    response = client.get("/admin/")
    found = {}
    for some in response.context if isinstance(response.context, list) else [response.context]:
        for layer in some:
            if "waiting" in layer:
                found = layer
    return found


def test_start_page_counts_what_waits_and_leads_there(client, chief):
    now = timezone.now()
    mine = draft(created_by=chief)
    others = draft(AgreementFactory)
    scheduled = [ArticleFactory(published_at=now + dt.timedelta(days=n)) for n in (2, 1)]
    AgreementFactory(offline_at=now + dt.timedelta(days=3))
    for article in Article.objects.all():
        article.regions.add(RegionFactory())

    lists = start_page(client)["waiting"]
    _review, _publish, _back, drafts, _in_review, waiting, _expiring, incomplete, *_links_corrections_feedback = lists

    # Incomplete are the two agreements: they name no party.
    assert [one["count"] for one in lists] == [0, 0, 0, 1, 0, 2, 1, 2, 0, 0, 0]
    assert [one["record"] for one in waiting["records"]] == scheduled[::-1]
    assert [one["record"] for one in drafts["records"]] == [mine]
    assert others in [one["record"] for one in incomplete["records"]]
    for one in lists:
        for kind in one["kinds"]:
            assert client.get(kind["url"]).context["cl"].result_count == kind["count"]


def test_start_page_shows_what_was_published_last_of_all_kinds(client, chief):
    now = timezone.now()
    made = [
        ArticleFactory(published_at=now - dt.timedelta(hours=3), updated_by=chief),
        AgreementFactory(published_at=now - dt.timedelta(hours=2)),
        IndicatorFactory(published_at=now - dt.timedelta(hours=1)),
    ]
    draft()

    assert [one["record"] for one in start_page(client)["recent"]] == made[::-1]
    assert "周远" in client.get("/admin/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_start_page_costs_the_same_for_any_number_of_records(client, chief, count, django_assert_num_queries):
    for factory in (ArticleFactory, AgreementFactory, IndicatorFactory, PageFactory):
        factory.create_batch(count, updated_by=chief)
        for _ in range(count):
            draft(factory, created_by=chief)

    # session, user; columns that are open, for reviews and for publication (3); eight lists for each of five kinds, but
    # for the two that cannot be incomplete (38); what is recent of each kind (5); dead links; unanswered feedback;
    # imprint and menu; twice whether there is an imprint, for the list of everything
    with django_assert_num_queries(56):
        client.get("/admin/")


def test_start_page_hides_what_is_closed_to_the_user(client, desks):
    ours, theirs = (ArticleFactory(column=column) for column in desks)

    assert [one["record"] for one in start_page(client)["recent"]] == [ours]


def test_list_of_everything_stands_in_the_order_of_work(client, chief):
    groups = client.get("/admin/").context["app_list"]

    assert [model["object_name"] for model in groups[0]["models"]][:4] == [
        "Article",
        "Agreement",
        "Indicator",
        "Series",
    ]
    assert [group["app_label"] for group in groups[1:]] == ["media", "pages", "vocabulary", "publishing", "accounts"]
    assert [model["object_name"] for model in groups[-1]["models"]] == ["User", "Group"]
