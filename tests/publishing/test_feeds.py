import datetime as dt

import feedparser
import pytest
from django.test import RequestFactory

from portal.publishing.feeds import Entry, respond

NOON = dt.datetime(2026, 3, 31, 4, tzinfo=dt.UTC)


def feed(*entries, host="portal.example", **extra):
    request = RequestFactory(headers={"host": host}).get("/articles/", {"format": "atom"}, **extra)
    return respond(request, "双城 · 文章", "/articles/", entries, author="双城")


def entry(**kwargs):
    return Entry(**{"title": "甲", "url": "/articles/1/", "published": NOON, "updated": NOON} | kwargs)


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = ["portal.example"]


def test_a_feed_is_valid_and_nobody_guesses_what_it_is():
    response = feed(entry())
    parsed = feedparser.parse(response.content)

    assert (parsed.bozo, parsed.version) == (0, "atom10")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response["X-Robots-Tag"] == "noindex"


def test_identities_do_not_depend_on_the_scheme_or_the_port():
    plain, secure = feed(entry(), host="portal.example:8000"), feed(entry(), secure=True)
    parsed = [feedparser.parse(one.content) for one in (plain, secure)]

    assert [one.feed.id for one in parsed] == ["tag:portal.example,2026:/articles/"] * 2
    assert [one.entries[0].id for one in parsed] == ["tag:portal.example,2026:/articles/1/"] * 2
    assert [one.entries[0].link for one in parsed] == [
        "http://portal.example:8000/articles/1/",
        "https://portal.example/articles/1/",
    ]


def test_nothing_was_changed_before_it_was_published():
    parsed = feedparser.parse(feed(entry(updated=NOON - dt.timedelta(days=3))).content)

    assert parsed.entries[0].updated == parsed.entries[0].published == parsed.feed.updated == NOON.isoformat()


def test_an_entry_of_nobody_is_the_site_s():
    parsed = feedparser.parse(feed(entry(author="重庆日报"), entry()).content)

    assert ([one.get("author") for one in parsed.entries], parsed.feed.author) == (["重庆日报", None], "双城")
