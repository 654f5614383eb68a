"""Every link of the demo, followed from the front page: it answers, and what it answers with can be read."""

import collections
import re
from urllib.parse import parse_qs, urljoin, urlsplit
from xml.etree import ElementTree

import feedparser
import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client

pytestmark = [
    pytest.mark.django_db,
    # One worker crawls, once.
    pytest.mark.xdist_group("crawl"),
    # A thousand pages take most of a minute, and what they ask of the database is tried on both elsewhere.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the crawl runs on SQLite"),
]

HOST = "http://testserver"
#: Elements that a reader follows, and elements that a browser loads by itself; each with its attribute.
FOLLOWED = {"a": "href", "form": "action"}
LOADED = {"link": "href", "img": "src", "script": "src", "source": "src"}
#: Of links that differ in a value that is asked for alone (a region, a page), or in whose file they are, so many are
#: followed: the same view answers all.
ALIKE = 12

Page = collections.namedtuple("Page", "status kind found_on faults ids anchors")


def is_region(address):
    return address.startswith("/regions/")


class Crawl:
    """All pages by address, the static files they load, and what they load from elsewhere.

    Three things would lead on almost for ever and are followed one step: filters, from the page without one; parts of
    regions, from a region that something else names; and the feedback form, which every record links to.
    """

    def __init__(self):
        self.pages, self.static, self.foreign = {}, set(), set()
        self.alike = collections.Counter()
        self.client = Client()
        self.seen, self.queue = {"/"}, collections.deque([("/", None)])
        while self.queue:
            self.visit(*self.queue.popleft())

    def visit(self, address, found_on):
        response = self.client.get(address)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        body = b"".join(response)
        faults, elements = [], []
        if kind == "text/html":
            parser = html5lib.HTMLParser(namespaceHTMLElements=False)
            elements = [*parser.parse(body.decode()).iter()]
            faults = [f"{place}: {code}" for place, code, _values in parser.errors]
        elif kind == "application/atom+xml":
            feed = feedparser.parse(body)
            faults = [str(feed.bozo_exception)] if feed.bozo else []
        ids = {one.get("id") for one in elements} - {None}
        followed = [*leading(elements, FOLLOWED)]
        # What follows :~: is for the browser, which looks for the words themselves.
        anchors = {urljoin(address, place) for place in followed if "#" in place and ":~:" not in place}
        self.pages[address] = Page(response.status_code, kind, found_on, faults, ids, anchors)
        loaded = [*leading(elements, LOADED)]
        self.foreign |= {(address, place) for place in loaded if not is_ours(urljoin(HOST + address, place))}
        for place in [*followed, *loaded, response.headers.get("Location", address)]:
            self.note(address, urlsplit(urljoin(HOST + address, place)))

    def note(self, address, place):
        """What ``place`` (the parts of an address) leads to is to be visited, where it is ours and not known yet."""
        target = place._replace(scheme="", netloc="", fragment="").geturl()
        key = place.path if place.path == "/feedback/" else target
        if not is_ours(place.geturl()) or key in self.seen:
            return
        filter_of_filter = place.query and "?" in address and place.path == urlsplit(address).path
        part_of_part = all(map(is_region, (place.path, address, self.pages[address].found_on or "")))
        if place.path.startswith("/static/"):
            self.static.add(place.path.removeprefix("/static/"))
        elif not filter_of_filter and not part_of_part:
            self.seen.add(key)
            self.alike[(shape := shape_of(place))] += 1
            if not place.query or self.alike[shape] <= ALIKE:
                self.queue.append((target, address))


def shape_of(place):
    """An address with a query, without what tells it from others like it."""
    asked = parse_qs(place.query)
    return re.sub("[^/]+/$", "", place.path), *sorted(asked), *asked.get("format", ())


def leading(elements, attributes):
    for element in elements:
        place = element.get(attributes.get(element.tag))
        if place and not (element.tag == "form" and element.get("method") == "post"):
            yield place
        if "img" in attributes:
            yield from (part.split()[0] for part in element.get("srcset", "").split(",") if part.strip())


def is_ours(address):
    return address.startswith(f"{HOST}/")


@pytest.fixture(scope="module")
def crawl(demo, django_db_blocker):
    with django_db_blocker.unblock():
        return Crawl()


def test_every_link_answers(crawl):
    assert {place: (page.status, page.found_on) for place, page in crawl.pages.items() if page.status >= 400} == {}
    kinds = {place.split("/")[1] for place in crawl.pages}
    assert kinds >= {"articles", "columns", "stats", "agreements", "regions", "topics", "organizations", "pages"}
    assert len(crawl.pages) > 500


def test_every_page_is_strict_html_and_every_feed_is_a_feed(crawl):
    assert {place: page.faults for place, page in crawl.pages.items() if page.faults} == {}
    counted = collections.Counter(page.kind for page in crawl.pages.values())
    assert counted["text/html"] > 400
    assert counted["application/atom+xml"] >= 10


def test_every_link_into_a_page_finds_its_place(crawl):
    anchors = {anchor for page in crawl.pages.values() for anchor in page.anchors}
    lost = [
        anchor
        for anchor in anchors
        for place, _hash, name in [anchor.partition("#")]
        if place in crawl.pages and name not in crawl.pages[place].ids
    ]

    assert lost == []
    assert len(anchors) > 10


def test_every_static_file_is_there_and_nothing_is_loaded_from_elsewhere(crawl):
    assert [path for path in crawl.static if finders.find(path) is None] == []
    assert crawl.foreign == set()
    assert len(crawl.static) > 10


def test_every_address_of_the_sitemap_is_linked_to_and_answers(crawl, client):
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    places = {one.text.removeprefix(HOST) for one in root.iter() if one.tag.endswith("}loc")}

    assert places - crawl.pages.keys() == set()
    assert {crawl.pages[place].status for place in places} == {200}
