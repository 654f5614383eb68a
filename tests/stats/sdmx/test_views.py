"""How queries are answered: formats, headers, bad input, and what is nobody's business yet."""

import datetime as dt

import html5lib
import pytest
from django.utils import timezone

from stats.models import Observation
from tests.factories import (
    IndicatorFactory,
    ObservationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    StaffFactory,
)

from .clients import ask, content_of, failure

pytestmark = pytest.mark.django_db

DATA = "data/FIGURES/A.500000.gdp.none.level.current"
GENERIC = "application/vnd.sdmx.genericdata+xml;version=2.1"
SPECIFIC = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
CSV, CSV2 = ("application/vnd.sdmx.data+csv;version=1.0.0", "application/vnd.sdmx.data+csv;version=2.0.0")


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, GENERIC),
        ("", GENERIC),
        ("*/*", GENERIC),
        ("application/xml", GENERIC),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", GENERIC),
        (GENERIC, GENERIC),
        ("application/vnd.sdmx.genericdata+xml; version=2.1", GENERIC),
        (SPECIFIC, SPECIFIC),
        ("application/vnd.sdmx.structurespecificdata+xml", SPECIFIC),
        (f"{GENERIC};q=0.5, {SPECIFIC};q=0.9", SPECIFIC),
        ("text/csv", CSV),
        ("application/vnd.sdmx.data+csv", CSV),
        (CSV2, CSV2),
    ],
)
def test_the_accept_header_chooses_the_format(client, gdp, accept, given):
    headers = {} if accept is None else {"accept": accept}
    response = client.get(f"/sdmx/{DATA}", headers=headers)

    assert (response.status_code, response["Content-Type"]) == (200, given)


@pytest.mark.parametrize(
    ("format", "given"),
    [("genericdata", GENERIC), ("structurespecificdata", SPECIFIC), ("csv", CSV), ("csv2", CSV2), ("", GENERIC)],
)
def test_the_address_may_choose_it_too(client, gdp, format, given):
    assert ask(client, DATA, format=format)["Content-Type"] == given
    if format:
        assert ask(client, DATA, format=format, accept="image/png")["Content-Type"] == given


def test_an_answer_is_for_clients_and_not_for_search_engines(client, gdp):
    for path, status in [(DATA, 200), ("dataflow", 200), ("nothing", 400)]:
        response = ask(client, path)
        assert response.status_code == status
        assert response["X-Robots-Tag"] == "noindex"
        assert "Accept" in response["Vary"]
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert not response.cookies


@pytest.mark.parametrize("path", [DATA, "dataflow/SC/FIGURES?references=all"])
def test_what_has_not_changed_is_not_sent_again(client, gdp, path):
    first = client.get(f"/sdmx/{path}")
    again = client.get(f"/sdmx/{path}", headers={"if-none-match": first["ETag"]})
    gdp.region.name = "重庆直辖市"
    gdp.region.save()
    release = ReleaseFactory(released_on=dt.date(2026, 5, 1))
    ObservationFactory(series=gdp, time_period="2019", release=release)
    changed = client.get(f"/sdmx/{path}", headers={"if-none-match": first["ETag"]})

    assert (first["Cache-Control"], again.status_code, content_of(again), changed.status_code) == (
        "no-cache", 304, b"", 200,
    )  # fmt: skip
    assert client.head(f"/sdmx/{path}").status_code == 200


