"""The desk: steps of a record's life, who sees what, lists that are to-do lists, the start page, the recycle bin."""

import datetime as dt

import pytest
import time_machine
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.db import models
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement
from articles.models import Article
from portal.accounts.desk import DeskAdmin
from portal.accounts.models import User
from portal.pages.models import Page
from portal.publishing.admin import PublishableAdmin
from portal.publishing.checks import check_publishable_admins
from portal.publishing.models import Publishable, Status, TrashedRecord
from portal.publishing.trash import discard
from portal.roles import make_roles
from stats.models import Indicator, Release
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    CitationFactory,
    ColumnFactory,
    IndicatorFactory,
    MilestoneFactory,
    OrganizationFactory,
    PageFactory,
    PartyFactory,
    RegionFactory,
    StaffFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

PAGE_FORM = {"title": "关于我们", "title_en": "", "slug": "about", "body": "<p>双城</p>"}
ARTICLES = "/admin/articles/article/"


@pytest.fixture
def chief(client):
    user = StaffFactory(name="周远", language="en")
    client.force_login(user)
    return user


def editor_in(*groups, **kwargs):
    user = User.objects.create(username=f"editor{User.objects.count()}", is_staff=True, language="en", **kwargs)
    user.groups.add(make_roles()["编辑"], *groups)
    return user


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def draft(factory=ArticleFactory, **kwargs):
    return factory(status="draft", published_at=None, **kwargs)


def act(client, kind, action, records, **data):
    address = reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_changelist")
    return client.post(address, {"action": action, "_selected_action": [one.pk for one in records], **data})


def shown(client, query="", kind=Article):
    address = reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_changelist")
    return set(client.get(f"{address}?{query}").context["cl"].queryset)


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
    clock = {"offline_at_0": "2020-01-01", "offline_at_1": "00:00:00"}
    response = client.post(f"/admin/pages/page/{page.pk}/change/", {**PAGE_FORM, **clock, "_save": "1"})

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
    address = f"/admin/pages/page/{page.pk}/change/"

    client.post(address, {**PAGE_FORM, "_review": "1"})
    page.refresh_from_db()
    assert page.status == Status.IN_REVIEW

    client.post(address, {**PAGE_FORM, "_draft": "1"})
    page.refresh_from_db()
    assert page.status == Status.DRAFT


def test_schedule_can_be_cancelled_and_what_is_public_cannot_become_a_draft(client, chief):
    later = timezone.now() + dt.timedelta(days=1)
    scheduled = PageFactory(slug="later", published_at=later)
    public = PageFactory(slug="now")
    clock = {"published_at_0": f"{timezone.localtime(later):%Y-%m-%d}", "published_at_1": "23:59:59"}

    client.post(f"/admin/pages/page/{scheduled.pk}/change/", {**PAGE_FORM, **clock, "slug": "later", "_draft": "1"})
    client.post(f"/admin/pages/page/{public.pk}/change/", {**PAGE_FORM, "slug": "now", "_draft": "1"})

    assert [Page.objects.get(slug=slug).status for slug in ("later", "now")] == [Status.DRAFT, Status.PUBLISHED]


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(client, chief):
    page = PageFactory(slug="about", title="原题")
    address = f"/admin/pages/page/{page.pk}/change/"
    seen = client.get(address).context["seen"]
    assert f'name="seen" value="{seen}"' in client.get(address).content.decode()
    page.title, page.updated_by = "同事的新题", StaffFactory(name="何岚")
    page.save()

    refused = client.post(address, {**PAGE_FORM, "seen": seen, "_save": "1"})
    page.refresh_from_db()
    assert (page.title, refused.context["seen"]) == ("同事的新题", seen)
    assert "何岚" in refused.content.decode()

    client.post(address, {**PAGE_FORM, "seen": client.get(address).context["seen"], "_save": "1"})
    page.refresh_from_db()
    assert page.title == "关于我们"


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
    assert said(response) == ["2 records were published; 1 was public or scheduled already"]


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


# Who sees what -------------------------------------------------------------------------------------------------------


@pytest.fixture
def desks(client):
    """A column of a group, another of another group; an editor of the first."""
    ours, theirs = Group.objects.create(name="我们"), Group.objects.create(name="他们")
    open_column, closed_column = ColumnFactory(), ColumnFactory()
    open_column.editors.add(ours)
    closed_column.editors.add(theirs)
    client.force_login(editor_in(ours))
    return open_column, closed_column


