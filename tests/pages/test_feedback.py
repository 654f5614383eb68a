"""What readers write to the editors: the form, its guards, and the way to the reply."""

import datetime as dt

import html5lib
import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.pages.guarding import PER_HOUR, Stamp
from portal.pages.models import MESSAGE_LENGTH, Feedback
from portal.pages.references import new_reference, written_reference
from tests.factories import FeedbackFactory, StaffFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
LETTER = {
    "kind": "correction",
    "about": "/articles/12/",
    "subject": "数字有误",
    "message": "“3.2万亿元”应为“2.9万亿元”。",
    "name": "李读者",
    "contact": "reader@example.org",
    "homepage": "",
}


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def send(client, clock, after=10, **changes):
    stamp = Stamp.new()
    clock.shift(after)
    return client.post("/feedback/", {**LETTER, "stamp": stamp, **changes})


def parse(response):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())


def errors(response):
    return {name: list(told) for name, told in response.context["form"].errors.items()}


def text_of(response):
    return " ".join("".join(parse(response).find("body").itertext()).split())


# The form ------------------------------------------------------------------------------------------------------------


def test_a_message_arrives_and_leads_to_its_state(client, clock):
    response = send(client, clock)

    feedback = Feedback.objects.get()
    assert {name: getattr(feedback, name) for name in LETTER if name != "homepage"} == {
        name: value for name, value in LETTER.items() if name != "homepage"
    }
    assert (feedback.state, feedback.received_at, feedback.reply) == ("received", timezone.now(), "")
    assert response.url == f"/feedback/{feedback.reference}/"
    assert len(list(get_messages(response.wsgi_request))) == 1
    page = client.get(response.url)
    assert feedback.reference in text_of(page)


def test_message_alone_is_enough(client, clock):
    send(client, clock, about="", subject="", name="", contact="")

    assert Feedback.objects.get().contact == ""


def test_a_link_says_what_it_is_about(client):
    form = client.get("/feedback/?about=/articles/12/%3Fa=1&kind=correction").context["form"]

    assert (form["about"].value(), form["kind"].value()) == ("/articles/12/?a=1", "correction")


@pytest.mark.parametrize(
    "query",
    [
        "about=https://elsewhere.example/&kind=praise",
        "about=//elsewhere.example/&kind=",
        "about=/%5Celsewhere.example",
        "about=articles/12/",
        "about=/" + "x" * 300,
        "about=javascript:alert(1)",
        "about=%00&kind=%00",
    ],
)
def test_what_a_link_says_wrongly_is_left_out(client, query):
    form = client.get(f"/feedback/?{query}").context["form"]

    assert (form["about"].value(), form["kind"].value()) == ("", "opinion")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "praise"),
        ("kind", ""),
        ("about", "https://elsewhere.example/articles/12/"),
        ("about", "//elsewhere.example/"),
        ("about", "/\\elsewhere.example/"),
        ("about", "javascript:alert(1)"),
        ("about", "/" + "x" * 300),
        ("subject", "题" * 81),
        ("message", ""),
        ("message", " \r\n "),
        ("message", "字" * (MESSAGE_LENGTH + 1)),
        ("message", "https://a.example http://b.example www.c.example https://d.example"),
        ("name", "名" * 41),
        ("contact", "x" * 121),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(client, clock, field, value):
    response = send(client, clock, **{field: value})

    tree = parse(response)
    assert (response.status_code, list(errors(response))) == (200, [field])
    assert Feedback.objects.count() == 0
    assert len(tree.findall(".//*[@role='alert']")) == 1
    wrong = [one for one in tree.iter() if "field-wrong" in one.get("class", "")]
    assert [one.find(".//ul[@class='errorlist']").get("id") for one in wrong] == [f"id_{field}_error"]
    kept = {name: value for name, value in LETTER.items() if name not in {field, "homepage"}}
    assert {name: response.context["form"][name].value() for name in kept} == kept


