import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.folding import fold
from portal.search.query import parse
from portal.search.snippets import highlight, hits_in, snippet

TEXTS = st.text(
    st.one_of(st.sampled_from('川渝協議协议GDPｇ12.,％·，。<&" \n㎡½ﬁé\u0301が\u3099\u200b'), st.characters()),
    max_size=200,
)
QUERIES = st.text(st.sampled_from('川渝協議协议gdＰ12. "，'), max_size=8)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("簽署協議與协议", "协议", "簽署<mark>協議</mark>與<mark>协议</mark>"),
        ("ＧＤＰ增长GDPS", "gdp", "<mark>ＧＤＰ</mark>增长GDPS"),
        ("29,129.03亿元", "29129.03", "<mark>29,129.03</mark>亿元"),
        ("产业共兴、要素共用", '"共兴要素"', "产业共兴、要素共用"),
        ("产业共兴、要素共用", '"共兴 要素"', "产业<mark>共兴、要素</mark>共用"),
        ("川渝渝川", "川渝 渝川", "<mark>川渝渝川</mark>"),
        ("川渝渝", "渝渝 川渝", "<mark>川渝渝</mark>"),
        ("<b>川渝</b> & “川”", "川渝", "&lt;b&gt;<mark>川渝</mark>&lt;/b&gt; &amp; “川”"),
        ("面积5㎡整", "m2", "面积5<mark>㎡</mark>整"),
        ("川\u200b渝", "川渝", "<mark>川\u200b渝</mark>"),
        ("Cafe\u0301吧", "café", "<mark>Cafe\u0301</mark>吧"),
        ("没有", "川渝", "没有"),
    ],
)
def test_hits_are_marked_in_the_original_spelling(text, query, marked):
    assert highlight(text, parse(query)) == marked


@given(TEXTS, QUERIES)
def test_every_mark_holds_what_was_searched_and_nothing_else_does(text, query):
    query = parse(query)

    for start, end, term in hits_in(text, query):
        assert term.folded in fold(text[start:end])
    assert {term for _start, _end, term in hits_in(text, query)} == {
        term for term in query.terms if term.pattern in fold(text)
    }


@given(TEXTS, QUERIES)
def test_marking_adds_nothing_but_marks(text, query):
    marked = highlight(text, parse(query))

    assert re.sub("</?mark>", "", marked) == html.escape(text)


@given(TEXTS, QUERIES)
def test_a_snippet_shows_a_hit_whenever_there_is_one(text, query):
    query = parse(query)

    assert ("<mark>" in snippet(text, query)) == bool(hits_in(text, query))


def test_a_snippet_is_a_passage_around_the_first_hit():
    text = "序" * 100 + "川渝" + "尾" * 100

    assert snippet(text, parse("川渝")) == "…" + "序" * 25 + "<mark>川渝</mark>" + "尾" * 53 + "…"


def test_a_short_text_is_shown_whole():
    assert snippet("推动川渝合作", parse("川渝")) == "推动<mark>川渝</mark>合作"


def test_a_second_passage_shows_the_word_that_the_first_does_not():
    text = "荣昌" + "一" * 200 + "电子" + "二" * 200

    assert snippet(text, parse("荣昌 电子")) == (
        "<mark>荣昌</mark>" + "一" * 78 + " … " + "一" * 25 + "<mark>电子</mark>" + "二" * 53 + "…"
    )


def test_passages_that_meet_are_one():
    text = "荣昌" + "一" * 80 + "电子"

    assert snippet(text, parse("荣昌 电子")) == "<mark>荣昌</mark>" + "一" * 80 + "<mark>电子</mark>"


def test_no_latin_word_is_cut():
    text = "一" * 40 + " international " + "一" * 18 + "川渝" + "二" * 50 + "cooperation" + "三" * 40

    assert (
        snippet(text, parse("川渝")) == "…international " + "一" * 18 + "<mark>川渝</mark>" + "二" * 50 + "cooperation…"
    )


def test_a_text_without_a_hit_has_no_snippet():
    assert snippet("推动合作", parse("川渝")) == ""
