"""A statistician brings in a table: uploads it, corrects what a column means, reads the report, confirms, sees chart
and strip.
"""

from pathlib import Path

import pytest

from portal import demo
from portal.vocabulary.importing import import_regions
from stats.importing import import_observations
from stats.models import FigureImport, Indicator, Observation, Release
from tests.factories import OrganizationFactory, RegionFactory
from tests.publishing.office import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NBS = Path(__file__).resolve().parents[3] / "shared" / "data" / "stats" / "nbs"
#: Nothing says what its first column is.
INVENTED = """\
指标：地区生产总值(亿元)
单位名称,年度,数值
重庆,2023年,30145.79
重庆,2024年,32193.15
四川,2023年,60132.9
四川,2024年,64697.0
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


def correct(page):
    """Say what the first column is, and who published it."""
    page.locator(".import-means select").first.select_option("region")
    choose(page, "source", "国家统计局")
    read_again(page)


def test_a_table_is_corrected_confirmed_and_seen_as_a_chart(desk):
    upload(desk, "表.csv", INVENTED.encode(), "2025-03-01")
    assert counts(desk)[:3] == ["0", "0", "0"]
    correct(desk)
    assert counts(desk) == ["4", "0", "0", "0"]
    assert Observation.objects.count() == 0

    take_in(desk)
    release = Release.objects.get()
    assert (Observation.objects.count(), release.status) == (4, "draft")
    desk.locator(".import-charts a", has_text="重庆市").click()
    assert desk.locator("main svg").count() > 0
    assert "32193.15" in desk.locator("main").inner_text()
    desk.go_back()
    desk.locator(".import-release a.button").click()
    assert desk.url.endswith(f"/admin/stats/release/{release.pk}/change/")

    upload(desk, "表二.csv", LATER.encode(), "2025-12-30")
    assert desk.locator(".import-note").count() == 1
    assert counts(desk) == ["0", "4", "0", "0"]
    assert "+54.26 (+0.18%)" in desk.locator("#report-part").inner_text()


def test_what_was_changed_and_not_read_again_is_not_taken_in(desk):
    upload(desk, "表.csv", INVENTED.encode(), "2025-03-01")
    correct(desk)
    button = desk.locator("[data-import-confirm] button.default")
    assert button.is_enabled()

    desk.locator("#id_unit").fill("万元")
    desk.locator("#id_unit").blur()
    assert not button.is_enabled()
    desk.locator("#id_unit").fill("")
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
def test_an_older_export_of_the_bureau_comes_in_beside_the_newer_one(page, log_in):
    import_regions(Path(demo.__file__).parent / "regions")
    OrganizationFactory(name="国家统计局", kind="statistics")
    newer = import_observations(NBS / "c_分省年度数据.csv", source="国家统计局", released="2026-03-31")
    assert newer.written
    log_in(page, member("统计", language="zh-hans"))
    file = NBS / "a_分省年度数据.xls"

    upload(page, file.name, file.read_bytes(), "2018-12-31")
    assert counts(page) == ["0", "155", "0", "0"]
    page.locator(".import-means select").nth(1).select_option("ignore")
    read_again(page)
    assert counts(page) == ["0", "124", "0", "0"]

    take_in(page)
    [release] = FigureImport.objects.get().releases
    page.goto(f"/stats/diqushengchanzongzhi/500000/?release={release}")
    assert page.locator("main svg").count() > 0
    cells = page.locator("table.strip").inner_text()
    assert "19424.73" in cells
    assert "20260.8" in cells
