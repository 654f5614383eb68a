"""Data messages: what sdmx1 reads of them is what the database holds."""

import csv
import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from lxml import etree

from stats.models import Observation
from stats.sdmx import views
from tests.factories import ObservationFactory, RegionFactory, ReleaseFactory, SeriesFactory

from .clients import ask, content_of, faults, read, specific_schema
from .conftest import VINTAGES

pytestmark = pytest.mark.django_db

DETAILS = ["full", "dataonly", "nodata", "serieskeysonly"]
CHONGQING = "data/FIGURES/A.500000.gdp.none.level.current"
SICHUAN = "data/FIGURES/A.510000.gdp.none.level.current"


def figures(message):
    """What sdmx1 makes of a data message: region, period → value as text, None for none."""
    return {
        (one.key["REF_AREA"].value, one.key["TIME_PERIOD"].value): one.value
        for data in message.data
        for one in data.obs
    }


def attributes(message, period):
    """The attributes of the one observation of ``period``, those of its series too."""
    one = next(one for data in message.data for one in data.obs if one.key["TIME_PERIOD"].value == period)
    return {name: attribute.value for name, attribute in one.attrib.items()}


@pytest.mark.parametrize("format", ["genericdata", "structurespecificdata"])
def test_sdmx1_reads_the_figures_of_the_database(client, sichuan, format):
    structure = read(ask(client, "dataflow/SC/FIGURES/latest", references="all")).structure["FIGURES"]
    told = figures(read(ask(client, "data/FIGURES/A.500000+510000.gdp...", format=format), structure))

    assert {key: value and Decimal(value) for key, value in told.items()} == {
        ("500000", "2017"): Decimal("20260.8"),
        ("500000", "2018"): Decimal("21866.8"),
        ("510000", "2017"): Decimal("38517.1"),
        ("510000", "2018"): None,
        ("510000", "2019"): None,
        ("510000", "2020"): Decimal(49000),
        ("510000", "2021"): None,
        ("510000", "2022"): None,
    }


def test_an_exact_figure_says_where_it_comes_from(client, sichuan):
    assert attributes(read(ask(client, SICHUAN)), "2017") == {
        "UNIT_MEASURE": "CNY", "UNIT_MULT": "8",
        "OBS_STATUS": "A", "QUALIFIER": "exact", "DECIMALS": "1", "STAGE": "final",
        "RELEASE": "公报2026-03-31", "RELEASED_ON": "2026-03-31", "SOURCE": "国家统计局", "SOURCE_PLACE": "表1",
        "RANK": "1", "REASON": "routine",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2018", {"QUALIFIER": "over", "VALUE_LOW": "43000", "PRINTED": "逾43000亿元"}),
        (
            "2019",
            {"QUALIFIER": "range", "VALUE_LOW": "47000", "VALUE_HIGH": "47500", "PRINTED": "47000.0—47500.0亿元"},
        ),
        # 4.9万亿 in 亿: its last digit that was printed stands for a thousand of them.
        ("2020", {"QUALIFIER": "exact", "DECIMALS": "-3"}),
        ("2021", {"QUALIFIER": "exact", "PRINTED": "8500.0亿美元"}),
        ("2022", {"QUALIFIER": "exact", "OBS_STATUS": "M"}),
    ],
)
def test_what_is_no_exact_number_in_the_unit_of_its_series_has_no_value(client, sichuan, period, said):
    names = {"QUALIFIER", "VALUE_LOW", "VALUE_HIGH", "PRINTED", "DECIMALS"} | said.keys()
    told = attributes(read(ask(client, SICHUAN)), period)

    assert {name: value for name, value in told.items() if name in names} == said


@pytest.mark.parametrize(
    ("as_of", "value"),
    [
        ("2018-12-30", None),
        ("2018-12-31", "19424.73"),
        ("2019-06-30", "19424.73"),
        ("2022-12-31", "20066.3"),
        ("2022-06-29T23:59:59+08:00", "19424.73"),
        ("2022-06-29T16:00:00Z", "20066.3"),  # midnight in Chongqing
        ("2026-10-01", "20260.8"),
        ("2999-01-01", "20260.8"),
    ],
)
def test_as_of_answers_as_that_day_would_have(client, gdp, as_of, value):
    response = ask(client, CHONGQING, asOf=as_of, endPeriod="2017")
    told = figures(read(response)) if response.status_code == 200 else {}

    assert told == ({("500000", "2017"): value} if value else {})


