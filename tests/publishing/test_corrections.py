"""Corrections: their numbers, the ledger that readers see, its files and its feed."""

import contextlib
import csv
import datetime as dt
import io
import sqlite3
import threading

import feedparser
import html5lib
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from articles.models import Article
from portal.publishing.corrections import Correction, Outcome, correctable_kinds, publish, publish_drafts_of
from portal.publishing.models import Status
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    CorrectionFactory,
    IndicatorFactory,
    PageFactory,
    ReleaseFactory,
    StaffFactory,
    public_correction,
)

pytestmark = pytest.mark.django_db


def withdrawn(reason):
    return {"status": Status.WITHDRAWN, "withdrawn_at": timezone.now(), "withdrawal_reason": reason}


def become(record, **life):
    """Change the life of a record in the table alone, whatever the steps would demand."""
    type(record)._base_manager.filter(pk=record.pk).update(**life)


def parse(response):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())


def text_of(response):
    return " ".join("".join(parse(response).find(".//main").itertext()).split())


def numbers_on(response):
    found = [one.get("id") for one in parse(response).iter("article") if one.get("class") == "correction"]
    return [int(name.removeprefix("correction-")) for name in found]


# Numbers


def test_corrections_are_numbered_as_they_are_published():
    first, second, third = CorrectionFactory.create_batch(3)
    by = StaffFactory()

    publish(third, by)
    publish(first, by)

    assert list(Correction.objects.public()) == [first, third]
    assert (third.number, first.number, second.number) == (1, 2, None)
    assert (first.published_by, second.published_by) == (by, None)


def test_a_correction_is_published_once():
    correction, by = CorrectionFactory(), StaffFactory()
    stale = Correction.objects.get(pk=correction.pk)

    assert publish(correction, by) is True
    assert publish(stale, StaffFactory()) is False

    stale.refresh_from_db()
    assert (stale.number, stale.published_by) == (1, by)


def test_what_fails_after_its_publication_takes_no_number():
    correction, other = CorrectionFactory.create_batch(2)

    with transaction.atomic():
        publish(correction, StaffFactory())
        transaction.set_rollback(True)
    publish(other, StaffFactory())

    assert list(Correction.objects.public().values_list("pk", "number")) == [(other.pk, 1)]


@pytest.mark.parametrize("half", [{"number": 1}, {"published_at": timezone.now()}, {"number": 0}])
def test_a_correction_is_published_whole_or_not_at_all(half):
    correction = CorrectionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(**half)


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """What gives a thread a connection that waits for the others: on SQLite to a file, since what is in memory only
    fails at once. Returns the function that a thread calls first.
    """
    if connection.vendor != "sqlite":
        return lambda: None

    def own_file():
        connection.settings_dict = {**connection.settings_dict, "NAME": str(tmp_path / "shared.sqlite3")}

    return own_file


