"""The desk: house rules, the steps of a record's life, and actions."""

import datetime as dt

import pytest
import time_machine
from django.contrib import admin
from django.utils import timezone

from agreements.models import Agreement
from articles.models import Article
from portal.accounts.desk import DeskAdmin
from portal.pages.models import Page
from portal.publishing import life
from portal.publishing.admin import PublishableAdmin
from portal.publishing.checks import check_publishable_admins
from portal.publishing.models import Publishable, Revision, Status
from stats.models import Indicator, Release
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    CitationFactory,
    MilestoneFactory,
    PageFactory,
    PartyFactory,
    RegionFactory,
    StaffFactory,
    TopicFactory,
)

from .office import ARTICLES, PAGE_FORM, act, draft, press, said

pytestmark = pytest.mark.django_db


# House rules ---------------------------------------------------------------------------------------------------------
def test_every_publishable_kind_is_edited_at_its_desk():
    desks = [desk for model, desk in admin.site._registry.items() if issubclass(model, Publishable)]

    assert [desk for desk in desks if not isinstance(desk, PublishableAdmin)] == []
    assert {desk.model for desk in desks} == {Article, Agreement, Indicator, Release, Page}
    assert list(check_publishable_admins(None)) == []


def test_check_tells_of_a_kind_that_is_edited_past_its_desk(monkeypatch):
    monkeypatch.setitem(admin.site._registry, Article, admin.ModelAdmin(Article, admin.site))

    assert [error.id for error in check_publishable_admins(None)] == ["publishing.E001"]


def test_every_admin_deletes_into_the_bin():
    others = {model._meta.label for model, desk in admin.site._registry.items() if not isinstance(desk, DeskAdmin)}

    assert others == set()


#: Rows of the same agreement, few by nature, and Django's own list of permissions.
SHORT_LISTS = {"agreements.Milestone.after", "agreements.Milestone.responsible"}
SHORT_LISTS |= {"auth.Group.permissions"}


def test_every_relation_is_an_autocomplete(rf):
    request = rf.get("/")
    request.user = StaffFactory()
    plain = set()
    for desk in (desk for desk in admin.site._registry.values() if desk.has_add_permission(request)):
        inlines = desk.get_inline_instances(request) if hasattr(desk, "inlines") else []
        for editor in [desk, *inlines]:
            form = editor.get_formset(request).form if hasattr(editor, "get_formset") else editor.get_form(request)
            for name in form.base_fields:
                relation = next((f for f in editor.model._meta.get_fields() if f.name == name and f.is_relation), None)
                if relation and name not in editor.get_autocomplete_fields(request):
                    plain.add(f"{editor.model._meta.label}.{name}")

    assert plain == SHORT_LISTS


# Steps of a life -----------------------------------------------------------------------------------------------------
def test_saved_as_draft_a_record_bears_its_author_and_is_seen_by_nobody(client, chief):
    client.post("/admin/pages/page/add/", {**PAGE_FORM, "_save": "1"})

    page = Page.objects.get()
    assert (page.status, page.created_by, page.updated_by) == (Status.DRAFT, chief, chief)
    assert list(Page.objects.listed()) == []


def test_publish_makes_it_public_now(client, chief):
    response = client.post("/admin/pages/page/add/", {**PAGE_FORM, "_publish": "1"})

    assert list(Page.objects.listed()) == [Page.objects.get()]
    assert "“关于我们” is public now." in said(response)


def test_publish_with_a_time_to_come_schedules_and_says_when(client, chief):
    with time_machine.travel(dt.datetime(2026, 5, 1, 8, 0, tzinfo=timezone.get_current_timezone()), tick=False):
        clock = {"published_at_0": "2026-05-02", "published_at_1": "06:30:00"}
        response = client.post("/admin/pages/page/add/", {**PAGE_FORM, **clock, "_publish": "1"})
        page = Page.objects.get()
        assert (page.status, page.is_scheduled(), list(Page.objects.listed())) == (Status.PUBLISHED, True, [])
        assert any("May 2, 2026, 6:30" in line for line in said(response))

    with time_machine.travel(dt.datetime(2026, 5, 2, 6, 31, tzinfo=timezone.get_current_timezone())):
        assert list(Page.objects.listed()) == [page]


