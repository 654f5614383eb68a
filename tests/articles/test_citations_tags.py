import pytest

from articles.templatetags.citations import evidence, telling
from tests.factories import AgreementFactory, ArticleFactory, CitationFactory, ObservationFactory, ReleaseFactory

pytestmark = pytest.mark.django_db


def test_a_page_shows_the_articles_that_tell_it_and_no_drafts():
    figure = ObservationFactory()
    told = CitationFactory(observation=figure).article
    CitationFactory(observation=figure, article=ArticleFactory(status="draft", published_at=None))
    CitationFactory()

    assert list(telling(figure.series.indicator)["articles"]) == [told]


def test_an_article_that_tells_an_agreement_twice_is_shown_once():
    agreement = AgreementFactory()
    article = ArticleFactory()
    for words in ("签署协议", "这份协议"):
        CitationFactory(article=article, observation=None, agreement=agreement, exact=words)

    assert list(telling(agreement)["articles"]) == [article]


def test_evidence_leaves_out_what_not_everybody_may_see():
    article = ArticleFactory()
    shown = [
        CitationFactory(article=article),
        CitationFactory(article=article, observation=None, agreement=AgreementFactory()),
    ]
    draft = ReleaseFactory(status="draft", published_at=None)
    CitationFactory(article=article, observation=ObservationFactory(release=draft))
    hidden = AgreementFactory(status="draft", published_at=None)
    CitationFactory(article=article, observation=None, agreement=hidden)

    assert list(evidence(article)["citations"]) == shown