def test_editor_neither_sees_nor_opens_what_is_in_a_closed_column(client, desks):
    ours, theirs = (draft(column=column) for column in desks)

    assert shown(client) == {ours}
    assert client.get(f"{ARTICLES}{ours.pk}/change/").status_code == 200
    for page in ("change", "delete", "history", "withdraw"):
        assert client.get(f"{ARTICLES}{theirs.pk}/{page}/").status_code == 302
    act(client, Article, "publish_now", [theirs])
    theirs.refresh_from_db()
    assert theirs.status == Status.DRAFT


def test_column_that_is_closed_cannot_be_chosen(client, desks):
    _open, closed = desks
    data = {**PAGE_FORM, "column": closed.pk, "_save": "1"}
    user = editor_in()
    user.user_permissions.set(_permissions("pages"))
    client.force_login(user)

    response = client.post("/admin/pages/page/add/", data)

    assert list(response.context["adminform"].form.errors) == ["column"]


def _permissions(app):
    return Permission.objects.filter(content_type__app_label=app)


def test_publishing_is_for_the_publishers_of_a_column_where_it_names_some(client, desks):
    ours, _theirs = desks
    ours.publishers.add(Group.objects.create(name="总编室"))
    article = draft(column=ours)

    response = act(client, Article, "publish_now", [article])

    article.refresh_from_db()
    assert article.status == Status.DRAFT
    assert len(said(response)) == 2
    assert b'name="_publish"' not in client.get(f"{ARTICLES}{article.pk}/change/").content


def choices(client, field, term="", model="citation", app="articles"):
    query = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    response = client.get("/admin/autocomplete/", query)
    return {int(result["id"]): result["text"] for result in response.json()["results"]}


def test_autocomplete_offers_what_the_user_may_see(client, desks):
    ours, theirs = desks
    draft_here, draft_there = draft(AgreementFactory, column=ours), draft(AgreementFactory, column=theirs)
    public_there = AgreementFactory(column=theirs)

    assert choices(client, "agreement").keys() == {draft_here.pk, public_there.pk}
    assert draft_there.pk not in choices(client, "agreement")


def test_autocomplete_of_columns_offers_those_that_are_open(client, desks):
    assert choices(client, "column", model="article").keys() == {desks[0].pk}


def test_choice_outside_the_autocomplete_is_refused_too(client, desks):
    hidden = draft(AgreementFactory, column=desks[1])
    article = draft(column=desks[0])
    data = {
        "headline": "标题", "dated": "2026-01-01",
        "citations-TOTAL_FORMS": "1", "citations-INITIAL_FORMS": "0",
        "citations-0-exact": "引文", "citations-0-agreement": str(hidden.pk), "_save": "1",
    }  # fmt: skip
    response = client.post(f"{ARTICLES}{article.pk}/change/", data)

    (form,) = response.context["inline_admin_formsets"][0].formset.forms
    assert list(form.errors) == ["agreement"] or "agreement" in form.errors
    assert hidden.title not in response.content.decode()


@pytest.mark.parametrize("term", ["\x00", "a\x00b", "%", "_" * 500, "渝" * 3000, "‮\ufeff", "'\"\\"])
def test_autocomplete_answers_whatever_is_typed(client, chief, term):
    for field, model in (("agreement", "citation"), ("observation", "citation"), ("source", "article")):
        assert choices(client, field, term, model) == {}


