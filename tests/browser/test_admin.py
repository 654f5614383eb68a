"""The editor's desk in Chromium: what only a browser can say of it."""

import re
from pathlib import Path

import pytest

from agreements.models import Agreement
from articles.models import Article
from portal.publishing.models import TrashedRecord
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    ColumnFactory,
    MilestoneFactory,
    ObservationFactory,
    OrganizationFactory,
    PartyFactory,
    SeriesFactory,
    StaffFactory,
    UnitFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEED = Path(__file__).resolve().parents[3] / "shared/data/seed/seed_page.clean.txt"


@pytest.fixture
def chief(page, log_in):
    user = StaffFactory(name="周远", language="zh-hans")
    log_in(page, user)
    return user


def choose(page, cell, text):
    """Type into the autocomplete in ``cell`` and take what it offers."""
    cell.locator(".select2-selection").click()
    page.locator(".select2-search__field").last.fill(text)
    page.locator(".select2-results__option--highlighted", has_text=text).first.click()


def test_agreement_is_entered_with_a_party_and_an_amount(page, chief):
    OrganizationFactory(name="重庆市工商业联合会")
    UnitFactory()
    page.goto("/admin/agreements/agreement/add/")
    page.fill("#id_title", "民营经济合作框架协议")
    page.select_option("#id_instrument", "framework")
    page.fill("#id_signed", "2020-07")
    page.locator("#parties-group .add-row a").click()
    choose(page, page.locator("#parties-0 .field-organization"), "重庆市工商业联合会")
    page.locator("#amounts-group .add-row a").click()
    page.locator("#amounts-0 select[name$=-kind]").select_option("total_investment")
    page.fill("#id_amounts-0-mantissa", "150")
    page.select_option("#id_amounts-0-unit_mult", "8")
    choose(page, page.locator("#amounts-0 .field-unit"), "元")
    page.locator("[name=_publish]").click()
    page.wait_for_url("**/admin/agreements/agreement/")

    agreement = Agreement.objects.listed().get()
    assert (agreement.parties.get().organization.name, agreement.amounts.get().value_base) == (
        "重庆市工商业联合会",
        150e8,
    )


def test_citation_points_at_a_figure_that_was_typed_for(page, chief):
    article = ArticleFactory(status="draft", published_at=None, body="<p>增加值达1.74万亿元。</p>")
    gdp = SeriesFactory(indicator__name="民营经济增加值", region__name="重庆市", unit_mult=12)
    figure = ObservationFactory(series=gdp, unit_mult=12, mantissa="1.74", decimals=2)
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    page.locator("#citations-group .add-row a").click()
    page.fill("#id_citations-0-exact", "1.74万亿元")
    row = page.locator("#citations-0 .field-observation")
    row.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").last.fill("民营 重庆 2022")
    page.locator(".select2-results__option--highlighted", has_text="重庆市 民营经济增加值 2022年 = 1.74万亿元").click()
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/articles/article/")

    assert article.citations.get().observation == figure


def test_what_is_used_stays_what_is_not_goes_and_comes_back(page, chief):
    source = OrganizationFactory(name="重庆日报")
    article = ArticleFactory(source=source, headline="用到它的文章")
    page.goto(f"/admin/vocabulary/organization/{source.pk}/delete/")
    page.locator("#uses a", has_text="用到它的文章").click()
    page.locator(".deletelink").click()
    # The form left behind has such a button too.
    page.wait_for_url("**/delete/")
    page.locator("[type=submit][value]").last.click()
    page.wait_for_url("**/admin/articles/article/")
    assert (Article.objects.count(), TrashedRecord.objects.count()) == (0, 1)

    page.goto("/admin/publishing/trashedrecord/")
    page.locator("button[formaction]").click()
    page.wait_for_url(f"**/admin/articles/article/{article.pk}/change/")
    assert (Article.objects.get(), TrashedRecord.objects.count()) == (article, 0)


def test_withdrawing_asks_why_and_the_public_page_says_so(page, chief):
    article = ArticleFactory(headline="一条要撤回的消息", body="<p>原来的正文</p>")
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    page.locator("a.record-withdraw").click()
    page.select_option("#id_reason", "in_error")
    page.locator("button.record-withdraw").click()
    page.wait_for_url("**/change/")

    assert page.goto(article.get_absolute_url()).status == 410
    assert "原来的正文" not in page.content()


@pytest.mark.skipif(not SEED.exists(), reason="the seed page is not here (shared/data)")
def test_seed_page_is_pasted_published_and_read(page, chief):
    page.goto("/admin/articles/article/add/")
    page.fill("#id_paste", SEED.read_text())
    page.locator("[name=_publish]").click()
    page.wait_for_url("**/admin/articles/article/")
    assert "重庆日报" in page.locator(".messagelist").inner_text()

    page.goto(Article.objects.listed().get().get_absolute_url())
    assert "川渝齐心做大做强民营经济" in page.locator("h1").first.inner_text()
    assert page.locator("article h2, main h2").filter(has_text="瞄准市场需求").count() == 1


def test_language_is_switched_in_the_header(page, chief):
    page.goto("/admin/articles/article/")
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    page.locator(".language-form button").click()
    page.wait_for_url("**/admin/articles/article/")

    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_the_desk_is_wider_than_the_screen(new_page, log_in, width):
    agreement = AgreementFactory(title="很长的名称" * 20)
    PartyFactory(agreement=agreement)
    MilestoneFactory(agreement=agreement)
    article = ArticleFactory(headline="很长的标题" * 20, column=ColumnFactory())
    page = new_page(width=width)
    log_in(page, StaffFactory(language="zh-hans"))
    wide = {}
    for path in (
        "/admin/",
        "/admin/articles/article/",
        "/admin/articles/article/add/",
        f"/admin/articles/article/{article.pk}/change/",
        f"/admin/articles/article/{article.pk}/withdraw/",
        f"/admin/agreements/agreement/{agreement.pk}/change/",
        "/admin/publishing/trashedrecord/",
        "/admin/password_reset/",
    ):
        page.goto(path)
        across = page.evaluate("document.documentElement.scrollWidth")
        if across > width:
            wide[path] = across
    assert wide == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(new_page, log_in, scheme):
    """WCAG 1.4.3 for the words of the start page, by the colours the browser computed."""
    ArticleFactory(updated_by=StaffFactory())
    page = new_page(color_scheme=scheme)
    log_in(page, StaffFactory(language="zh-hans"))
    page.goto("/admin/")
    weak = {}
    for selector in (
        ".desk h2",
        ".desk-fact",
        ".desk-records a",
        ".desk-empty",
        ".desk-add-link",
        "#user-tools a",
        ".desk-apps th a",
    ):
        ink, ground = page.locator(selector).first.evaluate(
            """element => {
                const ink = getComputedStyle(element).color
                const ground = () => getComputedStyle(element).backgroundColor
                while (element.parentElement && ground() === "rgba(0, 0, 0, 0)") element = element.parentElement
                return [ink, ground()]
            }"""
        )
        if contrast(ink, ground) < 4.5:
            weak[selector] = (ink, ground)
    assert weak == {}


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
