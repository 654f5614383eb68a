"""What the desk of imports refuses, whom, and what it costs."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.media.models import Document
from stats.models import FigureImport, Release
from tests.publishing.office import member
from tests.stats.import_desk import LINES, NEW, bureau, confirmed, counts, page_of, upload, uploaded
from tests.stats.imports import GDP

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


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