def test_time_that_has_passed_is_no_schedule(client, chief):
    clock = {"published_at_0": "2020-01-01", "published_at_1": "00:00:00"}
    response = client.post("/admin/pages/page/add/", {**PAGE_FORM, **clock, "_publish": "1"})

    assert list(response.context["adminform"].form.errors) == ["published_at"]
    assert Page.objects.count() == 0


def test_time_to_go_offline_must_be_to_come_when_it_is_published(client, chief):
    clock = {"offline_at_0": "2020-01-01", "offline_at_1": "00:00:00"}
    response = client.post("/admin/pages/page/add/", {**PAGE_FORM, **clock, "_publish": "1"})

    assert list(response.context["adminform"].form.errors) == ["offline_at"]


def test_offline_before_online_is_refused_although_the_form_does_not_show_the_time_of_publication(client, chief):
    page = PageFactory(slug="about")
    copy = life.begin_working_copy(page, chief)
    Page.objects.filter(pk=copy.pk).update(published_at=page.published_at)
    clock = {"offline_at_0": "2020-01-01", "offline_at_1": "00:00:00"}
    response = client.post(f"/admin/pages/page/{copy.pk}/change/", {**PAGE_FORM, **clock, "_save": "1"})

    assert response.status_code == 200
    page.refresh_from_db()
    assert page.offline_at is None


def test_address_of_another_page_is_refused(client, chief):
    PageFactory(slug="about")
    response = client.post("/admin/pages/page/add/", {**PAGE_FORM, "_save": "1"})

    assert response.context["adminform"].form.non_field_errors() == [
        "Another page has this address. Choose a different one."
    ]
    assert Page.objects.count() == 1


def test_draft_goes_to_review_and_back(client, chief):
    page = draft(PageFactory, slug="about")

    client.post(f"/admin/pages/page/{page.pk}/change/", {**PAGE_FORM, "_submit": "1"})
    page.refresh_from_db()
    assert page.status == Status.IN_REVIEW

    press(client, page, "take_back")
    page.refresh_from_db()
    assert page.status == Status.DRAFT


def test_schedule_can_be_cancelled_and_what_is_public_cannot_become_a_draft(client, chief):
    scheduled = PageFactory(slug="later", published_at=timezone.now() + dt.timedelta(days=1))
    public = PageFactory(slug="now")

    answers = [press(client, page, "take_back").status_code for page in (scheduled, public)]

    assert answers == [302, 302]
    assert [Page.objects.get(slug=slug).status for slug in ("later", "now")] == [Status.DRAFT, Status.PUBLISHED]


def test_status_is_no_field_of_the_form(client, chief):
    page = draft(PageFactory, slug="about")
    client.post(f"/admin/pages/page/{page.pk}/change/", {**PAGE_FORM, "status": "published", "_save": "1"})

    page.refresh_from_db()
    assert page.status == Status.DRAFT


def test_withdraw_button_asks_for_the_reason_first(client, chief):
    article = ArticleFactory()
    address = f"{ARTICLES}{article.pk}/withdraw/"

    assert address in client.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    response = client.post(address, {"confirmed": "1", "reason": ""})
    assert list(response.context["form"].errors) == ["reason"]

    client.post(address, {"confirmed": "1", "reason": "in_error"})
    article.refresh_from_db()
    assert (article.status, article.withdrawal_reason, article.updated_by) == ("withdrawn", "in_error", chief)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example/", "/\\evil.example/", "articles/1/"])
def test_readers_are_sent_on_to_an_address_and_to_nothing_else(client, chief, address):
    article = ArticleFactory()
    data = {"confirmed": "1", "reason": "outdated", "replacement_url": address}
    response = client.post(f"{ARTICLES}{article.pk}/withdraw/", data)

    assert list(response.context["form"].errors) == ["replacement_url"]