@pytest.mark.parametrize("field", [name for name in LETTER if name != "homepage"])
def test_what_no_database_can_keep_is_refused(client, clock, field):
    response = send(client, clock, **{field: "a\x00b"})

    assert (response.status_code, field in errors(response), Feedback.objects.count()) == (200, True, 0)


def test_a_line_break_is_one_character(client, clock):
    send(client, clock, message="\r\n".join(["字" * 19] * 100))

    assert len(Feedback.objects.get().message) == MESSAGE_LENGTH - 1


def test_a_whole_address_of_this_site_counts_as_its_path(client, clock):
    send(client, clock, about="https://testserver/articles/12/?page=2")

    assert Feedback.objects.get().about == "/articles/12/?page=2"


def test_three_links_are_no_advertisement(client, clock):
    send(client, clock, message="见 https://a.example http://b.example www.c.example")

    assert Feedback.objects.count() == 1


def test_a_form_without_its_token_is_refused_with_a_page(clock):
    response = send(Client(enforce_csrf_checks=True), clock)

    assert response.status_code == 403
    assert "403" in text_of(response)


def test_the_form_costs_nothing_but_its_frame(client, django_assert_num_queries):
    FeedbackFactory.create_batch(3)

    with django_assert_num_queries(2):  # imprint, menu
        response = client.get("/feedback/?about=/articles/12/&kind=correction")

    assert "no-store" in response.headers["Cache-Control"]
    parse(response)


# Its guards ----------------------------------------------------------------------------------------------------------


def test_the_message_beyond_the_limit_is_refused_and_kept_for_the_sender(client, clock):
    for _ in range(PER_HOUR):
        assert send(client, clock).status_code == 302

    response = send(client, clock, message="第六封")

    assert response.status_code == 429
    assert Feedback.objects.count() == PER_HOUR
    assert list(errors(response)) == ["__all__"]
    tree = parse(response)
    assert tree.find(".//textarea[@name='message']").text.strip() == "第六封"
    assert {
        tree.find(f".//input[@name='{name}']").get("value") for name in ("about", "subject", "name", "contact")
    } == {LETTER[name] for name in ("about", "subject", "name", "contact")}
    assert send(client, clock, after=3600).status_code == 302


def test_what_is_refused_does_not_count(client, clock):
    for _ in range(PER_HOUR + 1):
        send(client, clock, message="")

    assert send(client, clock).status_code == 302


def test_a_filled_trap_is_told_and_emptied_so_that_sending_again_is_enough(client, clock):
    response = send(client, clock, homepage="https://casino.example")

    assert list(errors(response)) == ["__all__"]
    assert Feedback.objects.count() == 0
    fields = {one.get("name"): one.get("value") for one in parse(response).iter("input")}
    assert fields["homepage"] == ""
    again = client.post("/feedback/", {**LETTER, "homepage": fields["homepage"], "stamp": fields["stamp"]})
    assert again.status_code == 302


def test_the_trap_is_hidden_from_everybody_but_robots(client):
    trap = parse(client.get("/feedback/")).find(".//div[@class='trap']")

    assert trap.get("aria-hidden") == "true"
    assert (trap.find("input").get("tabindex"), trap.find("input").get("autocomplete")) == ("-1", "off")


def test_who_sends_at_once_is_asked_to_send_again_and_then_may(client, clock):
    response = send(client, clock, after=1)

    assert list(errors(response)) == ["__all__"]
    stamp = response.context["form"].stamp_to_send
    clock.shift(4)
    assert client.post("/feedback/", {**LETTER, "stamp": stamp}).status_code == 302


