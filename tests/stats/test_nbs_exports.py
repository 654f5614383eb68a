"""The four exports of the National Bureau of Statistics, as users download them."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.db import transaction

from portal import demo
from portal.vocabulary.importing import import_regions
from stats.importing import import_observations
from stats.models import Indicator, Observation, Release, Series
from tests.factories import OrganizationFactory
from tests.keeping import load_once

NBS = Path(__file__).resolve().parents[3] / "shared" / "data" / "stats" / "nbs"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not NBS.exists(), reason="the exports of NBS are not here (shared/data)"),
]

A = "a_分省年度数据.xls", {"released": "2018-12-31"}
C = "c_分省年度数据.csv", {"released": "2026-03-31"}
POPULATION = "population_分省年度数据.csv", {"released": "2025-12-31"}
BUDGET = "utf8_bom_分省年度数据.csv", {"released": "2025-12-31", "region": "110000"}


def load_names():
    import_regions(Path(demo.__file__).parent / "regions")
    OrganizationFactory(name="国家统计局", kind="statistics")


@pytest.fixture
def names(db):
    """Regions and the source."""
    load_once(load_names)


def take(export):
    name, options = export
    report = import_observations(NBS / name, source="国家统计局", **options)
    assert report.rejected == []
    return report.new, report.revised, report.same


def figures():
    names = (
        "series__indicator__name", "series__region__code", "series__frequency", "series__accumulation",
        "series__transformation", "series__price_basis", "time_period", "release__source__name",
        "release__released_on", "mantissa", "decimals", "unit__code", "unit_mult", "qualifier", "source_place",
    )  # fmt: skip
    return sorted(map(str, Observation.objects.values_list(*names)))


@pytest.mark.parametrize(
    ("export", "count"), [(A, 155), (C, 589), (POPULATION, 310), (BUDGET, 169)], ids=lambda value: str(value)[2:6]
)
def test_an_export_twice_is_new_once(names, export, count):
    assert take(export) == (count, 0, 0)
    assert take(export) == (0, 0, count)


def test_the_order_of_the_exports_does_not_matter(names):
    with transaction.atomic():
        assert [take(A), take(C)] == [(155, 0, 0), (434, 155, 0)]
        straight = figures()
        transaction.set_rollback(True)
    assert figures() == []

    assert [take(export) for export in (C, A, C, A)] == [(589, 0, 0), (0, 155, 0), (0, 0, 589), (0, 0, 155)]

    assert figures() == straight


def test_the_newest_official_figure_counts_and_the_older_one_is_remembered(names):
    take(C)
    take(A)

    chongqing = Observation.objects.filter(series__region__code="500000", time_period="2017")
    counted = [chongqing.as_of(day).get().mantissa.normalize() for day in (None, dt.date(2019, 6, 30))]
    assert [str(value) for value in counted] == ["20260.8", "19424.73"]


def test_the_rows_of_the_budget_become_indicators_of_the_region_that_was_given(names):
    take(BUDGET)

    assert Indicator.objects.listed().count() == 21
    assert set(Series.objects.listed().values_list("region__code", "price_basis", "unit_mult")) == {
        ("110000", "none", 8)
    }
    spent = Observation.objects.get(series__indicator__name="地方财政一般公共预算支出", time_period="2024")
    assert (str(spent.mantissa.normalize()), spent.decimals, spent.source_place) == (
        "8396.49",
        2,
        "utf8_bom_分省年度数据.csv!B4",
    )


def test_the_vintages_of_one_figure_come_from_one_file_and_agree_with_the_demo(own_demo, tmp_path):
    bureau = {
        "NBS export, repo 2018-12": "2018-12-31",
        "NBS export, repo 2020-11 (4th census note)": "2020-11-30",
        "compilation of NBS values, 2022-06": "2022-06-30",
        "NBS export, after 5th census (repo 2026-03)": "2026-03-31",
    }
    sources = {name: {"source": "国家统计局", "released": day} for name, day in bureau.items()} | {
        "communique 2023-03-17": {"source": "重庆市统计局", "released": "2023-03-17"},
        "unofficial compilation, 2026-04 (agrees with no NBS vintage)": {
            "source": "民间汇编",
            "released": "2026-04-30",
        },
    }
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"columns": {"gdp_100m_yuan": "value"}, "unit": "亿元", "sources": sources}))

    report = import_observations(NBS.parent / "gdp_vintages_cq_sc.csv", mapping=mapping, indicator="gdp")

    assert (report.rejected, report.new, report.revised, report.same) == ([], 0, 0, 99)


def test_the_demo_gets_what_its_releases_lack(own_demo):
    before = set(Release.objects.values_list("pk", flat=True))

    assert [take(export) for export in (A, C, POPULATION, BUDGET)] == [
        (125, 24, 6),
        (350, 125, 114),
        (290, 0, 20),
        (169, 0, 0),
    ]

    assert set(Release.objects.values_list("pk", flat=True)) == before
    assert Indicator.objects.filter(name__in=["地区生产总值", "年末常住人口"]).count() == 2
    assert [take(export)[:2] for export in (A, C, POPULATION, BUDGET)] == [(0, 0)] * 4
