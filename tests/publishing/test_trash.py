"""Into the recycle bin and back: with everything that belongs to a record, at the old address."""

import datetime as dt

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError

from agreements.models import Agreement, AgreementDocument, AgreementRelation
from articles.models import Article
from portal.media.models import Use
from portal.publishing import life
from portal.publishing.models import Bundle, TrashedRecord
from portal.publishing.trash import CannotRestore, InUse, belongings, discard, holdings, restore
from portal.search.models import SearchEntry
from portal.vocabulary.models import Organization, Topic
from stats.models import Indicator, Release
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    CitationFactory,
    ColumnFactory,
    DocumentFactory,
    ImageFactory,
    IndicatorFactory,
    MilestoneFactory,
    ObservationFactory,
    OrganizationFactory,
    PartyFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    StaffFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


def snapshot(record):
    """Every column and link of a record and of what belongs to it, as text."""
    records = type(record)._base_manager.filter(pk=record.pk)
    return serializers.serialize("json", [row for some in belongings(records) for row in some.order_by("pk")])


def full_article():
    article = ArticleFactory(
        body='<p>川渝<img src="/media/0/w960/" alt=""></p>',
        topics=[TopicFactory(), TopicFactory()],
        regions=[RegionFactory()],
        organizations=[OrganizationFactory()],
        image=ImageFactory(),
    )
    CitationFactory(article=article)
    CitationFactory(article=article, observation=None, agreement=AgreementFactory())
    return article


def full_agreement():
    agreement = AgreementFactory(topics=[TopicFactory()], regions=[RegionFactory(), RegionFactory()])
    party = PartyFactory(agreement=agreement)
    AmountFactory(agreement=agreement)
    signed = MilestoneFactory(agreement=agreement, date="2020-01-01")
    MilestoneFactory(agreement=agreement, kind="started", after=signed, offset_days=69, responsible=party)
    AgreementDocument.objects.create(agreement=agreement, document=DocumentFactory())
    AgreementRelation.objects.create(agreement=agreement, kind="renews", target=AgreementFactory())
    return agreement


def full_indicator():
    indicator = IndicatorFactory(topics=[TopicFactory()])
    SeriesFactory(indicator=indicator)
    return indicator


def full_release():
    release = ReleaseFactory(status="draft", published_at=None, file=DocumentFactory())
    ObservationFactory(release=release, stage="preliminary", printed="逾100亿元", qualifier="over")
    ObservationFactory(release=release, time_period="2021")
    return release


@pytest.mark.parametrize("make", [full_article, full_agreement, full_indicator, full_release])
def test_what_is_brought_back_is_what_was_deleted(make):
    record = make()
    before = snapshot(record)
    kind = type(record)

    trashed = discard(record, StaffFactory())
    assert list(kind.objects.filter(pk=int(trashed.object_id))) == []

    back, lost = restore(trashed)

    assert (snapshot(back), lost) == (before, [])
    assert list(TrashedRecord.objects.all()) == []


def test_bin_says_what_who_and_when():
    user = StaffFactory()
    column = ColumnFactory()
    article = ArticleFactory(headline="一条旧闻", column=column)
    pk = article.pk

    trashed = discard(article, user)

    assert (trashed.kind, trashed.object_id, trashed.title, trashed.deleted_by) == (
        "articles.article", str(pk), "一条旧闻", user,
    )  # fmt: skip
    assert trashed.snapshot["column"] == column.pk


