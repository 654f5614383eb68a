"""What points at a record of a closed column does not tell outside of it what that is called."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from agreements.models import Agreement
from articles.models import Article
from portal.publishing import trash
from portal.publishing.revisions import revise
from tests.factories import (
    AgreementFactory,
    AnnouncementFactory,
    ArticleFactory,
    CitationFactory,
    ColumnFactory,
    IndicatorFactory,
    ReleaseFactory,
)

from .office import draft, member

pytestmark = pytest.mark.django_db

CLOSED = "a record that is not open to you"


@pytest.fixture
def closed():
    """A column of those in the group 内部."""
    column = ColumnFactory()
    column.editors.add(Group.objects.create(name="内部"))
    return column


@pytest.fixture
def secret(closed):
    return draft(AgreementFactory, title="秘密协议", column=closed)


@pytest.fixture
def article(secret):
    """A public one that cites a closed draft and a public agreement."""
    article = ArticleFactory()
    for agreement in [secret, AgreementFactory(title="公开协议")]:
        CitationFactory(article=article, observation=None, agreement=agreement, exact="签约")
    return article


def insider():
    user = member("编辑")
    user.groups.add(Group.objects.get(name="内部"))
    return user


def told(client, user, address):
    """Which of the two agreements, and whether one that is closed."""
    client.force_login(user)
    page = client.get(address).content.decode()
    return {name for name in ["秘密协议", "公开协议", CLOSED] if name in page}


def test_a_form_that_is_only_read_has_no_rows_that_point_at_what_is_closed(client, article):
    address = f"/admin/articles/article/{article.pk}/change/"

    assert told(client, member("编辑"), address) == {"公开协议"}
    assert told(client, insider(), address) == {"公开协议", "秘密协议"}


def test_rows_that_are_not_shown_stay_and_are_no_news(client, secret):
    """Others gave a draft a row that points at what is closed, while somebody had its form open to whom it is."""
    article = draft(ArticleFactory)
    revise(article, member("编辑"))
    CitationFactory(article=article, observation=None, agreement=secret, exact="签约")
    revise(article, member("编辑"))
    client.force_login(member("编辑"))
    address = f"/admin/articles/article/{article.pk}/change/"
    form = client.get(address).context["adminform"].form
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    sent |= {f"citations-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    sent |= {"headline": "改过的标题", "dated_0": "2026-11-01", "dated_1": "09:00", "_save": "1"}
    warned = client.post(address, {**sent, "seen": 1})
    saved = client.post(address, {**sent, "seen": 2})

    (rows,) = [one.formset for one in warned.context["inline_admin_formsets"]]
    assert (warned.status_code, rows.total_form_count(), "秘密协议" in warned.content.decode()) == (200, 0, False)
    article.refresh_from_db()
    assert (saved.status_code, article.headline) == (302, "改过的标题")
    assert [citation.agreement for citation in article.citations.all()] == [secret]


def test_the_calendar_does_not_name_what_is_closed(client, closed):
    release = draft(ReleaseFactory, title="秘密协议", column=closed)
    indicators = [draft(IndicatorFactory, name="秘密协议", column=closed), IndicatorFactory(name="公开协议")]
    announcement = AnnouncementFactory(release=release, indicators=indicators)
    address = f"/admin/stats/announcement/{announcement.pk}/change/"
    within = member("统计")
    within.groups.add(Group.objects.get(name="内部"))

    assert told(client, member("统计"), address) == {"公开协议", CLOSED}
    assert told(client, within, address) == {"公开协议", "秘密协议"}


def test_versions_side_by_side_do_not_name_what_is_closed(client, article):
    article.citations.first().delete()
    revise(article, member("编辑"))
    CitationFactory(article=article, observation=None, agreement=Agreement.objects.get(title="秘密协议"), exact="又")
    revise(article, member("编辑"))
    address = f"/admin/articles/article/{article.pk}/history/?from=1&to=2"

    assert told(client, member("编辑"), address) == {CLOSED}
    assert told(client, insider(), address) == {"秘密协议"}


def test_what_was_deleted_is_named_to_those_who_find_it_in_the_recycle_bin(client, article, secret):
    revise(article, member("编辑"))
    article.citations.all().delete()
    revise(article, member("编辑"))
    for agreement in Agreement.objects.all():
        trash.discard(agreement, member("编辑"))
    address = f"/admin/articles/article/{article.pk}/history/?from=1&to=2"

    assert told(client, member("编辑"), address) == {"公开协议", CLOSED}
    assert told(client, insider(), address) == {"公开协议", "秘密协议"}


def test_bringing_back_a_version_does_not_name_what_is_closed(client, article):
    revise(article, member("编辑"))
    article.citations.all().delete()
    revise(article, member("编辑"))
    address = f"/admin/articles/article/{article.pk}/history/1/restore/"

    assert told(client, member("编辑"), address) == {"公开协议", CLOSED}
    assert told(client, insider(), address) == {"公开协议", "秘密协议"}


@pytest.mark.parametrize(("kind", "number"), [("agreement", "x"), ("agreement", "0"), ("x", "1"), ("permission", "1")])
def test_the_way_to_a_page_leads_nowhere_where_nothing_is(client, kind, number):
    kinds = {"agreement": Agreement, "permission": ContentType}
    kind = ContentType.objects.get_for_model(kinds[kind]).pk if kind in kinds else kind
    client.force_login(member("管理员", is_superuser=True))

    assert client.get(f"/admin/r/{kind}/{number}/").status_code == 404


def test_the_way_to_a_page_is_open_where_the_record_is(client, secret):
    kinds = [ContentType.objects.get_for_model(kind).pk for kind in (Agreement, Article)]
    public = ArticleFactory()

    def statuses(user):
        client.force_login(user)
        return [
            client.get(f"/admin/r/{kind}/{one.pk}/").status_code
            for kind, one in zip(kinds, [secret, public], strict=True)
        ]

    assert statuses(member("编辑")) == [404, 302]
    assert statuses(insider()) == [302, 302]
