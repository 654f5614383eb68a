"""The whole file or nothing: what comes in, and what the command says of it."""

import datetime as dt
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection

from portal.publishing import life
from portal.publishing.models import Revision, Status
from portal.publishing.steps import Desk, Step
from portal.search.models import SearchEntry
from portal.vocabulary.models import Organization
from stats.codelists import ObsStatus, Rank
from stats.models import Indicator, Observation, Release, Series
from tests.factories import (
    ColumnFactory,
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    UnitFactory,
)
from tests.publishing.office import member
from tests.stats.imports import DAY, GDP, LONG, counts, figures, rejections, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]


def test_a_wide_table_becomes_figures_of_a_public_release():
    assert counts(take(GDP, **DAY)) == (3, 0, 0)

    assert figures() == [
        ("500000", "地区生产总值", "2023", "30614.3", 8, "CNY", "2026-03-31"),
        ("500000", "地区生产总值", "2024", "32046.7", 8, "CNY", "2026-03-31"),
        ("510000", "地区生产总值", "2024", "64537.9", 8, "CNY", "2026-03-31"),
    ]
    release = Release.objects.listed().get()
    assert (release.source.name, release.title, release.rank) == ("国家统计局", "国家统计局 2026-03-31", Rank.OFFICIAL)
    indicator = Indicator.objects.listed().get()
    assert indicator.slug == "diqushengchanzongzhi"
    assert set(Series.objects.listed().values_list("price_basis", "is_default", "frequency")) == {
        ("current", True, "A")
    }
    assert set(Observation.objects.values_list("source_place", flat=True)) == {"表.csv!B5", "表.csv!C5", "表.csv!B6"}


def test_indicators_in_rows_bring_their_units():
    text = "数据库：年度\n指标\t,2024年\t,2023年\t,\n国防支出 (亿元)\t,\t,7.71\t,\n年末人口（万人）\t,3190\t,3191\t,\n"

    assert counts(take(text, **DAY, source="国家统计局", region="500000")) == (3, 0, 0)

    assert figures() == [
        ("500000", "国防支出", "2023", "7.71", 8, "CNY", "2026-03-31"),
        ("500000", "年末人口", "2023", "3191", 4, "PS", "2026-03-31"),
        ("500000", "年末人口", "2024", "3190", 4, "PS", "2026-03-31"),
    ]


def test_a_title_line_may_name_region_unit_and_day():
    text = "地区：重庆市\n单位：万人\n发布日期：2026-03-31\n指标,2024年\n年末人口,3190\n来源：国家统计局\n"

    assert counts(take(text)) == (1, 0, 0)
    assert figures() == [("500000", "年末人口", "2024", "3190", 4, "PS", "2026-03-31")]


def test_a_long_table_says_everything_in_columns():
    assert counts(take(LONG)) == (2, 1, 0)

    assert figures() == [
        ("500000", "地区生产总值", "2024", "32046.7", 8, "CNY", "2025-12-31"),
        ("500000", "地区生产总值", "2024", "32193.15", 8, "CNY", "2025-01-20"),
        ("500000", "地区生产总值", "2024-Q1", "7232.05", 8, "CNY", "2024-04-20"),
    ]
    assert sorted(Series.objects.values_list("frequency", "is_default")) == [("A", False), ("Q", True)]


def test_a_long_table_may_have_a_column_for_each_indicator():
    text = "地区,年份,地区生产总值(亿元),年末人口(万人)\n重庆,2024,32046.7,3190\n四川,2024,,8364\n"

    assert counts(take(text, **DAY, source="国家统计局")) == (3, 0, 0)
    assert [row[:4] for row in figures()] == [
        ("500000", "地区生产总值", "2024", "32046.7"),
        ("500000", "年末人口", "2024", "3190"),
        ("510000", "年末人口", "2024", "8364"),
    ]


