"""Feeds of figures: what is new and what was revised, from what to what, and why."""

import datetime as dt

import feedparser
import pytest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stats import news
from tests.factories import IndicatorFactory, ObservationFactory, RegionFactory, ReleaseFactory, SeriesFactory

pytestmark = pytest.mark.django_db

GDP = "/stats/gdp/500000/"


def entries(client, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    parsed = feedparser.parse(response.content)
    assert parsed.bozo == 0
    return parsed.entries


def titles(client, address):
    return [entry.title for entry in entries(client, address)]


def lines(entry):
    return entry.summary.replace("<br />", "<br>").split("<br>")


def release(day, hours=1, **kwargs):
    """Published here ``hours`` ago."""
    ago = timezone.now() - dt.timedelta(hours=hours)
    return ReleaseFactory(released_on=dt.date.fromisoformat(day), published_at=ago, **kwargs)


@pytest.fixture
def gdp():
    indicator = IndicatorFactory(slug="gdp", name="地区生产总值")
    return SeriesFactory(indicator=indicator, region=RegionFactory(code="500000", name="重庆市"))


def tell(series, period, number, said, **kwargs):
    decimals = len(str(number).partition(".")[2])
    return ObservationFactory(
        series=series, time_period=period, mantissa=str(number), decimals=decimals, release=said, **kwargs
    )


def test_a_revision_tells_the_old_value_the_new_one_the_change_and_the_reason(client, gdp):
    tell(gdp, "2022", 29129.03, release("2023-03-17", 9, title="2022年公报", source__name="重庆市统计局"))
    tell(gdp, "2022", 28771.8, release("2024-12-31", 2, title="普查公报", reason="census", note="第五次全国经济普查"))

    revised, first = entries(client, f"{GDP}?format=atom")

    assert first.title == "地区生产总值 · 重庆市 · 2022年 · 29129.03亿元"
    assert first.author == "重庆市统计局"
    change = "−357.23 (−1.2%)"
    line = f"地区生产总值 · 重庆市 · 2022年 · 29129.03亿元 → 28771.8亿元 · {change} · 普查修订"
    assert (revised.title, revised.link) == (line, f"http://testserver{GDP}")
    assert lines(revised) == ["普查公报 · 2024-12-31 · 普查修订", line, "第五次全国经济普查"]


def test_the_old_value_is_the_figure_that_counted_just_before(client, gdp):
    tell(gdp, "2022", 1, release("2023-03-01", 50))
    tell(gdp, "2022", 2, release("2024-03-01", 40))
    tell(gdp, "2022", 9, release("2024-06-01", 30, rank=3))
    tell(gdp, "2022", 3, release("2025-03-01", 20))
    tell(gdp, "2022", 7, release("2099-03-01", 10))

    told = [title.split(" · ")[3] for title in titles(client, f"{GDP}?format=atom")]

    assert told == ["2亿元 → 3亿元", "9亿元", "1亿元 → 2亿元", "1亿元"]


def test_a_claim_stands_beside_the_official_figure_and_revises_nothing(client, gdp):
    tell(gdp, "2022", 100, release("2023-03-01", 5, source__name="统计局"))
    tell(gdp, "2022", 120, release("2023-06-01", 4, rank=3), obs_status="F")

    claim = titles(client, f"{GDP}?format=atom")[0]

    beside = _("beside %(value)s (%(source)s)") % {"value": "100亿元", "source": "统计局"}
    assert claim == f"地区生产总值 · 重庆市 · 2022年 · 120亿元 · 媒体 · {beside} · 预测"


def test_an_official_figure_takes_the_place_of_a_claim(client, gdp):
    tell(gdp, "2022", 120, release("2023-01-01", 5, rank=3))
    tell(gdp, "2022", 100, release("2023-03-01", 4))

    assert "120亿元 → 100亿元" in titles(client, f"{GDP}?format=atom")[0]


def test_a_release_that_says_the_same_again_is_no_news(client, gdp):
    tell(gdp, "2022", 100, release("2023-03-01", 5))
    again = release("2024-03-01", 4)
    tell(gdp, "2022", 100, again)
    assert len(titles(client, f"{GDP}?format=atom")) == 1

    tell(gdp, "2023", 110, again)
    assert titles(client, f"{GDP}?format=atom")[0] == "地区生产总值 · 重庆市 · 2023年 · 110亿元"


def test_the_same_number_with_other_decimals_is_no_news(client, gdp):
    tell(gdp, "2022", 23605.77, release("2023-03-01", 5))
    tell(gdp, "2022", 23605.8, release("2024-03-01", 4))
    assert len(titles(client, f"{GDP}?format=atom")) == 1

    tell(gdp, "2022", 23606, release("2025-03-01", 3))
    tell(gdp, "2022", 23607, release("2026-03-01", 2))
    assert [title.split(" · ")[3] for title in titles(client, f"{GDP}?format=atom")] == [
        "23606亿元 → 23607亿元",
        "23605.77亿元",
    ]


def test_the_same_number_finally_verified_is_news(client, gdp):
    tell(gdp, "2022", 100, release("2023-03-01", 5), stage="preliminary")
    tell(gdp, "2022", 100, release("2024-03-01", 4, reason="final"), stage="final")

    assert len(titles(client, f"{GDP}?format=atom")) == 2


def test_a_release_of_many_figures_is_one_entry_that_lists_them(client, gdp):
    first, second = release("2023-03-01", 5, title="甲"), release("2024-03-01", 4, title="乙", reason="rebase")
    for year in range(2000, 2020):
        tell(gdp, str(year), year, first)
        tell(gdp, str(year), year + (year > 2016), second)
    tell(gdp, "2020", 1, second)

    revised, new = entries(client, "/stats/?format=atom")

    assert [one.title.split(" · ")[:3] for one in (revised, new)] == [
        ["乙", "地区生产总值", "重庆市"],
        ["甲", "地区生产总值", "重庆市"],
    ]
    assert [line.split(" · ")[2:4] for line in lines(revised)[1:]] == [
        ["2020年", "1亿元"],
        ["2019年", "2019亿元 → 2020亿元"],
        ["2018年", "2018亿元 → 2019亿元"],
        ["2017年", "2017亿元 → 2018亿元"],
    ]
    assert len(lines(new)) == 21


def test_a_release_beyond_what_is_listed_says_how_many_more(client, gdp, monkeypatch):
    monkeypatch.setattr(news, "LOOKED_AT", 4)
    monkeypatch.setattr(news, "LINES", 3)
    said = release("2023-03-01")
    for year in range(2000, 2010):
        tell(gdp, str(year), year, said)

    (entry,) = entries(client, f"{GDP}?format=atom")

    assert [line.split(" · ")[2] for line in lines(entry)[1:4]] == ["2009年", "2008年", "2007年"]
    assert lines(entry)[4:] == [ngettext("and %d more figure", "and %d more figures", 7) % 7]


def test_a_release_of_many_series_leads_to_its_own_page(client, gdp):
    said = release("2023-03-01", title="公报")
    tell(gdp, "2022", 1, said)
    tell(SeriesFactory(indicator=gdp.indicator), "2022", 1, said)

    (entry,) = entries(client, "/stats/?format=atom")
    assert entry.link == f"http://testserver{said.get_absolute_url()}"
    assert len(lines(entry)) == 3


def test_who_follows_a_region_is_told_of_its_figures_alone(client, gdp):
    said = release("2023-03-01", title="公报")
    tell(gdp, "2022", 1, said)
    tell(SeriesFactory(indicator=gdp.indicator, region=RegionFactory(code="510000")), "2022", 2, said)

    one = ["地区生产总值 · 重庆市 · 2022年 · 1亿元"]
    assert titles(client, "/stats/?region=500000&format=atom") == one
    assert titles(client, f"{GDP}?format=atom") == one
    assert titles(client, "/stats/gdp/?region=500000&format=atom") == one
    assert len(lines(entries(client, "/stats/gdp/?format=atom")[0])) == 3


def test_years_and_sources_of_the_filter_narrow_what_is_told(client, gdp):
    first, second = release("2023-03-01", 5), release("2024-03-01", 4)
    tell(gdp, "2021", 1, first)
    tell(gdp, "2022", 2, first)
    tell(gdp, "2022", 3, second)

    for query in ("year=2021", f"organization={first.source_id}&year=2021"):
        assert titles(client, f"/stats/?{query}&format=atom") == ["地区生产总值 · 重庆市 · 2021年 · 1亿元"]
    assert len(titles(client, f"/stats/?organization={second.source_id}&format=atom")) == 1
    assert len(titles(client, f"{GDP}?since=2022&format=atom")) == 2


def test_a_feed_of_a_day_is_what_that_day_would_have_had(client, gdp):
    tell(gdp, "2022", 1, release("2023-03-01", 5))
    tell(gdp, "2022", 2, release("2024-03-01", 4))

    for address in ("/stats/", GDP, "/stats/gdp/"):
        (title,) = titles(client, f"{address}?as_of=2023-12-31&format=atom")
        assert title.endswith("2022年 · 1亿元")


def test_entries_come_by_the_hour_at_which_they_became_public_here(client, gdp):
    today, yesterday = timezone.localdate(), timezone.localdate() - dt.timedelta(days=1)
    tell(gdp, "2020", 1, release("2020-03-01", 30))
    tell(gdp, "2021", 2, release(str(yesterday), 900))  # made public by its day, long after it was let go
    tell(gdp, "2022", 3, release("2019-03-01", 0.001))
    tell(gdp, "2023", 4, release(str(today), 900))

    found = entries(client, f"{GDP}?format=atom")

    hours = [dt.datetime.fromisoformat(entry.published) for entry in found]
    assert hours == sorted(hours, reverse=True)
    assert len(hours) == 4
    midnight = timezone.make_aware(dt.datetime.combine(today, dt.time.min))
    assert midnight in hours


def test_drafts_scheduled_and_withdrawn_releases_are_no_news(client, gdp):
    tell(gdp, "2022", 1, release("2023-03-01", 5))
    tell(gdp, "2022", 2, ReleaseFactory(status="draft", published_at=None, released_on=dt.date(2024, 1, 1)))
    tell(gdp, "2022", 3, release("2024-02-01", -5))
    tell(gdp, "2022", 4, release("2099-02-01", 5))
    gone = {"status": "withdrawn", "withdrawn_at": timezone.now(), "withdrawal_reason": "in_error"}
    tell(gdp, "2022", 5, release("2024-04-01", 5, **gone))

    for address in ("/stats/", GDP, "/stats/gdp/"):
        assert titles(client, f"{address}?format=atom") == ["地区生产总值 · 重庆市 · 2022年 · 1亿元"]


def test_an_entry_stays_itself_and_is_told_apart_in_other_feeds(client, gdp):
    tell(gdp, "2022", 1, release("2023-03-01", 5))
    (before,) = entries(client, f"{GDP}?format=atom")
    tell(gdp, "2023", 2, release("2024-03-01", 4))

    assert entries(client, f"{GDP}?format=atom")[1].id == before.id
    assert entries(client, "/stats/?format=atom")[1].id != before.id


@pytest.mark.parametrize("number", [1, 3])
def test_a_feed_costs_the_same_for_any_number_of_releases(client, gdp, django_assert_num_queries, number):
    for year in range(2000, 2001 + number):
        said = release(f"{year + 1}-03-01", 3000 - year)
        tell(gdp, str(year), 1, said)
        tell(gdp, "1999", year, said)
    # imprint and menu; releases by two hours; which figures; the figures; those before
    with django_assert_num_queries(7):
        assert len(entries(client, "/stats/?format=atom")) == 1 + number
