"""Import of figures at the desk: uploaded, corrected, tried, taken in once."""

import json
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from stats.models import FigureImport, Indicator, Observation, Release
from tests.factories import OrganizationFactory
from tests.stats.import_desk import LINES, bureau, confirmed, counts, page_of, said_of, tried, upload, uploaded
from tests.stats.imports import GDP, figures

pytestmark = pytest.mark.django_db

NBS = Path(__file__).resolve().parents[3] / "shared" / "data" / "stats" / "nbs"
needs_nbs = pytest.mark.skipif(not NBS.exists(), reason="the exports of NBS are not here (shared/data)")
#: A column whose heading says nothing that the portal knows.
ODD = "所在,年度,gdp\n重庆,2023年,30145.79\n重庆,2024年,32193.15\n"
NO_TABLE = "名录,时点,数额\n重庆,2023年,30145.79\n"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


# The flow ------------------------------------------------------------------------------------------------------------


def test_a_file_that_says_all_but_its_day_is_tried_asked_about_and_taken_into_a_draft(client, statistician, names):
    one = uploaded(client)
    assert counts(one) == ([0, 0, 0], 1)
    assert one.report["lacking"].keys() == {"released"}
    page = client.get(page_of(one)).content.decode()
    assert "Needed: the file does not say it." in page
    assert "Take in" not in page

    tried(client, one, released_on="2026-03-31")
    assert counts(one) == ([3, 0, 0], 0)
    assert (Release.objects.count(), Observation.objects.count(), Indicator.objects.count()) == (0, 0, 0)

    response = confirmed(client, one, title="2025年年报", reason="final", note="终核")
    release = Release.objects.get()
    assert (response.status_code, one.state, one.releases) == (302, "done", [release.pk])
    assert (release.title, release.reason, release.note, release.status, release.created_by, release.file_id) == (
        "2025年年报", "final", "终核\n按当年价格计算。", "draft", statistician, one.document_id,
    )  # fmt: skip
    assert len(figures()) == 3
    assert Observation.objects.filter(source_place="年报.csv!B5").exists()
    page = client.get(page_of(one)).content.decode()
    assert f"/admin/stats/release/{release.pk}/change/" in page
    assert f"release={release.pk}" in page


def test_unicode_text_of_excel_is_a_table(client, statistician, names):
    text = GDP.replace(",", "\t").replace("\n", "\r\n")
    one = uploaded(client, text.encode("utf-16"), name="年报.txt", released_on="2026-03-31")

    assert counts(one) == ([3, 0, 0], 0)
    confirmed(client, one)
    assert Observation.objects.filter(source_place="年报.txt!B5").exists()


def number_of(one, name):
    """At which place the report has ``name``: the number of its field."""
    return next(at for at, known in enumerate(one.report["names"]) if known["name"] == name)


def test_a_column_that_says_nothing_is_given_its_meaning(client, statistician, names):
    one = uploaded(client, ODD, source=bureau(), released_on="2025-03-01")
    [block] = one.report["blocks"]
    assert [column["role"] for column in block["columns"]] == ["", "period", "value"]
    assert counts(one)[1] == 2

    tried(client, one, column_0="region", unit="亿元")
    assert (one.mapping, counts(one)) == ({"columns": {"所在": "region"}, "unit": "亿元"}, ([2, 0, 0], 0))
    assert "selected>Region" in client.get(page_of(one)).content.decode()

    tried(client, one, column_0="ignore")
    assert (one.mapping["columns"], one.report["lacking"].keys()) == ({"所在": "ignore"}, {"region"})
    tried(client, one, column_0="")
    assert (one.mapping, counts(one)[1]) == ({"unit": "亿元"}, 2)


def test_a_sheet_without_a_table_becomes_one_by_what_its_columns_mean(client, statistician, names):
    one = uploaded(client, NO_TABLE, source=bureau(), released_on="2025-03-01")
    [block] = one.report["blocks"]
    assert (block["found"], [column["heading"] for column in block["columns"]]) == (False, ["名录", "时点", "数额"])

    gdp = Indicator.objects.create(name="地区生产总值", slug="gdp")
    tried(client, one, column_0="region", column_1="period", column_2="value", unit="亿元", indicator=gdp.pk)
    assert (one.report["blocks"][0]["found"], counts(one)) == (True, ([1, 0, 0], 0))


def test_an_unknown_region_is_a_question_that_is_answered_and_taken_back(client, statistician, names):
    one = uploaded(client, GDP.replace("重庆市", "山城"), released_on="2026-03-31")
    names_of = {name["name"]: name["means"] for name in one.report["names"] if name["role"] == "region"}
    assert names_of == {"山城": "", "四川省": "四川省"}
    number = number_of(one, "山城")

    chongqing = one._meta.get_field("region").related_model.objects.get(code="500000")
    tried(client, one, **{f"name_{number}": chongqing.pk})
    assert (one.mapping, counts(one)) == ({"regions": {"山城": "500000"}}, ([3, 0, 0], 0))
    assert "as you said" in client.get(page_of(one)).content.decode()

    tried(client, one, **{f"drop_{number}": "on"})
    assert (one.mapping, counts(one)[1]) == ({}, 1)


