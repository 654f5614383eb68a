"""Words that are not to be printed, and those that are said instead."""

import pytest
from django.utils.translation import override

from articles.models import Article
from portal.publishing import life, words
from portal.publishing.models import Word
from portal.publishing.words import TOLD, check_words, forbidden_in, told
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    CitationFactory,
    MilestoneFactory,
    PageFactory,
    UserFactory,
    WordFactory,
)

from .office import ARTICLES, PAGE_FORM, draft, said

pytestmark = pytest.mark.django_db

PAGES = "/admin/pages/page/"
WORDS = "/admin/publishing/word/"
PAIR = {"kind": "preferred"}


def found_in(text, **fields):
    page = PageFactory(body=f"<p>{text}</p>", **fields)
    return [finding.found for finding in check_words(page)]


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("台湾", "访问台湾的学者", ["台湾"]),
        ("台湾", "訪問臺灣的學者", ["臺灣"]),
        ("臺灣", "访问台湾的学者", ["台湾"]),
        ("GDP", "ＧＤＰ与gdp", ["ＧＤＰ", "gdp"]),
        ("GDP", "GDPR与XGDP和GDP2", []),
        ("GDP", "全市GDP增长", ["GDP"]),
        ("㎡", "10 m2", ["m2"]),
        ("重庆", "重\u00ad庆", ["重\u00ad庆"]),
        ("5G", "15G与5G", ["5G"]),
        ("“四小龙”", "“四小龙”和四小龙", ["“四小龙”"]),
        ("a.b", "aXb a.b", ["a.b"]),
        ("New York", "in new  york", ["new york"]),
    ],
)
def test_a_word_is_found_however_it_is_written(word, text, found):
    WordFactory(word=word)

    assert found_in(text) == found


def test_other_spellings_are_found_and_advise_the_same():
    word = WordFactory(word="首都", variants="帝都、京城", replacement="北京")
    page = PageFactory(body="<p>在帝都和京城</p>")

    assert [(finding.word, finding.found) for finding in check_words(page)] == [(word, "帝都"), (word, "京城")]


def test_the_longest_word_at_a_place_counts_and_no_two_overlap():
    for word in ("成渝", "成渝经济", "经济圈", "经济圈建设"):
        WordFactory(word=word)

    assert found_in("成渝经济圈建设，成渝经济，经济圈建设") == ["成渝经济", "成渝经济", "经济圈建设"]


def test_what_is_to_be_said_instead_may_contain_the_word():
    WordFactory(word="台湾", replacement="中国台湾")
    WordFactory(word="台湾地区", replacement="中国台湾地区")

    assert found_in("中国台湾、中国台湾地区、台湾、臺灣地区，中国。台湾") == ["台湾", "臺灣地区", "台湾"]


def test_a_word_that_is_not_in_use_is_not_found():
    word = WordFactory(word="台湾")
    assert found_in("台湾") == ["台湾"]

    word.is_active = False
    word.save()
    assert found_in("台湾") == []


def test_a_change_of_the_list_counts_at_once_for_every_process():
    WordFactory(word="旧词")
    assert found_in("旧词与新词") == ["旧词"]

    WordFactory(word="新词")
    assert found_in("旧词与新词") == ["旧词", "新词"]
    Word.objects.get(word="旧词").delete()
    assert found_in("旧词与新词") == ["新词"]


def test_the_list_is_asked_for_its_version_alone_until_it_changes(django_assert_num_queries):
    WordFactory(word="旧词")
    page = PageFactory(body="<p>正文</p>")
    check_words(page)

    with django_assert_num_queries(1):
        check_words(page)


def test_the_place_is_told_with_field_paragraph_and_the_words_around():
    WordFactory(word="台湾", replacement="中国台湾", note="依据有关规定。")
    body = "<h2>往来</h2><p>一</p><p>多年以来，双方企业与来自台湾的企业在很多领域开展了合作交流</p>"

    with override("en"):
        (finding,) = map(str, check_words(PageFactory(body=body)))

    around = "多年以来，双方企业与来自【台湾】的企业在很多领域开展了合…"
    assert finding == f"Text, paragraph 3: “{around}”. Say “中国台湾” instead. 依据有关规定。"


