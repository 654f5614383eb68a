"""The steps of a record's life: what each does, and what it refuses."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from agreements.models import Agreement
from articles.models import Article
from portal.publishing import life, reviews
from portal.publishing.life import Refused
from portal.publishing.models import Review, Revision, Status
from portal.publishing.reviews import Level, Round
from portal.publishing.revisions import revise
from portal.publishing.steps import Desk
from portal.search.models import SearchEntry
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    CitationFactory,
    ColumnFactory,
    IndicatorFactory,
    MilestoneFactory,
    PageFactory,
    PartyFactory,
    SeriesFactory,
    TopicFactory,
    WordFactory,
)

from .office import draft, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def author():
    return member("编辑")


@pytest.fixture
def publisher():
    return member("发布")


@pytest.fixture
def readers():
    """Three people who review."""
    return [member("审核") for _ in range(3)]


def steps_of(record):
    return list(Revision.objects.of(record).values_list("step", flat=True))


def standing(record):
    return Article.objects.values_list("status", "reviews_passed").get(pk=record.pk)


def submitted(author, levels=1, **kwargs):
    article = draft(created_by=author, column=ColumnFactory(review_levels=levels), **kwargs)
    life.submit(article, author)
    return article


def passed(author, readers, levels=1, **kwargs):
    article = submitted(author, levels, **kwargs)
    for level, reader in enumerate(readers[:levels], 1):
        life.approve(article, reader, level)
    return article


def refuses(step, *args, **kwargs):
    """The sentence with which ``step`` is refused."""
    with pytest.raises(Refused) as refused, transaction.atomic():
        step(*args, **kwargs)
    return str(refused.value)


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


# Reviewing -----------------------------------------------------------------------------------------------------------
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


@pytest.mark.parametrize("state", ["draft", "published"])
def test_only_what_is_under_way_is_taken_back(author, state):
    article = draft() if state == "draft" else ArticleFactory()

    refuses(life.take_back, article, author)
    assert standing(article) == (state, 0)


def test_a_comment_on_an_earlier_version_does_not_stand_beside_the_next_one(author, readers):
    article = ArticleFactory(column=ColumnFactory(review_levels=1))
    copy = life.begin_working_copy(article, author)
    life.submit(copy, author)
    life.send_back(copy, readers[0], 1, "请核对金额")
    life.discard(copy)

    assert Desk(author, life.begin_working_copy(article, author)).returned() is None


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


# Working copies ------------------------------------------------------------------------------------------------------
@pytest.fixture
def agreement():
    """Live, with parties, an amount, and milestones that hang on one another."""
    agreement = AgreementFactory(title="框架协议", topics=[TopicFactory()])
    party = PartyFactory(agreement=agreement)
    AmountFactory(agreement=agreement, mantissa=150)
    first = MilestoneFactory(agreement=agreement, date="2020-07-01")
    MilestoneFactory(agreement=agreement, kind="started", after=first, offset_days=69, responsible=party)
    return agreement


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


def test_a_withdrawn_record_is_published_again_as_it_was(publisher):
    article = ArticleFactory(column=ColumnFactory(review_levels=3))
    life.withdraw(article, publisher, "outdated")
    life.publish(article, publisher)

    assert list(Article.objects.listed()) == [article]
    assert steps_of(article) == ["withdrawn", "published"]


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


# What the author said ------------------------------------------------------------------------------------------------
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


# Minor changes -------------------------------------------------------------------------------------------------------
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


# Mail ----------------------------------------------------------------------------------------------------------------
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
