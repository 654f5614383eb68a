"""Corrections at the desk: who drafts, who publishes, and that nobody changes what is published."""

import datetime as dt

import html5lib
import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.utils import timezone

from portal.accounts.models import User
from portal.publishing import life
from portal.publishing.models import Correction, Word
from portal.roles import make_roles
from tests.factories import (
    ArticleFactory,
    ColumnFactory,
    CorrectionFactory,
    IndicatorFactory,
    PageFactory,
    ReleaseFactory,
    public_correction,
)

from .office import draft, said

pytestmark = pytest.mark.django_db
CORRECTIONS = "/admin/publishing/correction/"
WORDS = {"wrong": "29129亿元", "right": "28772亿元", "why": "普查修订"}


def member(*roles, groups=()):
    """One of the office with these roles, in these groups."""
    user = User.objects.create(username=f"member{User.objects.count()}", is_staff=True, language="en")
    user.groups.add(*(make_roles()[role] for role in roles), *groups)
    return user


def begin(record):
    return f"{CORRECTIONS}add/?record={record._meta.label_lower}:{record.pk}"


def fields(response):
    tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    return {one.get("name") for one in tree.iter("textarea")}


def seen_on(page):
    """What the form that publishes sends."""
    tree = html5lib.parse(page.content.decode(), namespaceHTMLElements=False)
    return {one.get("name"): one.get("value") for one in tree.iter("input") if one.get("name") == "seen"}


def buttons(response):
    tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    return {one.get("name") for one in tree.iter("button")} & {"_save", "_publish"}


def test_an_editor_drafts_a_correction_from_the_record(client):
    article, editor = ArticleFactory(headline="有错的文章"), member("编辑")
    client.force_login(editor)

    page = client.get(begin(article))
    response = client.post(begin(article), {**WORDS, "_save": "1"})

    assert (fields(page), buttons(page)) == ({"wrong", "right", "why"}, {"_save"})
    correction = Correction.objects.get()
    assert (response.status_code, correction.record, correction.title) == (302, article, "有错的文章")
    assert (correction.drafted_by, correction.number) == (editor, None)
    assert {name: getattr(correction, name) for name in WORDS} == WORDS


def test_a_publisher_is_asked_once_more_and_then_it_is_public(client):
    correction, publisher = CorrectionFactory(), member("发布")
    client.force_login(publisher)
    form = f"{CORRECTIONS}{correction.pk}/change/"

    asked = client.post(form, {**WORDS, "_publish": "1"})
    page = client.get(asked.url)
    assert (page.status_code, Correction.objects.public().count()) == (200, 0)
    assert "never" in page.content.decode()
    done = client.post(asked.url, seen_on(page))

    assert done.url == form
    correction.refresh_from_db()
    assert (correction.number, correction.published_by, correction.right) == (1, publisher, WORDS["right"])
    assert said(done) == ["Correction No. 1 is public now."]


def test_twice_published_it_has_one_number_and_the_second_is_told(client):
    correction = CorrectionFactory()
    address = f"{CORRECTIONS}{correction.pk}/publish/"
    client.force_login(member("发布"))
    seen = seen_on(client.get(address))
    client.post(address, seen)

    response = client.post(address, seen)

    assert said(response)[-1] == "It was public already."
    assert [one.number for one in Correction.objects.public()] == [1]


@pytest.mark.parametrize("seen", [{}, {"seen": ""}, {"seen": "0"}, "before"])
def test_nothing_is_published_but_what_its_publisher_read(client, seen):
    correction = CorrectionFactory(**WORDS)
    address = f"{CORRECTIONS}{correction.pk}/publish/"
    client.force_login(member("发布"))
    page = client.get(address)
    Correction.objects.filter(pk=correction.pk).update(right="28773亿元")

    told = client.post(address, seen_on(page) if seen == "before" else seen)
    again = client.get(told.url)

    assert (told.url, Correction.objects.public().count()) == (address, 0)
    assert said(told) == ["It was changed meanwhile. Read it again; nothing was published."]
    assert "28773亿元" in again.content.decode()
    client.post(address, seen_on(again))
    assert Correction.objects.public().get().right == "28773亿元"


