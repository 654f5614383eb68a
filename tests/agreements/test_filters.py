import pytest
from django.http import QueryDict

from agreements.filters import AgreementFilter
from agreements.models import Agreement
from tests.factories import AgreementFactory, OrganizationFactory, PartyFactory, RegionFactory

pytestmark = pytest.mark.django_db


def ask(query):
    return AgreementFilter(QueryDict(query), queryset=Agreement.objects.listed().for_listing())


def facet(name):
    return next(facet for facet in ask("").facets if facet.name == name)


@pytest.fixture
def agreements():
    chongqing = RegionFactory(code="500000", name="重庆市")
    AgreementFactory(title="甲", instrument="mou", signed="2020-07", regions=[chongqing])
    AgreementFactory(title="乙", instrument="sister_city", signed="2020", effective="2021-01-01")
    AgreementFactory(title="丙", instrument="sister_city")
    AgreementFactory(title="丁", status="draft", published_at=None, instrument="mou", signed="2020")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"甲", "乙", "丙"}),
        ("instrument=mou", {"甲"}),
        ("status=signed", {"甲"}),
        ("status=in_force", {"乙"}),
        ("status=no_information", {"丙"}),
        ("year=2020", {"甲", "乙"}),
        ("region=500000", {"甲"}),
        ("instrument=sister_city&year=2020", {"乙"}),
    ],
)
def test_agreements_are_filtered(agreements, query, titles):
    assert {agreement.title for agreement in ask(query).qs} == titles


def test_an_organization_finds_what_it_signed(agreements):
    party = PartyFactory(agreement=Agreement.objects.get(title="乙"), organization=OrganizationFactory())

    assert [agreement.title for agreement in ask(f"organization={party.organization_id}").qs] == ["乙"]


def test_years_offered_are_the_years_signed(agreements):
    assert [(year.value, year.count) for year in facet("year").values] == [("2020", 2)]


def test_states_are_counted_in_the_order_of_the_list_of_states(agreements):
    assert [(state.value, state.count) for state in facet("status").values] == [
        ("in_force", 1),
        ("signed", 1),
        ("no_information", 1),
    ]


@pytest.mark.parametrize("query", ["status=maybe", "instrument=treaty", "year=abc"])
def test_a_wrong_value_shows_no_rows(client, agreements, query):
    response = client.get(f"/agreements/?{query}")

    assert response.status_code == 200
    assert list(response.context["object_list"]) == []
    assert len(response.context["filter"].form.errors) == 1
