"""Two texts with markup: paragraphs that changed, were moved or were set in another format."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.publishing import passages
from portal.publishing.differences import ADDED, REMOVED, SAME
from portal.publishing.richtext import clean

from .office import on_one_line as shown
from .office import together

pytestmark = pytest.mark.usefixtures("in_english")


def told(old, new):
    """What a reader of the comparison sees of two texts with markup."""
    found = passages.compared(passages.passages(clean(old)), passages.passages(clean(new)))
    return [(one.step, one.number if one.step == SAME else shown(one.pieces)) for one in passages.folded(found)]


def test_a_changed_paragraph_is_told_by_its_characters_and_the_rest_is_counted():
    old = "<h2>总体要求</h2><p>第一段</p><p>两地签署合作协议。</p><p>末段</p>"
    new = "<h2>总体要求</h2><p>第一段</p><p>两地签署战略合作协议。</p><p>末段</p>"

    assert told(old, new) == [("same", 2), ("changed", "两地签署{+战略+}合作协议。"), ("same", 1)]


def test_a_paragraph_that_was_moved_is_told_as_moved_and_spoils_nothing():
    one, two, three = "<p>第一段讲合作</p>", "<p>第二段讲投资</p>", "<p>末段说明来源</p>"

    assert told(one + two + three, two + three + one) == [
        ("moved away", "第一段讲合作"),
        ("same", 2),
        ("moved here", "第一段讲合作"),
    ]


def test_a_paragraph_that_was_moved_and_changed_is_told_by_its_characters():
    one, rest = "<p>两地签署合作协议共十二项。</p>", "<p>第二段讲投资</p><p>末段说明来源</p>"

    assert told(one + rest, rest + one.replace("十二", "十三")) == [
        ("moved away", "两地签署合作协议共十二项。"),
        ("same", 2),
        ("moved here", "两地签署合作协议共十[-二-]{+三+}项。"),
    ]


def test_a_cell_of_a_table_changes_alone():
    table = "<table><tbody><tr><th>年</th><th>亿元</th></tr><tr><td>2022</td><td>{}</td></tr></tbody></table>"

    assert told(table.format("19424.73"), table.format("20066.3")) == [
        ("same", 3),
        ("changed", "[-19424.73-]{+20066.3+}"),
    ]


def formats(old, new):
    found = passages.compared(passages.passages(clean(old)), passages.passages(clean(new)))
    return [([one.told() for one in passage.lost], [one.told() for one in passage.got]) for passage in found]


def test_a_change_of_formatting_only_is_told_as_such():
    assert formats("<p>两地<strong>合作</strong></p>", "<p>两地合作</p>") == [(["bold of “合作”"], [])]
    assert formats("<p>两地</p>", "<h2>两地</h2>") == [(["paragraph"], ["heading"])]
    assert formats(
        '<p>见<a href="https://a.example/">公告</a></p>', '<p>见<a href="https://b.example/">公告</a></p>'
    ) == [(["link of “公告” (https://a.example/)"], ["link of “公告” (https://b.example/)"])]


def test_a_word_that_changed_within_bold_is_no_change_of_formatting():
    assert formats("<p><strong>十亿</strong>元</p>", "<p><strong>百亿</strong>元</p>") == [([], [])]


def test_another_picture_is_told():
    picture = '<figure><img src="/media/{}/wide/" alt="签约现场"></figure>'

    assert formats(picture.format(1), picture.format(2)) == [
        (["picture (/media/1/wide/)"], ["picture (/media/2/wide/)"])
    ]


def test_a_long_unchanged_stretch_is_shortened_to_its_ends():
    old = "头" * 100 + "旧" + "中" * 100 + "旧" + "尾" * 100
    passage = passages.folded(passages.compared(passages.lines(old), passages.lines(old.replace("旧", "新"))))[0]

    assert shown(passage.pieces) == (f"… {'头' * 24}[-旧-]{{+新+}}{'中' * 24} … {'中' * 24}[-旧-]{{+新+}}{'尾' * 24} …")


@pytest.mark.parametrize("far", ["3213万人" + "近" * 21, "a3,213.5" + "近" * 21, "9" * 60])
def test_a_stretch_is_shortened_within_no_number_and_no_word(far):
    old = f"{'远' * 60}{far}旧{far[::-1]}{'远' * 60}"
    passage = passages.folded(passages.compared(passages.lines(old), passages.lines(old.replace("旧", "新"))))[0]

    assert shown(passage.pieces) == f"… {far[-48:]}[-旧-]{{+新+}}{far[::-1][:48]} …"


HTML = st.lists(
    st.sampled_from(
        ["<p>甲乙<strong>丙丁</strong></p>", "<p>甲乙丙戊</p>", "<h2>子丑</h2>", "<ul><li>寅卯</li></ul>", "<hr>"]
    ),
    max_size=6,
).map("".join)


@given(HTML, HTML)
def test_passages_hold_all_of_both_texts_and_the_reverse_is_the_mirror(old, new):
    olds, news = passages.passages(clean(old)), passages.passages(clean(new))
    found = passages.compared(olds, news)

    kept = [together(passage.pieces) for passage in found]
    steps = [passage.step for passage in found]
    assert [one for (one, _other), step in zip(kept, steps, strict=True) if step not in {ADDED, "moved here"}] == [
        block.text for block in olds
    ]
    assert [other for (_one, other), step in zip(kept, steps, strict=True) if step not in {REMOVED, "moved away"}] == [
        block.text for block in news
    ]
    assert unordered(passages.compared(news, olds)) == unordered([passage.mirror for passage in found])


def unordered(found):
    return sorted(map(repr, (replace(passage, kind="") for passage in found)))
