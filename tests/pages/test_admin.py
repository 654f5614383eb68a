"""The site's own words and the readers' words in the admin."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from portal.pages.models import Feedback, Imprint, MenuItem
from portal.publishing.models import TrashedRecord, Word
from portal.roles import make_roles
from tests.factories import FeedbackFactory, StaffFactory
from tests.publishing.office import said

pytestmark = pytest.mark.django_db

ROWS = {
    f"{name}-{kind}_FORMS": "0"
    for name in ("hotlines", "responsibilities", "licences")
    for kind in ("TOTAL", "INITIAL")
}


@pytest.fixture
def chief(client):
    user = StaffFactory(language="en")
    client.force_login(user)
    return user


def test_list_of_the_imprint_leads_to_its_one_form(client, chief):
    assert client.get("/admin/pages/imprint/").url == "/admin/pages/imprint/add/"

    rows = {**ROWS, "hotlines-TOTAL_FORMS": "1"}
    hotline = {"hotlines-0-label": "新闻热线", "hotlines-0-number": "000-00000000", "hotlines-0-position": "0"}
    client.post("/admin/pages/imprint/add/", {"site_name": "双城", "position": "0", **rows, **hotline, "_save": "1"})

    imprint = Imprint.objects.get()
    assert imprint.hotlines.get().number == "000-00000000"
    assert client.get("/admin/pages/imprint/").url == f"/admin/pages/imprint/{imprint.pk}/change/"
    assert client.get("/admin/pages/imprint/add/").status_code == 403
    assert client.get(f"/admin/pages/imprint/{imprint.pk}/delete/").status_code == 403


def test_imprint_is_for_those_who_may(client):
    client.force_login(StaffFactory(is_superuser=False))

    assert client.get("/admin/pages/imprint/").status_code == 403


def menu(*items):
    data = {"form-TOTAL_FORMS": str(len(items)), "form-INITIAL_FORMS": str(len(items)), "_save": "1"}
    for number, (item, url) in enumerate(items):
        row = {"id": item.pk, "place": "header", "position": str(number), "url": url, "label_en": ""}
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return data


def test_menu_is_edited_in_its_list_and_the_next_page_shows_it(client, chief):
    item = MenuItem.objects.create(place="header", label="协议", url="/agreements/")
    assert 'href="/agreements/"' in client.get("/articles/").content.decode()

    client.post("/admin/pages/menuitem/", menu((item, "/agreements/?region=500000")))

    assert 'href="/agreements/?region=500000"' in client.get("/articles/").content.decode()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "agreements/", "ftp://x/", ""])
def test_menu_leads_to_addresses_only(client, chief, url):
    item = MenuItem.objects.create(place="header", label="协议", url="/agreements/")

    assert client.post("/admin/pages/menuitem/", menu((item, url))).status_code == 200
    item.refresh_from_db()
    assert item.url == "/agreements/"


def test_deleted_menu_item_lies_in_the_bin_and_comes_back(client, chief):
    item = MenuItem.objects.create(place="header", label="协议", url="/agreements/")
    client.post(f"/admin/pages/menuitem/{item.pk}/delete/", {"post": "yes"})
    trashed = TrashedRecord.objects.get()

    client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/restore/")

    assert MenuItem.objects.get() == item


# Feedback ------------------------------------------------------------------------------------------------------------

LETTERS = "/admin/pages/feedback/"


def member(client, role):
    user = StaffFactory(is_superuser=False, language="en")
    user.groups.add(make_roles()[role])
    client.force_login(user)
    return user


def save(client, feedback, **values):
    form = {"reply": feedback.reply, "state": feedback.state, "_save": "1", **values}
    response = client.post(f"{LETTERS}{feedback.pk}/change/", form)
    feedback.refresh_from_db()
    return response


def answered(**values):
    return FeedbackFactory(
        state="answered", reply="已更正。", replied_at=timezone.now(), replied_by=StaffFactory(), **values
    )


def shown(client, query):
    return set(client.get(f"{LETTERS}?{query}").context["cl"].queryset)


def test_reply_is_signed_and_makes_the_message_answered(client):
    editor, feedback = member(client, "编辑"), FeedbackFactory()

    save(client, feedback, reply="已更正，谢谢！")

    assert (feedback.reply, feedback.state, feedback.replied_by) == ("已更正，谢谢！", "answered", editor)
    assert timezone.now() - feedback.replied_at < dt.timedelta(minutes=1)


def test_reply_to_what_is_closed_leaves_it_closed(client):
    member(client, "编辑")
    feedback = FeedbackFactory()

    save(client, feedback, reply="不属于本站受理范围。", state="closed")

    assert (feedback.state, feedback.reply) == ("closed", "不属于本站受理范围。")


def test_a_reply_with_a_forbidden_word_is_not_saved_and_of_the_others_the_place_is_told(client):
    Word.objects.create(word="暴涨", replacement="大幅增长")
    Word.objects.create(word="双成", replacement="双城", kind="preferred")
    member(client, "编辑")
    feedback = FeedbackFactory()

    refused = save(client, feedback, reply="谢谢。\n没有暴涨。")
    assert refused.context["adminform"].form.errors == {
        "reply": ["Reply, paragraph 2: “没有【暴涨】。”. Say “大幅增长” instead."]
    }
    assert Feedback.objects.get().reply == ""

    saved = save(client, feedback, reply="谢谢关注双成。")
    assert said(saved)[0] == "Reply, paragraph 1: “谢谢关注【双成】。”. Say “双城” instead."
    assert Feedback.objects.get().reply == "谢谢关注双成。"


def test_reply_keeps_its_author_while_only_the_state_changes(client):
    member(client, "编辑")
    feedback = answered()
    author, moment = feedback.replied_by, feedback.replied_at

    save(client, feedback, state="closed")

    assert (feedback.state, feedback.replied_by, feedback.replied_at) == ("closed", author, moment)


def test_reply_taken_back_has_neither_author_nor_time(client):
    member(client, "编辑")
    feedback = answered()

    assert save(client, feedback, reply="").status_code == 200  # it cannot be called answered any more
    assert feedback.reply == "已更正。"
    save(client, feedback, reply="", state="in_progress")

    assert (feedback.reply, feedback.replied_at, feedback.replied_by) == ("", None, None)


def test_what_a_reader_wrote_is_read_and_not_changed(client):
    member(client, "编辑")
    feedback = FeedbackFactory(message="第三段有误。", contact="reader@example.org", about="/articles/12/")

    page = client.get(f"{LETTERS}{feedback.pk}/change/").content.decode()
    save(client, feedback, message="改", contact="改", kind="report", about="/", reference="改")

    assert [
        word for word in ("第三段有误。", "reader@example.org", '<a href="/articles/12/">') if word not in page
    ] == []
    assert (feedback.message, feedback.contact, feedback.about) == (
        "第三段有误。",
        "reader@example.org",
        "/articles/12/",
    )
    assert (feedback.kind, len(feedback.reference)) == ("correction", 14)


@pytest.mark.parametrize(
    ("role", "changes", "deletes"), [("编辑", True, False), ("审核", False, False), ("管理员", True, True)]
)
def test_nobody_adds_feedback_in_the_office_and_administrators_delete_it(client, role, changes, deletes):
    member(client, role)
    feedback = FeedbackFactory()

    assert client.get(LETTERS).status_code == 200
    assert client.get(f"{LETTERS}add/").status_code == 403
    save(client, feedback, reply="已更正。")
    assert (feedback.reply != "") is changes
    response = client.post(f"{LETTERS}{feedback.pk}/delete/", {"post": "yes"})
    assert (response.status_code, Feedback.objects.count()) == ((302, 0) if deletes else (403, 1))


@pytest.mark.parametrize("at_once", [False, True])
def test_deleted_feedback_is_gone_for_good_and_nothing_keeps_its_words(client, chief, at_once):
    feedback = FeedbackFactory(message="第三段有误。", contact="reader@example.org")

    if at_once:
        data = {"action": "delete_selected", "_selected_action": [feedback.pk], "post": "yes"}
        client.post(LETTERS, data)
    else:
        client.post(f"{LETTERS}{feedback.pk}/delete/", {"post": "yes"})

    assert (Feedback.objects.count(), TrashedRecord.objects.count()) == (0, 0)
    history = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all())
    assert feedback.reference in history
    assert [word for word in ("第三段", "reader@") if word in history] == []


def test_name_and_contact_can_be_forgotten_for_several(client):
    member(client, "编辑")
    letters = [FeedbackFactory(name="李读者", contact="reader@example.org") for _ in range(3)]

    client.post(LETTERS, {"action": "forget_senders", "_selected_action": [one.pk for one in letters[:2]]})

    assert [(one.name, one.contact) for one in Feedback.objects.order_by("pk")] == [("", "")] * 2 + [
        ("李读者", "reader@example.org")
    ]


def test_list_is_filtered_and_searched(client):
    member(client, "编辑")
    new = FeedbackFactory(kind="opinion", message="字太小")
    begun = FeedbackFactory(kind="report", state="in_progress", about="/articles/12/")
    done = answered(received_at=timezone.now() - dt.timedelta(days=30))

    assert shown(client, "state=open") == {new, begun}
    assert shown(client, "state=answered") == {done}
    assert shown(client, "kind__exact=report") == {begun}
    assert shown(client, "about__isempty=0") == {begun}
    assert shown(client, f"received_at__gte={timezone.localdate().isoformat()} 00:00:00%2B08:00") == {new, begun}
    assert shown(client, "q=字太小") == {new}
    assert shown(client, "q=/articles/12/") == {begun}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_feedback_costs_the_same_for_any_number(client, chief, django_assert_num_queries, count):
    for _ in range(count):
        answered()

    # session, user, count, feedback with who replied; whether there is an imprint; imprint, menu
    with django_assert_num_queries(7):
        response = client.get(LETTERS)

    assert len(response.context["cl"].result_list) == count


def test_start_page_names_what_has_waited_longest_for_a_reply(client):
    member(client, "编辑")
    now = timezone.now()
    late, early = (FeedbackFactory(received_at=now - dt.timedelta(hours=hours)) for hours in (1, 2))
    answered()

    response = client.get("/admin/")

    waiting = next(layer["waiting"] for some in response.context for layer in some if "waiting" in layer)
    assert [one["record"] for one in waiting[-1]["records"]] == [early, late]
    assert [(kind["count"], kind["url"]) for kind in waiting[-1]["kinds"]] == [(2, f"{LETTERS}?state=open")]
    assert shown(client, "state=open") == {early, late}
