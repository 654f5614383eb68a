"""Every unit has its one place on the schematic maps."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from stats.arrangements import ARRANGEMENTS, places

DIVISIONS = Path(__file__).parents[2] / "portal/demo/regions/divisions.csv"


def parts_of(code):
    with DIVISIONS.open(encoding="utf-8") as file:
        return {row["code"] for row in csv.DictReader(file) if row["parent"] == code and not row["valid_to"]}


@pytest.mark.parametrize("code", ARRANGEMENTS)
def test_every_part_of_today_has_a_tile_and_no_other(code):
    assert set(places(code)) == parts_of(code)


def test_china_has_all_34_divisions_of_the_province_level():
    assert len(places("100000")) == 34
    assert {"710000", "810000", "820000"} <= set(places("100000"))


@pytest.mark.parametrize("code", ARRANGEMENTS)
def test_no_two_tiles_share_a_place_and_the_style_sheet_has_each(code):
    taken = Counter(places(code).values())
    css = (Path(__file__).parents[2] / "static/css/map.css").read_text()

    assert max(taken.values()) == 1
    assert [row for row, _column in taken if f".r{row} {{" not in css] == []
    assert [column for _row, column in taken if f".c{column} {{" not in css] == []


def test_a_region_that_nobody_arranged_has_no_places():
    assert places("530000") == {}
