"""The release calendar as readers and programs see it."""

import datetime as dt

import feedparser
import html5lib
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from portal.publishing.models import Status
from stats import calendar_file
from tests.factories import AnnouncementFactory, IndicatorFactory, OrganizationFactory, ReleaseFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


def parse(response):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())


def words(element):
    return " ".join("".join(element.itertext()).split())


def shown(response):
    return [int(one.get("id").removeprefix("announcement-")) for one in parse(response).iter("article")]


def test_the_page_shows_what_comes_by_month_and_then_what_is_past(client):
    late = AnnouncementFactory(dates=[("2026-12-09", "09:30")])
    early = AnnouncementFactory(dates=[("2026-11-30", "09:30")])
    past = AnnouncementFactory(
        dates=[("2026-11-20", "09:30")], release=ReleaseFactory(released_on=dt.date(2026, 11, 20), title="公报全文")
    )

    response = client.get("/calendar/")

    assert shown(response) == [early.pk, late.pk, past.pk]
    tree = parse(response)
    assert [words(one) for one in tree.iter("h3")] == ["2026年11月", "2026年12月", "2026年11月"]
    assert "公报全文" in words(tree.find(".//main"))


def test_changes_of_date_are_struck_out_and_say_why(client):
    announcement = AnnouncementFactory(dates=[("2026-12", None), ("2026-12-09", "09:30"), ("2026-12-10", "09:30")])
    announcement.cancel(None, "普查期间停发")

    tree = parse(client.get(announcement.get_absolute_url()))

    listed = tree.find(".//ol[@class='announcement-changes']")
    assert [words(one) for one in listed.iter("del")] == ["2026年12月", "2026年12月9日 09:30", "2026年12月10日 09:30"]
    reasons = [words(one) for one in listed.iter("span") if one.get("class") == "announcement-reason"]
    assert reasons == ["改期", "改期", "普查期间停发"]
    assert words(tree.find(".//time/del")) == "2026年12月10日 09:30"


def test_an_empty_calendar_is_a_page_too(client):
    assert (client.get("/calendar/").status_code, shown(client.get("/calendar/"))) == (200, [])


def test_the_calendar_is_filtered_by_source_and_year(client):
    source = OrganizationFactory()
    ours = AnnouncementFactory(source=source, dates=[("2026-12", None)])
    moved = AnnouncementFactory(source=source, dates=[("2026-12", None), ("2027-01", None)])
    AnnouncementFactory(dates=[("2027-02", None)])

    assert shown(client.get(f"/calendar/?organization={source.pk}")) == [ours.pk, moved.pk]
    assert shown(client.get(f"/calendar/?organization={source.pk}&year=2027")) == [moved.pk]
    assert client.get("/calendar/?year=x&format=ics").status_code == 400
    assert client.get("/calendar/?format=pdf").status_code == 400


def test_indicators_that_readers_do_not_see_are_not_named(client):
    seen = IndicatorFactory(name="公开指标")
    hidden = IndicatorFactory(name="秘密指标", status=Status.DRAFT, published_at=None)
    AnnouncementFactory(indicators=[seen, hidden])

    page = client.get("/calendar/").content.decode() + client.get("/calendar/?format=json").content.decode()

    assert ["公开指标" in page, "秘密指标" in page] == [True, False]


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_costs_the_same_whatever_its_length(client, django_assert_num_queries, count):
    for number in range(count):
        AnnouncementFactory(
            dates=[("2026-12", None), (f"2026-12-{number + 10}", "09:30")],
            indicators=IndicatorFactory.create_batch(count),
            release=ReleaseFactory(status=Status.DRAFT, published_at=None),
        )

    # Page, count, indicators, dates; sources and years, and the names of the sources; imprint and menu.
    with django_assert_num_queries(9):
        response = client.get("/calendar/")

    assert len(shown(response)) == count


# Files


def test_the_rows_are_downloaded(client):
    AnnouncementFactory(title="统计公报", dates=[("2027-02", None), ("2027-02-28", "09:30")])

    (row,) = client.get("/calendar/?format=json").json()["results"]

    kept = [row[name] for name in ("title", "date", "time", "state", "released_on")]
    assert kept == ["统计公报", "2027-02-28", "09:30", "confirmed", None]
    assert [change.count("2027年2月") for change in row["changes"]] == [2]
    for format in ("csv", "xlsx"):
        assert client.get(f"/calendar/?format={format}").status_code == 200


