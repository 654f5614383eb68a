import datetime as dt

import pytest

from articles.models import Article
from articles.tables import ArticleTable
from tests.factories import ArticleFactory, OrganizationFactory, RegionFactory, TopicFactory

pytestmark = pytest.mark.django_db


def test_a_row_has_what_a_register_of_articles_needs(django_assert_num_queries):
    article = ArticleFactory(
        kicker="两会",
        headline="标题",
        subhead="副题",
        lead="导语",
        byline="记者",
        dated=dt.date(2023, 3, 31),
        source__name="重庆日报",
        column__name="要闻",
        topics=[TopicFactory(name="产业")],
        regions=[RegionFactory(name="重庆市"), RegionFactory(name="四川省")],
        organizations=[OrganizationFactory(name="重庆市政府")],
    )
    table = ArticleTable()
    (found,) = table.prepare(Article.objects.listed().for_listing())

    with django_assert_num_queries(0):
        row = table.row(found)

    assert row == {
        "kind": "article",
        "title": "标题",
        "url": article.get_absolute_url(),
        "dated": dt.date(2023, 3, 31),
        "source": "重庆日报",
        "column": "要闻",
        "kicker": "两会",
        "subhead": "副题",
        "lead": "导语",
        "byline": "记者",
        "topics": ["产业"],
        "regions": ["重庆市", "四川省"],
        "organizations": ["重庆市政府"],
        "published_at": article.published_at,
    }


def test_an_article_of_nobody_in_no_column_is_a_row_too():
    ArticleFactory(source=None, column=None)
    table = ArticleTable()
    (found,) = table.prepare(Article.objects.listed().for_listing())

    assert (table.row(found)["source"], table.row(found)["column"], table.entry(found).author) == (None, None, "")
