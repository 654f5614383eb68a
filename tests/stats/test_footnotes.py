import csv
import io

import html5lib
import pytest
from django.urls import reverse

from stats.footnotes import LONGEST, Footnotes, signs_in
from stats.models import Observation, Release
from tests.stats.import_desk import page_of, uploaded
from tests.stats.imports import DAY, counts, take

MARKED = """\
指标：地区生产总值(亿元)
地区,2024年①,2023年
重庆市,32046.7,30614.3*
四川省②,64537.9,60132.9
"""


@pytest.mark.parametrize(
    ("mark", "signs"),
    [
        ("①", ("1",)), ("①③", ("1", "3")), ("⑫", ("12",)), ("*", ("*",)), ("**", ("**",)), ("＊", ("*",)),
        ("¹⁾", ("1",)),
        ("1)", ("1",)), ("a)", ("a",)), ("[b]", ("b",)), ("（注1）", ("1",)), ("注2", ("2",)), ("（注）", ()), ("", ()),
    ],
)  # fmt: skip
def test_the_signs_of_a_mark(mark, signs):
    assert signs_in(mark) == signs


@pytest.mark.parametrize(
    ("texts", "signs", "by_sign", "general"),
    [
        (["注：①初步数。②普查后修订。"], "12", {"1": "初步数。", "2": "普查后修订。"}, []),
        (["注：按当年价格计算。①初步数。"], "1", {"1": "初步数。"}, ["按当年价格计算。"]),
        (["① 初步数。", "② 修订数。"], "1", {"1": "初步数。"}, ["② 修订数。"]),
        (["注：1. 地方财政支出均为本级支出。"], "", {}, ["1. 地方财政支出均为本级支出。"]),
        (["注：1. 比上年增长1.5%。2. 本级支出。"], "12", {"1": "比上年增长1.5%。", "2": "本级支出。"}, []),
        (["a) 户籍人口。b) 常住人口。"], "ab", {"a": "户籍人口。", "b": "常住人口。"}, []),
        (["注1：年末数。", "注2：平均数。"], "12", {"1": "年末数。", "2": "平均数。"}, []),
        (["*初步数；**修订数"], ["*", "**"], {"*": "初步数", "**": "修订数"}, []),
        (["¹ 初步数。 ² 修订数。"], "12", {"1": "初步数。", "2": "修订数。"}, []),
        (["① 甲。", "① 乙。"], "1", {"1": "甲。"}, ["1 乙。"]),
        (["①"], "1", {}, []),
        (["① " + "长" * (LONGEST + 1)], "1", {}, ["1 " + "长" * (LONGEST + 1)]),
    ],
)  # fmt: skip
def test_notes_are_divided_where_a_sign_begins_that_stands_at_figures(texts, signs, by_sign, general):
    notes = Footnotes(texts, set(signs))

    assert (notes.by_sign, notes.general) == (by_sign, general)


def test_a_figure_with_two_signs_has_a_line_for_each():
    notes = Footnotes(["①初步数。②修订数。"], {"1", "2"})

    assert [notes.at(("2", "1", "2")), notes.at(("1",)), notes.at(("9",)), notes.at(())] == [
        "修订数。\n初步数。",
        "初步数。",
        "",
        "",
    ]


def footnotes():
    return {
        (one.series.region.code, one.time_period): one.footnote
        for one in Observation.objects.select_related("series__region")
    }


@pytest.mark.django_db
def test_signs_at_headings_labels_and_numbers_bring_their_notes_to_the_figures(names):
    below = "注：按当年价格计算。①为初步核算数。\n② 含全部市州。\n* 普查后修订。\n"
    below += "数据来源：国家统计局\n制表：某某,,审核：某某\n"

    assert counts(take(MARKED + below, **DAY)) == (4, 0, 0)

    assert footnotes() == {
        ("500000", "2024"): "为初步核算数。",
        ("500000", "2023"): "普查后修订。",
        ("510000", "2024"): "含全部市州。\n为初步核算数。",
        ("510000", "2023"): "含全部市州。",
    }
    assert Release.objects.get().note == "按当年价格计算。"


@pytest.mark.django_db
def test_a_column_of_notes_is_about_the_figures_of_its_line(names):
    text = "地区,时间,指标,数值,单位,来源,备注\n重庆市,2024,地区生产总值,32046.7,亿元,国家统计局,初步核算\n"
    text += "四川省,2024,地区生产总值,64537.9,亿元,国家统计局,\n"

    assert counts(take(text, **DAY)) == (2, 0, 0)

    assert footnotes() == {("500000", "2024"): "初步核算", ("510000", "2024"): ""}


