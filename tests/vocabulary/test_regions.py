"""The divisions that the product brings with it: what they must be, whatever the next edition of the list says."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from portal import demo
from portal.vocabulary.dates import bounds
from portal.vocabulary.importing import import_regions
from portal.vocabulary.models import Region, RegionKind, Succession

SOURCE = Path(settings.BASE_DIR).parent / "shared" / "data" / "regions"
#: One worker loads them, once.
pytestmark = pytest.mark.xdist_group("regions")
LEVELS = {"province": "nation", "prefecture": "province", "county": "prefecture"}


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker):
    """All regions, loaded once for these tests (a second and a half), and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield import_regions(Path(demo.__file__).parent / "regions")
        transaction.set_rollback(True)


def region(address):
    return Region.objects.at(address).get()


def story(address):
    """Names and addresses of what became of a region, step by step, as long as there is one successor."""
    steps, here = [], region(address)
    while here:
        steps.append(f"{here.address} {here.name}")
        following = list(here.successors.filter(origins__predecessor=here).distinct()) if here.valid_to else []
        here = following[0] if len(following) == 1 else None
    return steps


def became(address):
    """Successors of a region: (address, name, share)."""
    links = region(address).successions.select_related("successor").order_by("successor__code")
    return [(link.successor.address, link.successor.name, link.share) for link in links]


def test_all_rows_of_the_files_are_taken(loaded):
    assert (loaded.rejected, loaded.revised, loaded.same, loaded.written) == ([], 0, 0, True)


def test_the_nation_has_34_provinces_333_prefectures_and_2847_counties():
    counts = Counter(Region.objects.current().values_list("kind", flat=True))

    assert counts == {"nation": 1, "province": 34, "prefecture": 333, "county": 2847, "group": 2}


def test_chongqing_and_sichuan_have_a_history_and_the_others_none_yet():
    former = Region.objects.exclude(valid_to="").values_list("code", flat=True)

    assert Counter(code[:2] for code in former) == {"50": 20, "51": 488}


def test_no_code_is_held_by_two_at_a_time_though_many_pass_from_one_to_another():
    holders = {}
    for code, first, last in Region.objects.values_list("code", "valid_from", "valid_to"):
        holders.setdefault(code, []).append((int(first or 0), int(last or 9999)) if code[0] == "5" else (0, 9999))

    for code, periods in holders.items():
        periods.sort()
        assert all(a[1] < b[0] for a, b in zip(periods, periods[1:], strict=False)), code
    assert sum(len(periods) > 1 for code, periods in holders.items() if code[:2] in ("50", "51")) == 174


def test_every_parent_was_in_force_to_the_last_and_stands_higher():
    for row in Region.objects.filter(kind__in=LEVELS).select_related("parent"):
        above = row.parent
        assert above.kind in (LEVELS[row.kind], "province"), row
        last = bounds(row.valid_to)[1] if row.valid_to else None
        assert above.valid_to == "" if last is None else not above.valid_to or bounds(above.valid_to)[1] >= last, row
        assert not last or not above.valid_from or bounds(above.valid_from)[0] <= last, row


def test_within_chongqing_are_all_its_counties():
    inside = Region.objects.within(region("500000")).current()

    assert Counter(inside.values_list("kind", flat=True)) == {"province": 1, "county": 37}
    assert set(inside) == set(Region.objects.current().filter(code__startswith="50"))


def test_within_sichuan_are_its_prefectures_and_their_counties():
    inside = Region.objects.within(region("510000")).current()

    assert Counter(inside.values_list("kind", flat=True)) == {"province": 1, "prefecture": 21, "county": 183}
    assert set(inside) == set(Region.objects.current().filter(code__startswith="51"))


def test_within_the_nation_is_every_division():
    divisions = Region.objects.current().exclude(kind=RegionKind.GROUP)

    assert set(Region.objects.within(region("100000")).current()) == set(divisions)


def test_within_chuanyu_are_both_provinces():
    inside = Region.objects.within(region("CY")).current().exclude(kind=RegionKind.GROUP)

    assert set(inside) == set(Region.objects.current().filter(code__regex="^5[01]"))


def test_within_the_economic_circle_is_what_the_outline_of_2021_names():
    inside = Region.objects.within(region("CYEC")).current()
    outside = Region.objects.current().filter(code__regex="^5[01]", kind="county").exclude(pk__in=inside)

    chongqing = {"城口县", "奉节县", "巫山县", "巫溪县", "武隆区"} | {
        f"{name}自治县" for name in ("石柱土家族", "秀山土家族苗族", "酉阳土家族苗族", "彭水苗族土家族")
    }
    excepted = {"北川羌族自治县", "平武县", "万源市", "天全县", "宝兴县"}
    whole = (
        Region.objects.within(region("510000"))
        .current()
        .filter(kind="county", parent__code__in=["510400", "510800", "511900", "513200", "513300", "513400"])
    )
    assert {row.name for row in outside} == chongqing | excepted | {row.name for row in whole}


def test_the_circle_had_27_districts_and_counties_of_chongqing_and_two_in_parts_in_2021():
    members = region("CYEC").memberships.filter(valid_from="2021-10", member__code__startswith="50")

    assert Counter(members.values_list("note", flat=True)) == {"": 27, "部分地区": 2}
    assert set(members.exclude(note="").values_list("member__name", flat=True)) == {"开州区", "云阳县"}


def test_jiangbei_and_yubei_became_liangjiang_new_area():
    assert became("500105-2025") == [("500157", "两江新区", "whole")]
    assert became("500112-2025") == [("500109", "北碚区", "part"), ("500157", "两江新区", "part")]
    assert region("500157").valid_from == "2026"
    assert not Region.objects.at("500105").exists()