def test_a_draft_is_saved_with_a_forbidden_word_and_its_place_is_told(client):
    Word.objects.create(word="暴涨", replacement="大幅增长")
    client.force_login(member("编辑"))

    response = client.post(begin(ArticleFactory()), {**WORDS, "why": "误写\n价格暴涨", "_save": "1"})

    assert Correction.objects.get().why == "误写\n价格暴涨"
    assert said(response)[0] == "Why it was wrong, paragraph 2: “价格【暴涨】”. Say “大幅增长” instead."


def test_with_a_forbidden_word_a_correction_is_not_published(client):
    correction = CorrectionFactory(**{**WORDS, "why": "价格暴涨"}, title="物价")
    address = f"{CORRECTIONS}{correction.pk}/"
    client.force_login(member("编辑", "发布"))
    seen = seen_on(client.get(f"{address}publish/"))
    Word.objects.create(word="暴涨", replacement="大幅增长")
    place = "Why it was wrong, paragraph 1: “价格【暴涨】”. Say “大幅增长” instead."

    form = client.post(f"{address}change/", {**WORDS, "why": "价格暴涨", "_publish": "1"})
    step = client.post(f"{address}publish/", seen)

    assert form.context["adminform"].form.errors == {"why": [place]}
    assert said(step) == [f"The correction of “物价” holds a forbidden word. {place}"]
    assert (step.url, Correction.objects.public().count()) == (f"{address}change/", 0)


def test_with_a_forbidden_word_a_correction_holds_back_the_working_copy_that_it_comes_out_with(client, chief):
    article = ArticleFactory(headline="旧")
    copy = life.begin_working_copy(article, chief)
    correction = CorrectionFactory(record=article, **{**WORDS, "why": "价格暴涨"})
    Word.objects.create(word="暴涨")

    with pytest.raises(life.Refused, match="含有禁用词"):
        life.publish(copy, chief)
    Correction.objects.filter(pk=correction.pk).update(why="误写")
    life.publish(copy, chief)

    assert list(Correction.objects.public()) == [correction]


def test_an_editor_does_not_publish(client):
    correction = CorrectionFactory()
    client.force_login(member("编辑"))

    page = client.get(f"{CORRECTIONS}{correction.pk}/change/")
    refused = client.post(f"{CORRECTIONS}{correction.pk}/publish/")

    assert (buttons(page), refused.status_code) == ({"_save"}, 403)
    assert Correction.objects.public().count() == 0


@pytest.mark.parametrize(
    "record",
    [
        lambda: draft(),
        lambda: ReleaseFactory(released_on=timezone.localdate() + dt.timedelta(days=1)),
        lambda: ArticleFactory(working_copy_of=ArticleFactory(), status="draft"),
    ],
)
def test_only_what_readers_have_seen_is_corrected(client, chief, record):
    record = record()

    assert client.get(begin(record)).status_code == 403
    assert client.get(begin(ArticleFactory())).status_code == 200


@pytest.mark.parametrize(
    "record",
    ["", "articles.article", "articles.article:x", "articles.article:99999999999999999999", "auth.user:1", ":"],
)
def test_an_address_without_a_record_is_refused(client, chief, record):
    assert client.get(f"{CORRECTIONS}add/?record={record}").status_code == 403
    assert client.get(f"{CORRECTIONS}add/").status_code == 403


def test_a_published_correction_is_shown_and_takes_no_change(client, chief):
    correction = public_correction(wrong="原文")
    form = f"{CORRECTIONS}{correction.pk}/change/"

    page = client.get(form)
    changed = client.post(form, {**WORDS, "_save": "1"})
    deleted = client.post(f"{CORRECTIONS}{correction.pk}/delete/", {"post": "yes"})
    many = client.post(CORRECTIONS, {"action": "delete_selected", "_selected_action": [correction.pk], "post": "yes"})

    assert (page.status_code, fields(page), buttons(page)) == (200, set(), set())
    assert (changed.status_code, deleted.status_code) == (403, 403)
    assert many.status_code in {200, 302}
    assert [(one.pk, one.wrong) for one in Correction.objects.all()] == [(correction.pk, "原文")]


