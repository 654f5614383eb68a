"""Whatever stands in an address: a page or a 4xx, never a 500."""

import pytest

from tests.factories import AgreementFactory, ArticleFactory, ObservationFactory, PageFactory, RegionFactory

pytestmark = pytest.mark.django_db

LISTS = ["/articles/", "/stats/", "/agreements/", "/search/"]
QUERIES = [
    "page=0",
    "page=-1",
    "page=999999",
    "page=last",
    "page=" + "9" * 400,
    "page=%00",
    "page=1&page=x",
    "q=" + "%E5%B7%9D" * 3000,
    "q=%00",
    "q=%FF%FE%80",
    "q=%ED%A0%80",
    "q=%22%22*%25_%5C'--",
    "q=a&q=b&q=%00",
    "year=" + "9" * 50,
    "year=-1",
    "year=2022.5",
    "region=" + "5" * 5000,
    "region=500000&region=%00",
    "organization=" + "9" * 50,
    "organization=-0",
    "sort=" + "-" * 100,
    "format=" + "x" * 100,
    "as_of=2023-02-30",
    "&".join(f"x{n}=1" for n in range(900)),
    "&".join(f"x{n}=1" for n in range(1200)),
    "%00=%00",
    "=&&&==;;",
]
PATHS = [
    "/articles/0/",
    "/articles/" + "9" * 60 + "/",
    "/agreements/" + "9" * 60 + "/",
    "/organizations/" + "9" * 60 + "/",
    "/media/" + "9" * 60 + "/w480/",
    "/media/1/..%2f..%2fetc%2fpasswd/",
    "/stats/%00/",
    "/stats/gdp/%00/",
    "/stats/gdp/" + "5" * 3000 + "/",
    "/regions/%00/",
    "/regions/500105-2025-2025/",
    "/regions/" + "5" * 3000 + "/",
    "/topics/%FF/",
    "/columns/none/",
    "/pages/" + "x" * 3000 + "/",
    "/%00",
    "/%FF%FE/",
    "/nowhere/",
]


@pytest.fixture
def one_of_each():
    ArticleFactory()
    AgreementFactory()
    PageFactory()
    ObservationFactory()
    RegionFactory(code="500000")


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
@pytest.mark.parametrize("path", LISTS)
def test_no_query_string_breaks_a_list(client, one_of_each, path, query):
    assert client.get(f"{path}?{query}").status_code in {200, 400, 404}


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_no_path_breaks_the_site(client, one_of_each, path):
    assert client.get(path).status_code in {400, 404}


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_no_query_string_breaks_a_series(client, query):
    observation = ObservationFactory()

    assert client.get(f"{observation.series.get_absolute_url()}?{query}").status_code in {200, 400, 404}