def test_numbers_have_no_gaps_when_many_publish_at_the_same_time(shared_database, tmp_path):
    drafts, by = CorrectionFactory.create_batch(12), StaffFactory()
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(tmp_path / "shared.sqlite3")) as file:
            connection.connection.backup(file)
    gate, numbers = threading.Barrier(4), []

    def work(share):
        shared_database()
        gate.wait()
        for correction in share:
            publish(correction, by)
            numbers.append(correction.number)
        connection.close()

    threads = [threading.Thread(target=work, args=(drafts[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == [*range(1, 13)]


def test_the_drafts_of_a_record_are_published_together_and_in_their_order():
    article = ArticleFactory()
    copy = ArticleFactory(working_copy_of=article, status=Status.DRAFT, published_at=None)
    first, second = CorrectionFactory.create_batch(2, record=article)
    CorrectionFactory()

    done = publish_drafts_of(copy, StaffFactory())

    assert [one.pk for one in done] == [first.pk, second.pk]
    assert [one.number for one in done] == [1, 2]
    assert publish_drafts_of(article, StaffFactory()) == []


def test_records_with_a_page_can_be_corrected():
    assert {kind._meta.label for kind in correctable_kinds()} == {
        "articles.Article",
        "agreements.Agreement",
        "pages.Page",
        "stats.Indicator",
        "stats.Release",
    }


# What readers see


def test_the_ledger_shows_what_is_published_newest_first(client):
    CorrectionFactory()
    older, newer = public_correction(wrong="旧错"), public_correction(wrong="新错")

    response = client.get("/corrections/")

    assert numbers_on(response) == [newer.number, older.number] == [2, 1]
    assert text_of(response).index("新错") < text_of(response).index("旧错")
    links = [link.get("href") for link in parse(response).find(".//main").iter("a")]
    assert newer.record.get_absolute_url() in links


def test_a_correction_has_a_page_and_a_draft_has_none(client):
    correction = public_correction(right="正确的说法")
    CorrectionFactory()

    response = client.get("/corrections/1/")

    assert "正确的说法" in text_of(response)
    assert correction.get_absolute_url() == "/corrections/1/"
    assert client.get("/corrections/2/").status_code == 404


@pytest.mark.parametrize(
    ("life", "outcome"),
    [
        (withdrawn("in_error"), Outcome.WITHDRAWN),
        (withdrawn("legal"), Outcome.WITHDRAWN),
        ({"offline_at": timezone.now()}, Outcome.GONE),
        ({"status": Status.DRAFT}, Outcome.GONE),
        ({"published_at": timezone.now() + dt.timedelta(days=1)}, Outcome.GONE),
        (None, Outcome.GONE),
    ],
)
def test_what_readers_may_not_read_keeps_its_line_and_loses_its_words(client, life, outcome):
    article = ArticleFactory(headline="秘密标题")
    correction = public_correction(record=article, wrong="秘密原文", right="秘密更正", why="秘密原因")
    assert "秘密原文" in text_of(client.get("/corrections/"))
    if life is None:
        article.delete()
    else:
        become(article, **life)

    correction = Correction.objects.get(pk=correction.pk)
    assert correction.outcome == outcome
    addresses = ["", "1/", "?format=atom", "?format=csv", "?format=json"]
    bodies = [b"".join(client.get(f"/corrections/{one}")).decode() for one in addresses]
    bodies.append(str(feedparser.parse(bodies[2]).entries))
    assert [body for body in bodies if "秘密" in body or f"/articles/{article.pk}/" in body] == []
    assert numbers_on(client.get("/corrections/")) == [1]


def test_what_is_said_of_a_release_that_is_dated_ahead_waits_for_its_day(client):
    public_correction(record=ReleaseFactory(released_on=timezone.localdate() + dt.timedelta(days=1)), wrong="未到日子")
    public_correction(record=ReleaseFactory(), wrong="到了日子")

    shown = text_of(client.get("/corrections/"))

    assert ("未到日子" in shown, "到了日子" in shown) == (False, True)


@pytest.mark.parametrize("reason", ["outdated", "consolidated"])
def test_a_withdrawn_record_whose_content_stays_keeps_its_corrections(client, reason):
    article = ArticleFactory()
    public_correction(record=article, wrong="原来的错")
    become(article, **withdrawn(reason))

    assert "原来的错" in text_of(client.get("/corrections/"))


def test_the_ledger_is_filtered_by_kind_and_year(client):
    public_correction()
    public_correction(record=AgreementFactory())
    year = timezone.localdate().year

    assert numbers_on(client.get("/corrections/?kind=agreement")) == [2]
    assert numbers_on(client.get(f"/corrections/?year={year}&kind=article")) == [1]
    assert numbers_on(client.get(f"/corrections/?year={year - 1}")) == []
    facets = client.get("/corrections/").context["filter"].facets
    found = {facet.name: [(value.value, value.count) for value in facet.values] for facet in facets}
    assert {name: sorted(values) for name, values in found.items()} == {
        "kind": [("agreement", 1), ("article", 1)],
        "year": [(str(year), 2)],
    }


def test_a_wrong_filter_shows_nothing_and_is_refused_as_a_file(client):
    public_correction()

    assert numbers_on(client.get("/corrections/?kind=nothing")) == []
    assert client.get("/corrections/?kind=nothing&format=csv").status_code == 400
    assert client.get("/corrections/?format=pdf").status_code == 400


def test_an_empty_ledger_is_a_page_too(client):
    CorrectionFactory()

    response = client.get("/corrections/")

    assert (response.status_code, numbers_on(response)) == (200, [])


def test_a_ledger_in_which_nothing_can_be_filtered_has_no_box_of_filters(client):
    def has_box(address):
        return parse(client.get(address)).find(".//form[@id='filter']") is not None

    assert [has_box("/corrections/"), has_box("/corrections/?kind=agreement"), has_box("/articles/")] == [
        False,
        True,
        True,
    ]
    public_correction()
    assert has_box("/corrections/")


def test_the_feed_has_an_entry_for_each_correction(client):
    public_correction(record=ArticleFactory(headline="旧闻"), wrong="甲", right="乙<b>", why="丙")
    public_correction(record=IndicatorFactory(slug="gdp"))

    feed = feedparser.parse(client.get("/corrections/?format=atom").content)

    assert feed.bozo == 0
    assert [entry.link for entry in feed.entries] == [
        "http://testserver/corrections/2/",
        "http://testserver/corrections/1/",
    ]
    assert "旧闻" in feed.entries[1].title
    assert [part in feed.entries[1].summary for part in ("甲", "乙&lt;b&gt;", "丙")] == [True] * 3


def test_the_same_lines_are_downloaded(client):
    public_correction(record=ArticleFactory(headline="旧闻"), wrong="=1+1")

    found = client.get("/corrections/?format=json").json()
    lines = list(csv.reader(io.StringIO(b"".join(client.get("/corrections/?format=csv")).decode("utf-8-sig"))))

    (row,) = found["results"]
    assert (found["count"], row["number"], row["kind"], row["title"]) == (1, 1, "article", "旧闻")
    assert (row["wrong"], row["outcome"], row["url"]) == ("=1+1", "readable", "http://testserver/corrections/1/")
    assert (lines[1][0], lines[1][4]) == ("1", "'=1+1")
    assert b"".join(client.get("/corrections/?format=xlsx"))[:2] == b"PK"


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_costs_the_same_whatever_its_length(client, django_assert_num_queries, count):
    for _number in range(count):
        public_correction()

    with django_assert_num_queries(7):  # page, count, articles; two facets; imprint and menu
        response = client.get("/corrections/")

    assert len(numbers_on(response)) == count


def test_corrections_do_not_read_the_texts_of_their_records(client, django_assert_num_queries):
    public_correction(record=ArticleFactory(body="<p>很长的正文</p>"))

    (correction,) = Correction.objects.public().with_records()

    assert "body" in correction.record.get_deferred_fields()


# On the page of the record


@pytest.mark.parametrize("factory", [ArticleFactory, AgreementFactory, IndicatorFactory, PageFactory, ReleaseFactory])
def test_the_page_of_a_record_tells_its_corrections_newest_first(client, factory):
    record = factory()
    public_correction(record=record, wrong="先改的")
    public_correction(record=record, wrong="后改的")
    CorrectionFactory(record=record, wrong="草稿里的")
    public_correction(wrong="别处的", record=factory())

    response = client.get(record.get_absolute_url())

    box = parse(response).find(".//aside[@class='corrections']")
    assert [one.get("id") for one in box.iter("div") if one.get("class") == "correction"] == [
        "correction-2",
        "correction-1",
    ]
    assert [words in text_of(response) for words in ("草稿里的", "别处的")] == [False, False]


def test_a_page_without_corrections_has_no_box(client):
    public_correction()
    other = ArticleFactory()

    assert parse(client.get(other.get_absolute_url())).find(".//aside[@class='corrections']") is None


def test_what_is_gone_tells_none_of_its_corrections(client):
    article = ArticleFactory()
    public_correction(record=article, wrong="秘密原文")
    become(article, **withdrawn("in_error"))

    response = client.get(article.get_absolute_url())

    assert (response.status_code, "秘密原文" in response.content.decode()) == (410, False)
    assert Article.objects.count() == 1
