"""Whom the log is shown to, and which records it does not name."""

import pytest
from django.contrib.admin.models import CHANGE, DELETION
from django.contrib.auth.models import Group, Permission

from portal.publishing.reviews import Review
from portal.publishing.revisions import revise
from portal.publishing.trash import discard
from portal.roles import ROLES
from tests.factories import ColumnFactory, OrganizationFactory, StaffFactory, TopicFactory

from .office import LOG, at, draft, entered, login, revised, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ROLES)
def test_the_log_is_the_administrators(client, role):
    user = StaffFactory(is_superuser=False)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    is_theirs = role == "管理员"

    assert client.get(LOG).status_code == (200 if is_theirs else 403)
    assert client.get(f"{LOG}?format=csv").status_code == (200 if is_theirs else 403)
    assert (f'href="{LOG}"' in client.get("/admin/rights/").content.decode()) == is_theirs


def test_strangers_are_asked_to_log_in(client):
    assert client.get(LOG).url.startswith("/admin/login/")


@pytest.fixture
def closed(administrator):
    """A column that names others than the administrator."""
    column = ColumnFactory()
    column.editors.add(Group.objects.create(name="他们"))
    return column


def test_a_record_that_is_closed_is_named_by_its_kind_alone(client, administrator, closed):
    article = draft(headline="保密事项", column=closed)
    revision = revised(article, administrator, at(1), note="保密修改", step="submitted")
    Review.objects.create(
        revision=revision, level=1, decision="returned", comment="保密意见", reviewer=administrator, made_at=at(2)
    )
    entered(article, administrator, at(3), CHANGE, "保密")

    rows = told(client, "", "event", "kind", "title", "url", "detail")

    unnamed = ("Article", "a record that is not open to you", "", "")
    assert rows == [(event, *unnamed) for event in ("changed", "returned", "submitted")]
    assert "保密" not in client.get(LOG).content.decode()
    assert "保密" not in b"".join(client.get(f"{LOG}?format=csv").streaming_content).decode()
    assert told(client, "q=保密", "event") == []


def test_a_version_that_lay_in_a_closed_column_is_not_told_of_the_open_record(client, administrator, closed):
    article = draft(headline="开放", column=ColumnFactory())
    revise(article, administrator)
    for column, title in [(closed, "保密事项"), (article.column, "开放")]:
        article.column, article.headline = column, title
        article.save()
        revision = revise(article, administrator, "submitted", note=f"{title}的说明")
        Review.objects.create(
            revision=revision, level=1, decision="returned", comment=f"{title}的意见", reviewer=administrator
        )

    unnamed = ("a record that is not open to you", "", "")
    address = f"/admin/articles/article/{article.pk}/change/"
    rows = told(client, "", "event", "title", "url", "detail")
    assert sorted(rows) == sorted([
        ("saved", "开放", address, ""),
        ("submitted", *unnamed),
        ("returned", *unnamed),
        ("submitted", "开放", address, "Column, Headline · 开放的说明"),
        ("returned", "开放", address, "first review (初审) · 开放的意见"),
    ])  # fmt: skip
    assert "保密" not in b"".join(client.get(f"{LOG}?format=csv").streaming_content).decode()
    assert told(client, "q=保密", "event") == []


def test_a_deleted_record_is_named_by_who_could_open_it(client, administrator, closed):
    gone = {title: draft(headline=title, column=column) for title, column in [("开放", None), ("保密", closed)]}
    for record in gone.values():
        entered(record, administrator, flag=DELETION)
        discard(record, administrator)
    organization = OrganizationFactory(name="旧机构")
    entered(organization, administrator, flag=DELETION)
    organization.delete()

    assert told(client, "", "title", "url") == [
        ("旧机构", ""), ("a record that is not open to you", ""), ("开放", ""),
    ]  # fmt: skip


def test_a_kind_that_the_user_may_not_see_is_named_alone(client):
    user = StaffFactory(is_superuser=False, language="en")
    user.user_permissions.add(Permission.objects.get(codename="view_logentry"))
    login(client, user)
    entered(TopicFactory(name="民营经济"), user)

    assert told(client, "", "kind", "title", "url") == [("Topic", "a record that is not open to you", "")]


def test_a_record_that_is_open_is_linked(client, administrator):
    article = draft()
    revised(article, administrator)

    assert told(client, "", "url") == [f"/admin/articles/article/{article.pk}/change/"]