def test_a_draft_is_changed_and_deleted(client):
    correction = CorrectionFactory()
    client.force_login(member("编辑"))

    client.post(f"{CORRECTIONS}{correction.pk}/change/", {**WORDS, "_save": "1"})
    assert Correction.objects.get().why == WORDS["why"]
    client.post(f"{CORRECTIONS}{correction.pk}/delete/", {"post": "yes"})

    assert not Correction.objects.exists()


def test_drafts_for_other_columns_do_not_exist(client):
    ours, theirs = Group.objects.create(name="我们"), Group.objects.create(name="他们")
    column = ColumnFactory()
    column.editors.add(theirs)
    hidden = CorrectionFactory(record=ArticleFactory(column=column))
    of_kind = CorrectionFactory(record=PageFactory())
    seen, public = CorrectionFactory(), public_correction(record=ArticleFactory(column=column))
    client.force_login(member("编辑", groups=[ours]))

    shown = client.get(CORRECTIONS).context["cl"].queryset

    assert set(shown) == {seen, public}
    for one in (hidden, of_kind):
        assert client.get(f"{CORRECTIONS}{one.pk}/change/").status_code == 302
        assert client.post(f"{CORRECTIONS}{one.pk}/delete/", {"post": "yes"}).status_code == 403
        assert client.post(f"{CORRECTIONS}{one.pk}/publish/").status_code == 302
    assert client.get(begin(hidden.record)).status_code == 403
    assert Correction.objects.count() == 4


def test_who_neither_writes_nor_publishes_has_no_desk_of_corrections(client):
    CorrectionFactory()
    client.force_login(member("审核"))

    assert client.get(CORRECTIONS).status_code == 403


def test_a_draft_whose_record_is_gone_is_not_published(client, chief):
    correction = CorrectionFactory()
    correction.record.delete()

    assert client.post(f"{CORRECTIONS}{correction.pk}/publish/").status_code == 403
    assert client.get(f"{CORRECTIONS}{correction.pk}/change/").status_code == 200
    client.post(f"{CORRECTIONS}{correction.pk}/delete/", {"post": "yes"})
    assert not Correction.objects.exists()


def test_drafts_wait_on_the_start_page(client, chief):
    CorrectionFactory(title="待发的更正")
    public_correction(title="发过的更正")

    page = client.get("/admin/").content.decode()

    assert [title in page for title in ("待发的更正", "发过的更正")] == [True, False]


def test_the_list_is_filtered_by_state_and_searched(client, chief):
    drafted = CorrectionFactory(title="甲", right="正确甲", wrong="错")
    public = public_correction(title="乙", right="正确乙", wrong="错", record=IndicatorFactory())

    def shown(query):
        return set(client.get(f"{CORRECTIONS}?{query}").context["cl"].queryset)

    assert shown("state=draft") == {drafted}
    assert shown("state=public") == {public}
    assert shown("kind=stats.indicator") == {public}
    assert shown("q=正确乙") == {public}
    assert shown("q=1") == {public}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, chief, django_assert_num_queries, count):
    for _number in range(count):
        CorrectionFactory()
        public_correction()
    client.get(CORRECTIONS)

    with django_assert_num_queries(5):  # session, user; count, page, of all
        client.get(CORRECTIONS)


def test_the_menu_offers_no_correction_without_a_record(chief):
    request = RequestFactory().get("/admin/")
    request.user = chief
    desk = admin.site._registry[Correction]

    assert desk.get_model_perms(request) == {"add": False, "change": False, "delete": False, "view": True}


def test_what_became_of_a_record_in_a_closed_column_is_not_told_by_its_corrections(client):
    column = ColumnFactory()
    column.editors.add(Group.objects.create(name="另一组"))
    article = ArticleFactory(headline="当时的标题")
    correction = public_correction(record=article)
    type(article).objects.update(column=column, headline="机密标题")
    client.force_login(member("编辑"))
    page = client.get(f"{CORRECTIONS}{correction.pk}/change/").content.decode()
    assert ("机密标题" in page, "Article: a record that is not open to you" in page) == (False, True)

    client.force_login(member("管理员", groups=Group.objects.filter(name="另一组")))
    page = client.get(f"{CORRECTIONS}{correction.pk}/change/").content.decode()
    assert f'<a href="/admin/articles/article/{article.pk}/change/">机密标题</a>' in page