def test_the_rows_below_a_record_are_read_as_well_and_codes_and_addresses_are_not():
    WordFactory(word="agreed")
    WordFactory(word="首都")
    agreement = AgreementFactory(title="协议", source_url="https://example.org/agreed/")
    MilestoneFactory(agreement=agreement, note="无")
    MilestoneFactory(agreement=agreement, note="在首都开工")
    article = ArticleFactory(kicker="首都", body="<p>首都</p>")
    CitationFactory(article=article, exact="首都", agreement=agreement, observation=None)

    (in_milestone,) = check_words(agreement)
    in_article = check_words(article)

    assert (in_milestone.name, in_milestone.found, in_milestone.paragraph) == (None, "首都", None)
    assert "2" in in_milestone.label
    assert [finding.name for finding in in_article] == ["kicker", "body", None]


def test_only_forbidden_words_stop_a_record():
    WordFactory(word="首都", replacement="北京", **PAIR)
    page = PageFactory(body="<p>首都</p>")
    assert (len(check_words(page)), forbidden_in(page)) == (1, [])

    WordFactory(word="禁语")
    page.title = "禁语"
    assert [finding.name for finding in forbidden_in(page)] == ["title"]


def test_a_message_names_so_many_places_and_a_number_for_the_rest():
    WordFactory(word="首都")
    page = PageFactory(body="<p>首都</p>" * (TOLD + 5))

    lines = told(check_words(page))

    assert len(lines) == TOLD + 1
    assert "5" in lines[-1]


def test_two_thousand_words_are_looked_for_in_one_walk_through_the_text(monkeypatch):
    words_of_one_letter = words.WordList([Word(word=f"川{chr(0x4E00 + n)}{n}") for n in range(2000)])
    asked = []
    monkeypatch.setattr(words, "_is_whole", lambda *place: asked.append(place) or True)
    text = "四川的天气" * 6000

    assert list(words_of_one_letter.search(text)) == []
    assert (len(words_of_one_letter.lengths["川"]), asked) == (4, [])


# At the desk ---------------------------------------------------------------------------------------------------------


