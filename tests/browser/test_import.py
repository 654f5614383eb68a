"""A statistician brings in a table: uploads it, corrects what a column means, reads the report, confirms, sees chart
and strip.
"""

from pathlib import Path

import pytest

from stats.models import FigureImport, Indicator, Observation, Release
from tests.factories import OrganizationFactory, RegionFactory
from tests.publishing.office import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NBS = Path(__file__).resolve().parents[3] / "shared" / "data" / "stats" / "nbs"
#: A rank among the figures, and a unit that stands nowhere.
INVENTED = """\
地区生产总值
编号,2023年,2024年
重庆,30145.79,32193.15
四川,60132.9,64697.0
"""
LATER = INVENTED.replace("30145.79", "30200.05")


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def names():
    nation = RegionFactory(code="100000", name="中华人民共和国", short_name="全国", kind="nation")
    for code, name, short in [("500000", "重庆市", "渝"), ("510000", "四川省", "川"), ("110000", "北京市", "京")]:
        RegionFactory(code=code, name=name, short_name=short, aliases=name[:2], parent=nation)
    OrganizationFactory(name="国家统计局", kind="statistics")
    Indicator.objects.create(name="地区生产总值", slug="gdp")


@pytest.fixture
def desk(page, log_in, names):
    log_in(page, member("统计", language="zh-hans"))
    return page


def upload(page, name, content, day):
    page.goto("/admin/stats/release/")
    page.locator(".object-tools a[href*='figureimport/add']").click()
    page.locator("#id_file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.locator("#id_released_on").fill(day)
    with page.expect_navigation(url="**/change/*"):
        page.locator("[name=_read]").click()


def choose(page, field, words):
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-search__field").last.fill(words)
    page.locator(".select2-results__option", has_text=words).first.click()


def read_again(page):
    with page.expect_navigation():
        page.locator("[data-import-form]:not([data-import-confirm]) button.default").click()


def take_in(page):
    with page.expect_navigation():
        page.locator("[data-import-confirm] button.default").click()
    page.wait_for_selector(".import-outcome")


def counts(page):
    return page.locator(".import-count strong").all_inner_texts()


def test_a_table_is_corrected_confirmed_and_seen_as_chart_and_strip(desk):
    upload(desk, "表.csv", INVENTED.encode(), "2025-03-01")
    assert counts(desk)[:3] == ["0", "0", "0"]
    desk.locator(".import-means select").first.select_option("region")
    desk.locator("#id_unit").fill("亿元")
    choose(desk, "source", "国家统计局")
    if not Indicator.objects.get().series.exists() and desk.locator(".field-indicator.is-asked").count():
        choose(desk, "indicator", "地区生产总值")
    read_again(desk)
    assert counts(desk) == ["4", "0", "0", "0"]
    assert Observation.objects.count() == 0

    take_in(desk)
    assert (Observation.objects.count(), Release.objects.get().status) == (4, "draft")
    desk.locator(".import-charts a", has_text="重庆市").click()
    assert desk.locator("svg").count() > 0
    assert "32193.15" in desk.locator("main").inner_text()

    upload(desk, "表二.csv", LATER.encode(), "2025-12-30")
    assert desk.locator(".import-note").count() == 1
    if desk.locator(".field-indicator.is-asked").count():
        choose(desk, "indicator", "地区生产总值")
        read_again(desk)
    assert counts(desk) == ["0", "4", "0", "0"]
    assert "+54.26 (+0.18%)" in desk.locator("#report-part").inner_text()


def test_what_was_changed_and_not_read_again_is_not_taken_in(desk):
    upload(desk, "表.csv", INVENTED.encode(), "2025-03-01")
    desk.locator(".import-means select").first.select_option("region")
    desk.locator("#id_unit").fill("亿元")
    choose(desk, "source", "国家统计局")
    if desk.locator(".field-indicator.is-asked").count():
        choose(desk, "indicator", "地区生产总值")
    read_again(desk)
    button = desk.locator("[data-import-confirm] button.default")
    assert button.is_enabled()

    desk.locator("#id_unit").fill("万元")
    desk.locator("#id_unit").blur()
    assert not button.is_enabled()
    desk.locator("#id_unit").fill("亿元")
    desk.locator("#id_unit").blur()
    assert button.is_enabled()


def test_a_file_that_is_no_table_is_refused_at_its_field(desk):
    desk.goto("/admin/stats/figureimport/add/")
    desk.locator("#id_file").set_input_files(
        {"name": "表.xls", "mimeType": "text/csv", "buffer": b"<html><p>1</p></html>"}
    )
    desk.locator("[name=_read]").click()

    desk.wait_for_selector(".field-file .errorlist")
    assert FigureImport.objects.count() == 0
    assert desk.evaluate("document.activeElement.id") == "id_file"


def test_a_phone_scrolls_the_table_and_not_the_page(new_page, log_in, names):
    page = new_page(width=390)
    log_in(page, member("统计", language="zh-hans"))
    heads = ",".join(f"{year}年" for year in range(1945, 2025))
    table = f"指标：地区生产总值(亿元)\n地区,{heads}\n重庆,{','.join(['5'] * 80)}\n山城,{','.join(['5'] * 80)}\n"
    upload(page, "表.csv", table.encode(), "2025-03-01")

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('.import-scroll').scrollWidth") > 2000


@pytest.mark.skipif(not NBS.exists(), reason="the exports of NBS are not here (shared/data)")
def test_an_export_of_the_bureau_is_taken_in(desk):
    # The regions that are not here are left to a question; the two that are stand for them.
    file = NBS / "a_分省年度数据.xls"
    upload(desk, file.name, file.read_bytes(), "2018-12-31")

    assert counts(desk)[3] != "0"
    assert desk.locator(".import-names[open] .is-asked").count() > 20
    desk.locator(".import-means select").nth(1).select_option("ignore")
    read_again(desk)
    assert FigureImport.objects.get().mapping == {"columns": {"2019年": "ignore"}}
