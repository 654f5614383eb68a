"""Who did what, when: one list over four tables, in pages and as a file."""

import datetime as dt
import io
import json

import pytest
from axes.models import AccessFailureLog, AccessLog
from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from python_calamine import CalamineWorkbook

from portal.pages.models import Page
from portal.publishing import log
from portal.publishing.log_forms import LogForm
from portal.publishing.reviews import Review
from portal.publishing.revisions import Revision
from tests.factories import AgreementFactory, ArticleFactory, ColumnFactory, StaffFactory, TopicFactory

from .office import LOG, NOON, PAGE_FORM, act, at, draft, entered, login, member, press, revised, told

pytestmark = pytest.mark.django_db


def accessed(username, when=NOON, model=AccessLog, **kwargs):
    row = model.objects.create(username=username, ip_address="203.0.113.9", **kwargs)
    model.objects.filter(pk=row.pk).update(attempt_time=when)
    return row


@pytest.fixture
def day(administrator):
    """One of each event."""
    writer, reader = StaffFactory(name="林舟", username="lin"), StaffFactory(name="何岚", username="he")
    article, topic = draft(headline="川渝合作"), TopicFactory(name="民营经济")
    accessed("lin", at(0), logout_time=at(90))
    revised(article, writer, at(1), changed=["headline", "articles.citation"], note="改了标题", is_minor=True)
    submitted = revised(article, writer, at(2), step="submitted")
    Review.objects.create(revision=submitted, level=1, decision="approved", reviewer=reader, made_at=at(3))
    Review.objects.create(
        revision=submitted, level=2, decision="returned", reviewer=administrator, comment="缺来源", made_at=at(4)
    )
    revised(article, None, at(5), step="published")
    revised(article, writer, at(6), step="withdrawn")
    revised(article, writer, at(7), step="restored")
    entered(topic, administrator, at(8), ADDITION, '[{"added": {}}]')
    entered(topic, administrator, at(9), CHANGE, '[{"changed": {"fields": ["Name"]}}]')
    entered(topic, administrator, at(10), DELETION)
    accessed("lin", at(11), AccessFailureLog)
    accessed("nobody", at(12), AccessFailureLog, locked_out=True)
    return article


def test_log_tells_every_event_newest_first(client, day):
    assert told(client, "", "event", "who", "kind", "title", "detail") == [
        ("logged_out", "林舟", "", "", "203.0.113.9"),
        ("locked_out", "nobody", "", "", "203.0.113.9"),
        ("failed", "林舟", "", "", "203.0.113.9"),
        ("deleted", "周远", "Topic", "民营经济", ""),
        ("changed", "周远", "Topic", "民营经济", "Changed Name."),
        ("added", "周远", "Topic", "民营经济", ""),
        ("restored", "林舟", "Article", "川渝合作", ""),
        ("withdrawn", "林舟", "Article", "川渝合作", ""),
        ("published", "the portal", "Article", "川渝合作", ""),
        ("returned", "周远", "Article", "川渝合作", "second review (复审) · 缺来源"),
        ("approved", "何岚", "Article", "川渝合作", "first review (初审)"),
        ("submitted", "林舟", "Article", "川渝合作", ""),
        ("saved", "林舟", "Article", "川渝合作", "Headline, Citations · 改了标题 · minor change"),
        ("logged_in", "林舟", "", "", "203.0.113.9"),
    ]
    assert set(told(client, "", "event")) == set(log.Event.values)


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("event=returned", ["returned"]),
        ("event=failed", ["failed"]),
        ("event=logged_out", ["logged_out"]),
        ("kind=vocabulary.topic", ["deleted", "changed", "added"]),
        ("kind=vocabulary.topic&event=added", ["added"]),
        ("kind=vocabulary.topic&event=saved", []),
        ("q=缺来源", ["returned"]),
        ("q=改了", ["saved"]),
        ("q=民营&event=changed", ["changed"]),
        ("q=nobody", ["locked_out"]),
        ("q=203.0.113", ["logged_out", "locked_out", "failed", "logged_in"]),
        ("since=2026-10-01", []),
        ("until=2026-09-29", []),
        ("since=2026-09-30&until=2026-09-30&event=saved", ["saved"]),
    ],
)
def test_log_is_filtered(client, day, query, events):
    assert told(client, query, "event") == events


def test_log_of_a_person_has_their_logins_reviews_and_records(client, day, administrator):
    writer = Revision.objects.get(step="saved").made_by

    assert told(client, f"person={writer.pk}", "event") == [
        "logged_out", "failed", "restored", "withdrawn", "submitted", "saved", "logged_in",
    ]  # fmt: skip
    assert told(client, f"person={administrator.pk}", "event") == ["deleted", "changed", "added", "returned"]