def article_form(article, **changed):
    form = {"headline": article.headline, "body": article.body, "dated": article.dated.isoformat()}
    rows = {f"citations-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return form | rows | changed


def page_form(**changed):
    return PAGE_FORM | {"body": "<p>双城</p>", "_save": "1"} | changed


def test_saving_tells_what_was_found_and_saves(client, chief):
    WordFactory(word="首都", replacement="北京", **PAIR)
    WordFactory(word="禁语")

    response = client.post(f"{PAGES}add/", page_form(body="<p>首都</p><p>禁语</p>"))

    assert response.status_code == 302
    warnings = [one for one in said(response) if "【" in one]
    assert [one[one.index("【") : one.index("】") + 1] for one in warnings] == ["【首都】", "【禁语】"]


@pytest.mark.parametrize("button", ["_publish", "_submit"])
def test_a_forbidden_word_refuses_the_step_at_its_field_and_nothing_typed_is_lost(client, chief, button):
    WordFactory(word="禁语")
    typed = page_form(title="标题有禁语", body="<p>正文也有禁语。</p>", **{button: "1"})

    response = client.post(f"{PAGES}add/", typed)

    form = response.context["adminform"].form
    assert (response.status_code, sorted(form.errors)) == (200, ["body", "title"])
    assert "【禁语】" in form.errors["body"][0]
    assert (form["title"].value(), form["body"].value()) == ("标题有禁语", "<p>正文也有禁语。</p>")


def test_a_pasted_page_is_read_too(client, chief):
    WordFactory(word="禁语")
    rows = {f"citations-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}

    response = client.post(f"{ARTICLES}add/", rows | {"paste": "<h1>标题</h1><p>正文有禁语。</p>", "_publish": "1"})

    assert list(response.context["adminform"].form.errors) == ["body"]
    assert Article.objects.count() == 0


def test_a_preferred_word_refuses_nothing(client, chief):
    WordFactory(word="首都", replacement="北京", **PAIR)

    assert client.post(f"{PAGES}add/", page_form(body="<p>首都</p>", _publish="1")).status_code == 302


@pytest.mark.parametrize("button", ["_publish", "_submit"])
def test_a_forbidden_word_in_a_row_below_keeps_the_record_a_draft_with_all_that_was_typed(client, chief, button):
    WordFactory(word="禁语")
    article = draft(body="<p>他说禁止。</p>", created_by=chief)
    form = article_form(article, **{"citations-TOTAL_FORMS": "1", "citations-0-exact": "有禁语", button: "1"})
    form["citations-0-agreement"] = AgreementFactory().pk

    response = client.post(f"{ARTICLES}{article.pk}/change/", form)

    article.refresh_from_db()
    assert (response.status_code, article.status, article.citations.get().exact) == (302, "draft", "有禁语")
    assert sum("【禁语】" in one for one in said(response)) == 2  # what was found, and why it goes no further


@pytest.mark.parametrize("step", [life.submit, life.publish])
def test_a_step_without_a_form_is_refused_as_well(chief, step):
    page = draft(PageFactory, body="<p>禁语</p>")
    WordFactory(word="禁语")

    with pytest.raises(life.Refused, match="【禁语】"):
        step(page, chief)

    page.refresh_from_db()
    assert page.status == "draft"


# The list ------------------------------------------------------------------------------------------------------------


def test_a_list_is_pasted_and_says_what_is_new_and_what_was_changed(client, chief):
    WordFactory(word="首都", note="留")
    WordFactory(word="禁语")
    lines = "首都→北京\n\n台湾 -> 中国台湾\n禁语\n四川省会\t成都\n粗话\n"

    response = client.post(f"{WORDS}paste/", {"lines": lines, "kind": "preferred"})

    assert response.status_code == 302
    assert set(Word.objects.values_list("word", "kind", "replacement", "note")) == {
        ("首都", "preferred", "北京", "留"),
        ("台湾", "preferred", "中国台湾", ""),
        ("禁语", "forbidden", "", ""),
        ("四川省会", "preferred", "成都", ""),
        ("粗话", "forbidden", "", ""),
    }
    assert said(response) == ["New words: 3. Changed: 1."]


def test_a_list_with_one_wrong_row_is_not_taken_and_each_wrong_row_is_named(client, chief):
    lines = "\n".join(["好词→更好", "→空", "一→二→三", "好词", "!→!", "长" * 61, "\u200b", "空→"])

    response = client.post(f"{WORDS}paste/", {"lines": lines, "kind": "forbidden"})

    errors = response.context["form"].errors["lines"]
    assert [one.split(",")[0] for one in errors] == [f"Row {row}" for row in range(2, 9)]
    assert response.context["form"]["lines"].value() == lines
    assert Word.objects.count() == 0


def test_the_list_leaves_as_a_file_and_needs_the_right_to_see_it(client, chief):
    WordFactory(word="首都", replacement="北京", **PAIR)
    client.force_login(UserFactory(is_staff=True))
    assert client.get(f"{WORDS}export/?format=json").status_code == 403
    assert client.get(f"{WORDS}paste/").status_code == 403

    client.force_login(chief)
    rows = client.get(f"{WORDS}export/?format=json").json()["results"]

    assert [(row["word"], row["replacement"]) for row in rows] == [("首都", "北京")]
    assert client.get(f"{WORDS}export/?format=csv").status_code == 200
    assert client.get(f"{WORDS}export/?format=exe").status_code == 404


def test_words_are_edited_in_their_list(client, chief):
    word = WordFactory(word="首都")
    rows = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": word.pk,
        "form-0-is_active": "on",
        "_save": "1",
    }

    refused = client.post(WORDS, rows | {"form-0-kind": "preferred", "form-0-replacement": ""})
    taken = client.post(WORDS, rows | {"form-0-kind": "preferred", "form-0-replacement": "北京"})

    assert (refused.status_code, taken.status_code) == (200, 302)
    assert Word.objects.get().replacement == "北京"


@pytest.mark.parametrize("replacement", ["首都", "首 都 ", "ＧＤＰ"])
def test_a_word_is_not_replaced_by_itself(client, chief, replacement):
    form = {"word": "首都", "variants": "首 都、gdp", "kind": "preferred", "replacement": replacement, "note": ""}

    response = client.post(f"{WORDS}add/", form)

    assert list(response.context["adminform"].form.errors) == ["replacement"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_words_costs_the_same_for_any_number(client, chief, count, django_assert_num_queries):
    WordFactory.create_batch(count)

    with django_assert_num_queries(7):  # session, user, count, words twice (list and forms); imprint and menu
        response = client.get(WORDS)

    assert len(response.context["cl"].result_list) == count
