"""Reviews: how many a record needs, who gives which, and what a record is that was sent back."""

import pytest
from django.db import IntegrityError, transaction

from articles.models import Article
from portal.publishing import life, reviews
from portal.publishing.models import Review
from portal.publishing.reviews import Level, Round
from portal.publishing.revisions import revise
from portal.publishing.steps import Desk
from tests.factories import ArticleFactory, ColumnFactory

from .office import member, passed, refuses, standing, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_three_reviews_by_three_people_open_the_way_to_publication(author, readers, publisher):
    article = submitted(author, levels=3)
    told = []
    for level, reader in enumerate(readers, 1):
        told.append(refuses(life.publish, article, publisher))
        life.approve(article, reader, level, comment=f"第{level}审")
    life.publish(article, publisher)

    assert set(told) == {"It needs 3 reviews before it is published."}
    assert list(Review.objects.values_list("level", "reviewer", "comment")) == [
        (level, reader.pk, f"第{level}审") for level, reader in enumerate(readers, 1)
    ]
    assert standing(article) == ("published", 0)


def wrote_the_draft(article, author, other):
    return author


def saved_it_once(article, author, other):
    article.headline = "另一个标题"
    article.save()
    revise(article, other)
    return other


def submitted_it(article, author, other):
    life.take_back(article, other)
    life.submit(article, other)
    return other


@pytest.mark.parametrize("wrote", [wrote_the_draft, saved_it_once, submitted_it])
def test_whoever_wrote_in_it_does_not_review_it(author, wrote):
    article = submitted(author)
    somebody = wrote(article, author, member("编辑", "审核"))

    told = refuses(life.approve, article, somebody, 1)
    assert told == refuses(life.send_back, article, somebody, 1, "请核对")
    assert told == "Author and reviewers are different people, and each level is another person's."
    assert (standing(article), Review.objects.count()) == (("in_review", 0), 0)


def test_who_wrote_an_earlier_version_may_review_the_next_one(author, readers):
    article = ArticleFactory(created_by=readers[0], column=ColumnFactory(review_levels=1))
    revise(article, readers[0])
    copy = life.begin_working_copy(article, author)
    life.submit(copy, author)

    life.approve(copy, readers[0], 1)
    assert standing(copy) == ("in_review", 1)


def test_each_level_is_another_persons(author, readers):
    article = submitted(author, levels=2)
    life.approve(article, readers[0], 1)

    refuses(life.approve, article, readers[0], 2)
    refuses(life.send_back, article, readers[0], 2, "请核对")
    assert (standing(article), Review.objects.count()) == (("in_review", 1), 1)