def test_a_mapping_says_what_columns_and_names_mean():
    IndicatorFactory(name="生产总值", slug="gdp")
    mapping = {
        "columns": {"where": "region", "gdp_100m_yuan": "value", "remark": "ignore"},
        "regions": {"山城": "500000"},
        "sources": {"NBS 2018": {"source": "国家统计局", "released": "2018-12-31"}, "NBS 2026": "国家统计局"},
        "unit": "亿元",
    }
    text = "where,year,source,gdp_100m_yuan,remark\n山城,2017,NBS 2018,19424.73,旧\n山城,2017,NBS 2026,20260.8,\n"

    report = take(text, mapping=mapping, indicator="gdp", **DAY)

    assert counts(report) == (1, 1, 0)
    assert [row[3:] for row in figures()] == [
        ("19424.73", 8, "CNY", "2018-12-31"),
        ("20260.8", 8, "CNY", "2026-03-31"),
    ]


def test_a_unit_in_the_line_goes_before_that_of_the_mapping_and_that_before_the_title():
    text = "指标：地区生产总值\n单位：元\n地区,单位,2024年\n重庆市,万亿元,3.2\n"
    options = {"source": "国家统计局", "mapping": {"unit": "亿元"}}

    take(text, **options, released="2026-03-31")
    take(text.replace(",单位,", ",").replace(",万亿元,", ","), **options, released="2026-06-30")

    assert {row[6]: row[4] for row in figures()} == {"2026-03-31": 12, "2026-06-30": 8}


def test_a_mapping_gives_an_indicator_its_address_there_or_not():
    there = IndicatorFactory(slug="gdp")
    text = "指标,2024年\nGDP (亿元),1\n人口 (万人),2\n"

    take(text, mapping={"indicators": {"GDP": "gdp", "人口": "people"}}, source="国家统计局", region="500000", **DAY)

    assert sorted(Indicator.objects.values_list("slug", "name")) == [("gdp", there.name), ("people", "人口")]


def test_an_option_gives_the_indicator_of_a_title_its_address():
    take(GDP, indicator="gdp", **DAY)

    assert list(Indicator.objects.values_list("slug", "name")) == [("gdp", "地区生产总值")]


def test_an_address_that_is_mistyped_makes_no_second_indicator():
    IndicatorFactory(name="地区生产总值", slug="gdp")

    assert rejections(take(GDP, indicator="gpd", **DAY)) == [(2, "A")]


def test_two_names_with_one_sound_get_two_addresses():
    take("指标,2024年\n税金 (亿元),1\n水金 (亿元),1\n睡金 (亿元),1\n", source="国家统计局", region="500000", **DAY)

    assert sorted(Indicator.objects.values_list("slug", flat=True)) == ["shuijin", "shuijin-2", "shuijin-3"]


def test_known_names_are_taken_and_new_series_follow_those_of_the_other_regions():
    known = SeriesFactory(
        indicator=IndicatorFactory(name="居民收入", slug="income"), region=RegionFactory(), price_basis="constant"
    )

    report = take("指标：居民收入(亿元)\n地区,2024年\n重庆市,1\n", source="国家统计局", **DAY)

    assert counts(report) == (1, 0, 0)
    made = Series.objects.exclude(pk=known.pk).get()
    assert (made.indicator, made.price_basis, made.unit) == (known.indicator, "constant", known.unit)


def test_the_series_that_a_region_has_is_used_whatever_its_multiplier():
    series = SeriesFactory(
        indicator=IndicatorFactory(name="地区生产总值"), region__name="贵州省", price_basis="current", unit_mult=12
    )
    SeriesFactory(indicator=series.indicator, region=series.region, frequency="Q", price_basis="none", is_default=False)

    take("指标：地区生产总值(亿元)\n地区,2024年\n贵州省,22667.1\n", source="国家统计局", **DAY)

    assert list(series.observations.values_list("unit_mult", "decimals")) == [(8, 1)]
    assert Series.objects.count() == 2


# Vintages -----------------------------------------------------------------------------------------------------------


def test_a_second_time_changes_nothing():
    take(GDP, **DAY)
    before = list(Observation.objects.order_by("pk").values())

    assert counts(take(GDP, **DAY)) == (0, 0, 3)

    assert list(Observation.objects.order_by("pk").values()) == before


def test_a_slot_with_a_figure_of_another_release_is_revised_even_by_the_same_number():
    take(GDP, **DAY)

    assert counts(take(GDP.replace("30614.3", "30614.4"), released="2026-06-30")) == (0, 3, 0)
    assert Observation.objects.count() == 6


