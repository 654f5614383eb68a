"""Two people in one record: the second is told who saved what since, and loses nothing that was typed."""

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Bundle, Revision
from portal.publishing.revisions import revise
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    OrganizationFactory,
    PageFactory,
    StaffFactory,
    TopicFactory,
)

from .office import Editor, draft, open_twice

pytestmark = pytest.mark.django_db


def article(**kwargs):
    return draft(ArticleFactory, headline="原来的标题", lead="原来的导语", body="<p>原来的正文</p>", **kwargs)


# Fields


def test_the_second_is_refused_once_and_told_who_saved_what():
    first, second = open_twice(article())
    assert first.save(headline="林舟的标题")

    assert not second.save(lead="周远的导语")

    assert second.errors[0].startswith("This was changed while you were writing")
    assert second.errors[1].startswith("林舟 saved on ")
    assert second.errors[1].endswith(": Headline")
    assert len(second.errors) == 2


def test_what_only_the_other_changed_is_taken_over_and_what_was_typed_stays():
    record = article()
    first, second = open_twice(record)
    topic = TopicFactory()
    assert first.save(headline="林舟的标题", topics=[str(topic.pk)])
    assert not second.save(lead="周远的导语")

    assert second.save()

    saved = Article.objects.get()
    assert (saved.headline, saved.lead, list(saved.topics.all())) == ("林舟的标题", "周远的导语", [topic])


def test_what_both_changed_stays_as_it_was_typed_with_the_others_beside_it():
    first, second = open_twice(article())
    assert first.save(headline="林舟的标题", body="<p>林舟的<strong>正文</strong></p>")

    assert not second.save(headline="周远的标题", body="<p>周远的正文</p>")

    assert (second.data["headline"], second.data["body"]) == ("周远的标题", "<p>周远的正文</p>")
    beside = [error for error in second.errors if error.startswith("You changed this too.")]
    assert beside == ["You changed this too. 林舟 wrote: 林舟的标题", "You changed this too. 林舟 wrote: 林舟的正文"]
    assert second.save()
    assert Article.objects.get().headline == "周远的标题"


def test_what_both_changed_alike_is_no_conflict():
    first, second = open_twice(article())
    assert first.save(headline="新标题")
    assert not second.save(headline="新标题")

    assert [error for error in second.errors if "too" in error] == []


def test_a_choice_a_tick_and_a_date_are_taken_over():
    record = article(is_recommended=False)
    first, second = open_twice(record)
    source = OrganizationFactory()
    assert first.save(source=str(source.pk), dated="2024-05-06", source_url="https://example.org/")
    assert not second.save(lead="周远的导语")

    assert (second.data["source"], second.data["dated"]) == ([str(source.pk)], "2024-05-06")
    assert second.save()
    assert Article.objects.get().source == source


def test_lines_of_a_text_that_nobody_touched_are_nobodys_change():
    record = draft(AgreementFactory, summary="第一行\n第二行")
    first, second = open_twice(record)
    assert first.save(summary="林舟的摘要")
    assert not second.save(occasion="周远的场合")

    assert second.data["summary"] == "林舟的摘要"


def test_a_third_save_in_between_is_told_again():
    first, second = open_twice(article())
    assert first.save(headline="第一次")
    assert not second.save(lead="周远的导语")
    assert first.save(headline="第二次")

    assert not second.save()
    assert second.data["headline"] == "第二次"
    assert second.save()


def test_ones_own_other_tab_is_somebody_too():
    record = article()
    revise(record, StaffFactory())
    first, second = Editor(record, "林舟"), Editor(record, "周远")
    second.client = first.client
    assert first.save(headline="另一个标签页")

    assert not second.save(lead="这个标签页")


def test_a_save_without_a_change_of_the_other_disturbs_nobody():
    first, second = open_twice(article())
    assert first.save()

    assert second.save(lead="周远的导语")


def test_a_step_that_changes_no_word_disturbs_nobody():
    public = ArticleFactory()
    copy = life.begin_working_copy(public, StaffFactory())
    editor = Editor(copy, "周远")
    life.withdraw(public, StaffFactory(), "outdated")

    assert editor.save(lead="周远的导语")


def test_where_nobody_kept_what_was_seen_every_difference_is_shown():
    record = article()
    first, second = Editor(record, "林舟"), Editor(record, "周远")
    assert first.data["seen"] == "0"
    assert first.save(headline="林舟的标题")

    assert not second.save(lead="周远的导语")

    assert (second.data["headline"], second.data["lead"]) == ("原来的标题", "周远的导语")
    assert [error for error in second.errors if "林舟的标题" in error] != []
    assert second.save(headline="林舟的标题")


def test_html_of_another_is_shown_as_text_where_it_is_none():
    record = draft(PageFactory, title="页面", body="")
    first, second = open_twice(record)
    assert first.save(title="<script>1</script>")
    response = second.client.post(second.address, {**second.data, "title": "周远", "_continue": "1"})

    assert "&lt;script&gt;1&lt;/script&gt;" in response.content.decode()


