"""The steps of a record's life: what each does, and what it refuses."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Revision
from portal.publishing.reviews import Level, Round
from portal.publishing.revisions import revise
from portal.search.models import SearchEntry
from tests.factories import ArticleFactory, ColumnFactory, WordFactory

from .office import draft, member, passed, refuses, standing, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


# Submitting ----------------------------------------------------------------------------------------------------------
def test_what_is_submitted_is_kept_with_its_note_and_waits_for_its_first_review(author):
    article = draft(created_by=author, column=ColumnFactory(review_levels=2))
    life.submit(article, author, note="补充金额")

    assert standing(article) == ("in_review", 0)
    assert list(Revision.objects.of(article).values_list("step", "note", "made_by")) == [
        ("submitted", "补充金额", author.pk)
    ]
    assert Round(article).next_level == Level.FIRST


def test_a_draft_is_submitted_once(author):
    article = draft(created_by=author)
    second = Article.objects.get(pk=article.pk)
    life.submit(article, author)

    assert refuses(life.submit, second, author) == "It is no draft any more; somebody submitted it meanwhile."
    assert steps_of(article) == ["submitted"]


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_what_readers_have_seen_is_not_submitted(author, state):
    gone = {"withdrawn_at": timezone.now(), "withdrawal_reason": "outdated"} if state == "withdrawn" else {}
    article = ArticleFactory(status=state, **gone)

    refuses(life.submit, article, author)
    assert (standing(article), steps_of(article)) == ((state, 0), [])


@pytest.mark.parametrize("step", [life.submit, life.publish, life.mend])
def test_a_forbidden_word_stops_every_step_towards_readers(author, step):
    article = ArticleFactory(headline="两地合作")
    copy = life.begin_working_copy(article, author)
    WordFactory(word="某某国")
    copy.headline = "两地合作某某国"
    copy.save()

    assert "某某国" in refuses(step, copy, author)
    article.refresh_from_db()
    assert (article.headline, Article.objects.get(pk=copy.pk).status) == ("两地合作", "draft")


@pytest.mark.parametrize("state", ["draft", "published"])
def test_only_what_is_under_way_is_taken_back(author, state):
    article = draft() if state == "draft" else ArticleFactory()

    refuses(life.take_back, article, author)
    assert standing(article) == (state, 0)


# Publishing ----------------------------------------------------------------------------------------------------------
def test_a_record_in_a_column_without_reviews_is_published_from_its_draft(publisher):
    article = draft()
    before = timezone.now()
    life.publish(article, publisher, note="首次发布")

    assert before <= Article.objects.get(pk=article.pk).published_at <= timezone.now()
    assert list(Revision.objects.of(article).values_list("step", "note", "made_by")) == [
        ("published", "首次发布", publisher.pk)
    ]


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_a_draft_is_not_published_past_its_reviews(publisher, levels):
    article = draft(column=ColumnFactory(review_levels=levels))

    refuses(life.publish, article, publisher)
    assert (standing(article), steps_of(article)) == (("draft", 0), [])


def test_of_two_who_publish_at_once_one_does_and_the_other_is_told(author, readers, publisher):
    article = passed(author, readers)
    seen_by_the_second = Article.objects.get(pk=article.pk)
    life.publish(article, publisher)

    assert refuses(life.publish, seen_by_the_second, member("发布")) == "It was public already."
    assert steps_of(article) == ["submitted", "published"]


def test_what_was_sent_back_meanwhile_is_not_published(author, readers, publisher):
    article = passed(author, readers)
    seen = Article.objects.get(pk=article.pk)
    life.send_back(article, publisher, Level.PUBLICATION, "等一等")

    refuses(life.publish, seen, publisher)
    assert standing(article) == ("draft", 0)


def test_a_schedule_is_no_publication_until_its_hour(publisher):
    article = draft()
    tomorrow = timezone.now() + dt.timedelta(days=1)
    life.publish(article, publisher, at=tomorrow)

    assert list(Article.objects.listed()) == []
    assert list(Article.objects.listed(tomorrow)) == [article]


def test_a_schedule_that_is_cancelled_is_a_draft_and_needs_its_reviews_again(author, readers, publisher):
    article = passed(author, readers)
    life.publish(article, publisher, at=timezone.now() + dt.timedelta(days=1))
    life.take_back(article, publisher)

    assert standing(article) == ("draft", 0)
    refuses(life.publish, article, publisher)


def test_what_would_be_offline_at_once_is_not_published(publisher):
    article = draft(offline_at=timezone.now() - dt.timedelta(hours=1))

    assert refuses(life.publish, article, publisher) == "Its time to go offline has passed. Change that first."


def test_the_note_of_the_last_version_is_told_when_it_is_published(author, publisher):
    article = ArticleFactory()
    copy = life.begin_working_copy(article, author)
    copy.lead = "新导语"
    copy.save()
    revise(copy, author, note="补充导语")
    life.submit(copy, author)
    life.publish(copy, publisher)

    assert Revision.objects.of(article).public().last().note == "补充导语"


# Withdrawing ---------------------------------------------------------------------------------------------------------
def test_what_is_withdrawn_says_why_and_when_and_is_kept(publisher):
    article = ArticleFactory()
    life.withdraw(article, publisher, "consolidated", "/articles/7/")

    article = Article.objects.get()
    assert (article.status, article.withdrawal_reason, article.replacement_url) == (
        "withdrawn",
        "consolidated",
        "/articles/7/",
    )
    assert article.withdrawn_at <= timezone.now()
    assert list(Revision.objects.of(article).values_list("step", "made_by")) == [("withdrawn", publisher.pk)]


def a_draft():
    return draft()


def scheduled():
    return ArticleFactory(published_at=timezone.now() + dt.timedelta(days=1))


def withdrawn():
    return ArticleFactory(status="withdrawn", withdrawal_reason="outdated", withdrawn_at=timezone.now())


@pytest.mark.parametrize("record", [a_draft, scheduled, withdrawn])
def test_only_what_is_public_is_withdrawn(publisher, record):
    article = record()
    before = standing(article)

    assert refuses(life.withdraw, article, publisher, "in_error") == "It is not public."
    assert (standing(article), steps_of(article)) == (before, [])


def test_a_withdrawn_record_is_published_again_as_it_was(publisher):
    article = ArticleFactory(column=ColumnFactory(review_levels=3))
    life.withdraw(article, publisher, "outdated")
    life.publish(article, publisher)

    assert list(Article.objects.listed()) == [article]
    assert steps_of(article) == ["withdrawn", "published"]


# What readers find ---------------------------------------------------------------------------------------------------
def found():
    return [(entry.title, entry.status) for entry in SearchEntry.objects.all()]


def test_what_readers_find_changes_within_the_transaction_of_the_step(author, publisher):
    # Nothing that waits for the COMMIT is run here, as where a process dies right after it.
    article = draft(headline="旧题")
    life.publish(article, publisher)
    assert found() == [("旧题", "published")]

    copy = life.begin_working_copy(article, author)
    copy.headline = "新题"
    copy.save()
    life.publish(copy, publisher)
    assert found() == [("新题", "published")]

    article.refresh_from_db()
    life.withdraw(article, publisher, "in_error")
    assert found() == [("新题", "withdrawn")]


def test_a_schedule_that_is_cancelled_is_not_found_at_its_hour(publisher):
    article = draft()
    tomorrow = timezone.now() + dt.timedelta(days=1)
    life.publish(article, publisher, at=tomorrow)
    assert SearchEntry.objects.listed(tomorrow).count() == 1

    life.take_back(article, publisher)
    assert SearchEntry.objects.listed(tomorrow).count() == 0