def test_history_is_a_data_set_for_each_release_that_counted(client, gdp):
    message = read(ask(client, CHONGQING, includeHistory="true"))
    root = etree.fromstring(content_of(ask(client, CHONGQING, includeHistory="true")))
    sets = root.findall("{*}DataSet")

    assert [[(one.key["TIME_PERIOD"].value, one.value) for one in data.obs] for data in message.data] == [
        [("2017", VINTAGES[0][1])],
        [("2017", VINTAGES[1][1])],
        [("2017", VINTAGES[2][1]), ("2018", "21866.8")],
    ]
    assert [(one.get("action"), one.get("validFromDate")) for one in sets] == [
        ("Replace", f"{day}T00:00:00+08:00") for day, _value in VINTAGES
    ]


def test_history_ends_at_the_day_that_is_asked_for(client, gdp):
    message = read(ask(client, CHONGQING, includeHistory="true", asOf="2022-12-31"))

    assert [figures_of.value for data in message.data for figures_of in data.obs] == ["19424.73", "20066.3"]


def test_updated_after_gives_what_became_public_since(client, gdp):
    now = timezone.now()
    new = ReleaseFactory(released_on=dt.date(2026, 4, 2), published_at=now - dt.timedelta(hours=1))
    ObservationFactory(series=gdp, time_period="2018", mantissa="21900", release=new)
    since = (now - dt.timedelta(hours=2)).isoformat()

    response = ask(client, CHONGQING, updatedAfter=since)
    assert b'action="Replace"' in content_of(response)
    assert figures(read(ask(client, CHONGQING, updatedAfter=since))) == {("500000", "2018"): "21900"}
    assert ask(client, CHONGQING, updatedAfter=now.isoformat()).status_code == 404


PERIODS = {
    "A": ["2021", "2022", "2023"],
    "S": ["2021-S2", "2022-S1", "2022-S2", "2023-S1"],
    "Q": ["2021-Q4", "2022-Q1", "2022-Q4", "2023-Q1"],
    "M": ["2021-12", "2022-01", "2022-12", "2023-01"],
    "D": ["2021-12-31", "2022-01-01", "2022-12-31", "2023-01-01"],
}


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (
            {"startPeriod": "2022", "endPeriod": "2022"},
            {"2022", "2022-S1", "2022-S2", "2022-Q1", "2022-Q4", "2022-01", "2022-12", "2022-01-01", "2022-12-31"},
        ),
        ({"startPeriod": "2022-A1", "endPeriod": "2022-Q1"}, {"2022-Q1", "2022-01", "2022-01-01"}),
        ({"startPeriod": "2022-01-02", "endPeriod": "2022-M12"}, {"2022-S2", "2022-Q4", "2022-12", "2022-12-31"}),
        ({"startPeriod": "2023-01-01T00:00:00"}, {"2023", "2023-S1", "2023-Q1", "2023-01", "2023-01-01"}),
        ({"endPeriod": "2021-W52"}, set()),  # until the second of January: of 2021 all but nothing later
        ({"startPeriod": "2022-D365", "endPeriod": "2022-T3"}, {"2022-12-31"}),
    ],
)
def test_a_span_holds_the_periods_that_lie_wholly_within(client, gdp, asked, wanted):
    release = gdp.observations.get(time_period="2018").release
    for number, (frequency, periods) in enumerate(PERIODS.items()):
        series = SeriesFactory(region=RegionFactory(code=f"60000{number}"), frequency=frequency)
        for period in periods:
            ObservationFactory(series=series, time_period=period, release=release)
    response = ask(client, "data/FIGURES/.600000+600001+600002+600003+600004....", **asked)
    told = {period for _area, period in figures(read(response))} if response.status_code == 200 else set()

    earlier = {"2021", "2021-S2", "2021-Q4", "2021-12", "2021-12-31"}
    assert told == (wanted or earlier | {"2022-01-01"})


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"lastNObservations": 2}, ["2021", "2022"]),
        ({"firstNObservations": 1}, ["2017"]),
        ({"firstNObservations": 1, "lastNObservations": 1}, ["2017", "2022"]),
        ({"lastNObservations": 1, "endPeriod": "2019"}, ["2019"]),
        ({"firstNObservations": 99}, ["2017", "2018", "2019", "2020", "2021", "2022"]),
    ],
)
def test_the_first_and_the_last_periods_of_each_series(client, sichuan, asked, wanted):
    told = figures(read(ask(client, "data/FIGURES/all", **asked)))

    assert [period for area, period in told if area == "510000"] == wanted
    assert any(area == "500000" for area, _period in told)


