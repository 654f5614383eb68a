"""Preview at the desk: who makes a link, of which records, and for how long."""

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from portal.publishing import life
from tests.factories import ArticleFactory, ReleaseFactory, StaffFactory, UserFactory

from .office import copy_of, draft, words

pytestmark = pytest.mark.django_db


def link_page(record):
    options = record._meta
    return f"/admin/{options.app_label}/{options.model_name}/{record.pk}/preview-link/"


def test_a_link_is_made_at_the_desk_shown_once_and_noted_without_its_token(client, unpublished):
    maker = StaffFactory(language="en")
    client.force_login(maker)
    with time_machine.travel("2026-05-01 08:00+08:00", tick=False):
        response = client.post(link_page(unpublished), {"days": "3"})

        link, grant = response.context["link"], response.context["grant"]
        assert link == f"http://testserver{grant.path}"
        assert f'value="{link}"' in words(response)
        assert Client().post("/preview/", {"code": link}).url == unpublished.get_absolute_url()
    noted = LogEntry.objects.get()
    assert (noted.user, noted.object_id) == (maker, str(unpublished.pk))
    assert noted.get_change_message() == "Preview link made, until May 4, 2026, 8 a.m."
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_the_form_of_a_draft_leads_to_preview_and_link_and_that_of_a_public_one_to_neither(client):
    shown, public = draft(), ArticleFactory()
    client.force_login(StaffFactory(language="en"))
    found = {}
    for record in (shown, public):
        page = words(client.get(f"/admin/articles/article/{record.pk}/change/"))
        found[record.pk] = (f'href="{link_page(record)}"' in page, ">Preview</a>" in page)

    assert found == {shown.pk: (True, True), public.pk: (False, False)}


def test_a_copy_has_a_link_of_its_own(client):
    article = ArticleFactory(headline="公开的")
    copy = copy_of(article, ArticleFactory, headline="改过的")
    client.force_login(StaffFactory())

    link = client.post(link_page(copy), {"days": "1"}).context["link"]

    assert "改过的" in words(Client().post("/preview/", {"code": link}, follow=True))
    assert LogEntry.objects.get().object_id == str(article.pk)


@pytest.mark.parametrize("factory", [ArticleFactory, ReleaseFactory])
def test_what_is_public_has_no_links(client, factory):
    client.force_login(StaffFactory())

    assert client.post(link_page(draft(factory)), {"days": "1"}).status_code == 200
    assert client.post(link_page(factory()), {"days": "1"}).status_code == 404


def test_a_copy_of_what_was_taken_back_has_no_links(client):
    article = ArticleFactory()
    copy = copy_of(article, ArticleFactory)
    life.withdraw(article, StaffFactory(), "legal")
    client.force_login(StaffFactory())

    assert client.post(link_page(copy), {"days": "1"}).status_code == 404


def test_who_may_only_look_makes_no_link(client):
    looker = UserFactory(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(looker)
    article = draft()

    page = words(client.get(f"/admin/articles/article/{article.pk}/change/"))

    assert link_page(article) not in page
    assert [client.get(link_page(article)).status_code, client.post(link_page(article)).status_code] == [403, 403]


@pytest.mark.parametrize("days", ["", "2", "365", "x"])
def test_links_are_for_one_three_or_seven_days(client, days):
    client.force_login(StaffFactory())

    response = client.post(link_page(draft()), {"days": days})

    assert (response.context["grant"], LogEntry.objects.count()) == (None, 0)


def test_a_record_of_a_closed_column_does_not_exist_at_the_page_of_links(client, desks):
    ours, theirs = (draft(column=column) for column in desks)

    assert [client.get(link_page(one)).status_code for one in (ours, theirs)] == [200, 302]
