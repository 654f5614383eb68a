"""What readers are told of how a record changed."""

import datetime as dt
from unittest.mock import patch

import html5lib
import pytest
from django.utils import timezone

from portal.publishing import life
from portal.publishing.models import Revision, Status, WithdrawalReason, Word
from portal.publishing.revisions import revise
from portal.publishing.templatetags.publishing import edit_history
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    ColumnFactory,
    IndicatorFactory,
    PageFactory,
    StaffFactory,
    UserFactory,
)

from .office import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

DAY = dt.timedelta(days=1)


def told(record):
    """The lines of the public history, the newest first."""
    return [(line["what"], line["note"]) for line in edit_history(record)["lines"]]


def change(record, note="", minor=False, **fields):
    """Publish another version of a public record, as long after the last step as to be a change."""
    by = UserFactory()
    copy = life.begin_working_copy(record, by)
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save()
    if minor:
        life.mend(copy, by, note)
    else:
        life.publish(copy, by, note=note)
    record.refresh_from_db()
    return record


@pytest.fixture
def article():
    return life.publish(draft(headline="两地合作", column=None), UserFactory())


def test_a_publication_and_its_changes_are_told_the_newest_first(article):
    change(article, "更正投资金额", headline="两地深化合作")
    change(article, headline="两地继续深化合作")

    assert told(article) == [("changed", ""), ("changed", "更正投资金额"), ("published", "")]


def test_minor_changes_drafts_and_who_worked_on_it_are_not_told(client, article):
    article.headline = "没有公开的标题"
    copy = life.begin_working_copy(article, UserFactory(name="周远"))
    copy.headline = "没有公开的标题"
    copy.save()
    revise(copy, UserFactory(name="周远"), note="没有公开的说明")
    life.discard(copy)
    change(article, "错字", minor=True, headline="两地合做")
    change(article, "更正", headline="两地深化合作")

    content = client.get(article.get_absolute_url()).content.decode()

    assert Revision.objects.of(article).count() == 4
    assert told(article) == [("changed", "更正"), ("published", "")]
    for secret in ("没有公开", "周远", "错字"):
        assert secret not in content


def test_what_was_said_of_a_version_in_another_column_is_not_told(article):
    ours, theirs = ColumnFactory(), ColumnFactory()
    type(article).objects.filter(pk=article.pk).update(column=ours)
    copy = life.begin_working_copy(article, UserFactory())
    for column, headline, note in [(ours, "一", "补充数据"), (theirs, "二", "保密的说明"), (ours, "三", "")]:
        copy.column, copy.headline = column, headline
        copy.save()
        revise(copy, UserFactory(), note=note)

    life.publish(copy, UserFactory())
    article.refresh_from_db()

    assert told(article)[0] == ("changed", "补充数据")


def test_what_readers_are_told_of_a_change_holds_no_forbidden_word(article):
    copy = life.begin_working_copy(article, UserFactory())
    copy.headline = "新"
    copy.save()
    revise(copy, UserFactory(), note="改了禁语")
    Word.objects.create(word="禁语")

    with pytest.raises(life.Refused, match="What was changed: “改了【禁语】”"):
        life.publish(copy, UserFactory())
    life.publish(copy, UserFactory(), note="改了标题")

    article.refresh_from_db()
    assert told(article)[0] == ("changed", "改了标题")


def test_a_long_note_is_kept_as_far_as_a_line_goes(article):
    change(article, "长" * 400, headline="新")

    assert told(article)[0] == ("changed", "长" * 300)


def test_a_withdrawal_is_told_without_what_the_office_wrote_about_it(article):
    life.withdraw(article, UserFactory(), WithdrawalReason.OUTDATED, note="紧急撤回，已电话报告")
    assert told(article) == []

    life.publish(article, UserFactory())
    article.refresh_from_db()

    assert told(article) == [("published again", ""), ("withdrawn", ""), ("published", "")]


def test_a_record_from_before_there_were_revisions_tells_its_publication_with_its_first_change():
    article = ArticleFactory(headline="旧", column=None)
    assert told(article) == []

    change(article, "补充", headline="新")

    assert told(article) == [("changed", "补充"), ("published", "")]
    assert edit_history(article)["first"]["at"] == article.published_at


def test_a_schedule_is_told_once_and_at_its_hour():
    article, by = draft(column=None), UserFactory()
    for days in (1, 2):
        life.publish(article, by, at=timezone.now() + days * DAY)
        if days == 1:
            life.take_back(article, by)
    assert told(article) == []

    with patch.object(timezone, "now", return_value=article.published_at + DAY):
        lines = edit_history(article)["lines"]

    assert [(line["what"], line["at"]) for line in lines] == [("published", article.published_at)]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW, Status.WITHDRAWN])
def test_only_what_is_listed_has_a_public_history(article, status):
    change(article, "更正", headline="新")
    article.status = status

    assert told(article) == []


def test_a_working_copy_has_no_public_history(article):
    change(article, "更正", headline="新")

    assert told(life.begin_working_copy(article, UserFactory())) == []


@pytest.mark.parametrize(
    ("factory", "name"),
    [(ArticleFactory, "headline"), (AgreementFactory, "title"), (IndicatorFactory, "name"), (PageFactory, "title")],
)
def test_the_page_of_every_kind_tells_it(client, factory, name):
    record = change(factory(column=None), "更正<b>金额</b>", **{name: "新"})

    content = client.get(record.get_absolute_url()).content.decode()

    assert content.count('id="edit-history"') == 1
    assert "更正&lt;b&gt;金额&lt;/b&gt;" in content


@pytest.mark.parametrize(("changes", "folded"), [(2, 0), (3, 1)])
def test_a_long_history_is_folded(client, article, changes, folded):
    for number in range(changes):
        change(article, headline=f"第{number}版")

    content = client.get(article.get_absolute_url()).content.decode()
    history = content.partition('class="edit-history"')[2].partition("</section>")[0]

    assert history.count("<details") == folded
    assert history.count("<time") == changes + 1


def test_machines_are_told_when_it_came_out_and_when_it_was_changed(client, article):
    change(article, headline="新")
    newest = Revision.objects.of(article).last()

    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    page = parser.parse(client.get(article.get_absolute_url()).content.decode())
    facts = {one.get("itemprop"): one.get("content") for one in page.iter("meta") if one.get("itemprop")}

    assert facts == {
        "datePublished": timezone.localtime(article.published_at).isoformat(),
        "dateModified": timezone.localtime(newest.made_at).isoformat(),
    }


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_costs_one_query(article, count, django_assert_num_queries):
    for number in range(count):
        change(article, headline=f"第{number}版")

    with django_assert_num_queries(1):
        lines = told(article)

    assert len(lines) == count + 1


def test_a_history_that_readers_do_not_see_costs_nothing(django_assert_num_queries):
    article = draft()
    revise(article, StaffFactory())

    with django_assert_num_queries(0):
        assert told(article) == []
