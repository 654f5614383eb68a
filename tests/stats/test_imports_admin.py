"""Import of figures at the desk: uploaded, corrected, tried, taken in once."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext, override

from portal.media.models import Document
from stats.models import FigureImport, Indicator, Observation, Release
from tests.factories import OrganizationFactory
from tests.publishing.office import member
from tests.stats.imports import GDP, figures

pytestmark = pytest.mark.django_db

NBS = Path(__file__).resolve().parents[3] / "shared" / "data" / "stats" / "nbs"
needs_nbs = pytest.mark.skipif(not NBS.exists(), reason="the exports of NBS are not here (shared/data)")
NEW = "/admin/stats/figureimport/add/"
LINES = "application/x-ndjson"
#: A column whose heading says nothing that the portal knows.
ODD = "编号,年度,gdp\n重庆,2023年,30145.79\n重庆,2024年,32193.15\n"
NO_TABLE = "名录,时点,数额\n重庆,2023年,30145.79\n"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def page_of(one, step="change"):
    return reverse(f"admin:stats_figureimport_{step}", args=[one.pk])


def upload(client, content=GDP, name="年报.csv", **options):
    content = content.encode() if isinstance(content, str) else content
    options = {"reason": "routine", **options}
    return client.post(NEW, {"file": SimpleUploadedFile(name, content), **options}, headers=options.pop("headers", {}))


def uploaded(client, content=GDP, **options):
    response = upload(client, content, **options)
    assert response.status_code == 302, response.context["adminform"].form.errors
    return FigureImport.objects.latest("pk")


def bureau():
    return OrganizationFactory._meta.model.objects.get(name="国家统计局").pk


def said_of(client, one, **changed):
    """The form of what the file means as a browser would send it, with some fields ``changed``."""
    form = client.get(page_of(one)).context["meaning"]
    data = {field.html_name: field.value() for field in form if field.name != "forget"}
    return {name: value for name, value in data.items() if value not in (None, "", False)} | changed


def tried(client, one, **changed):
    client.post(page_of(one, "try"), said_of(client, one, **changed))
    one.refresh_from_db()
    return one


def counts(one):
    return [one.report[name] for name in ("new", "revised", "same")], len(one.report["rejected"])


def confirmed(client, one, **said):
    response = client.post(page_of(one, "confirm"), {"reason": "routine", **said})
    one.refresh_from_db()
    return response


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
        "2025年年报", "final", "终核", "draft", statistician, one.document_id,
    )  # fmt: skip
    assert len(figures()) == 3
    assert Observation.objects.filter(source_place="年报.csv!B5").exists()
    page = client.get(page_of(one)).content.decode()
    assert f"/admin/stats/release/{release.pk}/change/" in page
    assert f"release={release.pk}" in page


def number_of(one, name):
    """At which place the report has ``name``: the number of its field."""
    return next(at for at, known in enumerate(one.report["names"]) if known["name"] == name)


def test_a_column_that_says_nothing_is_given_its_meaning(client, statistician, names):
    one = uploaded(client, ODD, source=bureau(), released_on="2025-03-01")
    [block] = one.report["blocks"]
    assert [column["role"] for column in block["columns"]] == ["", "period", "value"]
    assert counts(one)[1] == 2

    tried(client, one, column_0="region", unit="亿元")
    assert (one.mapping, counts(one)) == ({"columns": {"编号": "region"}, "unit": "亿元"}, ([2, 0, 0], 0))
    assert "selected>Region" in client.get(page_of(one)).content.decode()

    tried(client, one, column_0="ignore")
    assert (one.mapping["columns"], one.report["lacking"].keys()) == ({"编号": "ignore"}, {"region"})
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
        "Writing the report",
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


# Bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "empty"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "a.xls", "Web pages"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "Files of this format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le") * 90, "a.xls", "cannot be read"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "a.csv", "no table"),
        (b"PK\x03\x04broken", "a.xlsx", "damaged"),
        (b"\x00\x01\x02\x03", "a.csv", "Files of this format"),
    ],
    ids=["empty", "web page", "no workbook", "damaged xls", "pdf", "broken zip", "bytes"],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field_and_nothing_is_kept(
    client, statistician, content, name, said
):
    response = upload(client, content, name=name)

    [error] = response.context["adminform"].form.errors["file"]
    assert said in error
    assert (FigureImport.objects.count(), Document.objects.count()) == (0, 0)


def test_a_file_that_is_too_large_is_refused_with_the_limit(client, statistician, monkeypatch):
    monkeypatch.setattr("stats.figure_import_forms.LARGEST", 1024**2)
    response = upload(client, b"1,2\n" * 300_000)

    assert response.context["adminform"].form.errors["file"] == ["The file “年报.csv” is larger than 1 MB. Divide it."]
    assert Document.objects.count() == 0


def test_a_page_that_listens_is_told_what_is_wrong_with_a_field(client, statistician):
    response = upload(client, b"", headers={"Accept": LINES})

    said = json.loads(response.getvalue())
    assert (response.status_code, list(said["errors"])) == (400, ["file"])


def test_a_sheet_of_many_columns_is_shown_with_its_first_ones(client, statistician, names):
    heads = ",".join(f"{year}年" for year in range(1900, 2026))
    one = uploaded(client, f"指标：人口(万人)\n地区,{heads}\n重庆,{','.join(['5'] * 126)}\n", released_on="2026-01-01")

    [block] = one.report["blocks"]
    assert (len(block["columns"]), block["more_columns"], block["count"]) == (80, 47, 1)


# Rights and prices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["编辑", "审核", "发布"])
def test_who_adds_no_figures_imports_none(client, statistician, names, role):
    one = uploaded(client, released_on="2026-03-31")
    client.force_login(member(role))

    asked = [client.get(NEW), client.get(page_of(one)), client.get("/admin/stats/figureimport/"), upload(client)]
    asked += [client.post(page_of(one, step)) for step in ("try", "confirm", "discard")]
    asked += [client.get(page_of(one, "report"))]
    assert {response.status_code for response in asked} == {403}
    assert "figureimport" not in client.get("/admin/stats/release/").content.decode()
    assert "figureimport" not in client.get("/admin/").content.decode()


def test_an_import_is_its_makers_and_an_administrators(client, statistician, names):
    one = uploaded(client, released_on="2026-03-31")
    file = one.document.get_absolute_url()
    for user, status, rows in [(member("统计"), 404, []), (member("管理员"), 200, [one]), (statistician, 200, [one])]:
        client.force_login(user)
        assert client.get(page_of(one)).status_code == status
        assert client.get(page_of(one, "report")).status_code == status
        assert client.get(file).status_code == status
        assert list(client.get("/admin/stats/figureimport/").context["cl"].queryset) == rows


def test_a_file_that_belongs_to_an_import_of_somebody_else_is_not_given_away(client, statistician, names):
    uploaded(client)
    client.force_login(member("统计"))
    response = upload(client)

    assert "not open to you" in response.context["adminform"].form.errors["file"][0]


def test_a_release_that_is_not_ones_own_takes_no_figures(client, statistician, names):
    release = Release.objects.create(
        source_id=bureau(), released_on="2026-03-31", title="年报", status="published", published_at="2026-04-01T00:00Z"
    )
    one = uploaded(client, released_on="2026-03-31")

    assert counts(one) == ([0, 0, 0], 1)
    assert str(release) in one.report["rejected"][0]["reason"]


def priced(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_page_costs_the_same_for_any_number_of_lines(client, statistician, names):
    small = "指标：人口(万人)\n地区,2024年\n重庆,5\n"
    large = "指标：人口(万人)\n地区,2024年,2023年\n重庆,5,6\n四川,7,8\n全国,9,10\n山城,1,2\n雾都,1,2\n"
    pages = [page_of(uploaded(client, text, source=bureau(), released_on="2026-01-01")) for text in (small, large)]
    client.get(pages[0])

    prices = [priced(client, page) for page in pages]
    assert prices[0] == prices[1]


def test_the_list_costs_the_same_for_any_number_of_imports(client, statistician, names):
    prices = []
    for number in range(3):
        confirmed(client, uploaded(client, GDP + f"注：{number}\n", released_on=f"2026-03-0{number + 1}"))
        client.get("/admin/stats/figureimport/")
        prices.append(priced(client, "/admin/stats/figureimport/"))
    assert prices[0] == prices[2]


# Real files ----------------------------------------------------------------------------------------------------------


@needs_nbs
def test_an_export_of_the_bureau_is_taken_in(client, statistician):
    call_command("load_demo", verbosity=0)
    file = (NBS / "a_分省年度数据.xls").read_bytes()
    one = uploaded(client, file, name="a_分省年度数据.xls", source=bureau(), released_on="2018-12-30")

    [block] = one.report["blocks"]
    assert (counts(one), block["headings"], block["lines"], block["count"]) == (([125, 30, 0], 0), [4, 4], [5, 35], 31)
    assert [column["period"] for column in block["columns"]] == ["", "2019", "2018", "2017", "2016", "2015"]
    confirmed(client, one)
    release = Release.objects.get(pk=one.releases[0])
    assert (release.observations.count(), release.file.original_name) == (155, "a_分省年度数据.xls")


@needs_nbs
def test_a_budget_is_asked_for_its_region(client, statistician):
    call_command("load_demo", verbosity=0)
    file = (NBS / "utf8_bom_分省年度数据.csv").read_bytes()
    one = uploaded(client, file, name="预算.csv", source=bureau(), released_on="2024-12-31")
    assert one.report["lacking"].keys() == {"region"}

    beijing = one._meta.get_field("region").related_model.objects.get(code="110000")
    tried(client, one, region=beijing.pk)
    assert counts(one) == ([169, 0, 0], 0)
