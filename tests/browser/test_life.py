"""The life of a record in Chromium: written by one, reviewed by three, published by a fifth, changed while live."""

import feedparser
import pytest
from django.test import Client

from agreements.models import Agreement
from articles.models import Article
from portal.accounts.models import User
from portal.publishing.models import Review
from portal.roles import make_roles
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    ColumnFactory,
    MilestoneFactory,
    OrganizationFactory,
    PartyFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = {"林舟": "编辑", "苏禾": "编辑", "何岚": "审核", "秦川": "审核", "白露": "审核", "沈嘉": "发布"}


class Office(dict):
    """A page of the desk for each member, opened when it is asked for: ``office["何岚"]``."""

    def __init__(self, new_page, log_in):
        self.new_page, self.log_in = new_page, log_in

    def __missing__(self, name):
        self[name] = page = self.new_page()
        self.log_in(page, User.objects.get(name=name))
        return page


@pytest.fixture
def office(new_page, log_in):
    roles = make_roles()
    for number, (name, role) in enumerate(PEOPLE.items()):
        user = User.objects.create(username=f"member{number}", name=name, is_staff=True)
        user.groups.add(roles[role])
    return Office(new_page, log_in)


@pytest.fixture
def column():
    return ColumnFactory(name="要闻", review_levels=3)


def form_of(record):
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/change/"


def buttons(page, record):
    """The steps that the page of ``record`` offers, by name."""
    page.goto(form_of(record))
    found = page.locator("button[formaction*='/steps/']").evaluate_all("all => all.map(one => one.formAction)")
    return {address.rstrip("/").rpartition("/")[2] for address in found}


def press(page, record, step, comment=""):
    page.goto(form_of(record))
    if comment:
        page.locator("#review-comment").fill(comment)
    with page.expect_navigation():
        page.locator(f"button[formaction*='/steps/{step}/']").first.click()


def submit(page, record, **fields):
    """Type into the form, say what was changed, submit."""
    page.goto(form_of(record))
    for name, value in fields.items():
        page.locator(f"#id_{name}").fill(value)
    with page.expect_navigation():
        page.locator("[name=_submit]").click()


def pass_reviews(office, record):
    for name in ("何岚", "秦川", "白露"):
        press(office[name], record, "approve")


def correct(page, record, wrong, right, why):
    """Draft and publish a correction of ``record``, past the question whether it is meant."""
    kind = f"{record._meta.app_label}.{record._meta.model_name}"
    page.goto(f"/admin/publishing/correction/add/?record={kind}:{record.pk}")
    for name, value in {"wrong": wrong, "right": right, "why": why}.items():
        page.locator(f"#id_{name}").fill(value)
    with page.expect_navigation():
        page.locator("[name=_publish]").click()
    with page.expect_navigation():
        page.locator("#content form [type=submit]").last.click()


def marked(page, record, since):
    """The words that the comparison of revision ``since`` with the newest marks: taken out, put in."""
    page.goto(form_of(record).replace("/change/", "/history/"))
    newest = page.locator("input[name=to]").first.get_attribute("value")
    page.goto(form_of(record).replace("/change/", f"/history/?from={since}&to={newest}"))
    return [page.locator(f".comparison {tag}, #content {tag}").all_inner_texts() for tag in ("del", "ins")]


def ledger():
    """Titles and texts of the feed of corrections, as a reader's program reads them."""
    feed = feedparser.parse(Client().get("/corrections/?format=atom").content)
    assert not feed.bozo
    return [f"{entry.title} {entry.summary}" for entry in feed.entries]


def test_an_article_passes_three_reviews_and_is_changed_while_it_is_live(office, new_page, column):
    reader = new_page()
    author = User.objects.get(name="林舟")
    article = ArticleFactory(
        column=column, status="draft", published_at=None, created_by=author, headline="重庆签约三十个项目"
    )
    submit(office["林舟"], article)

    assert "approve" not in buttons(office["林舟"], article)
    press(office["何岚"], article, "send_back", comment="请核对项目数")
    office["林舟"].goto(form_of(article))
    assert "请核对项目数" in office["林舟"].locator(".standing-returned").inner_text()
    submit(office["林舟"], article, headline="重庆签约三十五个项目")
    press(office["何岚"], article, "approve")
    assert "approve" not in buttons(office["何岚"], article)
    press(office["秦川"], article, "approve")
    assert "publish" not in buttons(office["沈嘉"], article)
    press(office["白露"], article, "approve")
    press(office["沈嘉"], article, "publish")
    reader.goto(article.get_absolute_url())
    assert reader.locator("h1").inner_text() == "重庆签约三十五个项目"
    public = len(Review.objects.all())

    press(office["苏禾"], article, "edit")
    copy = Article.objects.get(working_copy_of=article)
    submit(office["苏禾"], copy, headline="重庆签约三十六个项目", change_note="更正项目数")
    reader.reload()
    assert (reader.locator("h1").inner_text(), public) == ("重庆签约三十五个项目", 4)
    pass_reviews(office, copy)
    reader.reload()
    assert reader.locator("h1").inner_text() == "重庆签约三十五个项目"
    press(office["沈嘉"], copy, "publish")
    reader.reload()
    assert reader.locator("h1").inner_text() == "重庆签约三十六个项目"
    assert "更正项目数" in reader.locator("main").inner_text()

    gone, new = marked(office["沈嘉"], article, since=3)
    assert ("五" in "".join(gone), "六" in "".join(new), "重庆" in "".join(gone + new)) == (True, True, False)
    correct(office["沈嘉"], article, "三十五个", "三十六个", "漏计一个")
    assert ["三十五个" in entry and "三十六个" in entry for entry in ledger()] == [True]
    reader.goto("/corrections/")
    assert "漏计一个" in reader.locator("main").inner_text()
    reader.goto(article.get_absolute_url())
    assert "三十五个" in reader.locator("main").inner_text()


