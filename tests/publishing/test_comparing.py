"""Two versions of a record, side by side."""

from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.publishing import comparing, differences, passages
from portal.publishing.comparing import Links, Row, Text, Value, changed_characters, changed_names, compare
from portal.publishing.differences import ADDED, REMOVED, SAME, Piece
from portal.publishing.richtext import clean


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def shown(pieces):
    """Pieces on one line: 增长[-11-]{+11.5+}%."""
    marks = {SAME: "{}", REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    return "".join(marks[piece.step].format(piece.text) for piece in pieces)


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


def together(pieces):
    """The two texts that pieces hold."""
    return tuple("".join(piece.text for piece in pieces if piece.step != step) for step in (ADDED, REMOVED))


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


# Texts with markup


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


# Records


def article(**fields):
    names = {"vocabulary.topic 1": "产业", "vocabulary.topic 2": "民营经济", "vocabulary.organization 7": "重庆日报"}
    said = {"headline": "两地合作", "body": "", "source": None, "dated": "2026-11-24", "topics": [], **fields}
    return {"rows": [{"model": "articles.article", "pk": 1, "fields": said}], "names": names}


def test_fields_are_told_in_the_order_of_the_model_as_people_read_them():
    old = article(source=7, topics=[1], dated="2026-11-24", headline="两地合作")
    new = article(source=None, topics=[2], dated="2026-11-25", headline="两地深化合作")

    headline, source, dated, topics = compare(old, new)

    assert (headline.name, headline.label) == ("headline", "Headline")
    assert [shown(one.pieces) for one in headline.passages] == ["两地{+深化+}合作"]
    assert source == Value("source", "Source", "重庆日报", "")
    assert dated == Value("dated", "Dated", "Nov. 24, 2026", "Nov. 25, 2026")
    assert topics == Links("topics", "Topics", ["产业"], ["民营经济"])
    assert changed_names(old, new) == ["headline", "source", "dated", "topics"]


@pytest.mark.parametrize(("old", "new"), [("2026-11-24", "2026-11-24"), (None, "")])
def test_what_says_the_same_is_no_change(old, new):
    assert compare(article(dated=old), article(dated=new)) == []


def test_a_field_that_no_longer_exists_is_told_by_its_old_name():
    assert compare(article(slogan="旧"), article(slogan="新")) == [Value("slogan", "slogan", "旧", "新")]


def test_a_kind_that_no_longer_exists_can_still_be_compared():
    old = {"rows": [{"model": "gone.thing", "pk": 1, "fields": {"name": "旧"}}], "names": {}}
    new = {"rows": [{"model": "gone.thing", "pk": 1, "fields": {"name": "新"}}], "names": {}}

    assert compare(old, new) == [Value("name", "name", "旧", "新")]


def test_a_field_that_came_later_and_is_empty_is_no_change():
    old, new = article(), article(kicker="")

    assert compare(old, new) == []
    assert changed_names(old, new) == []


def test_another_arrangement_of_the_same_blocks_is_a_change():
    one = "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    two = "<table><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>"

    (body,) = compare(article(body=one), article(body=two))

    assert body.is_layout_only
    assert body.characters is None


# Rows


def agreement(*rows, **fields):
    said = {"title": "协议", "instrument": "mou", "summary": "", **fields}
    names = {"vocabulary.organization 7": "重庆市", "vocabulary.organization 8": "四川省", "vocabulary.unit 3": "元"}
    record = {"model": "agreements.agreement", "pk": 1, "fields": said}
    return {"rows": [record, *rows], "names": names}


def party(pk, organization, **fields):
    return {"model": "agreements.party", "pk": pk, "fields": {"organization": organization, "side": "", **fields}}


def milestone(pk, kind, **fields):
    said = {"kind": kind, "label": "", "date": "", "after": None, "offset_days": None, "note": "", **fields}
    return {"model": "agreements.milestone", "pk": pk, "fields": said}


def amount(pk, **fields):
    said = {
        "kind": "total_investment",
        "mantissa": "10.00000",
        "unit": 3,
        "unit_mult": 8,
        "printed": "10亿元",
        **fields,
    }
    return {"model": "agreements.amount", "pk": pk, "fields": said}


def test_rows_that_say_the_same_under_new_numbers_are_no_change():
    old = agreement(party(1, 7), party(2, 8), milestone(5, "signed"), milestone(6, "started", after=5, offset_days=30))
    new = agreement(
        party(11, 7), party(12, 8), milestone(9, "signed"), milestone(8, "started", after=9, offset_days=30)
    )

    assert compare(old, new) == []
    assert changed_names(old, new) == []


def test_a_row_is_known_by_its_key_under_a_new_number():
    old, new = agreement(party(1, 7, side="甲方")), agreement(party(11, 7, side="乙方"))

    (row,) = compare(old, new)

    assert (row.name, row.label, row.title, row.step) == ("agreements.party", "Party", "重庆市", "changed")
    assert [shown(one.pieces) for one in row.changes[0].passages] == ["[-甲-]{+乙+}方"]
    assert changed_names(old, new) == ["agreements.party"]


def test_a_row_without_a_key_is_known_by_what_it_keeps():
    old = agreement(amount(1), amount(2, kind="loan", mantissa="3"))
    new = agreement(amount(11, kind="loan", mantissa="3"), amount(12, mantissa="12.5", printed="12.5亿元"))

    (row,) = compare(old, new)

    assert row.step == "changed"
    assert row.changes[0] == Value("mantissa", "Value", "10", "12.5")
    assert [change.name for change in row.changes] == ["mantissa", "printed"]


def test_rows_that_came_and_went_are_told_with_what_they_say():
    old, new = agreement(party(1, 7)), agreement(party(2, 8))

    added, removed = compare(old, new)

    assert (added.step, added.title) == ("added", "四川省")
    assert (removed.step, removed.title) == ("removed", "重庆市")
    assert removed.changes == [Value("organization", "Organization", "重庆市", "")]


def test_what_hangs_on_another_row_is_told_by_the_name_of_that_row():
    rows = [milestone(5, "signed"), milestone(6, "in_production")]
    old = agreement(*rows, milestone(7, "started", after=5, offset_days=30))
    new = agreement(*rows, milestone(7, "started", after=6, offset_days=30))

    (row,) = compare(old, new)

    assert row.changes == [Value("after", "After", "signed (签约)", "in production (投产)")]


def test_what_hangs_on_a_row_that_was_renamed_still_hangs_on_it():
    follower = milestone(6, "started", after=5, offset_days=30)
    old = agreement(milestone(5, "signed", label="签约"), follower)
    new = agreement(milestone(5, "signed", label="正式签约"), follower)

    assert [(row.title, [change.name for change in row.changes]) for row in compare(old, new)] == [
        ("正式签约", ["label"])
    ]


def test_what_hangs_on_another_of_two_rows_that_say_the_same_is_a_change():
    rows = [milestone(5, "signed", after=6), milestone(6, "signed")]
    old, new = (agreement(*rows, milestone(7, "started", after=after)) for after in (5, 6))

    assert [row.title for row in compare(old, new)] == ["construction started (开工)"]
    assert changed_names(old, new) == ["agreements.milestone"]


PARTIES = st.lists(
    st.tuples(st.sampled_from([7, 8, 9]), st.sampled_from(["", "甲方", "乙方"])),
    max_size=3,
    unique_by=lambda one: one[0],
)
MILESTONES = st.lists(
    st.tuples(
        st.sampled_from(["signed", "started", "in_production"]),
        st.sampled_from(["", "2023", "2024"]),
        st.integers(0, 2),
    ),
    max_size=3,
)


@st.composite
def agreements(draw):
    first = draw(st.sampled_from([0, 1, 20]))
    parties = [party(first + n, one, side=side) for n, (one, side) in enumerate(draw(PARTIES))]
    found = draw(MILESTONES)
    rows = [
        milestone(first + n, kind, date=date, after=first + after if after < len(found) and after != n else None)
        for n, (kind, date, after) in enumerate(found)
    ]
    return agreement(*parties, *rows, title=draw(st.sampled_from(["协议", "合作协议"])))


def mirror(change):
    if isinstance(change, Text):
        return replace(change, passages=[passage.mirror for passage in change.passages])
    if isinstance(change, Value):
        return replace(change, old=change.new, new=change.old)
    if isinstance(change, Links):
        return replace(change, removed=change.added, added=change.removed)
    step = {ADDED: REMOVED, REMOVED: ADDED}.get(change.step, change.step)
    return replace(change, step=step, title="", changes=[mirror(one) for one in change.changes])


def comparable(changes):
    return sorted(repr(replace(one, title="") if isinstance(one, Row) else one) for one in changes)


@given(agreements())
def test_nothing_changed_between_a_version_and_itself(version):
    assert compare(version, version) == []
    assert changed_names(version, version) == []


@given(agreements(), agreements())
def test_compared_the_other_way_round_everything_is_mirrored(old, new):
    assert comparable(compare(new, old)) == comparable([mirror(change) for change in compare(old, new)])
    assert {change.name for change in compare(old, new)} == set(changed_names(old, new))


# How much


def test_a_mended_typo_counts_its_characters():
    assert (
        changed_characters(
            article(headline="两地合做", body="<p>签定协议</p>"), article(headline="两地合作", body="<p>签订协议</p>")
        )
        == 2
    )
    assert changed_characters(article(body="<p>总值19424.73亿</p>"), article(body="<p>总值20066.3亿</p>")) == 8
    assert changed_characters(agreement(party(1, 7, side="甲")), agreement(party(2, 7, side="乙方"))) == 2
    assert changed_characters(article(), article()) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (article(dated="2026-11-24"), article(dated="2026-11-25")),
        (article(topics=[1]), article(topics=[])),
        (article(body="<p>合作</p>"), article(body="<p><strong>合作</strong></p>")),
        (article(body="<p>合作</p>"), article(body="<p>合作</p><p>另</p>")),
        (agreement(party(1, 7)), agreement()),
    ],
)
def test_what_is_more_than_words_is_no_typo(old, new):
    assert changed_characters(old, new) is None


def test_a_first_version_tells_everything_that_it_says():
    assert changed_names(None, article()) == ["headline", "dated"]
    assert [change.name for change in compare(None, article())] == ["headline", "dated"]


def test_comparing_looks_at_no_clock():
    assert "time" not in vars(comparing)
    assert "time" not in vars(differences)