def test_keys_without_figures_are_told_without_figures(client, sichuan):
    message = read(ask(client, "data/FIGURES", detail="serieskeysonly"))

    assert [key.values["REF_AREA"].value for key in message.data[0].series] == ["500000", "510000"]
    assert message.data[0].obs == []
    assert b"UNIT_MULT" not in content_of(ask(client, "data/FIGURES", detail="serieskeysonly"))


def test_data_alone_has_no_attributes_and_no_data_has_those_of_the_series(client, gdp):
    alone = content_of(ask(client, CHONGQING, detail="dataonly")).decode()
    without = content_of(ask(client, CHONGQING, detail="nodata")).decode()

    assert ("Attributes" in alone, "ObsValue" in alone) == (False, True)
    assert ("UNIT_MULT" in without, "ObsValue" in without, "OBS_STATUS" in without) == (True, False, False)


@pytest.mark.parametrize("dimension", ["TIME_PERIOD", "AllDimensions", "REF_AREA", "INDICATOR", "FREQ"])
def test_every_message_is_valid_by_the_official_schemas(client, sichuan, dimension):
    asked = {"dimensionAtObservation": dimension}
    own = specific_schema(content_of(ask(client, "schema/dataflow/SC/FIGURES/1.0", **asked)))
    for detail in ["full", "dataonly"] if dimension == "AllDimensions" else DETAILS:
        specific = content_of(ask(client, "data/FIGURES", format="structurespecificdata", detail=detail, **asked))
        assert faults(content_of(ask(client, "data/FIGURES", detail=detail, **asked))) == ""
        assert faults(specific, own) == ""


@pytest.mark.parametrize("detail", ["nodata", "serieskeysonly"])
def test_without_figures_nothing_is_laid_flat(client, sichuan, detail):
    flat, usual = (
        etree.fromstring(content_of(ask(client, "data/FIGURES", detail=detail, **asked))).find("{*}DataSet")
        for asked in ({"dimensionAtObservation": "AllDimensions"}, {})
    )

    assert etree.tostring(flat) == etree.tostring(usual)


@pytest.mark.parametrize("more", [{}, {"includeHistory": "true"}, {"updatedAfter": "2020-01-01"}])
def test_messages_of_changes_are_valid_too(client, sichuan, more):
    own = specific_schema(content_of(ask(client, "schema/datastructure/SC/FIGURES/1.0")))

    assert faults(content_of(ask(client, "data/FIGURES", **more))) == ""
    assert faults(content_of(ask(client, "data/FIGURES", format="structurespecificdata", **more)), own) == ""


def test_the_schema_refuses_what_the_code_lists_do_not_have(client, gdp):
    own = specific_schema(content_of(ask(client, "schema/datastructure/SC/FIGURES/1.0")))
    message = content_of(ask(client, CHONGQING, format="structurespecificdata"))

    for right, wrong in [(b'"500000"', b'"999999"'), (b'"2017"', b'"2017Q5"'), (b' UNIT_MULT="8"', b' WRONG="8"')]:
        assert faults(message, own) == ""
        assert faults(message.replace(right, wrong), own) != ""