def test_log_of_one_record(client, day, administrator):
    other = draft()
    revised(other, administrator)

    assert told(client, f"kind=articles.article&record={other.pk}", "event", "title") == [("saved", str(other))]


def test_a_day_is_that_of_shanghai_and_has_its_whole_length(client, administrator):
    midnight = timezone.make_aware(dt.datetime(2026, 9, 30))
    for when in (midnight - dt.timedelta(microseconds=1), midnight, midnight + dt.timedelta(days=1)):
        accessed("boss", when)

    assert told(client, "since=2026-09-30&until=2026-09-30", "at") == [midnight]
    assert b"2026-09-30 00:00:00" in client.get(f"{LOG}?until=2026-09-30").content


# The same thing is told once -----------------------------------------------------------------------------------------


def test_what_a_form_saved_is_told_by_its_revision_alone(client, administrator):
    article = draft()
    revised(article, administrator, at(1), changed=["headline"])
    entered(article, administrator, at(1), CHANGE, '[{"changed": {"fields": ["headline"]}}]')
    entered(article, administrator, at(2), CHANGE, "pinned")

    assert told(client, "", "event", "detail") == [("changed", "pinned"), ("saved", "Headline")]


def test_each_step_at_the_desk_is_told_once(client, day_of_work):
    assert told(client, "", "event", "who", "detail")[: len(day_of_work)] == day_of_work[::-1]


@pytest.fixture
def day_of_work(client, administrator):
    """A page goes from its form through review into public and is withdrawn; what the log is to say of it."""
    author, reviewer, publisher = administrator, member("审核", name="何岚"), member("发布", name="沈嘉")
    column = ColumnFactory(review_levels=1)
    client.post("/admin/pages/page/add/", {**PAGE_FORM, "column": column.pk, "_save": "1"})
    page = Page.objects.get()
    for user, step, comment in [
        (author, "save", ""),
        (author, "take_back", ""),
        (author, "save", ""),
        (reviewer, "send_back", "缺来源"),
        (author, "save", ""),
        (reviewer, "approve", ""),
        (publisher, "publish", ""),
    ]:
        client.force_login(user)
        if step == "save":
            form = {**PAGE_FORM, "column": column.pk, "seen": Revision.objects.of(page).last().number, "_submit": "1"}
            client.post(f"/admin/pages/page/{page.pk}/change/", form)
        else:
            press(client, page, step, comment=comment)
        page.refresh_from_db()
    act(client, Page, "withdraw", [page], confirmed="1", reason="outdated", replacement_url="")
    login(client, administrator)
    return [
        ("saved", "周远", ""),
        ("submitted", "周远", ""),
        ("changed", "周远", "Take back to draft"),
        ("submitted", "周远", ""),
        ("returned", "何岚", "first review (初审) · 缺来源"),
        ("submitted", "周远", ""),
        ("approved", "何岚", "first review (初审)"),
        ("published", "沈嘉", ""),
        ("withdrawn", "沈嘉", ""),
    ]


def test_what_a_form_saved_before_there_were_revisions_is_told_by_the_admin(client, administrator):
    article = draft()
    entered(article, administrator, at(1), CHANGE, '[{"changed": {"fields": ["headline"]}}]')

    assert told(client, "", "event") == ["changed"]

    revised(article, administrator, at(2))
    assert told(client, "", "event") == ["saved", "changed"]


# Pages ---------------------------------------------------------------------------------------------------------------


def asked(**values):
    form = LogForm(values, [])
    assert form.is_valid(), form.errors
    return form.cleaned_data


