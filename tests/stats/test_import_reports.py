"""The report of a trial: it says where it holds fewer lines than there were."""

import csv
import io

import pytest

from tests.stats.import_desk import confirmed, page_of, uploaded
from tests.stats.imports import GDP

pytestmark = pytest.mark.django_db

MANY = "指标：人口(万人)\n地区,2024年,2023年,2022年\n重庆,1,2,3\n四川,4,5,6\n来源：国家统计局\n"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def few(monkeypatch):
    """Two lines of each kind are kept."""
    monkeypatch.setattr("stats.trials.KEPT", 2)


def downloaded(client, one):
    text = client.get(page_of(one, "report")).getvalue().decode("utf-8-sig")
    return [(row["Part"], row["Value"]) for row in csv.DictReader(io.StringIO(text))]


def test_new_figures_beyond_the_kept_ones_are_counted_on_the_page_and_in_the_file(client, statistician, names, few):
    one = uploaded(client, MANY, released_on="2026-03-31")

    said = "Of 6 lines the first 2 are listed."
    assert said in client.get(page_of(one)).content.decode()
    assert downloaded(client, one) == [("New", "1"), ("New", "2"), (f"New: {said}", "")]


def test_of_the_revised_the_largest_changes_are_kept_and_of_what_is_whole_nothing_is_said(
    client, statistician, names, few
):
    confirmed(client, uploaded(client, MANY, released_on="2026-03-31"))
    two = uploaded(client, MANY.replace("2,3", "8,3"), released_on="2026-06-30")

    said = "Of 6 lines the first 2 are listed, those that change most."
    page = client.get(page_of(two), {"part": "revised"}).content.decode()
    assert said in page
    assert "lines the first" not in client.get(page_of(two), {"part": "new"}).content.decode()
    assert downloaded(client, two) == [("Revised", "8"), ("Revised", "1"), (f"Revised: {said}", "")]


def test_rejected_lines_beyond_the_kept_ones_are_counted(client, statistician, names, few):
    one = uploaded(client, MANY.replace("1,2,3", "一,二,三"), released_on="2026-03-31")

    said = "Of 3 lines the first 2 are listed."
    assert said in client.get(page_of(one)).content.decode()
    assert [part for part, _value in downloaded(client, one)] == ["Rejected", "Rejected", f"Rejected: {said}"]


def test_a_report_that_is_whole_says_nothing_of_it(client, statistician, names):
    one = uploaded(client, GDP, released_on="2026-03-31")

    assert "lines the first" not in client.get(page_of(one)).content.decode()
    assert [part for part, _value in downloaded(client, one)] == ["New"] * 3


def test_names_beyond_the_shown_ones_are_counted(client, statistician, names, monkeypatch):
    monkeypatch.setattr("stats.trials.NAMES", 1)
    one = uploaded(client, MANY, released_on="2026-03-31")

    assert "1 more name is not shown." in client.get(page_of(one)).content.decode()