def test_csv_has_a_line_for_each_figure(client, sichuan):
    first, second = (
        list(csv.DictReader(content_of(ask(client, "data/FIGURES", format=format)).decode().splitlines()))
        for format in ("csv", "csv2")
    )

    assert [(one["DATAFLOW"], one["REF_AREA"], one["TIME_PERIOD"], one["OBS_VALUE"]) for one in first[:3]] == [
        ("SC:FIGURES(1.0)", "500000", "2017", "20260.8"),
        ("SC:FIGURES(1.0)", "500000", "2018", "21866.8"),
        ("SC:FIGURES(1.0)", "510000", "2017", "38517.1"),
    ]
    assert (first[3]["OBS_VALUE"], first[3]["VALUE_LOW"], first[3]["PRINTED"]) == ("", "43000", "逾43000亿元")
    assert [(one["STRUCTURE"], one["STRUCTURE_ID"], one["ACTION"]) for one in second] == [
        ("dataflow", "SC:FIGURES(1.0)", "I")
    ] * 8
    own = {"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "ACTION"}
    bare = [[{name: one[name] for name in one if name not in own} for one in lines] for lines in (first, second)]
    assert bare[0] == bare[1]


def test_a_cell_is_no_formula_and_a_message_holds_no_forbidden_character(client, gdp):
    release = ReleaseFactory(title='=1+1 <&"\x0b', released_on=dt.date(2026, 5, 1))
    ObservationFactory(series=gdp, time_period="2019", release=release)

    told = attributes(read(ask(client, CHONGQING)), "2019")
    lines = csv.DictReader(content_of(ask(client, CHONGQING, format="csv")).decode().splitlines())
    assert told["RELEASE"] == '=1+1 <&"'
    assert [one["RELEASE"] for one in lines][-1] == "'=1+1 <&\""


def test_a_code_that_no_id_can_be_is_written_otherwise(client, gdp):
    gdp.unit.code = "M2/人"
    gdp.unit.save()
    own = specific_schema(content_of(ask(client, "schema/datastructure/SC/FIGURES/1.0")))
    message = content_of(ask(client, CHONGQING, format="structurespecificdata"))

    assert b'UNIT_MEASURE="M2$00002F$004EBA"' in message
    assert faults(message, own) == ""


def test_a_former_holder_of_a_code_is_another_region(client, gdp):
    former = RegionFactory(code="500000", name="旧重庆", valid_to="1996-12-31")
    series = SeriesFactory(region=former, indicator=gdp.indicator)
    ObservationFactory(series=series, time_period="1996")

    assert set(figures(read(ask(client, "data/FIGURES/.500000-1996-12-31....")))) == {("500000-1996-12-31", "1996")}
    assert {area for area, _period in figures(read(ask(client, "data/FIGURES/.500000....")))} == {"500000"}
    assert {area for area, _period in figures(read(ask(client, "data/FIGURES")))} == {"500000", "500000-1996-12-31"}


@pytest.mark.parametrize("format", ["genericdata", "structurespecificdata", "csv", "csv2"])
def test_a_long_answer_is_sent_as_it_comes(client, gdp, format, monkeypatch):
    release = gdp.observations.get(time_period="2018").release
    whole = content_of(ask(client, "data/FIGURES", format=format))
    Observation.objects.bulk_create(
        Observation(series=gdp, time_period=str(year), mantissa=year, unit=gdp.unit, unit_mult=8, release=release)
        for year in range(1000, 1500)
    )
    long = ask(client, "data/FIGURES", format=format)
    monkeypatch.setattr(views, "PIECE", 7)
    short = ask(client, "data/FIGURES", format=format)

    assert (long.streaming, short.streaming) == (False, True)
    body = content_of(short)
    assert len(body) == len(content_of(long)) > len(whole)
    assert "ETag" not in short.headers


@pytest.mark.parametrize("count", [1, 3])
def test_an_answer_costs_the_same_for_any_number_of_series(client, gdp, count, django_assert_num_queries):
    release = gdp.observations.get(time_period="2018").release
    for _number in range(count - 1):
        ObservationFactory(series=SeriesFactory(indicator=gdp.indicator), release=release)

    with django_assert_num_queries(1):
        assert len({area for area, _period in figures(read(ask(client, "data/FIGURES")))}) == count
    with django_assert_num_queries(2):  # the regions that the key names
        ask(client, "data/FIGURES/.500000....")
    with django_assert_num_queries(4):  # who we are, regions, indicators, units
        ask(client, "structure/SC/all/latest")
    with django_assert_num_queries(7):  # a dimension each
        ask(client, "availableconstraint/FIGURES")
