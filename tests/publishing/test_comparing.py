"""Two versions of a record, side by side."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.publishing import comparing, differences
from portal.publishing.comparing import Links, Row, Text, Value, changed_characters, changed_names, compare
from portal.publishing.differences import ADDED, REMOVED

from .office import on_one_line as shown

pytestmark = pytest.mark.usefixtures("in_english")


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