# Actions -------------------------------------------------------------------------------------------------------------
def test_publish_now_tells_how_many_and_what_was_public(client, chief):
    drafts = [draft(), draft()]
    response = act(client, Article, "publish_now", [*drafts, ArticleFactory()])

    assert Article.objects.listed().count() == 3
    assert said(response) == ["2 records were published", said(response)[1]]
    assert "It is public or scheduled already." in said(response)[1]


def test_publish_now_leaves_out_what_would_be_offline_at_once(client, chief):
    gone = draft(offline_at=timezone.now() - dt.timedelta(days=1))
    response = act(client, Article, "publish_now", [gone, draft()])

    assert Article.objects.listed().count() == 1
    assert len(said(response)) == 2


def test_withdraw_asks_for_the_reason_and_takes_all_back(client, chief):
    articles = [ArticleFactory(), ArticleFactory()]
    asked = act(client, Article, "withdraw", [*articles, draft()])
    assert asked.context["form"].errors == {}

    reasons = {"confirmed": "1", "reason": "consolidated", "replacement_url": "/articles/1024/"}
    response = act(client, Article, "withdraw", [*articles, draft()], **reasons)

    assert set(Article.objects.values_list("status", "withdrawal_reason", "replacement_url")) == {
        ("draft", "", ""),
        ("withdrawn", "consolidated", "/articles/1024/"),
    }
    assert said(response) == ["2 records were withdrawn; 1 was not public, or not yours to withdraw"]


def test_copy_of_an_agreement_has_all_of_it_and_its_rows_point_at_one_another(client, chief):
    regions, topics = [RegionFactory()], [TopicFactory()]
    agreement = AgreementFactory(title="框架协议", regions=regions, topics=topics, signed="2020-07")
    party = PartyFactory(agreement=agreement)
    AmountFactory(agreement=agreement)
    first = MilestoneFactory(agreement=agreement, date="2020-07-01")
    MilestoneFactory(agreement=agreement, kind="started", after=first, offset_days=69, responsible=party)

    response = act(client, Agreement, "copy_as_new", [agreement])

    copy = Agreement.objects.exclude(pk=agreement.pk).get()
    assert response.url == f"/admin/agreements/agreement/{copy.pk}/change/"
    assert (copy.title, copy.status, copy.published_at, copy.created_by) == ("框架协议 (copy)", "draft", None, chief)
    assert (copy.signed, list(copy.regions.all()), list(copy.topics.all())) == ("2020-07", regions, topics)
    started = copy.milestones.get(kind="started")
    assert (started.after, started.responsible) == (copy.milestones.get(kind="signed"), copy.parties.get())
    assert (started.date, copy.amounts.count()) == ("2020-09-08", 1)
    assert (agreement.milestones.count(), agreement.parties.count()) == (2, 1)


def test_copy_of_an_article_takes_its_citations_and_is_neither_pinned_nor_recommended(client, chief):
    article = ArticleFactory(is_pinned=True, is_recommended=True, topics=[TopicFactory()])
    CitationFactory(article=article, exact="突破3万亿元")

    act(client, Article, "copy_as_new", [article])

    copy = Article.objects.exclude(pk=article.pk).get()
    assert (copy.is_pinned, copy.is_recommended, copy.citations.get().exact) == (False, False, "突破3万亿元")
    assert list(copy.topics.all()) == list(article.topics.all())
    assert list(Revision.objects.of(copy).values_list("step", "made_by")) == [("saved", chief.pk)]


def test_copy_of_a_page_gets_an_address_of_its_own(client, chief):
    page = PageFactory(slug="about")
    act(client, Page, "copy_as_new", [page])
    act(client, Page, "copy_as_new", [page])

    assert set(Page.objects.values_list("slug", flat=True)) == {"about", "about-2", "about-3"}


def test_release_is_not_copied(client, chief):
    assert "copy_as_new" not in dict(admin.site.get_model_admin(Release).get_action_choices(_request(chief)))


def _request(user):
    request = type("Request", (), {"user": user, "GET": {}})()
    request._popup = False
    return request
