"""Two people in one record: the second is told who saved what since, and loses nothing that was typed."""

import datetime as dt

import html5lib
import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from agreements.models import Agreement
from articles.models import Article
from portal.publishing import life
from portal.publishing.models import Bundle, Revision
from portal.publishing.revisions import revise
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    MilestoneFactory,
    OrganizationFactory,
    PageFactory,
    PartyFactory,
    StaffFactory,
    TopicFactory,
)

from .office import draft

pytestmark = pytest.mark.django_db


class Editor:
    """Somebody with the form of a record open in a browser."""

    def __init__(self, record, name):
        self.client = Client()
        self.user = StaffFactory(name=name, language="en")
        self.client.force_login(self.user)
        options = record._meta
        self.address = f"/admin/{options.app_label}/{options.model_name}/{record.pk}/change/"
        self.read(self.client.get(self.address))

    def read(self, response):
        """Take over what the form holds, as a browser would send it."""
        tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
        form = next(form for form in tree.iter("form") if form.get("id", "").endswith("_form"))
        self.data = {}
        for one in form.iter():
            named = one.tag in {"input", "textarea", "select"} and one.get("name")
            if named and one.get("type") not in {"submit", "file"}:
                self._read_field(one)
        self.errors = [words(item) for box in form.iter("ul") if "errorlist" in box.get("class", "") for item in box]

    def _read_field(self, one):
        name = one.get("name")
        if one.tag == "textarea":
            # A browser sends lines with CR and LF, and leaves out the first one.
            self.data[name] = words(one).removeprefix("\n").replace("\n", "\r\n")
        elif one.tag == "select":
            self.data[name] = [
                option.get("value") for option in one.iter("option") if option.get("selected") is not None
            ]
        elif one.get("type") == "checkbox":
            if one.get("checked") is not None:
                self.data[name] = "on"
        else:
            self.data[name] = one.get("value", "")

    def save(self, **typed):
        """Type into fields, save and go on editing. Whether it was saved."""
        self.data |= typed
        response = self.client.post(self.address, {**self.data, "_continue": "1"}, follow=True)
        saved = bool(response.redirect_chain)
        self.read(response)
        return saved


def words(element):
    return "".join(element.itertext())


def article(**kwargs):
    return draft(ArticleFactory, headline="原来的标题", lead="原来的导语", body="<p>原来的正文</p>", **kwargs)


def agreement(**kwargs):
    return draft(AgreementFactory, title="合作协议", signed="2023", **kwargs)


def open_twice(record):
    revise(record, StaffFactory())
    return Editor(record, "林舟"), Editor(record, "周远")


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


def test_a_working_copy_is_compared_with_what_it_was_made_of():
    public = agreement()
    PartyFactory(agreement=public, side="重庆")
    PartyFactory(agreement=public, side="四川")
    life.publish(public, StaffFactory())
    copy = life.begin_working_copy(public, StaffFactory())
    first, second = Editor(copy, "林舟"), Editor(copy, "周远")
    assert first.save(**{"occasion": "林舟的场合", "parties-0-side": "渝"})
    assert not second.save(**{"summary": "周远的摘要", "parties-1-side": "川"})

    assert second.save()

    copy.refresh_from_db()
    assert (copy.occasion, copy.summary) == ("林舟的场合", "周远的摘要")
    assert list(copy.parties.order_by("pk").values_list("side", flat=True)) == ["渝", "川"]


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


# Rows


@pytest.fixture
def rows():
    """An agreement with two parties that two people have open."""
    record = agreement()
    for name in ("甲方", "乙方"):
        PartyFactory(agreement=record, organization=OrganizationFactory(name=name))
    return record, *open_twice(record)


def sides(record):
    return sorted((party.organization.name, party.side) for party in record.parties.all())


def told_of_rows(editor):
    return [error for error in editor.errors if "Party" in error]


def new_row(editor, organization, **values):
    number = int(editor.data["parties-TOTAL_FORMS"])
    editor.data["parties-TOTAL_FORMS"] = str(number + 1)
    row = {"organization": str(organization.pk), "role": "signatory", "position": "0", **values}
    editor.data |= {f"parties-{number}-{name}": value for name, value in row.items()}
    editor.data |= {f"parties-{number}-count_qualifier": "exact", f"parties-{number}-id": ""}


