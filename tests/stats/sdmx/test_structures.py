"""Structure messages, read by sdmx1 and judged by the official schemas."""

import pytest
from lxml import etree

from portal.pages.models import Imprint
from stats.sdmx.components import ATTRIBUTES, DIMENSIONS, SERIES_ATTRIBUTES
from stats.sdmx.structures import CODELISTS
from tests.factories import IndicatorFactory, ObservationFactory, RegionFactory, SeriesFactory

from .clients import ask, content_of, failure, faults, read

pytestmark = pytest.mark.django_db

STRUCTURES = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure"
LISTS = {one.id for one in CODELISTS}
ALL = {"FIGURES flow", "FIGURES", "CS_FIGURES"} | LISTS


def told(response):
    """The ids of what a structure message holds; that of the dataflow is followed by a word."""
    message = content_of(response)
    assert faults(message) == ""
    found = etree.fromstring(message).find("{*}Structures")
    return {one.get("id") + (" flow" if one.tag.endswith("Dataflow") else "") for group in found for one in group}


def test_sdmx1_reads_the_whole_structure(client, gdp):
    message = read(ask(client, "dataflow/SC/FIGURES/latest", references="all"))
    structure = message.dataflow["FIGURES"].structure

    assert structure is message.structure["FIGURES"]
    assert [one.id for one in structure.dimensions.components] == [*(one.id for one in DIMENSIONS), "TIME_PERIOD"]
    assert [one.id for one in structure.attributes.components] == [
        *(one.id for one in SERIES_ATTRIBUTES),
        *(one.id for one in ATTRIBUTES),
    ]
    assert structure.dimensions.get("REF_AREA").local_representation.enumerated.id == "CL_AREA"
    assert structure.measures.components[0].id == "OBS_VALUE"
    assert dict(message.codelist["CL_AREA"].items["500000"].name.localizations) == {
        "zh-Hans": "重庆市",
        "en": "Chongqing",
    }
    assert dict(message.codelist["CL_FREQ"].items["A"].name.localizations) == {"zh-Hans": "年度", "en": "annual"}
    assert message.concept_scheme["CS_FIGURES"].items.keys() >= {"REF_AREA", "OBS_VALUE", "QUALIFIER"}


@pytest.mark.parametrize(
    ("path", "references", "wanted"),
    [
        ("dataflow", "none", {"FIGURES flow"}),
        ("dataflow/all/all/all", "none", {"FIGURES flow"}),
        ("dataflow/SC/FIGURES/1.0/", "children", {"FIGURES flow", "FIGURES"}),
        ("dataflow/SC/FIGURES", "parents", {"FIGURES flow"}),
        ("dataflow/SC/FIGURES", "descendants", ALL),
        ("dataflow/SC/FIGURES", "all", ALL),
        ("dataflow/SC/FIGURES", "datastructure", {"FIGURES flow", "FIGURES"}),
        ("dataflow/SC/FIGURES", "codelist", {"FIGURES flow"} | LISTS),
        ("dataflow/SC/FIGURES", "categoryscheme", {"FIGURES flow"}),
        ("datastructure/SC/FIGURES", "none", {"FIGURES"}),
        ("datastructure/SC/FIGURES", "children", {"FIGURES", "CS_FIGURES"} | LISTS),
        ("datastructure/SC/FIGURES", "parents", {"FIGURES", "FIGURES flow"}),
        ("codelist/SC/CL_FREQ", "none", {"CL_FREQ"}),
        ("codelist/SC/CL_FREQ+CL_AREA", "none", {"CL_FREQ", "CL_AREA"}),
        ("codelist/SC/CL_FREQ", "parents", {"CL_FREQ", "FIGURES"}),
        ("codelist/SC/CL_FREQ", "parentsandsiblings", {"FIGURES", "CS_FIGURES"} | LISTS),
        ("codelist/SC", "none", LISTS),
        ("conceptscheme/SC/CS_FIGURES", "none", {"CS_FIGURES"}),
        ("agencyscheme", "none", {"AGENCIES"}),
        ("structure", "none", ALL | {"AGENCIES"}),
    ],
)
def test_a_path_names_structures_and_references_add_to_them(client, gdp, path, references, wanted):
    assert told(ask(client, path, references=references)) == wanted


@pytest.mark.parametrize(
    ("detail", "stubs"),
    [("full", set()), ("allstubs", {"flow", "structure"}), ("referencestubs", {"structure"})],
)
def test_a_stub_has_a_name_alone(client, gdp, detail, stubs):
    message = content_of(ask(client, "dataflow/SC/FIGURES", references="datastructure", detail=detail))
    root = etree.fromstring(message)
    contents = {
        "flow": root.find(f".//{{{STRUCTURES}}}Dataflow/{{{STRUCTURES}}}Structure"),
        "structure": root.find(f".//{{{STRUCTURES}}}DataStructureComponents"),
    }

    assert faults(message) == ""
    assert {name for name, content in contents.items() if content is None} == stubs


