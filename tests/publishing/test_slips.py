"""Slips of the pen: mended without reviews where they are small, and what is none."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Revision
from tests.factories import ArticleFactory, CitationFactory, ColumnFactory, TopicFactory

from .office import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

BODY = "<p>川渝两地携手做大民营经济</p>"


def mended(author, **fields):
    """A live article with reviews, and its working copy that says something else in ``fields``."""
    article = ArticleFactory(column=ColumnFactory(review_levels=3), headline="两地合作", body=BODY)
    copy = life.begin_working_copy(article, author)
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save()
    return article, copy


def test_a_slip_of_the_pen_is_mended_without_reviews_and_readers_are_not_told(author, publisher):
    article, copy = mended(author, headline="两地共同合作", body="<p>川渝两地携手做强民营经济</p>")
    life.mend(copy, publisher, note="错字")

    article.refresh_from_db()
    assert (article.headline, str(article.body)) == ("两地共同合作", "<p>川渝两地携手做强民营经济</p>")
    assert list(Revision.objects.of(article).values_list("step", "is_minor", "note"))[1:] == [
        ("published", True, "错字")
    ]
    assert not Revision.objects.of(article).public().exists()


def test_figures_in_several_texts_that_stay_as_they_are_make_no_slip_large(author, publisher):
    """PostgreSQL gives the texts of a version in another order than the record has them."""
    said = {"kicker": "2025年", "lead": "共56家", "headline": "97个项目签约"}
    article = ArticleFactory(column=ColumnFactory(review_levels=3), body="<p>总投资150亿元</p>", **said)
    copy = life.begin_working_copy(article, author)
    copy.headline = "97个项目签订"
    copy.save()
    life.mend(copy, publisher)

    article.refresh_from_db()
    assert article.headline == "97个项目签订"


@pytest.mark.parametrize(("added", "is_slip"), [(20, True), (21, False)])
def test_a_slip_is_of_so_many_characters(author, publisher, added, is_slip):
    article, copy = mended(author, lead="一" * added)
    if is_slip:
        life.mend(copy, publisher)
    else:
        assert "at most 20 characters" in refuses(life.mend, copy, publisher)

    article.refresh_from_db()
    assert article.lead == "一" * (added if is_slip else 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda copy: copy.topics.add(TopicFactory()),
        lambda copy: CitationFactory(article=copy),
        lambda copy: Article.objects.filter(pk=copy.pk).update(dated=dt.date(2020, 1, 1)),
        lambda copy: Article.objects.filter(pk=copy.pk).update(body=BODY.replace("民营", "<strong>民营</strong>")),
        lambda copy: Article.objects.filter(pk=copy.pk).update(offline_at=timezone.now() + dt.timedelta(days=1)),
    ],
    ids=["a link", "a row", "a date", "a format", "the clock"],
)
def test_what_is_no_slip_of_the_pen_goes_through_its_reviews(author, publisher, change):
    article, copy = mended(author)
    change(copy)

    assert "Submit this for review." in refuses(life.mend, Article.objects.get(pk=copy.pk), publisher)
    assert Article.objects.filter(pk=copy.pk).exists()


def test_slips_add_up_until_the_next_review(author, publisher):
    article, copy = mended(author, lead="一" * 15)
    life.mend(copy, publisher)
    copy = life.begin_working_copy(article, author)
    copy.lead = "一" * 15 + "二" * 6
    copy.save()

    assert "at most 20 characters" in refuses(life.mend, copy, publisher)
    copy.lead = "一" * 15 + "二" * 5
    copy.save()
    life.mend(copy, publisher)
    article.refresh_from_db()
    assert article.lead == "一" * 15 + "二" * 5


def test_a_figure_in_the_text_is_no_slip_of_the_pen(author, publisher):
    article, copy = mended(author)
    Article.objects.update(body="<p>签约项目150个，投资3.2亿元</p>")
    copy = Article.objects.get(pk=copy.pk)
    copy.body = "<p>签约项目180个，投资3.2亿元</p>"
    copy.save()

    said = "A minor change leaves all figures and rows as they are. Submit this for review."
    assert refuses(life.mend, copy, publisher) == said


def test_the_words_of_a_citation_are_no_slip_of_the_pen(author, publisher):
    article = ArticleFactory(column=ColumnFactory(review_levels=3))
    CitationFactory(article=article, exact="突破3万亿元")
    copy = life.begin_working_copy(article, author)
    copy.citations.update(exact="突破4万亿元")

    refuses(life.mend, copy, publisher)
    assert article.citations.get().exact == "突破3万亿元"


@pytest.mark.parametrize("meanwhile", ["withdrawn", "submitted"])
def test_a_slip_is_mended_in_what_is_public_and_by_nobody_else_in_review(author, publisher, meanwhile):
    article, copy = mended(author, headline="两地共同合作")
    if meanwhile == "withdrawn":
        life.withdraw(Article.objects.get(pk=article.pk), publisher, "outdated")
    else:
        life.submit(Article.objects.get(pk=copy.pk), author)

    assert refuses(life.mend, copy, publisher) == "It was changed meanwhile. Look at it again."
    article.refresh_from_db()
    assert article.headline == "两地合作"


def test_the_number_of_an_amount_is_no_slip_of_the_pen(agreement, author, publisher):
    copy = life.begin_working_copy(agreement, author)
    copy.amounts.update(mantissa=180)

    refuses(life.mend, copy, publisher)
    assert [amount.mantissa for amount in agreement.amounts.all()] == [150]