@pytest.mark.parametrize(
    "query", ["state=nonsense", "missing=x", "q=%00", "mine=%00", "p=999999", "column__id__exact=x", "o=%00"]
)
def test_lists_answer_whatever_is_asked(client, chief, query):
    assert client.get(f"{ARTICLES}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("number", ["9" * 30, "x", "-1", "%00", "1;2", "_5F"])
def test_records_that_do_not_exist_lead_back(client, chief, number):
    assert client.get(f"{ARTICLES}{number}/change/").status_code in {302, 404}
    assert client.get(f"{ARTICLES}{number}/withdraw/").status_code in {302, 404}


# Lists that are to-do lists ------------------------------------------------------------------------------------------


def test_states_divide_the_records_by_status_and_clock(client, chief):
    now = timezone.now()
    records = {
        "draft": draft(),
        "in_review": draft(),
        "scheduled": ArticleFactory(published_at=now + dt.timedelta(hours=1)),
        "published": ArticleFactory(),
        "expiring": ArticleFactory(offline_at=now + dt.timedelta(days=6)),
        "offline": ArticleFactory(offline_at=now - dt.timedelta(hours=1)),
        "withdrawn": ArticleFactory(status="withdrawn", withdrawn_at=now, withdrawal_reason="outdated"),
    }
    Article.objects.filter(pk=records["in_review"].pk).update(status="in_review")

    found = {state: shown(client, f"state={state}") for state in records}

    expected = {state: {record} for state, record in records.items()}
    expected["published"] = {records["published"], records["expiring"]}
    assert found == expected


def test_what_is_missing_can_be_asked_for(client, chief):
    whole = ArticleFactory(regions=[RegionFactory()])
    CitationFactory(article=whole)
    lacking = {
        "source": ArticleFactory(source=None, regions=[RegionFactory()]),
        "region": ArticleFactory(),
        "column": ArticleFactory(column=None, regions=[RegionFactory()]),
    }
    for article in lacking.values():
        CitationFactory(article=article)
    bare = ArticleFactory(regions=[RegionFactory()])

    assert {name: shown(client, f"missing={name}") for name in lacking} == {n: {a} for n, a in lacking.items()}
    assert shown(client, "missing=evidence") == {bare}
    assert shown(client, "missing=anything") == set(lacking.values())


def test_own_records_can_be_asked_for(client, chief):
    mine = draft(created_by=chief)
    draft()

    assert shown(client, "mine=1") == {mine}


@pytest.mark.parametrize("typed", ["协议", "協議", "川", "“川渝合作”", "ＧＤＰ"])
def test_search_finds_chinese(client, chief, django_capture_on_commit_callbacks, typed):
    with django_capture_on_commit_callbacks(execute=True):
        found = draft(headline="川渝合作协议与GDP")
        draft(headline="天气")

    assert shown(client, f"q={typed}") == {found}


def test_view_on_site_opens_a_draft(client, chief):
    article = draft()
    address = article.get_absolute_url()

    assert f'href="{address}"' in client.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert client.get(address).status_code == 200


# Start page ----------------------------------------------------------------------------------------------------------


def start_page(client):
    response = client.get("/admin/")
    found = {}
    for some in response.context if isinstance(response.context, list) else [response.context]:
        for layer in some:
            if "waiting" in layer:
                found = layer
    return found


def test_start_page_counts_what_waits_and_leads_there(client, chief):
    now = timezone.now()
    mine = draft(created_by=chief)
    others = draft(AgreementFactory)
    scheduled = [ArticleFactory(published_at=now + dt.timedelta(days=n)) for n in (2, 1)]
    AgreementFactory(offline_at=now + dt.timedelta(days=3))
    for article in Article.objects.all():
        article.regions.add(RegionFactory())

    drafts, _in_review, waiting, _expiring, incomplete = lists = start_page(client)["waiting"]

    # Incomplete are the two agreements: they name no party.
    assert [one["count"] for one in lists] == [1, 0, 2, 1, 2]
    assert [one["record"] for one in waiting["records"]] == scheduled[::-1]
    assert [one["record"] for one in drafts["records"]] == [mine]
    assert others in [one["record"] for one in incomplete["records"]]
    for one in lists:
        for kind in one["kinds"]:
            assert client.get(kind["url"]).context["cl"].result_count == kind["count"]


def test_start_page_shows_what_was_published_last_of_all_kinds(client, chief):
    now = timezone.now()
    made = [
        ArticleFactory(published_at=now - dt.timedelta(hours=3), updated_by=chief),
        AgreementFactory(published_at=now - dt.timedelta(hours=2)),
        IndicatorFactory(published_at=now - dt.timedelta(hours=1)),
    ]
    draft()

    assert [one["record"] for one in start_page(client)["recent"]] == made[::-1]
    assert "周远" in client.get("/admin/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_start_page_costs_the_same_for_any_number_of_records(client, chief, count, django_assert_num_queries):
    for factory in (ArticleFactory, AgreementFactory, IndicatorFactory, PageFactory):
        factory.create_batch(count, updated_by=chief)
        for _ in range(count):
            draft(factory, created_by=chief)

    # session, user; five lists for each of five kinds, but for the two that cannot be incomplete (23); what is recent
    # of each kind (5); imprint and menu; twice whether there is an imprint, for the list of everything
    with django_assert_num_queries(34):
        client.get("/admin/")


def test_start_page_hides_what_is_closed_to_the_user(client, desks):
    ours, theirs = (ArticleFactory(column=column) for column in desks)

    assert [one["record"] for one in start_page(client)["recent"]] == [ours]


def test_list_of_everything_stands_in_the_order_of_work(client, chief):
    groups = client.get("/admin/").context["app_list"]

    assert [model["object_name"] for model in groups[0]["models"]][:4] == [
        "Article",
        "Agreement",
        "Indicator",
        "Series",
    ]
    assert [group["app_label"] for group in groups[1:]] == ["media", "pages", "vocabulary", "publishing", "accounts"]
    assert [model["object_name"] for model in groups[-1]["models"]] == ["User", "Group"]


# Recycle bin ---------------------------------------------------------------------------------------------------------


def test_deleting_goes_into_the_bin_and_the_button_brings_it_back(client, chief):
    article = ArticleFactory(headline="一条旧闻")
    client.post(f"{ARTICLES}{article.pk}/delete/", {"post": "yes"})
    trashed = TrashedRecord.objects.get()
    assert (trashed.title, trashed.deleted_by, Article.objects.count()) == ("一条旧闻", chief, 0)

    response = client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/restore/")

    assert response.url == f"{ARTICLES}{article.pk}/change/"
    assert (list(Article.objects.listed()), TrashedRecord.objects.count()) == ([article], 0)


def test_several_are_deleted_and_brought_back_by_action_in_the_order_they_need(client, chief):
    source = OrganizationFactory()
    article = ArticleFactory(source=source)
    act(client, Article, "delete_selected", [article], post="yes")
    act(client, type(source), "delete_selected", [source], post="yes")
    assert TrashedRecord.objects.count() == 2

    act(client, TrashedRecord, "bring_back", TrashedRecord.objects.all())

    assert (Article.objects.get().source, TrashedRecord.objects.count()) == (source, 0)


def test_what_is_used_is_not_deleted_and_the_page_names_the_uses_with_links(client, chief):
    source = OrganizationFactory()
    article = ArticleFactory(source=source, headline="用到它的文章")
    address = f"/admin/vocabulary/organization/{source.pk}/delete/"

    page = client.get(address).content.decode()
    assert f'<a href="{ARTICLES}{article.pk}/change/">用到它的文章</a>' in page
    client.post(address, {"post": "yes"})
    assert type(source).objects.filter(pk=source.pk).exists()


def test_use_in_a_citation_leads_to_its_article(client, chief):
    agreement = AgreementFactory()
    citation = CitationFactory(observation=None, agreement=agreement)

    page = client.get(f"/admin/agreements/agreement/{agreement.pk}/delete/").content.decode()

    assert f'<a href="{ARTICLES}{citation.article.pk}/change/">{citation.article}</a>' in page


def test_uses_in_a_closed_column_are_told_without_their_title(client, desks):
    topic = TopicFactory()
    hidden = draft(column=desks[1], headline="机密标题", topics=[topic])
    user = editor_in(*Group.objects.filter(name="我们"))
    user.user_permissions.set(_permissions("vocabulary"))
    client.force_login(user)

    page = client.get(f"/admin/vocabulary/topic/{topic.pk}/delete/").content.decode()

    assert "a record that is not open to you" in page
    assert hidden.headline not in page


def test_many_uses_are_counted_rather_than_listed(client, chief):
    topic = TopicFactory()
    ArticleFactory.create_batch(23, topics=[topic])

    page = client.get(f"/admin/vocabulary/topic/{topic.pk}/delete/").content.decode()

    assert page.count("<li>Article: <a href=") == 20
    assert "Articles: 3 more" in page


def test_bin_shows_what_the_user_could_have_deleted(client, desks):
    ours, theirs = (discard(draft(column=column), None) for column in desks)
    without_column = discard(draft(column=None), None)
    not_theirs = discard(RegionFactory(), None)

    assert shown(client, kind=TrashedRecord) == {ours, without_column}
    for closed in (theirs, not_theirs):
        client.post(f"/admin/publishing/trashedrecord/{closed.pk}/restore/")
        assert TrashedRecord.objects.filter(pk=closed.pk).exists()


def test_only_superusers_delete_for_good(client, chief):
    trashed = discard(ArticleFactory(), None)
    client.force_login(editor_in())
    assert client.get(f"/admin/publishing/trashedrecord/{trashed.pk}/delete/").status_code == 403

    client.force_login(chief)
    client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/delete/", {"post": "yes"})
    assert TrashedRecord.objects.count() == 0


def test_reason_why_something_stays_in_the_bin_is_told(client, chief):
    trashed = discard(IndicatorFactory(slug="gdp", name="地区生产总值"), None)
    IndicatorFactory(slug="gdp")

    response = client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/restore/")

    (line,) = said(response)
    assert line.startswith("“地区生产总值” cannot be brought back.")


def test_every_step_stands_in_the_history_of_the_record(client, chief):
    article = draft()
    act(client, Article, "publish_now", [article])
    client.post(f"{ARTICLES}{article.pk}/withdraw/", {"confirmed": "1", "reason": "outdated"})

    lines = LogEntry.objects.filter(object_id=article.pk).order_by("pk").values_list("change_message", flat=True)
    assert list(lines) == ["published", "withdrawn"]


def test_models_know_no_relation_that_deleting_would_miss():
    """`holdings` understands CASCADE, PROTECT, SET_NULL; another rule would need a thought."""
    known = {models.CASCADE, models.PROTECT, models.SET_NULL}
    rules = {
        relation.on_delete
        for model in admin.site._registry
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    }
    assert rules <= known
