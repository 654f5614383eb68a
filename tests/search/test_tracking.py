"""What changes an entry. The callbacks of a commit are run by hand, since a test's own transaction never commits."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from agreements.models import Party
from portal.search.models import Facet, SearchEntry
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    PartyFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """A block after which the changes made in it are committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def found(text):
    return sorted(SearchEntry.objects.matching(text).values_list("kind", "title"))


def test_a_saved_record_is_found_and_a_deleted_one_is_not(commit):
    with commit():
        article = ArticleFactory(headline="川渝合作")
    assert found("川渝") == [("article", "川渝合作")]

    article.headline = "天府新区"
    with commit():
        article.save()
    assert (found("川渝"), found("天府")) == ([], [("article", "天府新区")])

    with commit():
        article.delete()
    assert SearchEntry.objects.count() == 0


def test_records_of_every_kind_are_found(commit):
    with commit():
        ArticleFactory(headline="川渝报道")
        AgreementFactory(title="川渝协议")
        IndicatorFactory(name="川渝产值")

    assert found("川渝") == [("agreement", "川渝协议"), ("article", "川渝报道"), ("indicator", "川渝产值")]


def test_a_party_is_a_word_of_its_agreement(commit):
    chamber = OrganizationFactory(name="荣昌商会")
    with commit():
        agreement = AgreementFactory(title="合作协议")
    assert found("荣昌") == []

    with commit():
        party = PartyFactory(agreement=agreement, organization=chamber)
    assert found("荣昌") == [("agreement", "合作协议")]

    with commit():
        party.delete()
    assert found("荣昌") == []


def test_links_to_shared_names_are_followed_from_both_ends(commit):
    region, other = RegionFactory(name="荣昌区"), RegionFactory(name="永川区")
    with commit():
        article = ArticleFactory(headline="报道")
    with commit():
        article.regions.add(region)
    assert found("荣昌") == [("article", "报道")]

    with commit():
        region.articles.remove(article)
        other.articles.add(article)
    assert (found("荣昌"), found("永川")) == ([], [("article", "报道")])

    with commit():
        other.articles.clear()
    assert found("永川") == []

    with commit():
        article.regions.set([region, other])
    with commit():
        article.regions.clear()
    assert found("荣昌") == []


def test_a_renamed_organization_is_found_by_its_new_name_wherever_it_shows(commit):
    chamber = OrganizationFactory(name="荣昌商会")
    with commit():
        PartyFactory(organization=chamber, agreement__title="协议")
        ArticleFactory(headline="报道", organizations=[chamber])
    assert found("荣昌") == [("agreement", "协议"), ("article", "报道")]

    chamber.name = "永川商会"
    with commit():
        chamber.save()
    assert (found("荣昌"), found("永川")) == ([], [("agreement", "协议"), ("article", "报道")])


def test_a_name_saved_unchanged_refreshes_nothing(commit):
    chamber = OrganizationFactory(name="荣昌商会")
    with commit():
        PartyFactory(organization=chamber)

    with commit() as callbacks:
        chamber.save()
        UserFactory()

    assert callbacks == []


def test_a_deleted_topic_leaves_the_facets_of_its_records(commit):
    topic = TopicFactory(slug="trade")
    with commit():
        ArticleFactory(topics=[topic])
    assert Facet.objects.filter(facet="topic").count() == 1

    with commit():
        topic.delete()
    assert Facet.objects.filter(facet="topic").count() == 0


def test_publishing_a_release_brings_its_indicators_their_years(commit):
    with commit():
        indicator = IndicatorFactory()
        release = ReleaseFactory(status="draft", published_at=None)
        ObservationFactory(series=SeriesFactory(indicator=indicator), release=release, time_period="2022")
    assert list(Facet.objects.filter(facet="year").values_list("value")) == []

    release.status, release.published_at = "published", timezone.now()
    with commit():
        release.save()

    assert list(Facet.objects.filter(facet="year").values_list("value")) == [("2022",)]


def test_what_has_changed_is_refreshed_once_a_transaction(commit, monkeypatch):
    refreshed = []
    monkeypatch.setattr(
        "portal.search.tracking.refresh", lambda model, pks: refreshed.append((model.__name__, len(pks)))
    )
    region = RegionFactory(name="荣昌区")

    with commit():
        for article in ArticleFactory.create_batch(3, regions=[region]):
            article.save()
        region.name = "荣昌新区"
        region.save()
        region.save()

    assert refreshed == [("Article", 3)]


def test_a_savepoint_that_is_rolled_back_takes_no_other_change_with_it(commit):
    with commit():
        with transaction.atomic():
            ArticleFactory(headline="川渝一")
            transaction.set_rollback(True)
        ArticleFactory(headline="川渝二")
        with transaction.atomic():
            ArticleFactory(headline="川渝三")
            transaction.set_rollback(True)

    assert found("川渝") == [("article", "川渝二")]


def test_a_working_copy_is_not_in_the_index(commit):
    with commit():
        article = ArticleFactory(headline="川渝合作")
        ArticleFactory(headline="川渝合作（改）", status="draft", published_at=None, working_copy_of=article)

    assert found("川渝") == [("article", "川渝合作")]


def test_drafts_scheduled_withdrawn_and_offline_records_have_entries_that_are_not_listed(commit):
    now = timezone.now()
    hour = dt.timedelta(hours=1)
    with commit():
        ArticleFactory(headline="川渝草稿", status="draft", published_at=None)
        ArticleFactory(headline="川渝送审", status="in_review", published_at=None)
        ArticleFactory(headline="川渝定时", published_at=now + hour)
        ArticleFactory(headline="川渝下线", published_at=now - 2 * hour, offline_at=now - hour)
        ArticleFactory(headline="川渝撤稿", status="withdrawn", withdrawn_at=now, withdrawal_reason="in_error")
        ArticleFactory(headline="川渝可见")

    hits = SearchEntry.objects.matching("川渝")
    assert hits.count() == 6
    assert [hit.title for hit in hits.listed(now)] == ["川渝可见"]
    assert sorted(hit.title for hit in hits.listed(now + hour)) == ["川渝可见", "川渝定时"]


@pytest.mark.django_db(transaction=True)
def test_a_real_commit_refreshes_and_a_rollback_does_not():
    with transaction.atomic():
        agreement = AgreementFactory(title="川渝协议")
        Party.objects.create(agreement=agreement, organization=OrganizationFactory(name="荣昌商会"))
    with transaction.atomic():
        AgreementFactory(title="川渝草案")
        transaction.set_rollback(True)
    ArticleFactory(headline="川渝报道")

    assert found("川渝") == [("agreement", "川渝协议"), ("article", "川渝报道")]
    assert found("荣昌") == [("agreement", "川渝协议")]


@pytest.mark.django_db(transaction=True)
def test_after_a_flush_the_index_works_and_remembers_nothing():
    assert found("川渝") == []

    ArticleFactory(headline="天府报道")

    assert (found("川渝"), found("天府")) == ([], [("article", "天府报道")])
