import datetime as dt

import html5lib
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement
from articles.models import Article
from portal.search.documents import searchable_models
from portal.search.models import SearchEntry
from portal.search.refreshing import rebuild
from stats.models import Indicator
from tests.factories import AgreementFactory, ArticleFactory, IndicatorFactory

pytestmark = pytest.mark.django_db


def get(client, **parameters):
    return client.get(reverse("search"), parameters)


def titles(response):
    return {group.kind: [hit.title for hit in group.hits] for group in response.context["results"].groups}


def test_hits_are_grouped_by_kind_with_their_numbers(client):
    for number in range(7):
        ArticleFactory(headline=f"川渝报道{number}")
    AgreementFactory(title="川渝协议")
    IndicatorFactory(name="产值")
    rebuild()

    response = get(client, q="川渝")

    assert titles(response) == {"article": [f"川渝报道{n}" for n in (6, 5, 4, 3, 2)], "agreement": ["川渝协议"]}
    assert [(one["kind"], one["count"]) for one in response.context["results"].kinds] == [
        ("article", 7),
        ("agreement", 1),
        ("indicator", 0),
    ]
    assert "<mark>川渝</mark>报道6" in response.text


def test_one_kind_is_shown_in_pages(client):
    for number in range(25):
        ArticleFactory(headline=f"川渝报道{number}")
    AgreementFactory(title="川渝协议")
    rebuild()

    first, second = get(client, q="川渝", kind="article"), get(client, q="川渝", kind="article", page="2")

    assert [len(page.context["results"].page_obj.object_list) for page in (first, second)] == [20, 5]
    assert [page.text.count('class="hit"') for page in (first, second)] == [20, 5]
    assert "q=%E5%B7%9D%E6%B8%9D&amp;kind=article&amp;page=2" in first.text


def test_a_snippet_keeps_the_spelling_of_the_original(client):
    ArticleFactory(headline="簽約", body="<p>雙方簽署<strong>合作協議</strong>&lt;正本&gt;</p>")
    rebuild()

    assert "雙方簽署合作<mark>協議</mark>&lt;正本&gt;" in get(client, q="协议").text


def test_what_is_not_public_is_not_found_though_it_is_in_the_index(client):
    now = timezone.now()
    hour = dt.timedelta(hours=1)
    ArticleFactory(headline="川渝草稿", status="draft", published_at=None)
    ArticleFactory(headline="川渝定时", published_at=now + hour)
    ArticleFactory(headline="川渝下线", published_at=now - 2 * hour, offline_at=now - hour)
    ArticleFactory(headline="川渝撤稿", status="withdrawn", withdrawn_at=now, withdrawal_reason="in_error")
    ArticleFactory(headline="川渝可见")
    rebuild()

    assert SearchEntry.objects.matching("川渝").count() == 5
    assert titles(get(client, q="川渝")) == {"article": ["川渝可见"]}
    assert get(client, q="川渝", format="json").json()["count"] == 1


def test_a_scheduled_record_appears_when_the_clock_has_passed_with_no_save_in_between(client):
    ArticleFactory(headline="川渝定时", published_at=timezone.now() + dt.timedelta(hours=1))
    rebuild()
    assert titles(get(client, q="川渝")) == {}

    with time_machine.travel(timezone.now() + dt.timedelta(hours=1, seconds=1)):
        assert titles(get(client, q="川渝")) == {"article": ["川渝定时"]}


