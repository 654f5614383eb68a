"""Names of tables become records, or a question."""

import datetime as dt

import pytest

from portal.vocabulary.models import Succession, Unit
from portal.vocabulary.naming import RegionNames, UnitNames, key
from tests.factories import RegionFactory, UnitFactory

pytestmark = pytest.mark.django_db

LONG_AGO = dt.date(1949, 10, 1)


def found(*names, since=LONG_AGO):
    return {name: sorted(one.address for one in regions) for name, regions in RegionNames().find(names, since).items()}


@pytest.fixture
def beijing():
    beijing = RegionFactory(code="110000", name="北京市", short_name="京", aliases="北京")
    RegionFactory(code="110105", name="朝阳区", short_name="朝阳", parent=beijing, kind="county")
    RegionFactory(code="110108", name="海淀区", short_name="海淀", parent=beijing, kind="county")
    RegionFactory(code="211300", name="朝阳市", short_name="朝阳", kind="prefecture")
    return beijing


def test_a_region_is_found_by_name_short_name_other_name_and_code(beijing):
    assert found("北京市", "京", "北京", "北 京 市", "１１００００", "上海") == {
        "北京市": ["110000"],
        "京": ["110000"],
        "北京": ["110000"],
        "北 京 市": ["110000"],
        "１１００００": ["110000"],
        "上海": [],
    }


def test_a_name_of_several_regions_is_decided_by_its_neighbours_or_not_at_all(beijing):
    assert found("朝阳") == {"朝阳": ["110105", "211300"]}
    assert found("朝阳", "海淀") == {"朝阳": ["110105"], "海淀": ["110108"]}


def test_a_region_that_ended_before_the_table_begins_is_not_meant():
    RegionFactory(code="500105", name="江北区", valid_to="2025")
    RegionFactory(code="330205", name="江北区")

    assert found("江北区", since=dt.date(2020, 1, 1)) == {"江北区": ["330205", "500105-2025"]}
    assert found("江北区", since=dt.date(2026, 1, 1)) == {"江北区": ["330205"]}


def test_what_became_another_of_the_same_name_is_the_later_one():
    old = RegionFactory(code="510200", name="重庆市", valid_to="1996", kind="prefecture")
    new = RegionFactory(code="500000", name="重庆市", valid_from="1997")
    Succession.objects.create(predecessor=old, successor=new)

    assert found("重庆市") == {"重庆市": ["500000"]}


def test_the_names_of_a_table_cost_one_query_and_two_where_they_are_ambiguous(beijing, django_assert_num_queries):
    with django_assert_num_queries(1):
        found("北京市", "海淀区")
    with django_assert_num_queries(2):
        found("北京市", "朝阳")


@pytest.mark.parametrize(
    ("text", "code", "power"),
    [
        ("元", "CNY", 0),
        ("亿元", "CNY", 8),
        ("万亿元", "CNY", 12),
        ("万人", "PS", 4),
        ("％", "PT", 0),
        ("千瓦时", "KWH", 0),
        ("亿千瓦时", "KWH", 8),
        ("亿美元", "USD", 8),
        ("万人次", "TRIP", 4),
    ],
)
def test_a_unit_is_found_with_its_multiplier_and_made_where_it_is_a_common_one(text, code, power):
    unit, found_power = UnitNames().find(text)

    assert (unit.code, found_power) == (code, power)
    assert list(Unit.objects.all()) == [unit]


def test_a_unit_that_is_there_is_taken_and_one_that_nobody_knows_is_none():
    mine = UnitFactory(code="HA", symbol="公顷", name="公顷", dimension="area")

    assert UnitNames().find("千公顷") == (mine, 3)
    assert [UnitNames().find(text) for text in ("上年=100", "万", "", "元/人")] == [None] * 4
    assert list(Unit.objects.all()) == [mine]


def test_spellings_of_one_name_have_one_key():
    assert {key(name) for name in ("北京 市", "北京市", "北　京市\t")} == {"北京市"}
    assert key("ＧＤＰ（亿元）") == key("gdp(亿元)")
