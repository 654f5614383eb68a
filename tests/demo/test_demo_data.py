"""The data files of the demo agree with one another; no database is needed."""

import csv
import datetime as dt
import json
import re
from collections import Counter
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "portal" / "demo"
SHARED = Path(__file__).parents[3] / "shared" / "data"
SERIES_KEY = ("indicator", "region", "frequency", "accumulation", "transformation", "price_basis")
TAGS = set(re.findall(r"\w+", "p h2 h3 ul ol li blockquote table thead tbody tr th td strong em a"))
QUALIFIERS = set(re.findall(r"\w+", "exact about nearly over at_least at_most under range order_of_magnitude"))
PARTIAL_DATE = re.compile(r"(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?")
RANKS = {"official": 1, "other": 2, "press": 3}


def load(name):
    return json.loads((DEMO / name).read_text(encoding="utf-8"))


def observations():
    with (DEMO / "observations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Text(HTMLParser):
    """What a reader sees, block by block, and the tags it came in."""

    def __init__(self, html):
        super().__init__()
        self.seen, self.parts = set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in ("strong", "em", "a"):
            self.parts.append("\n")

    def handle_data(self, data):
        self.parts.append(data)

    def __str__(self):
        return "".join(self.parts)


def body(record):
    return Text((DEMO / record["body_file"]).read_text(encoding="utf-8"))


def series_keys():
    return {
        (indicator["slug"], *(series[field] for field in SERIES_KEY[1:]))
        for indicator in load("indicators.json")
        for series in indicator["series"]
    }


def default_key(slug, region):
    (series,) = (
        series
        for indicator in load("indicators.json")
        if indicator["slug"] == slug
        for series in indicator["series"]
        if series["region"] == region and series["default"]
    )
    return {field: series[field] for field in SERIES_KEY[1:]} | {"indicator": slug}


def unknown(found, known):
    return sorted(set(found) - set(known) - {""})


UNIQUE = {
    "units.json": "code",
    "topics.json": "slug",
    "columns.json": "slug",
    "places.json": "code",
    "organizations.json": "name",
    "indicators.json": "slug",
    "releases.json": "key",
    "agreements.json": "key",
    "articles.json": "key",
    "pages.json": "slug",
}


@pytest.mark.parametrize("name", UNIQUE)
def test_a_key_names_one_record(name):
    counts = Counter(record[UNIQUE[name]] for record in load(name))

    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", UNIQUE)
def test_records_of_a_file_have_the_same_fields(name):
    assert len({tuple(record) for record in load(name)}) == 1


@pytest.mark.parametrize("name", ["topics.json", "columns.json"])
def test_parents_stand_before_their_children(name):
    slugs = [record["slug"] for record in load(name)]

    assert [r["slug"] for i, r in enumerate(load(name)) if r["parent"] and r["parent"] not in slugs[:i]] == []


def test_every_topic_is_in_the_tree():
    used = [
        t for name in ("indicators.json", "agreements.json", "articles.json") for r in load(name) for t in r["topics"]
    ]

    assert unknown(used, [topic["slug"] for topic in load("topics.json")]) == []


def test_every_column_is_in_the_list():
    used = [record["column"] for name in ("agreements.json", "articles.json") for record in load(name)]

    assert unknown(used, [column["slug"] for column in load("columns.json")]) == []


def test_every_organization_is_in_the_list():
    articles, agreements = load("articles.json"), load("agreements.json")
    used = [record["source"] for record in [*articles, *agreements, *load("releases.json")]]
    used += [party["organization"] for agreement in agreements for party in agreement["parties"]]
    used += [name for article in articles for name in article["organizations"]]

    assert unknown(used, [organization["name"] for organization in load("organizations.json")]) == []


def test_a_place_has_its_region():
    assert [o["name"] for o in load("organizations.json") if o["kind"] == "place" and not o["region"]] == []


def test_every_region_is_a_division_a_place_or_a_group():
    divisions = SHARED / "regions" / "divisions_2026-09_official.csv"
    if not divisions.exists():
        pytest.skip("the official divisions are not on this machine (../shared/data/regions)")
    with divisions.open(encoding="utf-8-sig", newline="") as file:
        known = {row["code"] for row in csv.DictReader(file)} | {"100000", "CY", "CYEC"}
    known |= {place["code"] for place in load("places.json")}
    agreements = load("agreements.json")
    used = [row["region"] for row in observations()]
    used += [code for record in [*agreements, *load("articles.json")] for code in record["regions"]]
    used += [record["place"] for record in agreements]
    used += [organization["region"] for organization in load("organizations.json")]

    assert unknown(used, known) == []


def test_every_unit_is_in_the_list():
    used = [series["unit"] for indicator in load("indicators.json") for series in indicator["series"]]
    used += [row["unit"] for row in observations()]
    used += [amount["unit"] for agreement in load("agreements.json") for amount in agreement["amounts"]]

    assert unknown(used, [unit["code"] for unit in load("units.json")]) == []


def test_a_source_releases_once_a_day():
    counts = Counter((release["source"], release["released_on"]) for release in load("releases.json"))

    assert [key for key, count in counts.items() if count > 1] == []


def test_every_observation_belongs_to_a_series_and_a_release():
    rows = observations()

    assert {tuple(row[field] for field in SERIES_KEY) for row in rows} == series_keys()
    assert {row["release"] for row in rows} == {release["key"] for release in load("releases.json")}


def test_a_release_says_a_figure_once():
    counts = Counter(
        (row["release"], row["time_period"], *(row[field] for field in SERIES_KEY)) for row in observations()
    )

    assert [key for key, count in counts.items() if count > 1] == []


def test_a_series_keeps_to_one_unit():
    units = {}
    for row in observations():
        units.setdefault(tuple(row[field] for field in SERIES_KEY), set()).add(row["unit"])

    assert [key for key, found in units.items() if len(found) > 1] == []


def test_a_region_has_one_default_series():
    counts = Counter()
    for indicator in load("indicators.json"):
        for series in indicator["series"]:
            counts[indicator["slug"], series["region"]] += series["default"]

    assert [key for key, count in counts.items() if count != 1] == []


def test_every_figure_is_a_number_as_printed():
    for row in observations():
        value = Decimal(row["value"])
        assert len(value.as_tuple().digits) <= 15, row
        assert max(0, -value.as_tuple().exponent) == int(row["decimals"]), row
        assert row["unit_mult"] in ("0", "3", "4", "6", "8", "12"), row
        assert row["qualifier"] in QUALIFIERS, row
        assert bool(row["printed"]) or row["qualifier"] == "exact", row
        assert re.fullmatch(r"\d{4}" if row["frequency"] == "A" else r"\d{4}-Q[1-4]", row["time_period"]), row


@pytest.mark.parametrize(
    ("region", "year", "day", "value"),
    [
        ("500000", "2017", "2019-06-30", "19424.73"),
        ("500000", "2017", "2022-12-31", "20066.3"),
        ("500000", "2017", "2026-10-01", "20260.8"),
        ("500000", "2022", "2022-12-31", None),
        ("500000", "2022", "2023-12-31", "29129.03"),
        ("500000", "2022", "2026-10-01", "28771.8"),
        ("510000", "2022", "2024-12-31", "56610.2"),
    ],
)
def test_gross_domestic_product_is_what_was_known_on_the_day(region, year, day, value):
    releases = {release["key"]: release for release in load("releases.json")}
    key = default_key("gdp", region)
    rows = [
        row
        for row in observations()
        if row["time_period"] == year
        and all(row[field] == key[field] for field in SERIES_KEY)
        and releases[row["release"]]["released_on"] <= day
    ]
    rows.sort(key=lambda row: releases[row["release"]]["released_on"], reverse=True)
    rows.sort(key=lambda row: RANKS[releases[row["release"]]["rank"]])

    assert (rows[0]["value"] if rows else None) == value


def test_agreements_have_dates_that_exist_and_parties():
    for agreement in load("agreements.json"):
        dates = [agreement[field] for field in ("signed", "effective", "expires", "terminated")]
        dates += [milestone["date"] for milestone in agreement["milestones"]]
        assert [date for date in dates if not PARTIAL_DATE.fullmatch(date)] == []
        for date in dates:
            if len(date) == 10:
                dt.date.fromisoformat(date)
        assert agreement["parties"], agreement["key"]
        assert agreement["summary"], agreement["key"]
        assert agreement["count"] is not None or agreement["count_qualifier"] == "exact", agreement["key"]


def test_amounts_are_numbers_and_one_of_a_kind():
    for agreement in load("agreements.json"):
        keys = [(amount["kind"], amount["basis"]) for amount in agreement["amounts"]]
        assert len(keys) == len(set(keys)), agreement["key"]
        for amount in agreement["amounts"]:
            Decimal(amount["value"])
            assert amount["qualifier"] in QUALIFIERS
            assert amount["printed"]


def test_milestones_follow_milestones_of_their_agreement():
    for agreement in load("agreements.json"):
        kinds = [milestone["kind"] for milestone in agreement["milestones"]]
        for milestone in agreement["milestones"]:
            assert bool(milestone["after"]) == (milestone["offset_days"] is not None), agreement["key"]
            assert not milestone["after"] or kinds.count(milestone["after"]) == 1, agreement["key"]


def test_relations_lead_to_another_agreement():
    keys = {agreement["key"] for agreement in load("agreements.json")}
    for agreement in load("agreements.json"):
        assert unknown([relation["to"] for relation in agreement["relations"]], keys - {agreement["key"]}) == []


@pytest.mark.parametrize("article", load("articles.json"), ids=lambda article: article["key"])
class TestArticle:
    def test_has_a_headline_that_fits_a_line(self, article):
        assert 0 < len(article["headline"]) <= 30

    def test_is_dated_on_a_day(self, article):
        assert "2023-03-31" <= dt.date.fromisoformat(article["dated"]).isoformat() <= "2026-11-30"

    def test_has_only_plain_tags(self, article):
        assert body(article).seen <= TAGS

    def test_cites_words_that_stand_in_it(self, article):
        text = f"{article['lead']}\n{body(article)}"

        assert len(article["citations"]) >= 2
        assert [c["exact"] for c in article["citations"] if c["exact"] not in text] == []

    def test_cites_figures_and_agreements_that_exist(self, article):
        rows = {(r["release"], r["time_period"], *(r[f] for f in SERIES_KEY)) for r in observations()}
        agreements = {agreement["key"]: agreement for agreement in load("agreements.json")}
        for citation in article["citations"]:
            figure = citation["observation"]
            assert (figure is None) != (citation["agreement"] is None), citation
            if figure:
                key = default_key(figure["indicator"], figure["region"]) | figure
                assert (key["release"], key["time_period"], *(key[f] for f in SERIES_KEY)) in rows, citation
                assert citation["part"] == ""
            else:
                agreement = agreements[citation["agreement"]]
                parts = {f"amount:{amount['kind']}:{amount['basis']}" for amount in agreement["amounts"]}
                parts |= {f"milestone:{milestone['kind']}" for milestone in agreement["milestones"]}
                assert citation["part"] in parts | {""}, citation

    def test_quotes_the_number_it_cites(self, article):
        values = {(r["release"], r["time_period"], *(r[f] for f in SERIES_KEY)): r["value"] for r in observations()}
        for citation in article["citations"]:
            if figure := citation["observation"]:
                key = default_key(figure["indicator"], figure["region"]) | figure
                value = values[key["release"], key["time_period"], *(key[f] for f in SERIES_KEY)]
                assert value in citation["exact"], citation


def test_pages_have_only_plain_tags():
    assert {page["slug"]: body(page).seen - TAGS for page in load("pages.json")} == {
        slug: set() for slug in ("about", "contact", "statement", "privacy", "accessibility", "data-notes")
    }


def test_the_menu_leads_to_pages_and_columns_that_exist():
    known = {f"/pages/{page['slug']}/" for page in load("pages.json")}
    known |= {f"/columns/{column['slug']}/" for column in load("columns.json")}
    known |= {
        "/",
        "/articles/",
        "/stats/",
        "/agreements/",
        "/search/",
        "/feeds/",
        "/feedback/",
        "/calendar/",
        "/corrections/",
    }
    known |= {"/regions/", "/topics/", "/organizations/"}

    assert unknown([item["url"] for item in load("menu.json")], known) == []


def runs(text, length=30):
    flat = re.sub(r"\s", "", text)
    return {flat[i : i + length] for i in range(len(flat) - length + 1)}


def test_no_sentence_is_taken_from_the_sources():
    sources = [*SHARED.glob("seed/*.txt"), *SHARED.glob("reports/*.txt")]
    if not sources:
        pytest.skip("the texts to compare with are not on this machine (../shared/data)")
    theirs = set().union(*(runs(source.read_text(encoding="utf-8")) for source in sources))
    ours = {article["key"]: f"{article['lead']}\n{body(article)}" for article in load("articles.json")}
    ours |= {page["slug"]: str(body(page)) for page in load("pages.json")}
    ours |= {agreement["key"]: agreement["summary"] for agreement in load("agreements.json")}

    assert {key: runs(text) & theirs for key, text in ours.items()} == {key: set() for key in ours}


def test_what_was_corrected_stands_in_its_article_as_it_is_right():
    bodies = {
        article["key"]: (DEMO / article["body_file"]).read_text(encoding="utf-8") for article in load("articles.json")
    }

    for row in load("corrections.json"):
        body = bodies[row["article"]]
        assert (body.count(row["stands"]), body.count(row["stood"])) == (1, 0)
        assert row["stood"] in row["wrong"]
