"""A pasted press page becomes the fields of an article."""

import datetime as dt
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.furniture import Imprint, imprint, is_furniture
from articles.pasting import PastedPage, read_page
from portal.publishing.richtext import clean, visible_text

DATA = Path(__file__).parents[2].parent / "shared" / "data"
SEED = DATA / "seed" / "seed_page.clean.txt"
REPORTS = DATA / "reports"


def headings(html):
    return re.findall(r"<(h[2-4])>(.*?)</", html)


@pytest.mark.skipif(not SEED.exists(), reason="the restored seed page is not beside this checkout")
class TestSeedPage:
    @pytest.fixture
    def page(self):
        return read_page(SEED.read_text())

    def test_its_head_becomes_fields(self, page):
        head = (page.kicker, page.headline, page.subhead, page.dated, page.time, page.source, page.byline)

        assert head == (
            "唱好“双城记” 共建经济圈｜三年来两地共推产业共兴、要素共用、服务共融",
            "川渝齐心做大做强民营经济",
            "",
            dt.date(2023, 3, 31),
            dt.time(8, 52, 51),
            "重庆日报",
            "",
        )

    def test_its_crossheads_become_headings(self, page):
        assert headings(page.body) == [
            ("h2", "瞄准市场需求"),
            ("h3", "川渝携手打造的百亿级园区呼之欲出"),
            ("h2", "搭好台唱好戏"),
            ("h3", "川渝毗邻地区工商联已签订60余个协议"),
            ("h2", "聚焦高质量发展"),
            ("h3", "推动川渝两地民营企业抱团“走出去”"),
        ]

    def test_the_whole_article_and_nothing_of_the_page_is_its_text(self, page):
        lines = [line.strip() for line in SEED.read_text().replace("\ufffd", "").splitlines() if line.strip()]

        assert visible_text(page.body).splitlines() == lines[3:-5]
        assert page.dropped == [lines[0], *lines[-5:]]


@pytest.mark.parametrize(
    ("name", "expected", "chapters", "first", "last"),
    [
        (
            "重庆市.txt",
            ("2026年重庆市政府工作报告", dt.date(2026, 2, 3), "重庆日报", "重庆市人民政府市长 胡衡华"),
            4,
            "各位代表：",
            "谱写中国式现代化重庆篇章！",
        ),
        (
            "四川省.txt",
            ("2026年四川省人民政府工作报告", dt.date(2026, 2, 10), "四川日报", "四川省人民政府省长 施小琳"),
            4,
            "各位代表：",
            "综合治理。",
        ),
    ],
)
def test_a_government_report_loses_its_buttons_and_keeps_its_text(name, expected, chapters, first, last):
    if not REPORTS.exists():
        pytest.skip("the government work reports are not beside this checkout")
    page = read_page((REPORTS / name).read_text())
    text = visible_text(page.body)

    assert (page.headline, page.dated, page.source, page.byline) == expected
    assert len([name for name, _ in headings(page.body) if name == "h2"]) == chapters
    assert text.startswith(first)
    assert text.endswith(last)


def test_a_press_release_of_a_government():
    page = read_page(
        "市商务委发布一季度外贸数据\r\n发布时间：2024年4月18日 来源：重庆市商务委员会 字号：[大 中 小]\r\n"
        "　　一季度，全市进出口总值增长。\r\n　　特此通报。\r\n重庆市商务委员会\r\n2024年4月18日\r\n"
    )

    assert page == PastedPage(
        headline="市商务委发布一季度外贸数据",
        dated=dt.date(2024, 4, 18),
        source="重庆市商务委员会",
        body="<p>一季度，全市进出口总值增长。</p><p>特此通报。</p><p>重庆市商务委员会</p><p>2024年4月18日</p>",
    )


def test_three_title_lines_are_kicker_headline_and_subhead():
    page = read_page(
        "奋楫扬帆启新程\n川渝携手打造产业集群\n——双城经济圈建设四周年观察\n2024-01-03 10:05 来源：四川日报\n"
        "本报记者 李四 王五\n项目开工。\n签约\n又一批项目落地。\n责任编辑：赵六"
    )

    assert page == PastedPage(
        kicker="奋楫扬帆启新程",
        headline="川渝携手打造产业集群",
        subhead="双城经济圈建设四周年观察",
        dated=dt.date(2024, 1, 3),
        time=dt.time(10, 5),
        source="四川日报",
        byline="本报记者 李四 王五",
        body="<p>项目开工。</p><h2>签约</h2><p>又一批项目落地。</p>",
        dropped=["责任编辑：赵六"],
    )


@pytest.mark.parametrize(
    ("text", "headline", "body"),
    [
        ("川渝共建产业园\n\n两地昨天签约。", "川渝共建产业园", "<p>两地昨天签约。</p>"),
        ("两地昨天签约，总投资10亿元。", "", "<p>两地昨天签约，总投资10亿元。</p>"),
        ("重庆", "", "<p>重庆</p>"),
        ("川渝要闻 - 重庆日报网\n两地\x00昨天\ufffd签约。", "川渝要闻", "<p>两地昨天签约。</p>"),
        ("", "", ""),
        (" \r\n\x00\ufffd\u3000", "", ""),
    ],
)
def test_a_text_without_a_page_around_it(text, headline, body):
    assert read_page(text) == PastedPage(headline=headline, body=body)