def test_lists_of_codes_hold_what_has_public_figures_alone(client, gdp):
    nation = RegionFactory(code="100000", name="中华人民共和国")
    gdp.region.parent = nation
    gdp.region.save()
    IndicatorFactory(slug="empty")
    listed = read(ask(client, "codelist/SC/all/latest")).codelist

    assert list(listed["CL_AREA"].items) == ["500000"]
    assert list(listed["CL_INDICATOR"].items) == ["gdp"]
    assert list(listed["CL_UNIT"].items) == ["CNY"]
    assert listed["CL_AREA"].items["500000"].parent is listed["CL_AREA"]

    ObservationFactory(series=SeriesFactory(region=nation, indicator=gdp.indicator))
    areas = read(ask(client, "codelist/SC/CL_AREA")).codelist["CL_AREA"].items
    assert areas["500000"].parent is areas["100000"]


@pytest.mark.parametrize(
    ("path", "asked", "wanted"),
    [
        ("dataflow/SC/NONE", {}, (404, 100)),
        ("dataflow/ECB/FIGURES", {}, (404, 100)),
        ("dataflow/SC/FIGURES/2.0", {}, (404, 100)),
        ("categoryscheme", {}, (404, 100)),
        ("dataflow/SC/FIGURES/1.0/more", {}, (400, 140)),
        ("dataflow/%00/FIGURES", {}, (404, 100)),
        ("dataflow", {"references": "cousins"}, (400, 140)),
        ("dataflow", {"detail": "some"}, (400, 140)),
        ("dataflow", {"startPeriod": "2022"}, (400, 140)),
        ("dataflow", {"format": "csv"}, (400, 140)),
        ("schema/dataflow/SC/NONE", {}, (404, 100)),
        ("schema/provisionagreement/SC/FIGURES", {}, (404, 100)),
        ("schema/dataflow/SC/FIGURES", {"dimensionAtObservation": "PLACE"}, (400, 140)),
        ("metadata/FIGURES", {}, (501, 501)),
        ("nothing/of/the/kind", {}, (400, 140)),
        ("dataflows", {}, (400, 140)),
    ],
)
def test_a_wrong_query_gets_the_number_that_sdmx_has_for_it(client, gdp, path, asked, wanted):
    assert failure(ask(client, path, **asked)) == wanted


def test_the_agency_bears_the_name_of_the_site(client):
    agency = read(ask(client, "agencyscheme")).organisation_scheme["AGENCIES"].items["SC"]
    assert str(agency.name) == "SC"

    Imprint.objects.create(site_name="双城", site_name_en="Shuangcheng")
    agency = read(ask(client, "agencyscheme")).organisation_scheme["AGENCIES"].items["SC"]
    assert dict(agency.name.localizations) == {"zh-Hans": "双城", "en": "Shuangcheng"}


def test_structures_are_there_before_the_first_figure(client):
    assert told(ask(client, "dataflow/SC/FIGURES", references="all")) == ALL


COMMON = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"


def values_of(response):
    """Dimension → values of a constraint, those of time its first and its last day."""
    message = content_of(response)
    assert faults(message) == ""
    found = etree.fromstring(message).iter(f"{{{COMMON}}}KeyValue")
    return {one.get("id"): [text.strip() for text in one.itertext()] for one in found}


def test_a_constraint_tells_which_values_figures_have(client, sichuan):
    assert values_of(ask(client, "availableconstraint/FIGURES")) == {
        "FREQ": ["A"], "REF_AREA": ["500000", "510000"], "INDICATOR": ["gdp"], "ACCUMULATION": ["none"],
        "TRANSFORMATION": ["level"], "PRICE_BASIS": ["current"], "TIME_PERIOD": ["2017-01-01", "2022-12-31"],
    }  # fmt: skip
    assert values_of(ask(client, "availableconstraint/FIGURES/.500000..../all/TIME_PERIOD")) == {
        "TIME_PERIOD": ["2017-01-01", "2018-12-31"]
    }
    assert values_of(ask(client, "availableconstraint/FIGURES/all/all/REF_AREA", startPeriod="2019")) == {
        "REF_AREA": ["510000"]
    }
    assert values_of(ask(client, "availableconstraint/FIGURES/all/all/REF_AREA", asOf="2019-01-01")) == {
        "REF_AREA": ["500000"]
    }
    assert told(ask(client, "availableconstraint/FIGURES", references="all")) == ALL | {"CC"}


@pytest.mark.parametrize(
    ("path", "asked", "wanted"),
    [
        ("availableconstraint/NONE", {}, (404, 100)),
        ("availableconstraint/FIGURES/.999999....", {}, (404, 100)),
        ("availableconstraint/FIGURES/all", {"startPeriod": "2999"}, (404, 100)),
        ("availableconstraint/FIGURES/all/all/PLACE", {}, (400, 140)),
        ("availableconstraint/FIGURES/A.500000", {}, (400, 140)),
        ("availableconstraint/FIGURES", {"mode": "available"}, (400, 140)),
        ("availableconstraint/FIGURES", {"references": "cousins"}, (400, 140)),
        ("availableconstraint/FIGURES", {"startPeriod": "2020", "endPeriod": "2019"}, (403, 150)),
    ],
)
def test_a_wrong_question_for_values_is_refused(client, gdp, path, asked, wanted):
    assert failure(ask(client, path, **asked)) == wanted