def test_a_name_of_an_indicator_is_taken_for_another_one(client, statistician, names):
    known = Indicator.objects.create(name="国内生产总值", slug="gdp")
    one = uploaded(client, released_on="2026-03-31")
    number, name = next((at, one) for at, one in enumerate(one.report["names"]) if one["role"] == "indicator")
    assert (name["means"], name["is_new"]) == ("地区生产总值", True)

    tried(client, one, **{f"name_{number}": known.pk})

    assert (one.mapping, counts(one)) == ({"indicators": {"地区生产总值(亿元)": "gdp"}}, ([3, 0, 0], 0))
    assert [name["means"] for name in one.report["names"] if name["role"] == "indicator"] == ["国内生产总值"]


def test_an_unknown_unit_and_an_unknown_source_are_asked_for(client, statistician, names):
    text = "地区,指标,单位,来源,时间,数值\n重庆,进口,箱,海关,2024年,5\n"
    one = uploaded(client, text, released_on="2025-01-01")
    asked = {name["role"]: name["question"] for name in one.report["names"] if name["question"]}
    assert asked.keys() == {"unit", "source"}

    number = number_of(one, "海关")
    customs = OrganizationFactory(name="重庆海关")
    tried(client, one, **{f"name_{number}": customs.pk})
    assert {name["role"] for name in one.report["names"] if name["question"]} == {"unit"}
    assert one.mapping == {"sources": {"海关": "重庆海关"}}


def test_revised_figures_are_shown_old_and_new_the_largest_change_first(client, statistician, names):
    one = uploaded(client, released_on="2026-03-31")
    confirmed(client, one)
    later = GDP.replace("32046.7,30614.3", "32046.7,30000.0").replace("64537.9", "64000")
    two = uploaded(client, later, released_on="2026-12-31", reason="census")
    assert counts(two) == ([0, 3, 0], 0)

    page = client.get(page_of(two))
    changes = [
        (row.region, row.period, str(row.old.mantissa.normalize()), str(row.new.mantissa))
        for row in page.context["page"]
    ]
    assert changes == [
        ("重庆市", "2023", "30614.3", "30000.0"),
        ("四川省", "2024", "64537.9", "64000"),
        ("重庆市", "2024", "32046.7", "32046.7"),
    ]  # fmt: skip
    text = page.content.decode()
    for words in ("−614.3 (−2.0%)", "1 of them says what the other release says.", "unchanged"):
        assert words in text

    file = client.get(page_of(two, "report"))
    lines = file.getvalue().decode("utf-8-sig").splitlines()
    assert lines[1].split(",")[1:9] == [
        "地区生产总值", "重庆市", "2023", "30000.0", "30614.3", "-614.3", "-2.01", "hundred million yuan",
    ]  # fmt: skip


def test_what_is_rejected_is_listed_by_row_and_found_by_words(client, statistician, names):
    text = GDP.replace("30614.3", "三万").replace("64537.9", "=A1")
    one = uploaded(client, text, released_on="2026-03-31")
    page = client.get(page_of(one))
    assert [(row.row, row.column) for row in page.context["page"]] == [(5, "2023年"), (6, "2024年")]
    assert "Take in" not in page.content.decode()

    found = client.get(page_of(one), {"part": "rejected", "q": "三万"}).context["page"]
    assert [row.row for row in found] == [5]
    assert client.get(page_of(one), {"part": "nonsense", "page": "x"}).status_code == 200


def test_the_words_of_the_command_are_no_words_of_the_page(client, statistician, names):
    one = uploaded(client, "地区,2024年\n山城,5\n", released_on="2026-03-31")

    text = client.get(page_of(one)).content.decode()
    assert "Give its code in “What it means”." in text
    assert "Name the organization with “Source”." in text
    assert "--source" not in text
    assert "--mapping" not in text


# Remembering ---------------------------------------------------------------------------------------------------------


def test_the_next_file_of_the_same_headings_knows_what_the_last_one_meant(client, statistician, names):
    one = uploaded(client, ODD, source=bureau(), released_on="2025-03-01")
    tried(client, one, column_0="region", unit="亿元")
    confirmed(client, one, reason="final")

    two = uploaded(client, ODD.replace("30145", "30245"), released_on="2026-03-01")
    assert (two.remembered_from, two.reason, counts(two)) == (one, "final", ([0, 2, 0], 0))
    assert "Remembered from" in client.get(page_of(two)).content.decode()

    client.post(page_of(two, "try"), said_of(client, two) | {"forget": "on"})
    two.refresh_from_db()
    assert (two.remembered_from, two.mapping, two.source) == (None, {}, None)