def test_a_line_torn_apart_by_links_is_joined():
    page = read_page("名词\n“双向揭榜挂帅”是企业找技术、成果找市场“双向\n揭榜\n挂帅”的简称\n；包括两种。\n完。")

    assert page.body == "<p>“双向揭榜挂帅”是企业找技术、成果找市场“双向揭榜挂帅”的简称；包括两种。</p><p>完。</p>"


def test_three_short_lines_in_a_row_are_a_list_and_no_headings():
    assert headings(read_page("本周要闻\n导语。\n要闻一\n要闻二\n要闻三\n以上。").body) == []


def test_numbered_lines_are_headings_by_their_numbers():
    page = read_page("通知\n各区县：\n一、总体要求\n（一）目标\n到2025年。\n二、措施\n附后。")

    assert headings(page.body) == [("h2", "一、总体要求"), ("h3", "（一）目标"), ("h2", "二、措施")]


def test_rows_with_tabs_are_a_table():
    page = read_page("两地GDP\n如下。\n地区\t2022\n重庆\t29129\n来源：国家统计局")

    assert page.source == "国家统计局"
    assert page.body == (
        "<p>如下。</p><table><tbody><tr><td>地区</td><td>2022</td></tr><tr><td>重庆</td><td>29129</td></tr></tbody></table>"
    )


def test_an_html_page_keeps_its_structure():
    page = read_page(
        "<title>t</title><div><a href='/'>首页</a> > 新闻</div><h1>川渝携手</h1>"
        "<div>2024-05-06 07:08 来源：新华社</div>"
        "<div>　　第一段。<h3>小标题</h3><p>第二<b>段</b>。</p><ul><li>甲</ul></div>"
        "<div>责任编辑：王</div><div>版权所有</div>"
    )

    assert page == PastedPage(
        headline="川渝携手",
        dated=dt.date(2024, 5, 6),
        time=dt.time(7, 8),
        source="新华社",
        body="<p>第一段。</p><h3>小标题</h3><p>第二<strong>段</strong>。</p><ul><li>甲</li></ul>",
        dropped=["首页 > 新闻", "责任编辑：王", "版权所有"],
    )


def test_markup_in_plain_text_is_text():
    assert read_page("标题\n若 a<b 则 <张三> 说。").body == "<p>若 a&lt;b 则 &lt;张三&gt; 说。</p>"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2023-03-31 08:52:51  来源：重庆日报", Imprint(dt.date(2023, 3, 31), dt.time(8, 52, 51), "重庆日报")),
        ("2026年02月10日 07时41分", Imprint(dt.date(2026, 2, 10), dt.time(7, 41))),
        ("时间：2026-02-03", Imprint(dt.date(2026, 2, 3))),
        ("【来源：新华社】 作者：张三", Imprint(source="新华社", byline="张三")),
        ("２０２３年３月３１日　星期五", Imprint(dt.date(2023, 3, 31))),
        ("来源：重庆日报 2023-02-30", Imprint(source="重庆日报")),
        ("2023年3月31日在荣昌区举行的峰会", None),
        ("来源", None),
        ("", None),
    ],
)
def test_the_line_of_date_and_source(line, said):
    assert imprint(line) == said


@pytest.mark.parametrize(
    "line", ["新闻热线：023-61520695", "【字体：", "大", "打印本页", "渝ICP备10015940号-1", "主办单位：某某社"]
)
def test_lines_of_the_page(line):
    assert is_furniture(line)


@pytest.mark.parametrize("line", ["大足区", "打印机产业园开工", "关于印发通知", "中国", "“大渡口”"])
def test_lines_of_an_article(line):
    assert not is_furniture(line)


PARTS = [
    "\n",
    "\n\n",
    "来源：",
    "重庆",
    "2023-03-31",
    "川渝携手",
    "。",
    "“",
    "”",
    "责任编辑：",
    "|",
    " ",
    "\t",
    "一、",
    "（一）",
    "——",
]
pages = st.lists(
    st.sampled_from([*PARTS, "<p>", "<h1>", "</h1>", "<li>", "大", "……", "版权所有", "x" * 130]), max_size=60
)


@settings(max_examples=300, deadline=None)
@given(st.text() | pages.map("".join))
def test_any_text_gives_a_page_with_a_clean_text(text):
    page = read_page(text)

    assert clean(str(page.body) + "") == page.body


@pytest.mark.parametrize(
    "piece", ["文", "“文，", "文\n", "来源：", "2023-", "a\tb\n", "大", "责任编辑：\n", "一、甲\n", "<p>文", " |"]
)
def test_ten_times_the_text_takes_about_ten_times_as_long(piece):
    def seconds(length):
        text = piece * (length // len(piece))
        start = time.process_time()
        read_page(text)
        return time.process_time() - start

    small = max(min(seconds(20_000) for _ in range(3)), 0.002)

    # Once of three times: what another process takes is no part of the ratio. Quadratic would be 100.
    assert any(seconds(200_000) < 30 * small for _ in range(3))