def test_an_older_release_comes_later_and_the_newest_still_counts():
    take(GDP, **DAY)
    take(GDP.replace("32046.7", "32193.15"), released="2025-01-20")

    slot = Observation.objects.filter(series__region__code="500000", time_period="2024")
    assert [str(slot.as_of(day).get().mantissa.normalize()) for day in (None, dt.date(2025, 12, 31))] == [
        "32046.7",
        "32193.15",
    ]


def test_a_release_that_is_there_gets_what_it_lacks():
    release = ReleaseFactory(source__name="统计局", released_on=dt.date(2026, 3, 31), rank=Rank.OTHER)
    series = SeriesFactory(
        indicator=IndicatorFactory(name="地区生产总值"), region__name="贵州省", price_basis="current"
    )
    # 3.20467 万亿元 is 32046.7 亿元
    ObservationFactory(series=series, release=release, time_period="2024", mantissa=Decimal("3.20467"), unit_mult=12)

    report = take(GDP.replace("四川省", "贵州省").replace("64537.9,", "32046.7,1"), source="统计局", **DAY)

    assert counts(report) == (3, 0, 1)
    assert (Release.objects.get(), release.observations.count()) == (release, 4)


def test_a_figure_that_was_missing_until_now_is_new():
    series = SeriesFactory(
        indicator=IndicatorFactory(name="地区生产总值"), region__name="贵州省", price_basis="current"
    )
    ObservationFactory(series=series, time_period="2024", mantissa=None, obs_status=ObsStatus.MISSING)

    assert counts(take("指标：地区生产总值(亿元)\n地区,2024年\n贵州省,1\n", source="国家统计局", **DAY)) == (1, 0, 0)


def test_the_rank_of_a_source_is_the_one_it_had_last():
    ReleaseFactory(source=OrganizationFactory(name="汇编"), rank=Rank.OTHER)
    OrganizationFactory(name="晚报", kind="media")

    for source in ("汇编", "晚报"):
        take(GDP, source=source, **DAY)

    found = Release.objects.filter(released_on="2026-03-31").values_list("source__name", "rank")
    assert sorted(found) == [("晚报", Rank.PRESS), ("汇编", Rank.OTHER)]


def test_a_draft_release_stays_a_draft_and_so_does_what_only_it_tells():
    ReleaseFactory(source=OrganizationFactory(name="局"), released_on="2026-03-31", status="draft", published_at=None)

    assert counts(take(GDP, source="局", **DAY)) == (3, 0, 0)

    assert Release.objects.get().status == Status.DRAFT
    assert Indicator.objects.get().status == Status.DRAFT


def test_what_comes_in_is_found_at_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        take(GDP, **DAY)
    with django_capture_on_commit_callbacks(execute=True):
        take(GDP.replace("重庆市", "全国").replace("四川省", "全国", 0), **DAY)

    assert [entry.title for entry in SearchEntry.objects.matching("全国")] == []  # its name is 中华人民共和国
    assert [entry.title for entry in SearchEntry.objects.matching("中华人民共和国")] == ["地区生产总值"]
    assert [entry.title for entry in SearchEntry.objects.matching("四川")] == ["地区生产总值"]


# The command and its price ------------------------------------------------------------------------------------------


def test_a_dry_run_reports_like_a_real_run_and_writes_nothing():
    report = take(GDP, dry_run=True, **DAY)

    assert (counts(report), report.written) == ((3, 0, 0), False)
    assert (Observation.objects.count(), Release.objects.count(), Indicator.objects.count()) == (0, 0, 0)


def test_the_command_prints_the_report(tmp_path):
    (tmp_path / "表.csv").write_text(GDP)
    out = StringIO()

    call_command("import_observations", str(tmp_path / "表.csv"), "--released", "2026-03-31", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"new": 3, "revised": 0, "same": 0, "rejected": [], "written": True}


def test_the_command_names_what_it_rejects_and_fails(tmp_path):
    (tmp_path / "表.csv").write_text(GDP)
    (tmp_path / "m.json").write_text('{"unit": "亿元"}')
    out = StringIO()

    with pytest.raises(CommandError) as failure:
        call_command(
            "import_observations", str(tmp_path / "表.csv"), mapping=tmp_path / "m.json", json=True, stdout=out
        )

    assert failure.value.returncode == 1
    report = json.loads(out.getvalue())
    assert list(report) == ["new", "revised", "same", "rejected", "written"]
    assert [list(item) for item in report["rejected"]] == [["row", "column", "reason"]]