def test_an_agreement_whose_rows_hang_on_one_another_is_changed_while_it_is_live(office, new_page, column):
    reader = new_page()
    agreement = AgreementFactory(column=column, title="园区共建协议", signed="2020-12-01")
    party = PartyFactory(agreement=agreement, organization=OrganizationFactory(name="荣昌区人民政府"))
    AmountFactory(agreement=agreement)
    signed = MilestoneFactory(agreement=agreement, kind="signed", date="2020-12-01")
    MilestoneFactory(agreement=agreement, kind="started", after=signed, offset_days=69, responsible=party)
    reader.goto(agreement.get_absolute_url())
    before = reader.locator("main").inner_text()

    press(office["苏禾"], agreement, "edit")
    copy = Agreement.objects.get(working_copy_of=agreement)
    names = copy.milestones.order_by("pk")
    assert (names[1].after, names[1].responsible) == (names[0], copy.parties.get())
    submit(office["苏禾"], copy, **{"milestones-1-offset_days": "71", "change_note": "更正开工日期"})
    reader.reload()
    assert reader.locator("main").inner_text() == before
    pass_reviews(office, copy)
    press(office["沈嘉"], copy, "publish")

    reader.reload()
    assert "更正开工日期" in reader.locator("main").inner_text()
    first, second = agreement.milestones.order_by("pk")
    assert (second.date, second.after, second.responsible) == ("2021-02-10", first, agreement.parties.get())
    assert Agreement.objects.count() == 1
    gone, new = marked(office["沈嘉"], agreement, since=1)
    assert ("69" in "".join(gone), "71" in "".join(new)) == (True, True)
    correct(office["沈嘉"], agreement, "69天", "71天", "计算有误")
    assert ["71天" in entry for entry in ledger()] == [True]


def test_a_review_sent_twice_is_one_and_of_two_publishers_the_second_is_told(office, new_page, log_in, column):
    author = User.objects.get(name="林舟")
    article = ArticleFactory(column=column, status="draft", published_at=None, created_by=author)
    submit(office["林舟"], article)
    one, two = office["何岚"], new_page()
    log_in(two, User.objects.get(name="何岚"))
    for page in (one, two):
        page.goto(form_of(article))
    for page in (one, two):
        with page.expect_navigation():
            page.locator("button[formaction*='/steps/approve/']").click()
    assert Review.objects.count() == 1
    assert two.locator(".messagelist").inner_text() != ""

    for name in ("秦川", "白露"):
        press(office[name], article, "approve")
    first, second = office["沈嘉"], new_page()
    chief = User.objects.create(username="second", name="周远", is_staff=True, is_superuser=True)
    log_in(second, chief)
    for page in (first, second):
        page.goto(form_of(article))
    for page in (first, second):
        with page.expect_navigation():
            page.locator("button[formaction*='/steps/publish/']").first.click()
    article.refresh_from_db()
    assert article.updated_by.name == "沈嘉"
    assert second.locator(".messagelist").inner_text() != ""


def test_a_comparison_marks_the_changed_characters_and_no_others(office, column):
    live = ArticleFactory(column=column, headline="川渝签署合作协议", body="<p>总值19424.73亿元，增长11%。</p>")
    press(office["苏禾"], live, "edit")
    page = office["苏禾"]
    page.locator("#id_headline").fill("川渝两地签署战略合作协议")
    page.locator(".ProseMirror[contenteditable]").fill("总值20066.3亿元，增长11.5%。")
    with page.expect_navigation():
        page.locator("[name=_continue]").click()

    page.goto(form_of(live).replace("/change/", "/history/?from=1&to=copy"))
    marks = [page.locator(f".changes {tag}").all_inner_texts() for tag in ("del", "ins")]
    assert marks == [["19424.73", "11"], ["两地", "战略", "20066.3", "11.5"]]


def test_a_changed_date_moves_the_milestones_behind_it_once_it_is_published(office, new_page):
    agreement = AgreementFactory(column=ColumnFactory())
    parties = [PartyFactory(agreement=agreement, position=number) for number in range(2)]
    signed = MilestoneFactory(agreement=agreement, date="2020-07-01", responsible=parties[0])
    started = MilestoneFactory(agreement=agreement, kind="started", after=signed, offset_days=69)
    MilestoneFactory(agreement=agreement, kind="in_production", after=started, offset_days=100, responsible=parties[1])
    reader = new_page()
    reader.goto(agreement.get_absolute_url())
    before = reader.locator("main").inner_text()
    assert [day in before for day in ("2020年9月8日", "2020年10月9日")] == [True, False]

    press(office["苏禾"], agreement, "edit")
    copy = Agreement.objects.get(working_copy_of=agreement)
    submit(office["苏禾"], copy, **{"milestones-0-date": "2020-08-01"})
    reader.reload()
    assert reader.locator("main").inner_text() == before
    press(office["沈嘉"], copy, "publish")

    reader.reload()
    after = reader.locator("main").inner_text()
    assert [day in after for day in ("2020年9月8日", "2020年10月9日", "2021年1月17日")] == [False, True, True]
    rows = list(agreement.milestones.all())
    assert [(one.date, one.after) for one in rows] == [
        ("2020-08-01", None),
        ("2020-10-09", rows[0]),
        ("2021-01-17", rows[1]),
    ]
    own = list(agreement.parties.all())
    assert [one.responsible for one in rows] == [own[0], None, own[1]]
