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

    assert [quote["citation"] for quote in evidence(article)["quotes"]] == shown


@pytest.mark.parametrize(
    ("quote", "before", "after"),
    [
        ({"exact": "突破3万亿元"}, "上年全省民营经济增加值", "，相当于地区生产总值的53.7%。"),
        ({"exact": "四川盘子更大，占比稍低。"}, "", ""),
        ({"exact": "占比稍低", "prefix": "更大，", "suffix": "。"}, "四川盘子更大，", "。"),
        ({"exact": "下一段"}, "", ""),
        ({"exact": "改写前的话", "prefix": "前", "suffix": "后"}, "前", "后"),
    ],
)
def test_a_quote_stands_in_its_sentence(quote, before, after):
    body = "<p>四川盘子更大，占比稍低。上年全省民营经济增加值突破3万亿元，相当于地区生产总值的53.7%。</p><p>下一段</p>"
    article = ArticleFactory(body=body)
    CitationFactory(article=article, **quote)

    (found,) = evidence(article)["quotes"]

    assert (found["before"], found["after"]) == (before, after)