@pytest.mark.parametrize(
    ("path", "asked", "wanted"),
    [
        ("data/GDP", {}, (404, 100)),
        ("data/ECB,FIGURES", {}, (404, 100)),
        ("data/SC,FIGURES,9.9", {}, (404, 100)),
        ("data/SC,FIGURES,1.0,more", {}, (400, 140)),
        ("data/a b", {}, (400, 140)),
        ("data", {}, (404, 100)),
        ("data/FIGURES/all/ECB", {}, (404, 100)),
        ("data/FIGURES/all/all/more", {}, (400, 140)),
        ("data/FIGURES/A.500000", {}, (400, 140)),
        ("data/FIGURES/A.500000.gdp.none.level.current.2017", {}, (400, 140)),
        ("data/FIGURES/A.重庆....", {}, (400, 140)),
        ("data/FIGURES/A.500000%00....", {}, (400, 140)),
        ("data/FIGURES/A.500000+....", {}, (400, 140)),
        ("data/FIGURES/A.' OR 1=1 --....", {}, (400, 140)),
        ("data/FIGURES/A." + "9" * 10_000 + "....", {}, (414, 140)),
        ("data/FIGURES/A." + "+".join(["500000"] * 1500) + "....", {}, (414, 140)),
        ("data/FIGURES/A.999999....", {}, (404, 100)),
        ("data/FIGURES/M.....", {}, (404, 100)),
        (DATA, {"startPeriod": "2023Q5"}, (400, 140)),
        (DATA, {"startPeriod": "2023-Q5"}, (400, 140)),
        (DATA, {"endPeriod": "2023-02-30"}, (400, 140)),
        (DATA, {"endPeriod": "0000"}, (400, 140)),
        (DATA, {"startPeriod": "2022-W60"}, (400, 140)),
        (DATA, {"startPeriod": "2022-D366"}, (400, 140)),
        (DATA, {"startPeriod": "2022-D000"}, (400, 140)),
        (DATA, {"startPeriod": "\0"}, (400, 140)),
        (DATA, {"startPeriod": "9" * 5000}, (400, 140)),
        (DATA, {"startPeriod": "2020", "endPeriod": "2019"}, (403, 150)),
        (DATA, {"startPeriod": "9999"}, (404, 100)),
        (DATA, {"endPeriod": "0001-W01"}, (404, 100)),
        (DATA, {"asOf": "yesterday"}, (400, 140)),
        (DATA, {"asOf": "2023-02-30"}, (400, 140)),
        (DATA, {"asOf": "9999-12-31T23:59:59Z"}, (400, 140)),
        (DATA, {"asOf": "0001-01-01T00:00:00+14:00"}, (400, 140)),
        (DATA, {"asOf": "2020-01-01", "updatedAfter": "2021-01-01"}, (403, 150)),
        (DATA, {"asOf": "1999-01-01"}, (404, 100)),
        (DATA, {"updatedAfter": "2023-13-01T00:00:00"}, (400, 140)),
        (DATA, {"firstNObservations": "0"}, (400, 140)),
        (DATA, {"lastNObservations": "-1"}, (400, 140)),
        (DATA, {"lastNObservations": "9" * 50}, (400, 140)),
        (DATA, {"lastNObservations": "two"}, (400, 140)),
        (DATA, {"detail": "everything"}, (400, 140)),
        (DATA, {"dimensionAtObservation": "PLACE"}, (400, 140)),
        (DATA, {"includeHistory": "maybe"}, (400, 140)),
        (DATA, {"format": "json"}, (400, 140)),
        (DATA, {"startperiod": "2020"}, (400, 140)),
        (DATA, {"\0": "\0"}, (400, 140)),
        (DATA, {"accept": "application/json"}, (406, 140)),
        (DATA, {"accept": "application/vnd.sdmx.data+xml;version=3.0.0"}, (406, 140)),
        ("dataflow", {"accept": "application/vnd.sdmx.structure+json;version=1.0.0"}, (406, 140)),
    ],
    ids=range(50),
)  # fmt: skip
def test_a_wrong_query_gets_the_number_that_sdmx_has_for_it(client, gdp, path, asked, wanted):
    assert failure(ask(client, path, **asked)) == wanted


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_reading_is_possible(client, gdp, method):
    response = getattr(client, method)(f"/sdmx/{DATA}")

    assert failure(response) == (405, 140)
    assert response["Allow"] == "GET, HEAD"


