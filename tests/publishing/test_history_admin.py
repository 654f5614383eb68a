"""The history of a record in the admin: who sees it, what is compared, what can be restored."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from agreements.models import Agreement
from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Review, Revision, Status
from portal.publishing.revisions import revise
from portal.roles import make_roles
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    CitationFactory,
    ColumnFactory,
    IndicatorFactory,
    MilestoneFactory,
    OrganizationFactory,
    PartyFactory,
    StaffFactory,
    TopicFactory,
    UserFactory,
)

from .office import draft, editor_in, said

pytestmark = pytest.mark.django_db


def history_of(record, query=""):
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_history"
    return reverse(name, args=[record.pk]) + query


def restoring(record, number):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_restore", args=[record.pk, number])


def change_form(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def changed(record, by=None, note="", **fields):
    """``record`` saved with other values, as its next revision."""
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()
    return revise(record, by, note=note)


def text_of(response):
    """What a reader sees, on one line."""
    content = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


@pytest.fixture
def article(chief):
    """A draft with two versions."""
    article = draft(headline="两地合作")
    revise(article, chief)
    changed(article, chief, headline="两地深化合作", note="标题")
    return article


# The list


def test_the_history_lists_versions_the_newest_first_with_what_changed(client, chief, article):
    response = client.get(history_of(article))

    assert [(one.number, labels) for one, labels in response.context["lines"]] == [(2, ["Headline"]), (1, [])]
    assert "2 saved 标题 Headline 周远" in text_of(response)


def test_reviews_stand_beside_the_version_that_was_submitted(client, chief):
    article = draft(column=ColumnFactory(review_levels=1))
    revise(article, UserFactory())
    article.created_by = UserFactory()
    article.save()
    life.submit(article, article.created_by)
    life.send_back(article, chief, 1, "请核对金额")

    response = client.get(history_of(article))

    assert Review.objects.count() == 1
    assert "first review (初审) · sent back 周远" in text_of(response)
    assert "请核对金额" in text_of(response)


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_costs_the_same_for_any_number_of_versions(client, chief, count, django_assert_num_queries):
    article = draft()
    for number in range(2 * count):
        changed(article, UserFactory(), headline=f"第{number}稿")

    # Session, user; open columns; record, its working copy; count, versions with authors, reviews; three of the frame.
    with django_assert_num_queries(11):
        response = client.get(history_of(article))

    assert [one.number for one, _labels in response.context["lines"]] == list(range(2 * count, 0, -1))


def test_a_long_history_has_pages(client, chief, monkeypatch):
    monkeypatch.setattr("portal.publishing.history_admin.HistoryAdmin.history_per_page", 2)
    article = draft()
    for number in range(3):
        changed(article, headline=f"第{number}稿")

    first, second = client.get(history_of(article)), client.get(history_of(article, "?page=2"))

    assert [one.number for one, _labels in first.context["lines"]] == [3, 2]
    assert [one.number for one, _labels in second.context["lines"]] == [1]


def test_a_record_without_versions_has_an_empty_history(client, chief):
    assert "No version of this record has been kept yet" in text_of(client.get(history_of(draft())))


def test_the_history_of_a_working_copy_is_that_of_the_record(client, chief):
    article = ArticleFactory()
    copy = life.begin_working_copy(article, chief)

    response = client.get(history_of(copy, "?from=1&to=copy"))

    assert response.status_code == 302
    assert response.url == history_of(article, "?from=1&to=copy")


# Who sees it


def test_a_record_in_a_closed_column_has_no_history(client, desks):
    open_column, closed_column = desks
    ours, theirs = draft(column=open_column), draft(column=closed_column)
    for record in (ours, theirs):
        revise(record, None)
    pages = ["", "?from=1&to=copy"]

    assert [client.get(history_of(ours, page)).status_code for page in pages[:1]] == [200]
    for page in pages:
        response = client.get(history_of(theirs, page))
        assert (response.status_code, response.url) == (302, reverse("admin:index"))
    response = client.get(restoring(theirs, 1))
    assert (response.status_code, response.url) == (302, reverse("admin:index"))


def test_who_may_not_see_a_kind_sees_no_history_of_it(client):
    article = draft(column=None)
    revise(article, None)
    client.force_login(UserFactory(is_staff=True))

    assert client.get(history_of(article)).status_code == 403


def test_who_may_only_read_sees_the_history_and_restores_nothing(client):
    article = draft(column=None, headline="旧")
    revise(article, None)
    changed(article, headline="新")
    reviewer = UserFactory(is_staff=True)
    reviewer.groups.add(make_roles()["审核"])
    client.force_login(reviewer)

    response = client.get(history_of(article))

    assert response.status_code == 200
    assert "/restore/" not in response.content.decode()
    assert client.post(restoring(article, 1), {"seen": 2}).status_code == 403
    article.refresh_from_db()
    assert article.headline == "新"


@pytest.fixture
def moved(desks):
    """A public record of an open column; its working copy was moved to a closed one, changed there, and moved back."""
    open_column, closed_column = desks
    article = ArticleFactory(column=open_column, headline="公开")
    copy = life.begin_working_copy(article, None)
    changed(copy, column=closed_column, headline="保密", note="保密说明")
    changed(copy, column=open_column, headline="公开之二")
    return article


def test_a_version_is_read_by_who_may_read_its_column(client, moved):
    ours = client.get(history_of(moved))
    client.force_login(editor_in(Group.objects.get(name="他们"), Group.objects.get(name="我们")))
    theirs = client.get(history_of(moved))

    assert [one.number for one, _labels in ours.context["lines"]] == [3, 1]
    assert [one.number for one, _labels in theirs.context["lines"]] == [3, 2, 1]
    assert ("保密说明" in text_of(ours), "保密说明" in text_of(theirs)) == (False, True)


def test_a_version_of_a_closed_column_is_neither_compared_nor_restored(client, moved):
    assert client.get(history_of(moved, "?from=1&to=3")).status_code == 200
    for query in ("?from=1&to=2", "?from=2&to=copy"):
        response = client.get(history_of(moved, query))
        assert (response.status_code, response.url) == (302, history_of(moved))
    for response in (client.get(restoring(moved, 2)), client.post(restoring(moved, 2), {"seen": 3})):
        assert said(response)[-1] == "This record has no version 2."
    assert Revision.objects.of(moved).count() == 3


def test_what_a_working_copy_in_a_closed_column_says_is_not_shown_by_restoring_into_it(client, moved, desks):
    _open, closed_column = desks
    Article.objects.filter(working_copy_of=moved).update(column=closed_column, headline="保密")

    for response in (client.get(restoring(moved, 1)), client.post(restoring(moved, 1), {"seen": 3})):
        assert (response.status_code, response.url) == (302, history_of(moved))
        assert said(response)[-1] == "Its working copy is in a column in which you may not write."
    assert Article.objects.get(working_copy_of=moved).headline == "保密"


def test_readers_are_told_of_no_version_that_was_not_public(client, moved):
    changed(moved, headline="公开之三")
    revise(moved, None, "published", note="公开说明")

    page = client.get(moved.get_absolute_url()).content.decode()

    assert ("公开说明" in page, "保密" in page) == (True, False)


# Comparing


def test_two_versions_stand_side_by_side_at_an_address_of_their_own(client, chief, article):
    response = client.get(history_of(article, "?from=1&to=2"))

    assert [change.name for change in response.context["changes"]] == ["headline"]
    assert "两地<ins>深化</ins>合作" in response.content.decode()


def test_versions_the_wrong_way_round_are_swapped(client, chief, article):
    response = client.get(history_of(article, "?from=2&to=1"))

    assert (response.context["older"].name, response.context["newer"].name) == (1, 2)
    assert "两地<ins>深化</ins>合作" in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?from=1&to=9",
        "?from=1&to=1",
        "?from=1",
        "?from=&to=",
        "?from=x&to=1",
        "?from=1&to=copy",
        "?to=" + "9" * 30,
        "?from=1&to=" + "9" * 5000,
        "?from=-1&to=1",
        "?from=²&to=1",
    ],
)
def test_versions_that_are_not_there_are_told(client, chief, article, query):
    response = client.get(history_of(article, query))

    assert (response.status_code, response.url) == (302, history_of(article))
    assert said(response) == ["Choose two versions that this record has."]


def test_the_working_copy_is_compared_as_it_is_now(client, chief):
    article = ArticleFactory(headline="两地合作")
    copy = life.begin_working_copy(article, chief)
    changed(copy, chief, headline="两地深化合作")
    Article.objects.filter(pk=copy.pk).update(headline="两地深入合作")

    response = client.get(history_of(article, "?from=copy&to=1"))

    assert (response.context["older"].name, response.context["newer"].name) == (1, "copy")
    assert "两地<ins>深入</ins>合作" in response.content.decode()


def test_a_working_copy_in_a_closed_column_is_not_compared(client, desks):
    open_column, closed_column = desks
    article = ArticleFactory(column=open_column)
    copy = life.begin_working_copy(article, None)
    Article.objects.filter(pk=copy.pk).update(column=closed_column)

    assert client.get(history_of(article)).context["copy"] is None
    assert client.get(history_of(article, "?from=1&to=copy")).status_code == 302


def test_markup_in_a_text_is_told_and_never_run(client, chief, article):
    changed(article, headline="<script>alert(1)</script>")

    content = client.get(history_of(article, "?from=2&to=3")).content.decode()

    assert "<script>alert" not in content
    assert "&lt;script&gt;" in content


def test_every_kind_compares(client, chief):
    for record in (AgreementFactory(title="旧"), IndicatorFactory(name="旧")):
        revise(record, chief)
        name = "title" if isinstance(record, Agreement) else "name"
        changed(record, **{name: "新"})

        content = client.get(history_of(record, "?from=1&to=2")).content.decode()

        assert "<del>旧</del><ins>新</ins>" in content


# Restoring


def test_the_page_before_restoring_shows_what_would_change(client, chief, article):
    response = client.get(restoring(article, 1))

    assert "两地<del>深化</del>合作" in response.content.decode()
    article.refresh_from_db()
    assert article.headline == "两地深化合作"


def test_a_draft_says_again_what_it_said_as_a_new_version(client, chief, article):
    response = client.post(restoring(article, 1), {"seen": 2})

    article.refresh_from_db()
    last = Revision.objects.of(article).last()
    assert response.url == change_form(article)
    assert article.headline == "两地合作"
    assert (last.number, last.step, last.made_by, last.changed) == (3, "restored", chief, ["headline"])
    assert Revision.objects.of(article).count() == 3


def test_what_is_public_is_restored_into_a_working_copy(client, chief):
    article = ArticleFactory(headline="旧")
    revise(article, chief)
    changed(article, headline="新")

    response = client.post(restoring(article, 1), {"seen": 2})

    copy = Article.objects.get(working_copy_of=article)
    article.refresh_from_db()
    assert (article.headline, copy.headline) == ("新", "旧")
    assert response.url == change_form(copy)


def test_a_working_copy_that_is_there_is_written_again(client, chief):
    article = ArticleFactory(headline="旧")
    copy = life.begin_working_copy(article, chief)
    changed(copy, headline="新")

    client.post(restoring(article, 1), {"seen": 2})

    copy.refresh_from_db()
    assert copy.headline == "旧"
    assert Article.objects.count() == 2


def test_rows_are_restored_and_hang_on_one_another_again(client, chief):
    agreement = draft(AgreementFactory)
    organization = OrganizationFactory(name="重庆市")
    party = PartyFactory(agreement=agreement, organization=organization, side="甲方")
    signed = MilestoneFactory(agreement=agreement, kind="signed", date="2026-01-01", responsible=party)
    MilestoneFactory(agreement=agreement, kind="started", after=signed, offset_days=30)
    revise(agreement, chief)
    agreement.milestones.all().delete()
    agreement.parties.all().delete()
    MilestoneFactory(agreement=agreement, kind="held")
    revise(agreement, chief)

    client.post(restoring(agreement, 1), {"seen": 2})

    assert [(one.organization, one.side) for one in agreement.parties.all()] == [(organization, "甲方")]
    first, second = agreement.milestones.order_by("pk")
    assert (first.kind, first.responsible) == ("signed", agreement.parties.get())
    assert (second.kind, second.after, second.date) == ("started", first, "2026-01-31")
    assert Revision.objects.of(agreement).count() == 3
    assert client.get(history_of(agreement, "?from=1&to=3")).context["changes"] == []


def test_a_topic_that_is_gone_is_told_and_left_out(client, chief):
    kept, gone = TopicFactory(name="产业"), TopicFactory(name="交通")
    article = draft(headline="旧", topics=[kept, gone])
    revise(article, chief)
    article.topics.set([])
    changed(article, headline="新")
    gone.delete()

    page = client.get(restoring(article, 1))
    response = client.post(restoring(article, 1), {"seen": 2})

    assert page.context["lost"] == ["交通"]
    assert list(article.topics.all()) == [kept]
    assert said(response)[-1] == "These links are gone, since their target was deleted: 交通"


def test_a_row_that_says_nothing_without_what_is_gone_is_left_out(client, chief):
    article = draft()
    citation = CitationFactory(article=article)
    revise(article, chief)
    observation = citation.observation
    citation.delete()
    changed(article, headline="新")
    name = str(observation)
    observation.delete()

    page = client.get(restoring(article, 1))
    client.post(restoring(article, 1), {"seen": 2})

    assert page.context["lost"] == [name]
    assert article.citations.count() == 0
    assert Revision.objects.of(article).last().step == "restored"


def test_what_a_record_cannot_be_without_refuses_it(client, chief):
    agreement = draft(AgreementFactory)
    party = PartyFactory(agreement=agreement, organization__name="旧机构")
    revise(agreement, chief)
    organization = party.organization
    party.delete()
    organization.delete()
    changed(agreement, title="新")

    for response in (client.get(restoring(agreement, 1)), client.post(restoring(agreement, 1), {"seen": 2})):
        assert response.url == history_of(agreement)
        assert said(response)[-1] == "It needs the organization “旧机构”, which was deleted. Bring that back first."
    assert Revision.objects.of(agreement).count() == 2


def test_what_is_in_review_is_not_restored(client, chief, article):
    Article.objects.filter(pk=article.pk).update(status=Status.IN_REVIEW)

    for response in (client.get(restoring(article, 1)), client.post(restoring(article, 1), {"seen": 2})):
        assert said(response)[-1] == "It is in review. Take it back first."
    article.refresh_from_db()
    assert article.headline == "两地深化合作"


def test_nobody_restores_over_what_a_colleague_saved_meanwhile(client, chief, article):
    changed(article, UserFactory(), headline="同事的标题")

    response = client.post(restoring(article, 1), {"seen": 2})

    article.refresh_from_db()
    assert article.headline == "同事的标题"
    assert said(response) == ["Somebody changed it meanwhile. Look again at what would change."]


@pytest.mark.parametrize("seen", ["", "x", "-1", "²", "9" * 40, "9" * 5000])
def test_a_forged_number_of_the_newest_version_does_no_harm(client, chief, article, seen):
    response = client.post(restoring(article, 1), {"seen": seen})

    assert response.url == history_of(article)
    assert said(response) == ["Somebody changed it meanwhile. Look again at what would change."]
    assert Revision.objects.of(article).count() == 2


@pytest.mark.parametrize("number", [10**18, 10**30, "9" * 5000, "-1", "x"])
def test_an_address_with_a_number_beyond_all_versions_leads_nowhere(client, chief, article, number):
    address = restoring(article, 1).replace("/1/restore/", f"/{number}/restore/")

    assert address != restoring(article, 1)
    assert {client.get(address).status_code, client.post(address, {"seen": 2}).status_code} <= {302, 404}
    assert client.get(history_of(article, f"?page={number}")).status_code == 200


def test_what_would_change_nothing_is_no_new_version(client, chief, article):
    response = client.post(restoring(article, 2), {"seen": 2})

    assert said(response) == ["It says this already."]
    assert Revision.objects.of(article).count() == 2


def test_a_version_that_is_not_there_is_told(client, chief, article):
    response = client.get(restoring(article, 7))

    assert (response.url, said(response)) == (history_of(article), ["This record has no version 7."])


def test_a_version_of_a_column_that_is_not_ours_is_not_restored(client):
    ours = Group.objects.create(name="我们")
    open_column, closed_column = ColumnFactory(), ColumnFactory()
    open_column.editors.add(ours)
    closed_column.editors.add(Group.objects.create(name="他们"))
    closed_column.reviewers.add(ours)  # who read there
    article = draft(column=closed_column, headline="旧")
    revise(article, None)
    changed(article, column=open_column, headline="新")
    client.force_login(editor_in(ours))

    response = client.post(restoring(article, 1), {"seen": 2})

    article.refresh_from_db()
    assert (article.headline, article.column) == ("新", open_column)
    assert said(response) == ["This version belongs to a column in which you may not write."]


def test_a_version_that_no_longer_fits_is_refused(client, chief):
    indicator = draft(IndicatorFactory, slug="gdp")
    revise(indicator, chief)
    changed(indicator, slug="gross-product")
    IndicatorFactory(slug="gdp")

    response = client.post(restoring(indicator, 1), {"seen": 2})

    indicator.refresh_from_db()
    assert indicator.slug == "gross-product"
    assert said(response) == ["This version no longer fits what is in the portal now."]


def test_fields_and_kinds_that_the_portal_no_longer_has_are_told_and_left_out(client, chief, article):
    old = Revision.objects.of(article).first()
    old.snapshot["rows"][0]["fields"]["slogan"] = "口号"
    old.snapshot["rows"].append({"model": "gone.thing", "pk": 1, "fields": {"name": "旧"}})
    Revision.objects.create(
        content_type=old.content_type, object_id=old.object_id, number=3, title="旧", snapshot=old.snapshot
    )

    page = client.get(restoring(article, 3))
    client.post(restoring(article, 3), {"seen": 3})

    article.refresh_from_db()
    assert page.context["lost"] == ["slogan", "gone.thing"]
    assert article.headline == "两地合作"


def test_a_superuser_is_no_exception_to_the_steps(client, article):
    client.force_login(StaffFactory(language="en"))
    Article.objects.filter(pk=article.pk).update(status=Status.IN_REVIEW)

    assert said(client.get(restoring(article, 1)))[-1] == "It is in review. Take it back first."
