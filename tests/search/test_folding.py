import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.search.folding import Folded, fold, runs

#: Letters of every sort that meet in a text, with what joins, parts and changes them.
MIXED = st.text(
    st.one_of(
        st.sampled_from("川渝協議协议荣昌電子GDPgdp12,.．％%·、，。 \n㎡㈱½①ﬁＧ１²é\u0301が\u3099ｶﾞ\u200b\u00ad々〇薴"),
        st.characters(),
    )
)
HAN = st.text(st.sampled_from("川渝協議协议荣昌電子民營營经濟薴乾著"), min_size=1)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", " "),
        ("，。！", " "),
        ("川渝", " 川渝 "),
        ("協議", " 协议 "),
        ("ＧＤＰ", " gdp "),
        ("GDP比重", " gdp 比重 "),
        ("推动“双城记”建设", " 推动 双城记 建设 "),
        ("59.7%", " 59.7 "),
        ("５９．７％", " 59.7 "),
        ("1.74万亿", " 1.74 万亿 "),
        ("29,129.03亿元", " 29129.03 亿元 "),
        ("1,234,567", " 1234567 "),
        ("120，130", " 120 130 "),
        ("12,34", " 12 34 "),
        ("1,2345", " 1 2345 "),
        ("2023.03.31", " 2023 03 31 "),
        ("1-2月", " 1 2 月 "),
        ("C++和x86、5G", " c 和 x86 5g "),
        ("100㎡，3½", " 100 m2 3 1 2 "),
        ("m²", " m2 "),
        ("①加强", " 1 加强 "),
        ("㈱电子", " 株 电子 "),
        ("ﬁne Straße", " fine strasse "),
        ("Cafe\u0301", " café "),
        ("川\u200b渝 eco\u00adnomic", " 川渝 economic "),
        ("ｶﾞｽ", " ガス "),
        ("\x00\ud800😀", " "),
        ("二〇二三年，人々", " 二〇二三年 人々 "),
    ],
)
def test_folded_spelling(text, folded):
    assert fold(text) == folded


@given(MIXED)
@example("薴")
def test_folding_what_is_folded_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(MIXED)
def test_both_ways_to_fold_agree(text):
    assert Folded(text).text == fold(text)


@given(before=MIXED, part=HAN, after=MIXED)
def test_a_part_of_a_chinese_text_folds_to_a_part_of_the_folded_text(before, part, after):
    # What begins with a mark would compose with the part's last character and make another one of it.
    after = after if not after or not unicodedata.combining(after[0]) else "。" + after

    assert fold(part).strip() in fold(before + part + after)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_compatible_spellings_fold_alike(text):
    assert fold(unicodedata.normalize("NFC", text)) == fold(
        unicodedata.normalize("NFC", unicodedata.normalize("NFD", text))
    )


@given(MIXED)
def test_every_run_folds_from_the_place_that_it_came_from(text):
    folded = Folded(text)
    position = 1
    for run in runs(text):
        start, end = folded.origin(position, position + len(run.text))
        assert 0 <= start < end <= len(text)
        assert run.text in fold(text[start:end]).replace(" ", "")
        position += len(run.text) + 1


@given(before=MIXED, part=HAN, after=MIXED)
def test_a_hit_is_traced_back_to_the_very_characters(before, part, after):
    text = f"{before}。{part}。{after}"
    folded = Folded(text)
    at = len(fold(before + "。").rstrip()) + 1

    assert folded.origin(at, at + len(part)) == (len(before) + 1, len(before) + 1 + len(part))