def test_a_wrong_method_needs_no_token_to_be_told(gdp):
    from django.test import Client  # noqa: PLC0415 (one test alone checks tokens)

    assert failure(Client(enforce_csrf_checks=True).post(f"/sdmx/{DATA}")) == (405, 140)


def test_a_page_says_how_to_ask(client, gdp):
    response = client.get("/sdmx/")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(content_of(response).decode())
    links = [one.get("href") for one in tree.find(".//main").iter("a") if one.get("href").startswith("/sdmx/")]

    assert links == ["/sdmx/dataflow/SC/FIGURES/1.0?references=all", "/sdmx/data/FIGURES/A.500000+510000.gdp..."]
    assert [client.get(link).status_code for link in links] == [200, 200]
    assert 'http://testserver/sdmx"' in content_of(response).decode().replace("&quot;", '"')


def test_a_series_knows_its_address(client, sichuan):
    former = RegionFactory(code="500000", name="旧重庆", valid_to="1996")
    old = SeriesFactory(region=former, indicator=sichuan.indicator, frequency="Q", transformation="yoy")
    ObservationFactory(series=old, time_period="1996-Q1")

    for series, area in [(sichuan, "510000"), (old, "500000-1996")]:
        lines = content_of(client.get(f"{series.sdmx_url}?format=csv")).decode().splitlines()[1:]
        assert {line.split(",")[2] for line in lines} == {area}
        assert len(lines) == series.observations.count()


HIDDEN = [
    {"status": "draft", "published_at": None},
    {"published_at": timezone.now() + dt.timedelta(days=1)},
    {"offline_at": timezone.now() - dt.timedelta(hours=1)},
    {"status": "withdrawn", "withdrawn_at": timezone.now(), "withdrawal_reason": "in_error"},
    {"status": "withdrawn", "withdrawn_at": timezone.now(), "withdrawal_reason": "outdated"},
]
ANSWERS = [
    "data/FIGURES",
    "data/FIGURES?format=csv",
    "data/FIGURES?includeHistory=true",
    "data/FIGURES?asOf=2999-01-01",
    "data/FIGURES?updatedAfter=2000-01-01",
    "data/FIGURES?detail=serieskeysonly",
    "structure/SC/all/latest",
    "availableconstraint/FIGURES",
    "schema/dataflow/SC/FIGURES/1.0",
]


@pytest.mark.parametrize("state", [*HIDDEN, {"released_on": timezone.localdate() + dt.timedelta(days=1)}])
def test_no_answer_tells_of_a_release_that_is_not_public(client, gdp, state):
    release = ReleaseFactory(**{"released_on": dt.date(2026, 6, 1), "title": "内部", **state})
    secret = SeriesFactory(indicator=IndicatorFactory(slug="secret"))
    for series, period in [(gdp, "2017"), (gdp, "2049"), (secret, "2017")]:
        ObservationFactory(series=series, time_period=period, mantissa="77777", release=release)
    client.force_login(StaffFactory())

    for path in ANSWERS:
        told = content_of(client.get(f"/sdmx/{path}")).decode()
        assert "500000" in told
        assert {word for word in ("77777", "2049", "secret", "内部", secret.region.code) if word in told} == set()


@pytest.mark.parametrize("state", HIDDEN)
def test_no_answer_tells_of_an_indicator_that_is_not_listed(client, gdp, state):
    hidden = SeriesFactory(indicator=IndicatorFactory(slug="secret", name="内部指标", **state))
    release = Observation.objects.get(series=gdp, time_period="2018").release
    ObservationFactory(series=hidden, time_period="2049", mantissa="77777", release=release)
    client.force_login(StaffFactory())

    for path in ANSWERS:
        told = content_of(client.get(f"/sdmx/{path}")).decode()
        assert "500000" in told
        assert {word for word in ("77777", "2049", "secret", "内部", hidden.region.code) if word in told} == set()