def test_each_level_is_another_persons_for_the_database_too(author, readers):
    article = submitted(author, levels=2)
    life.approve(article, readers[0], 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        life._write_review(Round(article), readers[0], 2, reviews.Decision.APPROVED, "")


@pytest.mark.parametrize("level", [2, 3, 4])
def test_no_level_is_passed_over(author, readers, level):
    article = submitted(author, levels=3)

    refuses(life.approve, article, readers[0], level)
    assert (standing(article), Review.objects.count()) == (("in_review", 0), 0)


def test_a_review_that_a_colleague_gave_meanwhile_is_not_given_again(author, readers):
    article = submitted(author, levels=2)
    seen_by_the_second = Article.objects.get(pk=article.pk)
    life.approve(article, readers[0], 1)

    assert refuses(life.approve, seen_by_the_second, readers[1], 1) == "This review has been given already."
    assert (standing(article), Review.objects.count()) == (("in_review", 1), 1)


def test_a_review_sent_twice_is_given_once(author, readers):
    article = submitted(author, levels=1)
    again = Article.objects.get(pk=article.pk)
    life.approve(article, readers[0], 1)

    refuses(life.approve, again, readers[0], 1)
    assert (standing(article), Review.objects.count()) == (("in_review", 1), 1)


def test_more_reviews_than_the_column_asks_for_are_not_given(author, readers):
    article = passed(author, readers, levels=1)

    refuses(life.approve, article, readers[1], 2)
    assert standing(article) == ("in_review", 1)


@pytest.mark.parametrize("levels", [(1, 3), (3, 1)])
def test_moved_to_another_column_it_needs_the_reviews_of_the_stricter_one(author, publisher, levels):
    old, new = (ColumnFactory(review_levels=number) for number in levels)
    article = ArticleFactory(column=old)
    copy = life.begin_working_copy(article, author)
    copy.column = new
    copy.save()
    life.submit(copy, author)

    assert refuses(life.publish, copy, publisher) == "It needs 3 reviews before it is published."


def test_a_column_that_asks_for_one_more_meanwhile_gets_it(author, readers, publisher):
    article = passed(author, readers, levels=1)
    article.column.review_levels = 2
    article.column.save()
    article = Article.objects.get(pk=article.pk)

    refuses(life.publish, article, publisher)
    life.approve(article, readers[1], 2)
    life.publish(article, publisher)
    assert standing(article) == ("published", 0)


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_it_is_sent_back_only_with_a_comment(author, readers, comment):
    article = submitted(author)

    assert refuses(life.send_back, article, readers[0], 1, comment) == "Say what is to be changed."
    assert (standing(article), Review.objects.count()) == (("in_review", 0), 0)


def test_sent_back_it_is_a_draft_whose_author_reads_the_comment(author, readers):
    article = submitted(author, levels=2)
    life.approve(article, readers[0], 1)
    life.send_back(article, readers[1], 2, " 请核对金额 ")

    assert standing(article) == ("draft", 0)
    returned = Desk(author, article).returned()
    assert (returned.comment, returned.reviewer, returned.level) == ("请核对金额", readers[1], Level.SECOND)


@pytest.mark.parametrize("levels", [0, 1, 2, 3])
def test_who_publishes_may_send_it_back_instead(author, readers, publisher, levels):
    article = passed(author, readers, levels)
    life.send_back(article, publisher, Level.PUBLICATION, "标题太长")

    assert standing(article) == ("draft", 0)
    assert Desk(author, article).returned().comment == "标题太长"


@pytest.mark.parametrize("back", ["take_back", "send_back"])
def test_after_it_was_back_reviews_begin_anew(author, readers, publisher, back):
    article = submitted(author, levels=2)
    life.approve(article, readers[0], 1)
    if back == "take_back":
        life.take_back(article, author)
    else:
        life.send_back(article, readers[1], 2, "请核对")
    life.submit(article, author)

    assert standing(article) == ("in_review", 0)
    life.approve(article, readers[1], 1)
    life.approve(article, readers[0], 2)
    life.publish(article, publisher)
    assert standing(article) == ("published", 0)


def test_what_is_no_longer_in_review_is_neither_approved_nor_sent_back(author, readers):
    article = submitted(author)
    seen = Article.objects.get(pk=article.pk)
    life.take_back(article, author)

    refuses(life.approve, seen, readers[0], 1)
    refuses(life.send_back, seen, readers[0], 1, "请核对")
    assert (standing(article), Review.objects.count()) == (("draft", 0), 0)


def test_a_comment_on_an_earlier_version_does_not_stand_beside_the_next_one(author, readers):
    article = ArticleFactory(column=ColumnFactory(review_levels=1))
    copy = life.begin_working_copy(article, author)
    life.submit(copy, author)
    life.send_back(copy, readers[0], 1, "请核对金额")
    life.discard(copy)

    assert Desk(author, life.begin_working_copy(article, author)).returned() is None


# Columns -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("step", [life.submit, life.publish])
def test_what_was_sent_back_does_not_evade_its_reviews_in_another_column(author, readers, publisher, step):
    article = submitted(author, levels=2)
    life.send_back(article, readers[0], 1, "数字有误")
    strict, article.column = article.column, ColumnFactory(review_levels=0)
    article.save()

    said = f"It was submitted in “{strict}”, which demands more reviews. Put it back there."
    assert refuses(step, article, publisher) == said
    article.column = strict
    article.save()
    life.submit(article, author)
    assert standing(article) == ("in_review", 0)


def test_a_stricter_column_is_free_to_take_what_was_sent_back(author, readers):
    article = submitted(author, levels=1)
    life.send_back(article, readers[0], 1, "数字有误")
    article.column = ColumnFactory(review_levels=3)
    article.save()
    life.submit(article, author)

    assert (standing(article), article.reviews_needed) == (("in_review", 0), 3)
