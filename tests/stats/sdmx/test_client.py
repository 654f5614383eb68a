"""sdmx1 as a statistician runs it: it writes the addresses and reads what comes."""

from decimal import Decimal

import pytest
import requests
import sdmx

from stats.models import Observation

from .clients import reader_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    return reader_of(client)


def figures(message):
    """Region and period → value, None where there is none."""
    return {
        (one.key["REF_AREA"].value, one.key["TIME_PERIOD"].value): None if one.value is None else Decimal(one.value)
        for data in message.data
        for one in data.obs
    }


def test_the_client_finds_the_flow_its_structure_and_the_figures(reader, sichuan):
    flow = reader.dataflow("FIGURES").dataflow["FIGURES"]
    assert [one.id for one in flow.structure.dimensions.components][:3] == ["FREQ", "REF_AREA", "INDICATOR"]
    assert list(reader.dataflow().dataflow) == ["FIGURES"]

    key = {"REF_AREA": ["500000", "510000"], "INDICATOR": "gdp", "TRANSFORMATION": "level"}
    message = reader.data("FIGURES", key=key)
    stored = {
        (one.series.region.code, one.time_period): one.mantissa.scaleb(one.unit_mult - 8)
        if one.qualifier == "exact" and one.mantissa is not None and one.unit.code == "CNY"
        else None
        for one in Observation.objects.as_of().select_related("series__region", "unit")
    }
    assert figures(message) == stored
    # A key of names makes it ask for structure specific data; a key of text for generic data.
    assert figures(reader.data("FIGURES", key="A.500000+510000.gdp.none.level.current")) == stored
    assert len(sdmx.to_pandas(message)) == 8


def test_the_client_asks_for_a_span_a_history_and_csv(reader, gdp):
    span = {"startPeriod": "2018", "endPeriod": "2018"}
    assert figures(reader.data("FIGURES", key="A.500000....", params=span)) == {("500000", "2018"): Decimal("21866.8")}

    history = reader.data("FIGURES", key="A.500000....", params={"includeHistory": True, "endPeriod": "2017"})
    assert [one.value for data in history.data for one in data.obs] == ["19424.73", "20066.3", "20260.8"]

    accept = {"Accept": "application/vnd.sdmx.data+csv;version=2.0.0"}
    table = reader.data("FIGURES", key={"REF_AREA": "500000"}, headers=accept)
    assert [(one.key["TIME_PERIOD"].value, one.value) for one in table.data[0].obs] == [
        ("2017", "20260.8"),
        ("2018", "21866.8"),
    ]


def test_the_client_previews_keys(reader, sichuan):
    keys = reader.preview_data("FIGURES", {"REF_AREA": "510000"})

    assert [str(key.values["REF_AREA"].value) for key in keys] == ["510000"]


def test_the_client_learns_which_values_the_figures_have(reader, sichuan):
    message = reader.availableconstraint("FIGURES", key=".510000....", params={"references": "all"})
    (constraint,) = message.constraint.values()
    (region,) = constraint.data_content_region
    told = {one.values_for.id: one.values for one in region.member.values()}
    (span,) = told.pop("TIME_PERIOD")

    assert {name: [value.value for value in values] for name, values in told.items()} == {
        "FREQ": ["A"], "REF_AREA": ["510000"], "INDICATOR": ["gdp"], "ACCUMULATION": ["none"],
        "TRANSFORMATION": ["level"], "PRICE_BASIS": ["current"],
    }  # fmt: skip
    assert (span.start.period.year, span.end.period.year) == (2017, 2022)
    assert message.dataflow.keys() == {"FIGURES"}


def test_the_client_understands_a_refusal(reader, gdp):
    with pytest.raises(requests.HTTPError, match="404"):
        reader.data("FIGURES", key="A.999999....")
    with pytest.raises(NotImplementedError):
        reader.get(url=f"{reader.source.url}/metadata/FIGURES")


def test_the_demo_is_read_as_it_is_stored(demo, reader):
    flow = reader.dataflow("FIGURES").dataflow["FIGURES"]
    areas = flow.structure.dimensions.get("REF_AREA").local_representation.enumerated.items
    assert {"500000", "510000"} <= areas.keys()

    for area in ("500000", "510000"):
        told = reader.data("FIGURES", key=f"A.{area}.gdp.none.level.current").data[0].obs
        series = Observation.objects.filter(
            series__region__code=area, series__indicator__slug="gdp", series__transformation="level"
        )
        stored = series.filter(series__frequency="A").as_of().order_by("time_period").select_related("release__source")
        assert [
            (
                one.key["TIME_PERIOD"].value,
                Decimal(one.value),
                one.attrib["OBS_STATUS"].value,
                one.attrib["RELEASE"].value,
                one.attrib["SOURCE"].value,
            )
            for one in told
        ] == [
            (one.time_period, one.mantissa, one.obs_status, one.release.title, one.release.source.name)
            for one in stored
        ]
    key = "A.500000.gdp.none.level.current"
    for day, value in [("2019-06-30", "19424.73"), ("2022-12-31", "20066.3"), ("2026-10-01", "20260.8")]:
        url = f"{reader.source.url}/data/FIGURES/{key}"
        told = reader.get(url=url, params={"asOf": day, "startPeriod": "2017", "endPeriod": "2017"})
        assert [one.value for one in told.data[0].obs] == [value]
