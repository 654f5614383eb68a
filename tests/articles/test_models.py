import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from articles.models import Article, Citation
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    CitationFactory,
    ObservationFactory,
    RegionFactory,
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
