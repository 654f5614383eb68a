"""The mail that each step sends: to whom, about what, in which language, and when none is sent."""

import pytest
from django.core import mail
from django.db import transaction
from django.utils import translation

from portal.publishing import life
from portal.publishing.models import Revision
from tests.factories import ArticleFactory, ColumnFactory

from .office import draft, member, standing, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def addressees():
    return sorted(letter.to[0] for letter in mail.outbox)


def test_mail_asks_those_whose_review_comes_next_and_nobody_else(
    author, readers, publisher, django_capture_on_commit_callbacks
):
    member("编辑"), member("统计")
    member("审核", is_active=False)
    member("审核", email="")
    closed = ColumnFactory(review_levels=2)
    with django_capture_on_commit_callbacks(execute=True):
        article = draft(created_by=author, column=closed)
        life.submit(article, author)
    assert addressees() == sorted(reader.email for reader in readers)

    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        life.approve(article, readers[0], 1)
    assert addressees() == sorted(reader.email for reader in readers[1:])

    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        life.approve(article, readers[1], 2)
    assert addressees() == [publisher.email]


def test_mail_goes_to_reviewers_whom_the_column_names(author, readers, django_capture_on_commit_callbacks):
    column = ColumnFactory(review_levels=1)
    group = readers[0].groups.create(name="时政审核")
    column.reviewers.add(group)
    author.groups.add(group)
    with django_capture_on_commit_callbacks(execute=True):
        life.submit(draft(created_by=author, column=column), author)

    assert addressees() == [readers[0].email]


def test_the_author_is_told_what_came_back_and_what_is_public(
    author, readers, publisher, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        article = submitted(author, headline="两地合作")
        mail.outbox.clear()
        life.send_back(article, readers[0], 1, "请核对金额")
    (returned,) = (letter for letter in mail.outbox if letter.to == [author.email])
    assert returned.subject == "Sent back: 两地合作"
    assert "请核对金额" in returned.body

    life.submit(article, author)
    life.approve(article, readers[0], 1)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        life.publish(article, publisher)
    assert [(letter.to[0], letter.subject) for letter in mail.outbox] == [(author.email, "Published: 两地合作")]


def test_who_publishes_their_own_record_gets_no_mail(publisher, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        life.publish(draft(created_by=publisher), publisher)

    assert mail.outbox == []


def test_mail_speaks_the_language_of_its_reader(author, django_capture_on_commit_callbacks):
    for language in ("zh-hans", "en"):
        member("审核", language=language, email=f"{language}@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        submitted(author, headline="两地合作")

    subjects = {letter.to[0].partition("@")[0]: letter.subject for letter in mail.outbox}
    expected = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            expected[language] = translation.gettext("To review: %s") % "两地合作"
    assert subjects == expected
    assert expected["en"] == "To review: 两地合作"


def test_a_headline_of_two_lines_makes_no_header(author, readers, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        submitted(author, headline="两地\nBcc: somebody@example.org")

    assert {letter.subject for letter in mail.outbox} == {"To review: 两地 Bcc: somebody@example.org"}


def test_a_post_office_that_fails_stops_no_step(author, readers, monkeypatch, django_capture_on_commit_callbacks):
    def closed(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("portal.publishing.letters.send_mail", closed)
    with django_capture_on_commit_callbacks(execute=True):
        article = submitted(author)

    assert standing(article) == ("in_review", 0)


def test_of_a_step_that_is_taken_back_nobody_is_told(author, readers, django_capture_on_commit_callbacks):
    article = draft(created_by=author, column=ColumnFactory(review_levels=1))
    with django_capture_on_commit_callbacks(execute=True):
        try:
            with transaction.atomic():
                life.submit(article, author)
                raise InterruptedError
        except InterruptedError:
            pass

    assert mail.outbox == []


# Withdrawing ---------------------------------------------------------------------------------------------------------
def test_an_emergency_is_noted_and_all_who_could_have_withdrawn_it_are_told(
    author, readers, publisher, django_capture_on_commit_callbacks
):
    article = ArticleFactory(created_by=author, headline="误发的消息")
    administrator = member("管理员")
    with django_capture_on_commit_callbacks(execute=True):
        life.withdraw(article, readers[0], "in_error", note="照片侵权")

    assert Revision.objects.of(article).get().note == "照片侵权"
    assert {letter.to[0] for letter in mail.outbox} == {author.email, publisher.email, administrator.email}
    assert {letter.subject for letter in mail.outbox} == {"Withdrawn in an emergency: 误发的消息"}
    assert all("照片侵权" in letter.body for letter in mail.outbox)


def test_of_an_ordinary_withdrawal_nobody_is_told(author, publisher, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        life.withdraw(ArticleFactory(created_by=author), publisher, "outdated")

    assert mail.outbox == []
