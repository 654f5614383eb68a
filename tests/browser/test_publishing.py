"""From the editor's form to the reader's page: the portal's main way, in Chromium."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from articles.models import Article
from portal.accounts.models import User
from portal.roles import make_roles
from tests.factories import ColumnFactory, OrganizationFactory, RegionFactory, picture_bytes

from .test_editor import paste

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = """<h2>一张表</h2><table border=1 style="width:100%"><tr><th>地区</th><th>增加值</th></tr>
<tr><td>重庆</td><td>1.74万亿元</td></tr><tr><td>四川</td><td>突破3万亿元</td></tr></table><p>川渝携手做大民营经济。</p>"""
PASSWORD = "a-long-enough-password-2026"


@pytest.fixture
def office():
    """An editor who publishes as well, as in small offices; a column, and 荣昌区 in 重庆市."""
    editor = User.objects.create_user("editor", password=PASSWORD, is_staff=True, name="林舟")
    roles = make_roles()
    editor.groups.add(roles["编辑"], roles["发布"])
    ColumnFactory(slug="news", name="要闻")
    OrganizationFactory(name="双城编辑部", kind="media")
    chongqing = RegionFactory(code="500000", name="重庆市")
    RegionFactory(code="500153", name="荣昌区", kind="county", parent=chongqing)
    return editor


def choose(page, field, text):
    """Pick the option that ``text`` finds in the autocomplete box of ``field``."""
    page.locator(f".field-{field} .select2-selection").first.click()
    page.locator(".select2-search__field").last.fill(text)
    page.locator(".select2-results__option", has_text=text).first.click()


def sign_in(page):
    page.goto("/admin/")
    page.locator("#id_username").fill("editor")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_url("**/admin/")


def write(page, headline):
    page.goto("/admin/articles/article/add/")
    page.locator("#id_headline").fill(headline)
    paste(page, TABLE)
    choose(page, "column", "要闻")
    choose(page, "source", "双城编辑部")
    choose(page, "regions", "荣昌区")


def finds(page, path, headline):
    """Whether a reader of ``path`` finds a link of that name in the page's own part."""
    page.goto(path)
    return page.locator("main a", has_text=headline).count() > 0


def test_an_editor_publishes_with_table_and_picture_and_a_reader_finds_it(office, new_page):
    desk, reader = new_page(), new_page(width=390)
    sign_in(desk)
    write(desk, "荣昌电子电路产业园投产")
    paste(desk, "", files=[("park.png", picture_bytes())])
    dialog = desk.locator("dialog.prose-media")
    dialog.locator("[name=alt]").fill("园区全景")
    dialog.locator("[type=submit]").click()
    dialog.wait_for(state="detached")
    desk.locator("[name=_publish]").click()
    desk.wait_for_url("**/admin/articles/article/")
    article = Article.objects.get()

    doors = [
        "/",
        "/articles/",
        "/articles/?region=500153",
        "/articles/?region=500000",
        "/search/?q=川渝",
        "/search/?q=電子",
    ]
    assert [path for path in doors if not finds(reader, path, article.headline)] == []
    assert not finds(reader, "/search/?q=贵州", article.headline)
    reader.goto("/regions/500153/")
    reader.get_by_role("link", name="荣昌电子电路产业园投产").first.click()
    reader.wait_for_url(f"**{article.get_absolute_url()}")
    assert reader.locator(".prose td").all_inner_texts() == ["重庆", "1.74万亿元", "四川", "突破3万亿元"]
    assert reader.locator(".prose figure img").evaluate("image => image.naturalWidth") > 0


def test_a_scheduled_article_is_found_by_nobody_until_the_clock_has_passed(office, new_page):
    desk, reader = new_page(), new_page()
    sign_in(desk)
    write(desk, "一小时后见报")
    in_an_hour = timezone.localtime() + dt.timedelta(hours=1)
    desk.locator("#id_published_at_0").fill(f"{in_an_hour:%Y-%m-%d}")
    desk.locator("#id_published_at_1").fill(f"{in_an_hour:%H:%M}")
    desk.locator("[name=_publish]").click()
    desk.wait_for_url("**/admin/articles/article/")
    saved = Article.objects.get()
    doors = ["/", "/articles/", "/articles/?region=500153", "/columns/news/", "/search/?q=川渝", "/regions/500153/"]

    assert [path for path in doors if finds(reader, path, saved.headline)] == []
    assert reader.goto(saved.get_absolute_url()).status == 404

    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61), tick=True):
        assert [path for path in doors if not finds(reader, path, saved.headline)] == []
        assert reader.goto(saved.get_absolute_url()).status == 200
    assert Article.objects.get().updated_at == saved.updated_at