def test_the_revisions_are_of_what_each_saved():
    first, second = open_twice(article())
    assert first.save(headline="林舟的标题")
    assert not second.save(lead="周远的导语")
    assert second.save()

    revisions = Revision.objects.of(Article.objects.get())
    assert [(one.made_by.name, one.changed) for one in revisions][1:] == [("林舟", ["headline"]), ("周远", ["lead"])]


@pytest.mark.parametrize(("days", "state"), [(0, "published"), (1, "scheduled")])
def test_what_was_published_meanwhile_is_not_overwritten_and_the_text_is_given_back(days, state):
    record = article()
    revise(record, StaffFactory())
    editor = Editor(record, "林舟")
    life.publish(record, StaffFactory(name="周远"), at=timezone.now() + dt.timedelta(days=days))
    assert not editor.save(lead="林舟的导语")

    assert editor.errors[0].startswith(f"周远 took this further while you were writing; it is “{state}” now")
    assert editor.data["lead"] == "林舟的导语"
    record.refresh_from_db()
    assert (record.status, record.lead) == ("published", "原来的导语")


# What the browser need not keep


def classes(response):
    return [message.extra_tags for message in get_messages(response.wsgi_request)]


def test_what_says_that_it_was_saved_names_the_draft():
    editor = Editor(article(), "林舟")
    data = {**editor.data, "draft": "12-34-56", "_continue": "1"}

    assert classes(editor.client.post(editor.address, data)) == ["draft-12-34-56"]


def test_a_step_that_saves_nothing_leaves_the_draft_to_the_browser():
    record = article()
    life.submit(record, StaffFactory())
    editor = Editor(record, "林舟")
    data = {**editor.data, "draft": "12-34-56"}

    taken_back = editor.client.post(editor.address.replace("change/", "steps/take_back/"), data)

    record.refresh_from_db()
    assert (record.status, classes(taken_back)) == ("draft", [""])


@pytest.mark.parametrize("name", ["", "x y", "<b>", "1" * 41])
def test_what_is_no_name_of_a_draft_is_not_repeated(name):
    editor = Editor(article(), "林舟")

    assert classes(editor.client.post(editor.address, {**editor.data, "draft": name, "_continue": "1"})) == [""]


# What no revision holds


TOMORROW = {"published_at_0": f"{timezone.localdate() + dt.timedelta(days=1)}", "published_at_1": "06:30:00"}


def test_a_schedule_that_another_set_is_taken_over_and_told():
    record = article()
    first, second = open_twice(record)
    assert first.save(**TOMORROW)

    assert not second.save(lead="周远的导语")
    assert second.errors[0].startswith("This was changed while you were writing")
    assert second.errors[1].startswith("林舟 saved on ")
    assert second.errors[1].endswith(": Published at")
    assert len(second.errors) == 2

    assert second.save()
    record.refresh_from_db()
    assert (f"{timezone.localtime(record.published_at):%H:%M}", record.lead) == ("06:30", "周远的导语")


def test_a_bundle_that_both_set_stays_as_typed_with_the_others_beside_it():
    record = article()
    first, second = open_twice(record)
    theirs, mine = (Bundle.objects.create(title=title) for title in ("开幕", "闭幕"))
    assert first.save(bundle=[theirs.pk], is_pinned="on")

    assert not second.save(bundle=[mine.pk])
    assert "You changed this too. 林舟 wrote: 开幕" in second.errors
    assert (second.data["bundle"], second.data["is_pinned"]) == ([str(mine.pk)], "on")

    assert second.save()
    record.refresh_from_db()
    assert (record.bundle, record.is_pinned) == (mine, True)


def test_a_mark_that_another_took_away_is_taken_away():
    record = article(is_pinned=True)
    first, second = open_twice(record)
    del first.data["is_pinned"]
    assert first.save()

    assert not second.save(lead="周远的导语")
    assert second.save()
    record.refresh_from_db()
    assert (record.is_pinned, record.lead) == (False, "周远的导语")


def test_who_set_the_same_is_not_stopped():
    first, second = open_twice(article())
    assert first.save(**TOMORROW)

    assert second.save(**TOMORROW)


def test_together_with_a_version_it_is_told_once():
    first, second = open_twice(article())
    assert first.save(headline="林舟的标题", **TOMORROW)

    assert not second.save(lead="周远的导语")
    assert [line.rpartition(": ")[2] for line in second.errors[1:]] == ["Headline", "Published at"]
    assert second.save()


# A form that was tampered with


@pytest.mark.parametrize("seen", ["x", "-1", "7", "9" * 30, "9" * 5000, "٣٣"])
def test_a_form_that_names_no_version_of_the_record_is_refused(seen):
    record = article()
    _first, second = open_twice(record)
    second.data["seen"] = seen

    for _again in range(2):
        assert not second.save(lead="周远的导语")
        assert second.errors == ["It is not known which version this form shows. Open the record again."]
    record.refresh_from_db()
    assert record.lead == "原来的导语"
