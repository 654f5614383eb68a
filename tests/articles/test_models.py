import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article, Citation
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    CitationFactory,
    ColumnFactory,
    ObservationFactory,
    OrganizationFactory,
    RegionFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


def test_a_citation_has_exactly_one_target():
    article, observation, agreement = ArticleFactory(), ObservationFactory(), AgreementFactory()

    for targets in ({}, {"observation": observation, "agreement": agreement}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Citation.objects.create(article=article, exact="…", **targets)


def test_a_citation_names_a_part_that_the_agreement_has():
    amount = AmountFactory()
    citation = CitationFactory.build(article=ArticleFactory(), observation=None, agreement=amount.agreement)
    citation.part = amount.key
    citation.full_clean()

    citation.part = "amount:land_area:agreed"
    with pytest.raises(ValidationError) as refused:
        citation.full_clean()

    assert "amount:total_investment:agreed" in refused.value.message_dict["part"][0]


def test_a_figure_has_no_parts():
    with pytest.raises(IntegrityError), transaction.atomic():
        CitationFactory(part="amount:total_investment:agreed")


def test_telling_finds_the_articles_that_cite_a_figure_or_an_agreement():
    figure, agreement = CitationFactory(), CitationFactory(agreement=AgreementFactory(), observation=None)
    CitationFactory(article=figure.article, observation=figure.observation, exact="又一处")

    assert list(Article.objects.telling(figure.observation.series.indicator)) == [figure.article]
    assert list(Article.objects.telling(agreement.agreement)) == [agreement.article]


def test_citations_of_a_target_are_those_that_everybody_may_read():
    seen = CitationFactory()
    CitationFactory(observation=seen.observation, article=ArticleFactory(status="draft", published_at=None))

    assert list(Citation.objects.of(seen.observation)) == [seen]


def test_incomplete_is_without_source_region_or_column():
    whole = ArticleFactory(regions=[RegionFactory()])
    lacking = [ArticleFactory(), ArticleFactory(regions=[RegionFactory()], source=None)]

    assert set(Article.objects.incomplete()) == set(lacking)
    assert whole not in Article.objects.incomplete()


def test_unsupported_is_without_citation():
    CitationFactory()
    bare = ArticleFactory()

    assert list(Article.objects.unsupported()) == [bare]


def test_a_teaser_is_the_lead_or_the_beginning_of_the_text():
    assert ArticleFactory(lead="导语", body="<p>正文</p>").teaser == "导语"
    assert ArticleFactory(body="<p>正文<strong>开头</strong></p>").teaser == "正文开头"


def test_pinned_articles_stand_above_newer_ones():
    pinned, newer = ArticleFactory(is_pinned=True), ArticleFactory()

    assert list(Article.objects.for_listing()) == [pinned, newer]


def test_an_article_has_a_headline():
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleFactory(headline="")


def related(article):
    return list(Article.objects.listed().for_listing().related_to(article))


def test_related_articles_share_a_subject_and_come_by_how_many():
    topics, region, organization = TopicFactory.create_batch(2), RegionFactory(), OrganizationFactory()
    article = ArticleFactory(topics=topics, regions=[region], organizations=[organization])
    older, one = ArticleFactory(topics=topics[:1]), ArticleFactory(regions=[region], is_pinned=False)
    three = ArticleFactory(topics=topics, organizations=[organization], published_at=an_hour_before(older))
    ArticleFactory(topics=[TopicFactory()], regions=[RegionFactory()])

    assert related(article) == [three, one, older]


def test_related_is_neither_the_article_itself_nor_what_is_not_listed():
    topics = [TopicFactory()]
    article, seen = ArticleFactory(topics=topics), ArticleFactory(topics=topics)
    ArticleFactory(topics=topics, status="draft", published_at=None)
    ArticleFactory(topics=topics, published_at=timezone.now() + dt.timedelta(days=1))
    copy = ArticleFactory(topics=topics, status="draft", working_copy_of=article)

    assert related(article) == related(copy) == [seen]


def an_hour_before(article):
    return article.published_at - dt.timedelta(hours=1)


def neighbours(article):
    listed = Article.objects.listed()
    return listed.before(article).first(), listed.after(article).first()


def test_neighbours_of_one_moment_come_by_key():
    column, moment = ColumnFactory(), timezone.now() - dt.timedelta(days=1)
    first, second, third = ArticleFactory.create_batch(3, column=column, published_at=moment)
    earlier = ArticleFactory(column=column, published_at=moment - dt.timedelta(seconds=1))

    assert [neighbours(one) for one in (earlier, first, second, third)] == [
        (None, first),
        (earlier, second),
        (first, third),
        (second, None),
    ]


def test_neighbours_are_listed_and_of_the_same_column():
    column = ColumnFactory()
    article = ArticleFactory(column=column)
    older, newer = (
        ArticleFactory(column=column, published_at=article.published_at + dt.timedelta(hours=hours))
        for hours in (-9, 9)
    )
    for hours, life in (
        (-1, {"column": ColumnFactory()}),
        (-1, {"column": ColumnFactory(parent=column)}),
        (-1, {"status": "withdrawn", "withdrawn_at": timezone.now(), "withdrawal_reason": "outdated"}),
        (1, {"status": "draft"}),
        (1, {"status": "draft", "working_copy_of": article}),
    ):
        ArticleFactory(**{"column": column, "published_at": article.published_at + dt.timedelta(hours=hours)} | life)
    ArticleFactory(column=column, published_at=timezone.now() + dt.timedelta(days=1))

    assert neighbours(article) == (older, newer)


def test_a_withdrawn_and_a_scheduled_article_have_neighbours_too():
    article = ArticleFactory(column=ColumnFactory())
    life = {"column": article.column, "published_at": timezone.now() + dt.timedelta(days=1)}
    assert neighbours(ArticleFactory(**life)) == (article, None)

    withdrawn = {"status": "withdrawn", "withdrawn_at": timezone.now(), "withdrawal_reason": "outdated"}
    assert neighbours(ArticleFactory(column=article.column, **withdrawn)) == (article, None)


def test_what_has_no_column_or_no_time_has_no_neighbours():
    ArticleFactory(column=None)
    column = ArticleFactory().column

    assert neighbours(ArticleFactory(column=None)) == (None, None)
    assert neighbours(ArticleFactory(column=column, status="draft", published_at=None)) == (None, None)
