import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db import IntegrityError, transaction

from articles.models import Article
from tests.factories import ArticleFactory, ColumnFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 31, 4, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def states():
    """One article in each state of life, by name."""
    withdrawn = {"status": "withdrawn", "published_at": NOW - HOUR, "withdrawn_at": NOW}
    live = ArticleFactory(published_at=NOW - HOUR)
    return {
        "live": live,
        "ending": ArticleFactory(published_at=NOW - HOUR, offline_at=NOW + HOUR),
        "draft": ArticleFactory(status="draft", published_at=None),
        "in review": ArticleFactory(status="in_review", published_at=None),
        "scheduled": ArticleFactory(published_at=NOW + HOUR),
        "offline": ArticleFactory(published_at=NOW - 2 * HOUR, offline_at=NOW),
        "outdated": ArticleFactory(withdrawal_reason="outdated", **withdrawn),
        "in error": ArticleFactory(withdrawal_reason="in_error", **withdrawn),
        "copy": ArticleFactory(status="draft", published_at=None, working_copy_of=live),
    }


def names(states, queryset):
    by_pk = {article.pk: name for name, article in states.items()}
    return {by_pk[article.pk] for article in queryset}


def test_listed_is_what_is_online_now(states):
    assert names(states, Article.objects.listed(NOW)) == {"live", "ending"}


def test_addressable_adds_what_was_withdrawn(states):
    assert names(states, Article.objects.addressable(NOW)) == {"live", "ending", "outdated", "in error"}


def test_listed_changes_by_the_clock_alone(states):
    assert names(states, Article.objects.listed(NOW + 2 * HOUR)) == {"live", "scheduled"}


def test_the_public_opens_what_is_addressable(states):
    for user in (AnonymousUser(), UserFactory(is_staff=True), UserFactory(is_superuser=True, is_active=False)):
        assert names(states, Article.objects.openable_by(user, NOW)) == {"live", "ending", "outdated", "in error"}


def test_the_public_reads_no_content_that_was_withdrawn_in_error(states):
    assert names(states, Article.objects.readable_by(AnonymousUser(), NOW)) == {"live", "ending", "outdated"}


def test_the_office_opens_everything(states):
    assert names(states, Article.objects.openable_by(StaffFactory(), NOW)) == set(states)


def test_a_column_that_names_its_people_is_closed_to_others(states):
    desk = Group.objects.create(name="desk")
    closed = ColumnFactory()
    closed.editors.add(desk)
    Article.objects.filter(pk=states["draft"].pk).update(column=closed)
    view = Permission.objects.get(codename="view_article")
    stranger, member = UserFactory(is_staff=True), UserFactory(is_staff=True)
    stranger.user_permissions.add(view)
    member.user_permissions.add(view)
    member.groups.add(desk)

    assert names(states, Article.objects.openable_by(stranger, NOW)) == set(states) - {"draft"}
    assert names(states, Article.objects.openable_by(member, NOW)) == set(states)


def test_the_row_in_hand_answers_as_the_query_does(states):
    for at in (NOW - 2 * HOUR, NOW, NOW + HOUR):
        assert {name for name, article in states.items() if article.is_listed(at)} == names(
            states, Article.objects.listed(at)
        )


def test_scheduled_and_expiring_are_to_do_lists(states):
    assert names(states, Article.objects.scheduled(NOW)) == {"scheduled"}
    assert names(states, Article.objects.expiring(HOUR, NOW)) == {"ending"}


@pytest.mark.parametrize(
    "values",
    [
        {"status": "published", "published_at": None},
        {"status": "published", "published_at": NOW, "offline_at": NOW},
        {"status": "withdrawn", "published_at": NOW, "withdrawn_at": NOW, "withdrawal_reason": ""},
        {"status": "withdrawn", "published_at": NOW, "withdrawn_at": None, "withdrawal_reason": "legal"},
        {"status": "draft", "withdrawal_reason": "legal"},
        {"status": "nearly"},
    ],
)
def test_the_database_refuses_an_impossible_life(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleFactory(**values)


def test_a_working_copy_is_never_public():
    article = ArticleFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleFactory(working_copy_of=article)
