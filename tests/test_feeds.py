"""The page of the feeds."""

import feedparser
import html5lib
import pytest

from tests.factories import ArticleFactory, ColumnFactory

pytestmark = pytest.mark.django_db


def links(response):
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())
    return {link.get("href"): link.text for link in tree.find(".//main").iter("a")}


def test_the_page_leads_to_feeds_that_can_be_read(client):
    ArticleFactory(column=ColumnFactory(slug="news", name="要闻"))
    ArticleFactory(column=ColumnFactory(slug="drafts"), status="draft", published_at=None)
    ColumnFactory(slug="empty")

    found = links(client.get("/feeds/"))

    assert list(found) == [
        "/articles/?format=atom",
        "/stats/?format=atom",
        "/agreements/?format=atom",
        "/calendar/?format=atom",
        "/corrections/?format=atom",
        "/columns/news/?format=atom",
    ]
    assert [feedparser.parse(client.get(address).content).bozo for address in found] == [0] * 6


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_columns(client, django_assert_num_queries, count):
    ArticleFactory.create_batch(count)

    with django_assert_num_queries(3):  # columns; imprint and menu
        response = client.get("/feeds/")

    assert len(links(response)) == 5 + count
