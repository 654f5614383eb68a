"""Two texts or two lists: which characters differ, and which blocks are paired."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.publishing import differences
from portal.publishing.differences import ADDED, REMOVED, Piece

from .office import on_one_line as shown
from .office import together


def differing(old, new):
    return shown(differences.differences(old, new))


# Characters and words


def test_a_figure_that_changed_is_one_change():
    assert differing("总值19424.73亿元，增长11%", "总值20066.3亿元，增长11.5%") == (
        "总值[-19424.73-]{+20066.3+}亿元，增长[-11-]{+11.5+}%"
    )


def test_only_the_changed_characters_of_a_chinese_sentence_are_marked():
    assert differing("川渝签署合作协议", "川渝两地签署战略合作协议") == "川渝{+两地+}签署{+战略+}合作协议"


def test_what_is_the_same_by_chance_within_a_replacement_is_not_scattered():
    assert differing("川渝两地签署合作协议", "川渝双方签订合作协议书") == "川渝[-两地签署-]{+双方签订+}合作协议{+书+}"


def test_words_in_letters_change_as_a_whole():
    assert (
        differing("signed in Chongqing today", "signed in Chengdu today") == "signed in [-Chongqing-]{+Chengdu+} today"
    )


def test_a_character_keeps_what_is_combined_with_it():
    assert differing("e\u0301", "e\u0300") == "[-e\u0301-]{+e\u0300+}"


def test_texts_without_anything_in_common_stand_whole_beside_one_another():
    old, new = "一二三四五六七八九十" * 8, "甲乙丙丁戊己庚辛壬癸" * 8

    assert differences.differences(old, new) == [Piece(REMOVED, old), Piece(ADDED, new)]


@pytest.mark.parametrize("limit", [differences.LIMIT, 100, 0])
def test_whatever_the_limit_a_long_text_is_told_whole(limit):
    old = "".join(f"第{n}句说的是投资{n * 7}亿元。" for n in range(60))
    new = old.replace("第30句", "第三十句").replace("投资70亿元", "投资71亿元").replace("第50句", "")

    pieces = differences.differences(old, new, limit)

    assert together(pieces) == (old, new)
    assert shown(pieces).count("第") < 2 * old.count("第")


TEXTS = st.text(alphabet="川渝合作。！，123.45 abé\u0301\n\U000f0001𠀀", max_size=40)


@given(TEXTS, TEXTS, st.sampled_from([differences.LIMIT, 20, 0]))
def test_pieces_give_back_both_texts_and_alternate(old, new, limit):
    pieces = differences.differences(old, new, limit)

    assert together(pieces) == (old, new)
    assert all(piece.text for piece in pieces)
    assert [pair for pair in zip(pieces, pieces[1:], strict=False) if pair[0].step == pair[1].step] == []


@given(TEXTS, TEXTS, st.sampled_from([differences.LIMIT, 20, 0]))
def test_pieces_of_the_reverse_are_the_mirror(old, new, limit):
    assert differences.differences(new, old, limit) == differences.mirrored(differences.differences(old, new, limit))


# Lists of blocks


def alignment(old, new):
    return [
        (None if one is None else old[one], None if other is None else new[other])
        for one, other in differences.aligned(old, new)
    ]


def test_a_block_that_was_inserted_leaves_the_others_paired():
    assert alignment(["甲", "乙", "丙"], ["甲", "新", "乙", "丙"]) == [
        ("甲", "甲"),
        (None, "新"),
        ("乙", "乙"),
        ("丙", "丙"),
    ]


def test_versions_of_a_block_are_paired_across_what_was_inserted():
    old = ["两地签署合作协议", "投资五十亿元"]
    new = ["全新的一段话在这里", "两地签署战略合作协议", "另一段全新的话", "投资五十五亿元"]

    assert alignment(old, new) == [(None, new[0]), (old[0], new[1]), (None, new[2]), (old[1], new[3])]


def test_cells_without_a_character_in_common_are_paired_in_turn():
    assert alignment(["年", "2022", "29129"], ["年", "2023", "30145"]) == [
        ("年", "年"),
        ("2022", "2023"),
        ("29129", "30145"),
    ]


BLOCKS = st.lists(st.sampled_from(["甲乙丙丁", "甲乙丙戊", "子丑寅卯", "1", "2", "-", "辰巳午未申酉"]), max_size=9)


@given(BLOCKS, BLOCKS)
def test_an_alignment_holds_every_block_once_and_in_order(old, new):
    pairs = differences.aligned(old, new)

    assert [one for one, _other in pairs if one is not None] == list(range(len(old)))
    assert [other for _one, other in pairs if other is not None] == list(range(len(new)))
    assert {(other, one) for one, other in pairs} == set(differences.aligned(new, old))