def test_the_report_in_words_says_what_was_made(tmp_path):
    (tmp_path / "表.csv").write_text(GDP)
    out = StringIO()

    call_command("import_observations", str(tmp_path / "表.csv"), "--released", "2026-03-31", stdout=out)

    assert sum("国家统计局 2026-03-31" in line for line in out.getvalue().splitlines()) == 1
    assert sum("地区生产总值" in line for line in out.getvalue().splitlines()) == 1


@pytest.mark.parametrize("years", [1, 30])
def test_an_import_costs_the_same_for_any_number_of_figures(years, django_assert_num_queries):
    UnitFactory()
    series = SeriesFactory(
        indicator=IndicatorFactory(name="地区生产总值"), region__name="贵州省", price_basis="current"
    )
    ReleaseFactory(source=OrganizationFactory(name="局"), released_on=dt.date(2026, 3, 31))
    heading = ",".join(f"{1990 + year}年" for year in range(years))
    text = f"指标：地区生产总值(亿元)\n地区,{heading}\n贵州省{',7' * years}\n"

    # savepoint and its release, source, units, indicators, regions, release, its source's rank, last position, series,
    # what is known, figures; the release as it is now, and its revision in eight; locks where the database has some
    # 10 of them hold the figures against the rules.
    with django_assert_num_queries(30 + 2 * connection.features.has_select_for_update):
        take(text, source="局", **DAY)

    assert series.observations.count() == years


# By whom -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def statistician():
    return member("统计")


def test_figures_of_a_person_become_a_draft_of_theirs(statistician):
    counts(take(GDP, by=statistician, **DAY))

    release, indicator = Release.objects.get(), Indicator.objects.get()
    assert (release.status, release.created_by) == (Status.DRAFT, statistician)
    assert (indicator.status, indicator.created_by) == (Status.DRAFT, statistician)
    assert [(one.made_by, one.step) for one in Revision.objects.of(release)] == [(statistician, "saved")]
    assert Observation.objects.known().count() == 0


def test_who_imported_figures_does_not_review_them(statistician):
    author, both = member("统计"), member("统计", "审核")
    column = ColumnFactory(review_levels=1)
    source = Organization.objects.get(name="国家统计局")
    release = ReleaseFactory(
        source=source, released_on="2026-03-31", status="draft", published_at=None, column=column, created_by=author
    )
    counts(take(GDP, by=both, **DAY))
    release = Release.objects.get()
    life.submit(release, author)

    assert not Desk(both, release).may(Step.APPROVE)
    assert Desk(member("审核"), release).may(Step.APPROVE)


@pytest.mark.parametrize("state", ["in_review", "published", "closed"])
def test_a_persons_figures_go_into_a_draft_that_they_may_edit(statistician, state):
    column = ColumnFactory()
    if state == "closed":
        column.editors.add(Group.objects.create(name="别组"))
    status = "draft" if state == "closed" else state
    ReleaseFactory(
        source=Organization.objects.get(name="国家统计局"),
        released_on="2026-03-31",
        status=status,
        column=column,
        **({} if state == "published" else {"published_at": None}),
    )

    rejections(take(GDP, by=statistician, **DAY))

    assert (Observation.objects.count(), Revision.objects.count()) == (0, 0)


def test_who_may_not_add_figures_imports_none():
    rejections(take(GDP, by=member("编辑"), **DAY))

    assert not Release.objects.exists()


def test_what_is_in_review_takes_no_figures_from_the_command_either():
    ReleaseFactory(
        source=Organization.objects.get(name="国家统计局"),
        released_on="2026-03-31",
        status="in_review",
        published_at=None,
    )

    rejections(take(GDP, **DAY))

    assert not Observation.objects.exists()


def test_the_history_of_a_release_tells_of_each_import():
    take(GDP, **DAY)
    take(GDP, **DAY)
    take(GDP.replace("地区生产总值(亿元)", "常住人口(万人)").replace("按当年价格", "年末"), **DAY)

    kept = [(one.step, one.changed, one.made_by) for one in Revision.objects.of(Release.objects.get())]
    assert kept == [("published", [], None), ("saved", ["note", "stats.observation"], None)]
