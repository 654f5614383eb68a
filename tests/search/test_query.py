import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.folding import fold
from portal.search.query import MAX_CHARACTERS, MAX_WORDS, parse


def terms(text):
    return [term.folded for term in parse(text).terms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ('  ，。"“”「」', []),
        ("川渝", ["川渝"]),
        ("渝", ["渝"]),
        ("荣昌 电子", ["荣昌", "电子"]),
        ("荣昌\u3000电子", ["荣昌", "电子"]),
        ("荣昌、电子", ["荣昌", "电子"]),
        ("荣昌 榮昌", ["荣昌"]),
        ('"民营经济"', ["民营经济"]),
        ('"产业共兴、要素共用"', ["产业共兴 要素共用"]),
        ("“唱好 双城记”", ["唱好 双城记"]),
        ("「唱好 双城记」川渝", ["唱好 双城记", "川渝"]),
        ('唱好"双城记"', ["唱好", "双城记"]),
        ('"民营经济', ["民营经济"]),
        ("GDP比重", ["gdp 比重"]),
        ("R&D 1-2月", ["r d", "1 2 月"]),
        ("59.7%", ["59.7"]),
        ("OR NEAR AND NOT", ["or", "near", "and", "not"]),
        ("川* -渝 title:川", ["川", "渝", "title", "川"][:3]),
        ("\x00川\ud800渝", ["川", "渝"]),
    ],
)
def test_what_is_understood(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("query", "text", "is_hit"),
    [
        ("荣昌区", "重庆市荣昌区", True),
        ("荣昌区", "荣昌，区", False),
        ("gdp", "GDP增长", True),
        ("gd", "GDP增长", False),
        ("59", "增长59.7%", False),
        ("59.7", "增长59.7%", True),
        ("29129.03", "29,129.03亿元", True),
        ("GDP增长", "GDP增长", True),
        ("GDP增长", "增长GDP", False),
        ("1.74万亿", "达1.74万亿元", True),
        ("荣昌 电子", "电子产业在荣昌", True),
        ('"荣昌 电子"', "电子产业在荣昌", False),
        ('"共兴 要素"', "产业共兴、要素共用", True),
        ("人々", "人々", True),
    ],
)
def test_what_a_hit_is(query, text, is_hit):
    assert parse(query).matches(fold(text)) is is_hit


def test_overlong_input_is_cut_and_says_so():
    query = parse("川" * 10_000)

    assert (query.text, query.is_cut) == ("川" * MAX_CHARACTERS, True)
    assert not parse("川" * MAX_CHARACTERS).is_cut


def test_more_than_twelve_words_are_cut_and_it_says_so():
    query = parse(" ".join("甲乙丙丁戊己庚辛壬癸子丑寅卯"))

    assert ([term.folded for term in query.terms], query.is_cut) == (list("甲乙丙丁戊己庚辛壬癸子丑"), True)
    assert MAX_WORDS == 12


@given(st.text())
def test_anything_can_be_typed(text):
    query = parse(text)

    assert all(query.matches(term.pattern) for term in query.terms[:1] if len(query.terms) == 1)


@given(st.text())
def test_every_word_is_found_in_the_text_that_it_was_typed_from(text):
    query = parse(text)

    assert all(term.pattern in f" {' '.join(term.folded for term in query.terms)} " for term in query.terms)
    assert all(term.pattern in fold(text) for term in query.terms) or query.is_cut