def test_other_periods_are_the_same_headings_and_other_columns_are_not(client, statistician, names):
    one, two = uploaded(client), uploaded(client, GDP.replace("2024年", "2025年").replace("2023年", "2024年"))
    three = uploaded(client, GDP.replace("地区,", "指标,"))

    assert one.shape == two.shape != three.shape


# Once, whole, or not at all ------------------------------------------------------------------------------------------


def test_confirming_twice_writes_once(client, statistician, names):
    one = uploaded(client, released_on="2026-03-31")
    confirmed(client, one)
    again = confirmed(client, one)

    assert (again.status_code, len(figures()), Release.objects.count()) == (302, 3, 1)


def test_an_import_that_is_rejected_when_it_is_confirmed_stays_open_and_writes_nothing(client, statistician, names):
    one = uploaded(client, released_on="2026-03-31")
    OrganizationFactory._meta.model.objects.filter(name="国家统计局").update(name="统计局")
    confirmed(client, one)

    assert (one.state, one.done_at, Release.objects.count(), len(one.report["rejected"])) == ("open", None, 0, 1)


def test_a_trial_tells_how_far_it_has_come_and_where_to_go(client, statistician, names):
    response = upload(client, released_on="2026-03-31", headers={"Accept": LINES})
    said = [json.loads(line) for line in response.getvalue().decode().splitlines()]

    one = FigureImport.objects.get()
    assert (response["Content-Type"], said[-1], counts(one)) == (LINES, {"goto": page_of(one)}, ([3, 0, 0], 0))
    assert [step["step"] for step in said[:-1]] == [
        "Reading the file", "Understanding what the lines say", "Comparing with what is there", "Writing the figures",
        "Checking the arithmetic", "Writing the report",
    ]  # fmt: skip


def test_what_is_told_is_told_in_the_language_of_the_user(client, statistician, names):
    statistician.language = "zh-hans"
    statistician.save()
    response = upload(client, released_on="2026-03-31", headers={"Accept": LINES})

    with override("zh-hans"):
        expected = gettext("Writing the figures")
    assert expected in response.getvalue().decode()


def test_a_connection_that_is_closed_in_the_middle_takes_everything_back(client, statistician, names):
    one = uploaded(client, released_on="2026-03-31")
    response = client.post(page_of(one, "confirm"), {"reason": "routine"}, headers={"Accept": LINES})
    told = iter(response.streaming_content)
    while "Writing" not in next(told).decode():
        pass
    assert Release.objects.count() == 1

    response._resource_closers[0]()

    one.refresh_from_db()
    assert (one.state, Release.objects.count(), Observation.objects.count()) == ("open", 0, 0)


def test_what_is_discarded_is_neither_tried_nor_taken_in(client, statistician, names):
    one = uploaded(client, released_on="2026-03-31")
    client.post(page_of(one, "discard"))
    confirmed(client, one)
    tried(client, one)

    assert (one.state, Release.objects.count()) == ("discarded", 0)


def test_the_draft_that_was_made_is_deleted_into_the_bin_and_the_import_says_so(client, statistician, names):
    one = uploaded(client, released_on="2026-03-31")
    confirmed(client, one)
    release = Release.objects.get()
    client.post(reverse("admin:stats_release_delete", args=[release.pk]), {"post": "yes"})

    assert Release.objects.count() == 0
    assert "The draft is not there any more" in client.get(page_of(one)).content.decode()


# Real files ----------------------------------------------------------------------------------------------------------


@needs_nbs
def test_an_export_of_the_bureau_is_taken_in(own_demo, client, statistician):
    file = (NBS / "a_分省年度数据.xls").read_bytes()
    one = uploaded(client, file, name="a_分省年度数据.xls", source=bureau(), released_on="2018-12-30")

    [block] = one.report["blocks"]
    assert (counts(one), block["headings"], block["lines"], block["count"]) == (([125, 30, 0], 0), [4, 4], [5, 35], 31)
    assert [column["period"] for column in block["columns"]] == ["", "2019", "2018", "2017", "2016", "2015"]
    confirmed(client, one)
    release = Release.objects.get(pk=one.releases[0])
    assert (release.observations.count(), release.file.original_name) == (155, "a_分省年度数据.xls")


@needs_nbs
def test_a_budget_is_asked_for_its_region(own_demo, client, statistician):
    file = (NBS / "utf8_bom_分省年度数据.csv").read_bytes()
    one = uploaded(client, file, name="预算.csv", source=bureau(), released_on="2024-12-31")
    assert one.report["lacking"].keys() == {"region"}

    beijing = one._meta.get_field("region").related_model.objects.get(code="110000")
    tried(client, one, region=beijing.pk)
    assert counts(one) == ([169, 0, 0], 0)