def test_search_and_uses_of_files_follow_into_the_bin_and_back(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        article = full_article()
        image = article.image
    entry = SearchEntry.objects.of_kind(Article).get(object_id=article.pk)
    said = (entry.title, entry.folded, entry.status, sorted(entry.facets.values_list("facet", "value")))

    with django_capture_on_commit_callbacks(execute=True):
        trashed = discard(article, None)
    assert not SearchEntry.objects.of_kind(Article).filter(object_id=int(trashed.object_id)).exists()
    assert list(Use.objects.filter(asset=image)) == []

    with django_capture_on_commit_callbacks(execute=True):
        back, _lost = restore(trashed)
    entry = SearchEntry.objects.of_kind(Article).get(object_id=back.pk)
    assert (entry.title, entry.folded, entry.status, sorted(entry.facets.values_list("facet", "value"))) == said
    assert [use.record for use in Use.objects.filter(asset=image)] == [back]


def test_last_change_stays_that_of_the_deleted_record():
    article = ArticleFactory()
    Article.objects.filter(pk=article.pk).update(updated_at=dt.datetime(2023, 1, 1, tzinfo=dt.UTC))

    back, _lost = restore(discard(Article.objects.get(pk=article.pk), None))

    assert Article.objects.get(pk=back.pk).updated_at == dt.datetime(2023, 1, 1, tzinfo=dt.UTC)


# Refused -------------------------------------------------------------------------------------------------------------


def held(record):
    return [row for rows in holdings(type(record)._base_manager.filter(pk=record.pk)) for row in rows]


def test_foreign_key_that_protects_holds_a_name():
    source = OrganizationFactory()
    article = ArticleFactory(source=source)

    assert held(source) == [article]
    with pytest.raises(InUse):
        discard(source, None)
    assert Organization.objects.filter(pk=source.pk).exists()


def test_many_to_many_from_the_other_side_holds_a_name():
    topic = TopicFactory()
    article = ArticleFactory(topics=[topic])
    indicator = IndicatorFactory(topics=[topic])
    ArticleFactory(topics=[TopicFactory()])

    assert held(topic) == [article, indicator]


def test_what_belongs_to_a_record_is_held_by_others():
    release = ReleaseFactory()
    observation = ObservationFactory(release=release)
    citation = CitationFactory(observation=observation)

    assert held(release) == [citation]


def test_own_rows_that_point_at_one_another_hold_nothing():
    assert held(full_agreement()) == []


def test_bundle_with_records_is_held_by_them():
    bundle = Bundle.objects.create(title="两会专题")
    article = ArticleFactory(bundle=bundle)

    assert held(bundle) == [article]


def test_same_record_is_named_once_for_several_links():
    topics = [TopicFactory(), TopicFactory()]
    article = ArticleFactory(topics=topics)

    assert [row for rows in holdings(Topic.objects.filter(pk__in=[t.pk for t in topics])) for row in rows] == [article]


# Not brought back ----------------------------------------------------------------------------------------------------


def test_record_whose_address_was_given_away_stays_in_the_bin():
    trashed = discard(IndicatorFactory(slug="gdp", name="地区生产总值"), None)
    IndicatorFactory(slug="gdp")

    with pytest.raises(CannotRestore) as refused:
        restore(trashed)

    message = Indicator._meta.constraints[-1].violation_error_message
    assert str(refused.value).endswith(str(message))
    assert list(TrashedRecord.objects.all()) == [trashed]
    assert Indicator.objects.count() == 1


def test_record_whose_number_was_given_away_stays_in_the_bin():
    article = ArticleFactory()
    pk = article.pk
    trashed = discard(article, None)
    ArticleFactory(pk=pk, headline="另一篇")

    with pytest.raises(CannotRestore):
        restore(trashed)

    assert Article.objects.get(pk=pk).headline == "另一篇"


def test_record_whose_source_is_gone_names_it_and_stays_in_the_bin():
    source = OrganizationFactory(name="重庆日报")
    trashed = discard(ArticleFactory(source=source), None)
    discard(source, None)

    with pytest.raises(CannotRestore, match="重庆日报"):
        restore(trashed)

    assert Article.objects.count() == 0


def test_links_that_are_gone_are_told_and_left_out():
    stays, goes = TopicFactory(), TopicFactory(name="已撤销的主题")
    trashed = discard(ArticleFactory(topics=[stays, goes]), None)
    goes.delete()

    back, lost = restore(trashed)

    assert (list(back.topics.all()), lost) == ([stays], ["已撤销的主题"])


def test_figure_of_a_release_that_was_published_meanwhile_does_not_come_back():
    release = ReleaseFactory(status="draft", published_at=None)
    observation = ObservationFactory(release=release)
    trashed = discard(observation, None)
    assert life.publish(release, None)

    with pytest.raises(CannotRestore):
        restore(trashed)

    assert release.observations.count() == 0


def test_kind_that_the_portal_no_longer_has_is_said_in_words():
    trashed = discard(ArticleFactory(), None)
    trashed.kind = "articles.gazette"

    with pytest.raises(CannotRestore):
        restore(trashed)


def test_release_of_a_day_that_has_another_one_is_not_brought_back():
    source = OrganizationFactory()
    trashed = discard(ReleaseFactory(source=source), None)
    ReleaseFactory(source=source)

    with pytest.raises(CannotRestore):
        restore(trashed)
    assert Release.objects.count() == 1


def test_child_alone_can_go_and_come_back():
    agreement = full_agreement()
    relation = agreement.relations.get()

    back, _lost = restore(discard(relation, None))

    assert list(agreement.relations.all()) == [back]
    assert Agreement.objects.filter(pk=agreement.pk).exists()


def test_restored_record_obeys_every_rule():
    back, _lost = restore(discard(full_agreement(), None))
    try:
        back.full_clean()
    except ValidationError as error:  # pragma: no cover (says what is wrong)
        pytest.fail(str(error))