@pytest.mark.django_db
def test_what_is_noted_of_all_is_said_once_of_the_release(names):
    text = MARKED.replace("①", "").replace("②", "").replace("*", "")
    below = "注：按当年价格计算。\n来源：国家统计局\n"

    take(text + below, **DAY)
    again = take(text + below, **DAY)
    more = take(text.replace("2023年", "2022年") + "注：四经普后修订。\n" + below, **DAY)

    assert [counts(again), counts(more)] == [(0, 0, 4), (2, 0, 2)]
    assert Release.objects.get().note == "按当年价格计算。\n四经普后修订。"
    assert set(footnotes().values()) == {""}


@pytest.mark.django_db
def test_a_sign_without_a_note_is_told(names):
    report = take(MARKED + "注：②含全部市州。\n来源：国家统计局\n", **DAY)

    assert counts(report) == (4, 0, 0)
    (notice,) = report.notices
    assert "*, 1" in notice
    assert sorted(footnotes().values()) == ["", "", "含全部市州。", "含全部市州。"]


@pytest.mark.django_db
def test_the_desk_shows_notes_and_footnotes_before_anything_is_written(client, statistician, names):
    text = MARKED + "注：按当年价格计算。①为初步核算数。②含全部市州。*普查后修订。\n来源：国家统计局\n"
    one = uploaded(client, text, released_on="2026-03-31")
    page = client.get(page_of(one)).content.decode()
    answer = client.get(reverse("admin:stats_figureimport_report", args=[one.pk]))
    told = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))

    assert "注：按当年价格计算。①为初步核算数。" in page
    assert "含全部市州。<br>为初步核算数。" in page
    assert [row["footnote"] for row in told] == [
        "为初步核算数。",
        "普查后修订。",
        "含全部市州。\n为初步核算数。",
        "含全部市州。",
    ]


# Where readers meet them ---------------------------------------------------------------------------------------------


@pytest.fixture
def noted(gdp):
    """The figure of 2018 with two notes and an empty line between, the second of which stands at 2017 too."""
    Observation.objects.filter(series=gdp, time_period="2018").update(footnote="初步数。\n\n普查后修订。")
    Observation.objects.filter(series=gdp, mantissa="20260.8").update(footnote="普查后修订。")
    Release.objects.filter(title="公报").update(note="按当年价格计算。")
    return gdp


def signs_of(page):
    """Rows of the table of figures: the period, and the notes that its signs lead to."""
    document = html5lib.parse(page, namespaceHTMLElements=False)
    notes = {one.get("id"): "".join(one.itertext()) for one in document.iter("li") if one.get("id")}
    table = next(one for one in document.iter("table") if one.get("class") == "figures-table")
    return {
        row.find("th").text: [notes[a.get("href")[1:]] for a in row.iter("a") if a.get("href").startswith("#footnote")]
        for row in table.find("tbody")
    }


@pytest.mark.django_db
def test_signs_in_the_table_of_a_series_lead_to_the_notes_below_it(noted, client):
    page = client.get("/stats/gdp/500000/").content.decode()

    assert signs_of(page) == {"2018年": ["① 初步数。", "② 普查后修订。"], "2017年": ["② 普查后修订。"]}
    assert page.count("按当年价格计算。") == 1


@pytest.mark.django_db
def test_where_nothing_is_noted_there_are_no_notes(gdp, client):
    assert "figure-notes" not in client.get("/stats/gdp/500000/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/stats/", "/stats/gdp/", "/stats/compare/?indicator=gdp&region=500000"])
def test_a_figure_of_a_list_says_that_there_is_a_note(noted, client, path):
    assert 'title="初步数。\n\n普查后修订。"' in client.get(path).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/stats/gdp/500000/", "/stats/gdp/", "/stats/"])
@pytest.mark.parametrize("format", ["csv", "json", "jsonstat", "atom"])
def test_files_and_feeds_hold_the_footnotes(noted, client, path, format):
    answer = client.get(path, {"format": format})
    text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()

    assert "初步数。" in text


@pytest.mark.django_db
def test_statistical_programs_read_them_as_comments(noted, client):
    address = "/sdmx/data/FIGURES/A.500000.gdp.none.level.current?startPeriod=2018"
    answer = client.get(address, headers={"Accept": "application/vnd.sdmx.data+csv;version=1.0.0"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))

    assert (row["COMMENT_OBS"], row["RELEASE_NOTE"]) == ("初步数。\n\n普查后修订。", "按当年价格计算。")
