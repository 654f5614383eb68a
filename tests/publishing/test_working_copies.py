"""Working copies: what they are made of, what becomes of them, and what stays as it is meanwhile."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements.models import Agreement
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
    PageFactory,
    PartyFactory,
    SeriesFactory,
)

from .office import draft, member, refuses, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def told(agreement):
    """What the rows of an agreement say, whichever rows they are."""
    return [
        [(party.organization, party.role) for party in agreement.parties.all()],
        [(amount.kind, amount.mantissa) for amount in agreement.amounts.all()],
        [
            (one.kind, one.date, one.after and one.after.kind, one.responsible and one.responsible.organization)
            for one in agreement.milestones.all()
        ],
        list(agreement.topics.all()),
    ]


def test_a_working_copy_says_the_same_in_rows_of_its_own(agreement, author):
    copy = life.begin_working_copy(agreement, author)

    assert (copy.title, copy.status, copy.published_at, copy.created_by) == ("框架协议", "draft", None, author)
    assert told(copy) == told(agreement)
    started = copy.milestones.get(kind="started")
    assert (started.after.agreement_id, started.responsible.agreement_id) == (copy.pk, copy.pk)
    assert list(Agreement.objects.listed()) == [agreement]


def test_a_record_has_one_working_copy(agreement, author):
    copy = life.begin_working_copy(agreement, author)

    assert life.begin_working_copy(agreement, member("编辑")) == copy
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementFactory(status="draft", published_at=None, working_copy_of=agreement)
    assert list(agreement.working_copies.all()) == [copy]


def test_a_draft_has_no_working_copy(author):
    refuses(life.begin_working_copy, draft(), author)

    assert Article.objects.count() == 1


def test_what_is_live_stays_as_it_is_until_its_copy_is_published(agreement, author, publisher):
    before = told(agreement)
    copy = life.begin_working_copy(agreement, author)
    copy.title = "补充协议"
    copy.save()
    copy.amounts.update(mantissa=180)
    first = copy.milestones.get(kind="signed")
    first.date = "2020-08-01"
    first.save()
    PartyFactory(agreement=copy)
    after = told(copy)
    agreement.refresh_from_db()
    assert (agreement.title, told(agreement)) == ("框架协议", before)

    published_at = agreement.published_at
    assert life.publish(copy, publisher) == agreement

    agreement = Agreement.objects.get()
    assert (agreement.title, agreement.published_at, agreement.status) == ("补充协议", published_at, "published")
    assert (told(agreement), after != before) == (after, True)
    started = agreement.milestones.get(kind="started")
    assert (started.date, started.after, started.responsible.agreement) == (
        "2020-10-09",
        agreement.milestones.get(kind="signed"),
        agreement,
    )


def test_rows_that_were_deleted_in_the_copy_are_gone_once_it_is_published(agreement, author, publisher):
    copy = life.begin_working_copy(agreement, author)
    copy.milestones.get(kind="signed").delete()
    copy.parties.all().delete()
    life.publish(copy, publisher)

    assert told(agreement)[0] == []
    assert [(one.kind, one.after, one.responsible) for one in agreement.milestones.all()] == [("started", None, None)]


def test_citations_of_an_article_follow_its_version(author, publisher):
    article = ArticleFactory(headline="旧题", body="<p>突破3万亿元</p>")
    CitationFactory(article=article, exact="突破3万亿元")
    copy = life.begin_working_copy(article, author)
    copy.citations.all().delete()
    CitationFactory(article=copy, exact="达到100亿元")
    life.publish(copy, publisher)

    assert [one.exact for one in article.citations.all()] == ["达到100亿元"]


def test_what_is_apart_from_versions_stays_with_the_record(author, publisher):
    article, indicator = ArticleFactory(is_pinned=True), IndicatorFactory(name="旧名")
    series = SeriesFactory(indicator=indicator)
    copies = [life.begin_working_copy(record, author) for record in (article, indicator)]
    Article.objects.filter(pk=article.pk).update(is_recommended=True)
    copies[1].name = "新名"
    copies[1].save()
    for copy in copies:
        life.publish(copy, publisher)

    article.refresh_from_db()
    indicator.refresh_from_db()
    assert (article.is_pinned, article.is_recommended) == (True, True)
    assert (indicator.name, list(indicator.series.all())) == ("新名", [series])


def test_the_copy_of_a_withdrawn_record_makes_it_public_again(author, publisher):
    article = ArticleFactory(headline="旧题")
    life.withdraw(article, publisher, "in_error", "/articles/1/")
    copy = life.begin_working_copy(article, author)
    copy.headline = "新题"
    copy.save()
    life.publish(copy, publisher)

    article = Article.objects.get()
    assert (article.headline, article.status, article.withdrawn_at) == ("新题", "published", None)
    assert (article.withdrawal_reason, article.replacement_url) == ("", "")
    assert list(Article.objects.listed()) == [article]


def test_the_copy_of_a_withdrawn_record_needs_its_reviews(author, publisher):
    article = ArticleFactory(column=ColumnFactory(review_levels=1))
    life.withdraw(article, publisher, "in_error")
    copy = life.begin_working_copy(article, author)

    refuses(life.publish, copy, publisher)
    article.refresh_from_db()
    assert article.status == Status.WITHDRAWN


@pytest.mark.parametrize("meanwhile", ["published", "discarded", "submitted"])
def test_a_copy_that_is_not_what_it_was_is_not_published(author, publisher, meanwhile):
    article = ArticleFactory(headline="旧题")
    copy = life.begin_working_copy(article, author)
    seen = Article.objects.get(pk=copy.pk)
    if meanwhile == "published":
        life.publish(copy, publisher)
    elif meanwhile == "discarded":
        life.discard(copy)
    else:
        life.submit(copy, author)
    before = steps_of(article)

    assert "meanwhile" in refuses(life.publish, seen, publisher)
    assert steps_of(article) == before


@pytest.mark.parametrize(
    "step",
    [
        lambda copy, by: life.submit(copy, by),
        lambda copy, by: life.take_back(copy, by),
        lambda copy, by: life.approve(copy, by, 1),
        lambda copy, by: life.send_back(copy, by, 1, "请改"),
        lambda copy, by: life.mend(copy, by),
        lambda copy, by: life.discard(copy),
    ],
    ids=["submit", "take back", "approve", "send back", "mend", "discard"],
)
def test_of_a_copy_that_is_gone_every_step_says_so(author, publisher, step):
    article = ArticleFactory(headline="旧题")
    copy = life.begin_working_copy(article, author)
    life.discard(Article.objects.get(pk=copy.pk))

    said = "It is not there any more: it was published, thrown away or deleted meanwhile."
    assert refuses(step, copy, publisher) == said
    assert list(Article.objects.all()) == [article]


def test_what_waits_for_its_hour_has_no_working_copy(author):
    article = ArticleFactory(published_at=timezone.now() + dt.timedelta(days=1))

    assert refuses(life.begin_working_copy, article, author) == "It waits for its hour. Take it back first."
    assert list(Article.objects.all()) == [article]


def test_a_copy_of_what_became_a_draft_again_is_not_published(author, publisher):
    article = ArticleFactory(headline="旧题")
    copy = life.begin_working_copy(article, author)
    life.withdraw(article, publisher, "outdated")
    life.publish(article, publisher, at=timezone.now() + dt.timedelta(days=1))
    life.take_back(article, publisher)

    assert refuses(life.publish, copy, publisher) == "The record that it is a working copy of is not public any more."
    article.refresh_from_db()
    assert (article.status, article.headline) == ("draft", "旧题")


def test_readers_are_not_told_what_was_said_of_a_copy_that_was_thrown_away(author, publisher):
    article = ArticleFactory(headline="旧题")
    copy = life.begin_working_copy(article, author)
    copy.headline = "没有用上的题"
    copy.save()
    revise(copy, author, note="没有用上的话")
    life.discard(copy)
    copy = life.begin_working_copy(article, author)
    copy.headline = "新题"
    copy.save()
    life.publish(copy, publisher)

    assert Revision.objects.of(article).last().note == ""


def test_a_rule_that_a_copy_breaks_leaves_everything_as_it_was(author, publisher):
    page = PageFactory(slug="about", title="旧题")
    copy = life.begin_working_copy(page, author)
    copy.slug, copy.title = "contact", "新题"
    copy.save()
    PageFactory(slug="contact")
    pk = copy.pk

    assert refuses(life.publish, copy, publisher) == "Another page has this address. Choose a different one."
    page.refresh_from_db()
    assert (page.slug, page.title, copy.pk) == ("about", "旧题", pk)
    assert list(page.working_copies.all()) == [copy]


def test_a_copy_in_review_is_not_thrown_away(author):
    copy = life.begin_working_copy(ArticleFactory(), author)
    life.submit(copy, author)

    refuses(life.discard, copy)
    assert Article.objects.filter(pk=copy.pk).exists()


def test_what_was_saved_of_a_discarded_copy_stays_among_the_revisions(author):
    article = ArticleFactory(headline="旧题")
    copy = life.begin_working_copy(article, author)
    copy.headline = "没有用上的题"
    copy.save()
    revise(copy, author)
    life.discard(copy)

    assert list(Article.objects.all()) == [article]
    assert [one.title for one in Revision.objects.of(article)] == ["旧题", "没有用上的题"]
