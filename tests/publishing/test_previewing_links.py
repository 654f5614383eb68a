"""The link of a preview: what it opens when it is followed, what is refused, and where it leaves no trace."""

import logging

import html5lib
import pytest
import time_machine
from django.core import signing
from django.test import Client

from portal.publishing.previewing import COOKIE, Grant
from tests.factories import StaffFactory, UserFactory

from .office import draft, guest, in_days, token_for, words

pytestmark = pytest.mark.django_db


def test_a_link_opens_the_draft_to_a_stranger(client, unpublished):
    assert client.get(unpublished.get_absolute_url()).status_code == 404

    opened = client.post("/preview/", {"code": token_for(unpublished)}, follow=True)

    assert opened.redirect_chain == [(unpublished.get_absolute_url(), 302)]
    assert "还没有公开的" in words(opened)
    assert opened.context["preview"].pk == unpublished.pk


def test_the_whole_address_may_be_pasted_instead_of_the_code(client):
    article = draft()

    opened = client.post("/preview/", {"code": f" https://example.org/preview/#{token_for(article)} "})

    assert opened.url == article.get_absolute_url()


def test_the_page_of_links_keeps_its_token_behind_the_hash():
    grant = Grant.make(draft(), StaffFactory(), 1)

    assert grant.path == f"/preview/#{grant.signed()}"


def test_the_cookie_is_for_servers_only_and_ends_with_the_link(client, settings):
    settings.SESSION_COOKIE_SECURE = True
    with time_machine.travel("2026-05-01 08:00+08:00", tick=False):
        cookie = client.post("/preview/", {"code": token_for(draft(), days=3)}).cookies[COOKIE]

    said = {name: cookie[name] for name in ("httponly", "secure", "samesite", "path", "max-age")}
    assert said == {"httponly": True, "secure": True, "samesite": "Lax", "path": "/", "max-age": 3 * 24 * 3600}


def test_a_cookie_is_no_link(client):
    article = draft()
    visitor = guest(article)

    assert client.post("/preview/", {"code": visitor.cookies[COOKIE].value}).status_code == 403


def test_what_opens_nothing_is_refused_in_the_same_words_whatever_the_reason(client):
    article, gone, other = draft(), draft(), draft()
    retired = StaffFactory()
    dead = {
        "nothing": "",
        "tampered": token_for(article)[:-1] + "_",
        "signed for something else": signing.dumps([article.pk]),
        "deleted": token_for(gone),
        "never there": Grant("articles.article", 987654, StaffFactory().pk, in_days(1)).signed(),
        "over": Grant("articles.article", article.pk, StaffFactory().pk, in_days(-1)).signed(),
        "its maker is no editor": token_for(other, by=UserFactory()),
        "its maker has left": token_for(other, by=retired),
    }
    gone.delete()
    retired.is_active = False
    retired.save()

    answers = {why: client.post("/preview/", {"code": code}) for why, code in dead.items()}

    assert {why: answer.status_code for why, answer in answers.items()} == dict.fromkeys(dead, 403)
    assert len({without_csrf(answer) for answer in answers.values()}) == 1
    assert client.cookies.get(COOKIE) is None


def without_csrf(response):
    token = str(response.context["csrf_token"])
    return words(response).replace(token, "")


def test_a_forged_post_is_refused():
    assert Client(enforce_csrf_checks=True).post("/preview/", {"code": token_for(draft())}).status_code == 403


def test_the_page_of_links_is_strict_html(client):
    client.post("/preview/", {"code": token_for(draft())})
    for response in (client.get("/preview/"), client.post("/preview/"), client.post("/preview/", {"end": "1"})):
        html5lib.HTMLParser(strict=True).parse(words(response))


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_of_links_is_kept_and_listed_by_nobody(client, method):
    response = getattr(client, method)("/preview/")

    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "same-origin")


def test_a_token_reaches_neither_an_address_nor_a_log(client, caplog):
    caplog.set_level(logging.DEBUG)
    article = draft()
    token = token_for(article)

    opened = client.post("/preview/", {"code": token}, follow=True)
    client.post("/preview/", {"code": token + "x"})

    assert token not in words(opened)
    assert all(token not in address for address, _status in opened.redirect_chain)
    assert [record for record in caplog.records if token in record.getMessage()] == []


@pytest.mark.parametrize("code", ["中文", "\0", "a:b:c", "::", "x" * 100_000])
def test_any_code_may_be_posted(client, code):
    assert client.post("/preview/", {"code": code}).status_code == 403