def test_pages_follow_one_another_without_gap_or_repetition_where_moments_are_equal():
    user, article, topic = StaffFactory(), draft(), TopicFactory()
    for n in range(4):
        revision = revised(article, user, at(n // 2))
        Review.objects.create(revision=revision, level=1, decision="approved", reviewer=user, made_at=at(n // 2))
        entered(topic, user, at(n // 2))
        accessed("x", at(n // 2), logout_time=at(1))
        accessed("x", at(n // 2), AccessFailureLog)
    everything = [line.place for line in log.lines(asked())]

    places, before, more = [], None, True
    while more:
        found, more = log.page(asked(), before, size=3)
        places += [line.place for line in found]
        before = places[-1]

    assert len(everything) == 24
    assert places == everything == sorted(everything, reverse=True)


def test_links_lead_to_older_lines_and_back(client, administrator):
    for n in range(60):
        accessed("boss", at(n))

    first = client.get(f"{LOG}?q=boss")
    second = client.get(f"{LOG}?q=boss&before={first.context['older']}")

    assert f"?q=boss&amp;before={first.context['older']}" in first.content.decode()
    assert [len(page.context["rows"]) for page in (first, second)] == [50, 10]
    assert second.context["rows"][0]["at"] < first.context["rows"][-1]["at"]
    assert (second.context["older"], 'href="?q=boss">Newest' in second.content.decode()) == ("", True)


def test_a_source_is_asked_for_no_more_rows_than_a_page_has(django_assert_num_queries):
    with django_assert_num_queries(7) as asked_for:  # the first revision, and each source
        log.page(asked(), before=(NOON, 0, 5), size=20)

    assert sum("LIMIT 21" in query["sql"] for query in asked_for) == 6


def test_the_list_is_read_by_indexes_that_every_migration_makes():
    def drop():
        with connection.cursor() as cursor:
            for model, *columns in log.INDEXES:
                cursor.execute(f"DROP INDEX {log.index_name(model, columns)}")  # fails where there is none

    drop()
    log.create_indexes("default")
    log.create_indexes("default")
    drop()


# Files ---------------------------------------------------------------------------------------------------------------


def test_files_have_all_lines_that_fit_whatever_the_page(client, day):
    page = client.get(f"{LOG}?event=saved&format=csv&before=1.0.1")
    lines = b"".join(page.streaming_content).decode("utf-8-sig").splitlines()
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(b"".join(client.get(f"{LOG}?event=saved&format=xlsx").streaming_content))
    ).get_sheet_by_index(0)
    found = json.loads(client.get(f"{LOG}?event=saved&format=json").content)

    address = f"http://testserver/admin/articles/article/{day.pk}/change/"
    facts = ["林舟", "lin", "saved", "Article", "川渝合作", address, "Headline, Citations · 改了标题 · minor change"]
    assert lines[0] == "when,who,login name,what was done,kind of record,title,address,details"
    assert lines[1:] == [",".join(["2026-09-30T12:01:00+08:00", *facts[:-1], f'"{facts[-1]}"'])]
    assert sheet.to_python()[1][1:] == facts
    assert (found["count"], found["results"][0]["event"], found["results"][0]["at"]) == (
        1, "saved", "2026-09-30T12:01:00+08:00",
    )  # fmt: skip


def test_a_file_longer_than_what_is_held_is_whole_and_in_the_readers_language(client, administrator, monkeypatch):
    monkeypatch.setattr(log, "CHUNK", 2)
    article = draft()
    for n in range(5):
        revised(article, administrator, at(n), is_minor=True)

    lines = b"".join(client.get(f"{LOG}?format=csv").streaming_content).decode().splitlines()

    assert [line.rpartition(",")[2] for line in lines[1:]] == ["minor change"] * 5


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2026-13-01", "since"),
        ("until=9999-12-31", "until"),
        ("event=stolen", "event"),
        ("kind=auth.permission", "kind"),
        ("person=0", "person"),
        ("record=x", "record"),
        ("record=7", "kind"),
        ("before=yesterday", "before"),
        ("q=a%00", "q"),
    ],
)
def test_a_wrong_value_is_told_and_shows_nothing(client, day, query, field):
    page, file = client.get(f"{LOG}?{query}"), client.get(f"{LOG}?{query}&format=json")

    assert (page.status_code, page.context["rows"], list(page.context["form"].errors)) == (200, [], [field])
    assert (file.status_code, list(file.json()["errors"])) == (400, [field])


def test_an_unknown_format_is_refused(client, administrator):
    assert client.get(f"{LOG}?format=pdf").status_code == 400


def test_an_empty_log_says_so(client, administrator):
    page = client.get(LOG).content.decode()

    assert "Nothing was done that fits this." in page
    assert "<table" not in page


def test_messages_are_in_the_language_in_use(client, administrator):
    administrator.language = "zh-hans"
    administrator.save()
    entered(TopicFactory(), administrator, message='[{"changed": {"fields": ["Name"]}}]')

    (detail,) = told(client, "", "detail")
    assert "修改" in detail


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_for_any_number_of_lines(client, administrator, django_assert_num_queries, count):
    people = [StaffFactory(username=f"u{n}") for n in range(count)]
    ContentType.objects.get_for_models(*(type(record) for record in (draft(), AgreementFactory())))
    client.get(LOG)
    for user in people:
        revision = revised(ArticleFactory(), user)
        Review.objects.create(revision=revision, level=1, decision="approved", reviewer=user)
        revised(AgreementFactory(), user)
        entered(TopicFactory(), user)
        accessed(user.username, logout_time=NOON)
        accessed(user.username, model=AccessFailureLog)

    # session, user, permissions; first revision, six sources; people of logins; open columns and readable revisions;
    # columns and rows of three kinds; people
    with django_assert_num_queries(PRICE):
        assert len(client.get(LOG).context["rows"]) == 7 * count


PRICE = 19