def test_a_row_that_the_other_added_stands_in_the_form(rows):
    record, first, second = rows
    new_row(first, OrganizationFactory(name="丙方"), side="第三")
    assert first.save()
    new_row(second, OrganizationFactory(name="丁方"), side="第四")
    assert not second.save()

    assert told_of_rows(second) == ["Party “丙方” was added."]
    assert second.save()
    assert sides(record) == [("丁方", "第四"), ("丙方", "第三"), ("乙方", ""), ("甲方", "")]


def test_a_row_that_the_other_removed_is_gone(rows):
    record, first, second = rows
    assert first.save(**{"parties-0-DELETE": "on"})
    assert not second.save(**{"parties-1-side": "周远的"})

    assert told_of_rows(second) == ["Party “甲方” was removed."]
    assert second.save()
    assert sides(record) == [("乙方", "周远的")]


def test_a_row_that_the_other_removed_and_this_one_changed_comes_again(rows):
    record, first, second = rows
    assert first.save(**{"parties-0-DELETE": "on"})
    assert not second.save(**{"parties-0-side": "周远的"})

    assert told_of_rows(second) == ["Party “甲方” was removed. You had changed it, so it stands below as a new row."]
    assert second.save()
    assert sides(record) == [("乙方", ""), ("甲方", "周远的")]


def test_of_a_row_that_both_changed_each_keeps_its_fields(rows):
    record, first, second = rows
    assert first.save(**{"parties-0-count": "97", "parties-1-side": "林舟的"})
    assert not second.save(**{"parties-0-side": "周远的", "parties-1-side": "周远的"})

    assert told_of_rows(second) == [
        "Party “甲方”: Count is “97” now.",
        "Party “乙方”: Side was changed by you both. The other wrote “林舟的”.",
    ]
    assert second.save()
    assert sides(record) == [("乙方", "周远的"), ("甲方", "周远的")]
    assert record.parties.get(organization__name="甲方").count == 97


def test_rows_that_both_removed_are_no_matter(rows):
    record, first, second = rows
    assert first.save(**{"parties-0-DELETE": "on"})
    assert not second.save(**{"parties-0-DELETE": "on"})

    assert second.save()
    assert sides(record) == [("乙方", "")]


def test_rows_of_every_kind_survive_being_taken_over():
    record = agreement()
    amount = AmountFactory(agreement=record, mantissa="1.5", decimals=1)
    signed = MilestoneFactory(agreement=record, date="2023")
    MilestoneFactory(agreement=record, kind="started", date="2024", after=None)
    first, second = open_twice(record)
    assert first.save(
        **{"amounts-0-mantissa": "2.5", "milestones-1-after": str(signed.pk), "milestones-1-offset_days": "30"}
    )
    assert not second.save(summary="周远的摘要")
    assert second.save()

    amount.refresh_from_db()
    saved = Agreement.objects.get()
    assert (str(amount.mantissa.normalize()), saved.summary) == ("2.5", "周远的摘要")
    assert saved.milestones.get(kind="started").after == signed


def test_the_revisions_are_of_what_each_saved():
    first, second = open_twice(article())
    assert first.save(headline="林舟的标题")
    assert not second.save(lead="周远的导语")
    assert second.save()

    revisions = Revision.objects.of(Article.objects.get())
    assert [(one.made_by.name, one.changed) for one in revisions][1:] == [("林舟", ["headline"]), ("周远", ["lead"])]


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "9" * 5000, None])
def test_rows_whose_number_is_no_number_are_refused(rows, number):
    record, first, second = rows
    assert first.save(occasion="林舟的场合")
    second.data |= {"parties-TOTAL_FORMS": number, "parties-INITIAL_FORMS": number}
    response = second.client.post(second.address, {k: v for k, v in second.data.items() if v is not None})

    assert response.status_code == 200
    assert sides(record) == [("乙方", ""), ("甲方", "")]


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


@pytest.mark.parametrize("pk", ["x", "9" * 5000])
def test_rows_that_no_record_has_are_new_or_refused(rows, pk):
    _record, first, second = rows
    assert first.save(occasion="林舟的场合")

    assert not second.save(**{"parties-0-id": pk, f"parties-{pk[:500]}-role": "丙方"})


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