def test_the_download_holds_every_hit(client):
    for number in range(25):
        ArticleFactory(headline=f"川渝报道{number}", lead="导语", dated="2023-03-31")
    agreement = AgreementFactory(title="川渝协议", signed="2023-07")
    rebuild()

    everything = get(client, q="川渝", format="json").json()
    agreements = get(client, q="川渝", kind="agreement", format="json").json()
    second = get(client, q="川渝", page="2", format="json").json()

    assert (everything["count"], len(everything["results"]), len(second["results"])) == (26, 26, 6)
    assert agreements == {
        "count": 1,
        "results": [
            {
                "kind": "agreement",
                "kind_label": "协议",
                "title": "川渝协议",
                "url": f"http://testserver{agreement.get_absolute_url()}",
                "dated": "2023-07",
                "teaser": "",
            }
        ],
    }


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"kind": "person"}, "kind"), ({"page": "x"}, "page"), ({"page": "0"}, "page"), ({"page": "-1"}, "page")],
)
def test_a_wrong_value_is_told_and_shows_no_rows(client, parameters, field):
    ArticleFactory(headline="川渝报道")
    rebuild()

    page = get(client, q="川渝", **parameters)
    download = get(client, q="川渝", format="json", **parameters)

    assert (page.status_code, list(page.context["errors"]), page.text.count('class="hit"')) == (200, [field], 0)
    assert 'role="alert"' in page.text
    assert (download.status_code, list(download.json()["errors"])) == (400, [field])


def test_an_unknown_format_is_refused(client):
    assert get(client, q="川渝", format="pdf").status_code == 400


def test_a_page_beyond_the_last_is_not_there(client):
    ArticleFactory(headline="川渝报道")
    rebuild()

    assert get(client, q="川渝", kind="article", page="999999").status_code == 404
    assert get(client, q="川渝", page="9" * 400, format="json").status_code == 404


QUERY_STRINGS = [
    "",
    "q=",
    "q=%00",
    "q=%ED%A0%80",
    "q=%FF%FE",
    "q=%F0%9F%98%80",
    "q=" + "%E5%B7%9D" * 10_000,
    "q=" + "x+" * 5_000,
    "q=%22%2A%5C%25_%27%3B--",
    "q=NEAR(%E5%B7%9D+%E6%B8%9D)",
    "q=%E5%B7%9D&q=%E6%B8%9D",
    "q[]=1&kind[]=2",
    "q=%E5%B7%9D&kind=article&kind=agreement",
    "q=%3Cscript%3Ealert(1)%3C/script%3E",
    "q=%E3%80%81%E3%80%82",
    "%FF=%FF",
]


@pytest.mark.parametrize("query_string", QUERY_STRINGS)
def test_every_input_gets_a_whole_page(client, query_string):
    ArticleFactory(headline="天府川渝报道")
    rebuild()

    response = client.get(f"{reverse('search')}?{query_string}")
    download = client.get(f"{reverse('search')}?{query_string}&format=json")

    assert (response.status_code, download.status_code) == (200, 200)
    html5lib.HTMLParser(strict=True).parse(response.text)
    assert "<script>alert" not in response.text


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("", "Type what you are looking for"),
        ("、。", "There is nothing in this to search for"),
        ("川渝", "Nothing was found"),
        ("川" * 101, "only the first 100 characters"),
    ],
)
def test_an_empty_answer_says_what_to_do(client, settings, q, words):
    settings.LANGUAGE_CODE = "en"

    assert words in get(client, q=q).text


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_hits(client, number):
    for _turn in range(number):
        ArticleFactory(headline="川渝报道")
        AgreementFactory(title="川渝协议")
        IndicatorFactory(name="川渝产值")
    rebuild()
    get(client, q="")

    assert [len(searching(client, q="川渝")), len(searching(client, q="川渝", kind="article"))] == [9, 7]
    assert len(searching(client, q="川渝", format="json")) == 2
    assert len(searching(client, q="")) == 0


def searching(client, **parameters):
    """The queries of a request that are the search's own: counts by kind and by five facets, and one for each kind."""
    with CaptureQueriesContext(connection) as queries:
        assert get(client, **parameters).status_code == 200
    return [query["sql"] for query in queries if "search_searchentry" in query["sql"]]


def test_every_kind_of_the_portal_takes_part():
    assert searchable_models() == {"article": Article, "agreement": Agreement, "indicator": Indicator}