def test_a_former_region_has_an_address_of_its_own():
    addresses = [row.address for row in Region.objects.all()]

    assert len(set(addresses)) == len(addresses)
    assert [row.name for row in Region.objects.filter(code="500110").order_by("valid_from")] == ["万盛区", "綦江区"]
    assert (region("500110").name, region("500110-2010").name) == ("綦江区", "万盛区")


def test_rongchang_can_be_followed_through_codes_provinces_and_ranks():
    assert story("512628-1981") == [
        "512628-1981 荣昌县",
        "512127-1982 荣昌县",
        "510231-1996 荣昌县",
        "500226-2014 荣昌县",
        "500153 荣昌区",
    ]


def test_jiangjin_prefecture_became_yongchuan_prefecture_and_came_to_chongqing():
    assert story("512600-1980") == [
        "512600-1980 江津地区",
        "512600-1981 永川地区",
        "512100-1982 永川地区",
        "510200-1996 重庆市",
        "500000 重庆市",
    ]


def test_wan_county_went_by_three_districts_into_wanzhou():
    assert became("512221-1991") == [
        ("511202-1996", "龙宝区", "part"),
        ("511203-1996", "天城区", "part"),
        ("511204-1996", "五桥区", "part"),
    ]
    assert story("511202-1996") == ["511202-1996 龙宝区", "500101-1997 万县区", "500101 万州区"]
    assert became("511200-1996") == [("500000", "重庆市", "whole"), ("500101-1997", "万县区", "part")]


def test_chongqing_left_sichuan_in_1997():
    link = Succession.objects.get(predecessor=region("510000"), successor=region("500000"))

    assert (link.share, link.year, region("500000").valid_from) == ("part", 1997, "1997")
    assert Region.objects.filter(code__startswith="5102", valid_to="1996").count() == 22


def test_every_former_region_leads_to_regions_in_force():
    following = {}
    for link in Succession.objects.all():
        following.setdefault(link.predecessor_id, []).append(link.successor_id)
    reaches = set(Region.objects.current().values_list("pk", flat=True))
    while more := {pk for pk, nexts in following.items() if pk not in reaches and reaches.intersection(nexts)}:
        reaches |= more

    lost = Region.objects.exclude(pk__in=reaches).values_list("code", "name")
    assert sorted(lost) == [("512202", "市中区"), ("512802", "市中区")]  # nobody says what became of it


def test_a_successor_was_in_force_in_the_year_of_the_change_and_only_one_took_the_whole():
    links = Succession.objects.select_related("predecessor", "successor")
    for link in links:
        after = link.successor
        assert int(after.valid_from or 0) <= link.year <= int(after.valid_to or 9999), link
        assert int(link.predecessor.valid_from or 0) <= link.year <= int(link.predecessor.valid_to or 9999) + 1, link
        assert link.successor.code[:2] in ("50", "51"), link
    whole = Counter(link.predecessor_id for link in links if link.share == "whole")
    assert set(whole.values()) == {1}


def test_names_are_those_in_use():
    used = {
        "100000": ("China", "全国"),
        "150000": ("Inner Mongolia", "蒙"),
        "500000": ("Chongqing", "渝"),
        "510000": ("Sichuan", "川"),
        "610000": ("Shaanxi", "陕"),
        "810000": ("Hong Kong", "港"),
        "341500": ("Lu'an", "六安"),
        "350200": ("Xiamen", "厦门"),
        "440113": ("Panyu District", "番禺"),
        "441422": ("Dabu County", "大埔"),
        "361124": ("Yanshan County", "铅山"),
        "500115": ("Changshou District", "长寿"),
        "500153": ("Rongchang District", "荣昌"),
        "500157": ("Liangjiang New Area", "两江新区"),
        "500233": ("Zhongxian County", "忠县"),
        "510117": ("Pidu District", "郫都"),
        "510183": ("Qionglai", "邛崃"),
        "511123": ("Qianwei County", "犍为"),
        "511526": ("Gongxian County", "珙县"),
        "513300": ("Ganzi Tibetan Autonomous Prefecture", "甘孜州"),
    }
    found = Region.objects.current().filter(code__in=used)

    assert {row.code: (row.name_en, row.short_name) for row in found} == used


def test_every_region_has_an_english_and_a_short_name():
    assert list(Region.objects.filter(name_en="")) == []
    assert list(Region.objects.filter(short_name="")) == []


@pytest.mark.skipif(not SOURCE.exists(), reason="the list of the names database is not on this machine")
def test_the_divisions_in_force_are_those_of_the_official_list():
    with open(SOURCE / "divisions_2026-09_official.csv", encoding="utf-8-sig", newline="") as file:
        official = {(r["code"], r["name"], r["level"], r["parent"] or "100000") for r in csv.DictReader(file)}
    ours = Region.objects.current().filter(kind__in=LEVELS).values_list("code", "name", "kind", "parent__code")

    assert set(ours) == official


@pytest.mark.skipif(not SOURCE.exists(), reason="the list of changes is not on this machine")
def test_every_division_that_the_list_of_changes_names_as_former_is_known():
    changes = json.loads((SOURCE / "cq_sc_changes.json").read_text(encoding="utf-8"))
    former = {(old["code"][:6], old["name"]) for old in (change["old"] for change in changes) if old["code"]}
    known = set(Region.objects.exclude(valid_to="").values_list("code", "name"))

    assert former - known == {("511102", "市中区")}  # in force all the time, says the note of the list itself
