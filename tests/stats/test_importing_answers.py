"""What a file leaves open and is answered beside it: its period, and the unit of one indicator among several."""

import pytest

from tests.stats.imports import DAY, counts, figures, rejections, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]

#: No caption tells the year.
UNTIMED = "各区县主要指标\n地区,生产总值(亿元),常住人口(万人)\n重庆,32193.15,3190\n来源：国家统计局\n"


@pytest.mark.parametrize("answer", [{"period": "2024年一季度"}, {"mapping": {"period": "2024-Q1"}}])
def test_the_period_of_a_table_that_says_none_is_answered_beside_it(answer):
    assert counts(take(UNTIMED, **DAY, **answer)) == (2, 0, 0)

    assert figures() == [
        ("500000", "常住人口", "2024-Q1", "3190", 4, "PS", "2026-03-31"),
        ("500000", "生产总值", "2024-Q1", "32193.15", 8, "CNY", "2026-03-31"),
    ]


def test_the_option_goes_before_the_mapping():
    take(UNTIMED, **DAY, period="2024", mapping={"period": "2020"})

    assert {one[2] for one in figures()} == {"2024"}


def test_the_period_is_asked_for_together_with_everything_else():
    report = take(UNTIMED.replace("(亿元)", "").replace("重庆", "山城").replace("来源：国家统计局\n", ""))

    assert rejections(report) == [(None, None), (None, None), (3, "地区"), (None, None)]
    asked = ["--period", "“unit”", "山城", "--source"]
    assert [word for word, item in zip(asked, report.rejected, strict=True) if word in item["reason"]] == asked


def test_a_table_that_says_its_period_keeps_it_beside_one_that_does_not():
    take("2023年情况\n地区,人口(万人)\n重庆,3191\n" + "\n\n各市情况\n" + UNTIMED.partition("\n")[2], **DAY, period="2024")

    assert sorted({one[1:4] for one in figures()}) == [
        ("人口", "2023", "3191"), ("常住人口", "2024", "3190"), ("生产总值", "2024", "32193.15"),
    ]  # fmt: skip


def test_a_period_that_is_none_is_refused_by_the_name_of_its_option():
    report = take(UNTIMED, **DAY, period="2023Q5")

    assert rejections(report) == [(None, None)]
    assert report.rejected[0]["reason"].startswith("--period: “2023Q5”")
