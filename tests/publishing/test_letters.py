"""Mail to those whose turn it is: whom it asks, and a post office that does not answer."""

import logging

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.publishing import life, rights
from portal.publishing.people import publishers_of, reviewers_of
from tests.factories import ArticleFactory, ColumnFactory, StaffFactory

from .office import draft, member

pytestmark = pytest.mark.django_db


class Closed(BaseEmailBackend):
    """A server that does not answer."""

    tried = 0

    def open(self):
        Closed.tried += 1
        raise TimeoutError


class Picky(EmailBackend):
    """A server that refuses one address."""

    def send_messages(self, messages):
        if messages[0].to == ["wrong@example.org"]:
            raise OSError
        return super().send_messages(messages)


@pytest.fixture
def columns():
    """None, one that names nobody, and those that name a group for some of the roles; what lies below them, too."""
    group = Group.objects.create(name="时政组")
    found = [None, ColumnFactory()]
    for roles in (["editors"], ["reviewers"], ["publishers"], ["reviewers", "publishers"]):
        column = ColumnFactory()
        for role in roles:
            getattr(column, role).add(group)
        below = ColumnFactory(parent=column)
        found += [column, below, ColumnFactory(parent=below)]
    found[-1].reviewers.add(Group.objects.create(name="另一组"))
    return found


@pytest.fixture
def people():
    for roles in (["编辑"], ["审核"], ["发布"], ["管理员"], ["审核", "发布"], []):
        for group in (None, "时政组", "另一组"):
            user = member(*roles)
            user.groups.add(*Group.objects.filter(name=group))
    member("管理员", is_staff=False), member("管理员", is_active=False), StaffFactory(), StaffFactory(is_staff=False)
    return list(User.objects.all())


def test_whom_a_step_waits_for_is_whom_the_step_lets(columns, people):
    # As in one request, a person's columns are read once.
    for column in columns:
        article = ArticleFactory(column=column)
        for asked, may in ((reviewers_of, rights.may_review), (publishers_of, rights.may_publish)):
            assert set(asked(article)) == {user for user in people if may(user, article)}


def test_of_a_version_that_changes_the_column_both_columns_are_asked(columns, people):
    article = ArticleFactory(column=columns[2])
    copy = life.begin_working_copy(article, None)
    copy.column = columns[-1]

    assert set(reviewers_of(copy)) == {user for user in User.objects.all() if rights.may_review(user, copy)}


def test_asking_costs_the_same_for_any_number_of_people():
    life.submit(draft(column=ColumnFactory(review_levels=1)), None)  # kinds and words are known from now on
    prices = set()
    for _round in range(2):
        for _member in range(3):
            member("审核")
        article = draft(column=ColumnFactory(review_levels=1))
        with CaptureQueriesContext(connection) as asked:
            life.submit(article, None)
        prices.add(len(asked))

    assert len(prices) == 1


def test_a_post_office_that_does_not_answer_is_tried_once_and_stops_no_step(
    settings, caplog, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = f"{__name__}.Closed"
    member("审核"), member("审核")
    article = draft(column=ColumnFactory(review_levels=1))
    with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
        life.submit(article, None)

    assert (article.status, Closed.tried) == ("in_review", 1)
    assert [line.message for line in caplog.records] == ["No letter could be sent."]


def test_an_address_that_is_refused_stops_no_other_letter(settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    for name in ("wrong", "right"):
        member("审核", email=f"{name}@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        life.submit(draft(column=ColumnFactory(review_levels=1)), None)

    assert [letter.to for letter in mail.outbox] == [["right@example.org"]]


def test_nobody_waits_long_for_a_mail_server(settings):
    assert 0 < settings.EMAIL_TIMEOUT <= 10
