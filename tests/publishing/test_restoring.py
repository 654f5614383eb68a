"""Restoring a version of a record: what it writes, what is gone and told, and what refuses it."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Revision, Status
from portal.publishing.revisions import revise
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

from .office import changed, draft, editor_in, history_of, restoring, said

pytestmark = pytest.mark.django_db


def change_form(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


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