def test_a_change_of_date_and_the_publication_are_entries_of_their_own(client):
    announcement = AnnouncementFactory(dates=[("2026-11", None)])

    def entry():
        feed = feedparser.parse(client.get("/calendar/?format=atom").content)
        assert feed.bozo == 0
        return feed.entries[0]

    first = entry()
    announcement.announce(None, "confirmed", "2026-11-20", dt.time(9, 30), "日程公布")
    second = entry()
    announcement.release = ReleaseFactory(released_on=dt.date(2026, 11, 20))
    announcement.save()
    third = entry()

    assert len({first.id, second.id, third.id}) == 3
    assert {first.link, second.link, third.link} == {f"http://testserver{announcement.get_absolute_url()}"}


def unfolded(content):
    """The lines of an iCalendar file by their names: pairs in their order."""
    assert content.endswith(b"\r\n")
    assert [line for line in content.split(b"\r\n") if len(line) > 75 or b"\n" in line] == []
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")
    return [tuple(line.split(":", 1)) for line in lines if line]


def events(client, query=""):
    response = client.get(f"/calendar/?format=ics{query}")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found, event = [], {}
    for name, value in unfolded(response.content):
        if (name, value) == ("BEGIN", "VEVENT"):
            event = {}
        elif (name, value) == ("END", "VEVENT"):
            found.append(event)
        else:
            event[name] = value
    return found


def test_calendar_programs_read_what_is_confirmed_to_the_hour_and_the_rest_as_whole_days(client):
    confirmed = AnnouncementFactory(title="公报；第一,号", dates=[("2026-12-09", "09:30")])
    AnnouncementFactory(dates=[("2027-02", None)])
    cancelled = AnnouncementFactory(dates=[("2027-03-05", None)])
    cancelled.cancel(None, "停发")

    first, second, third = events(client)

    assert first["DTSTART"] == "20261209T013000Z"
    assert (first["STATUS"], first["SEQUENCE"], first["SUMMARY"]) == ("CONFIRMED", "0", "公报；第一\\,号")
    assert (first["UID"], first["URL"]) == (
        f"announcement-{confirmed.pk}@testserver",
        f"http://testserver{confirmed.get_absolute_url()}",
    )
    days = ("DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "STATUS")
    assert [second[name] for name in days] == ["20270201", "20270301", "TENTATIVE"]
    assert [third[name] for name in days] == ["20270305", "20270306", "CANCELLED"]
    assert third["SEQUENCE"] == "1"


def test_a_program_that_has_the_calendar_is_told_so(client):
    AnnouncementFactory()
    etag = client.get("/calendar/?format=ics").headers["ETag"]

    assert client.get("/calendar/?format=ics", headers={"if-none-match": etag}).status_code == 304


def test_the_file_is_filtered_like_the_page(client):
    source = OrganizationFactory()
    AnnouncementFactory(source=source, title="甲")
    AnnouncementFactory(title="乙")

    assert [one["SUMMARY"] for one in events(client, f"&organization={source.pk}")] == ["甲"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_long_lines_are_folded_between_characters(title):
    event = calendar_file.Event("1@x", title, NOW, NOW, "CONFIRMED", 0)

    lines = dict(unfolded(calendar_file.written("历", [event])))

    plain = lines["SUMMARY"].replace("\\;", ";").replace("\\,", ",").replace("\\\\", "\\")
    assert plain == title.replace("\ufffe", "").replace("\uffff", "")


# On other pages


def test_the_page_of_an_indicator_says_what_comes_next(client):
    indicator = IndicatorFactory(slug="gdp")
    late = AnnouncementFactory(title="后发的", indicators=[indicator], dates=[("2027-01", None)])
    early = AnnouncementFactory(title="先发的", indicators=[indicator], dates=[("2026-12", None)])
    AnnouncementFactory(title="别的")
    dropped = AnnouncementFactory(title="取消的", indicators=[indicator])
    dropped.cancel(None, "停发")

    line = parse(client.get("/stats/gdp/")).find(".//p[@class='next-release']")

    links = [link.get("href") for link in line.iter("a")]
    assert links == ["/calendar/", early.get_absolute_url(), late.get_absolute_url()]


def test_a_page_without_announcements_has_no_such_line(client):
    IndicatorFactory(slug="gdp")
    AnnouncementFactory()

    assert parse(client.get("/stats/gdp/")).find(".//p[@class='next-release']") is None