@pytest.mark.parametrize(("after", "changes"), [(86_500, {}), (10, {"stamp": "forged"}), (10, {"stamp": ""})])
def test_a_form_older_than_a_day_is_handed_out_anew_with_the_text(client, clock, after, changes):
    response = send(client, clock, after=after, **changes)

    assert list(errors(response)) == ["__all__"]
    assert response.context["form"]["message"].value() == LETTER["message"]
    fields = {one.get("name"): one.get("value") for one in parse(response).iter("input")}
    clock.shift(4)
    assert client.post("/feedback/", {**LETTER, "stamp": fields["stamp"]}).status_code == 302


# The reply -----------------------------------------------------------------------------------------------------------


def test_state_and_reply_are_shown_and_nothing_of_the_sender(client):
    editor = StaffFactory(name="周远")
    feedback = FeedbackFactory(**{name: LETTER[name] for name in ("about", "subject", "message", "name", "contact")})
    feedback.reply = "已更正。\n谢谢！"
    feedback.set_reply(editor)
    feedback.save()

    response = client.get(feedback.get_absolute_url())

    text = response.content.decode()
    assert "已更正。<br>谢谢！" in text
    assert feedback.get_state_display() in text_of(response)
    private = [LETTER[name] for name in ("about", "subject", "message", "name", "contact")] + ["周远"]
    assert [word for word in private if word in text] == []


@pytest.mark.parametrize("reply", ["", "已更正。"])
def test_the_page_of_a_message_is_for_its_sender_alone(client, django_assert_num_queries, reply):
    feedback = FeedbackFactory()
    if reply:
        feedback.reply = reply
        feedback.set_reply(StaffFactory())
        feedback.save()

    with django_assert_num_queries(3):  # feedback; imprint, menu
        response = client.get(feedback.get_absolute_url())

    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    tree = parse(response)
    assert [meta.get("content") for meta in tree.iter("meta") if meta.get("name") == "robots"] == ["noindex"]
    assert [link for link in tree.iter("link") if link.get("rel") == "canonical"] == []


def test_a_reference_is_found_however_it_is_written(client):
    feedback = FeedbackFactory(reference="7K3F-9QX0-41PA")

    for typed in ("7K3F-9QX0-41PA", " 7k3f 9qx0 41pa ", "7k3f9qxo4lpa", "7K3F-9QXO-4IPA"):
        response = client.get("/feedback/", {"reference": typed})
        assert response.url == feedback.get_absolute_url()
    assert client.get("/feedback/7k3f-9qxo-4lpa/").status_code == 200


@pytest.mark.parametrize("typed", ["", "7K3F-9QX0-41PB", "%00", "x" * 41])
def test_an_unknown_reference_is_told_at_its_field(client, typed):
    FeedbackFactory(reference="7K3F-9QX0-41PA")

    response = client.get("/feedback/", {"reference": typed})

    assert response.status_code == 200
    assert list(response.context["lookup"].errors) == ["reference"]
    assert parse(response).find(".//ul[@id='id_reference_error']") is not None


@pytest.mark.parametrize(
    "path", ["/feedback/7K3F-9QX0-41PB/", "/feedback/x/", "/feedback/%00/", "/feedback/" + "x" * 3000]
)
def test_an_unknown_reference_has_no_page(client, path):
    FeedbackFactory(reference="7K3F-9QX0-41PA")

    assert client.get(f"{path.rstrip('/')}/").status_code == 404


def test_references_cannot_be_guessed_and_read_as_they_are_written():
    references = {new_reference() for _ in range(200)}

    assert len(references) == 200
    assert {written_reference(one.lower()) for one in references} == references


# What the database refuses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "praise"},
        {"state": "lost"},
        {"message": ""},
        {"message": "字" * (MESSAGE_LENGTH + 1)},
        {"about": "https://elsewhere.example/"},
        {"about": "//elsewhere.example/"},
        {"about": "/\\elsewhere.example/"},
        {"reply": "已更正。"},
        {"replied_at": NOON},
        {"state": "answered"},
    ],
)
def test_the_database_refuses_what_cannot_be(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        FeedbackFactory(**values)
