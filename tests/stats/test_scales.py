"""Classes of values, and classes on both sides of zero."""

from hypothesis import given
from hypothesis import strategies as st

from stats.scales import CLASSES, around_zero, classes, low_to_high


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=60))
def test_classes_keep_the_order_and_equal_values_together(values):
    found = classes(values)

    assert sorted(found) == sorted(set(values))
    ordered = [found[value] for value in sorted(values)]
    assert ordered == sorted(ordered)
    assert set(ordered) == set(range(1, max(ordered) + 1))
    assert max(ordered) <= CLASSES


def test_five_classes_have_as_many_values_each():
    assert [classes(range(10))[value] for value in range(10)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_classes_are_named_from_low_to_high_in_the_colours_furthest_apart():
    assert [(one.key, one.values) for one in low_to_high([3, 1, 2])] == [("5", (3,)), ("3", (2,)), ("1", (1,))]
    assert [one.key for one in low_to_high([7, 7])] == ["1"]


def test_zero_divides_changes_and_each_side_has_its_sign():
    told = [(one.key, one.sign, one.values) for one in around_zero([-5, 0, 4, -1, 1, 9, 3, 0])]

    assert told == [
        ("up-3", "+", (9,)),
        ("up-2", "+", (4,)),
        ("up-1", "+", (1, 3)),
        ("even", "", (0, 0)),
        ("down-1", "−", (-1,)),
        ("down-3", "−", (-5,)),
    ]


@given(st.lists(st.integers(-50, 50), max_size=60))
def test_every_change_has_a_class_of_its_own_side(values):
    found = around_zero(values)

    assert sorted(value for one in found for value in one.values) == sorted(values)
    assert all((value > 0) - (value < 0) == {"+": 1, "": 0, "−": -1}[one.sign] for one in found for value in one.values)
