"""What the desk of imports asks of a file, and where it is answered: its period, the unit of one indicator."""

import pytest

from stats.models import Observation
from tests.stats.import_desk import bureau, confirmed, counts, page_of, said_of, tried, uploaded

pytestmark = pytest.mark.django_db

UNTIMED = "各区县主要指标\n地区,生产总值(亿元),常住人口(万人)\n重庆,32193.15,3190\n四川,64697,8364\n"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


# The period ----------------------------------------------------------------------------------------------------------


def test_the_period_of_a_table_without_one_is_a_question_and_its_answer_dates_the_figures(client, statistician, names):
    one = uploaded(client, UNTIMED, source=bureau(), released_on="2025-03-01")
    assert (counts(one)[1], one.report["lacking"].keys()) == (1, {"period"})
    page = client.get(page_of(one)).content.decode()
    assert "Give it with “Period”" in page
    assert "--period" not in page

    tried(client, one, period="2024年")
    assert (one.mapping, counts(one)) == ({"period": "2024年"}, ([4, 0, 0], 0))
    assert 'value="2024年"' in client.get(page_of(one)).content.decode()
    confirmed(client, one)
    assert set(Observation.objects.values_list("time_period", flat=True)) == {"2024"}


def test_a_period_that_is_none_is_refused_at_its_field(client, statistician, names):
    one = uploaded(client, UNTIMED, source=bureau(), released_on="2025-03-01")

    page = client.post(page_of(one, "try"), said_of(client, one, period="2023Q5"))
    assert {name: [*errors] for name, errors in page.context["meaning"].errors.items()} == {
        "period": ["“2023Q5” is no period. Write 2024年, 2024年一季度, 2024年7月 or 2024-07-15."]
    }
    one.refresh_from_db()
    assert one.mapping == {}


def test_the_period_of_the_last_file_is_not_that_of_the_next(client, statistician, names):
    one = uploaded(client, UNTIMED, source=bureau(), released_on="2025-03-01")
    confirmed(client, tried(client, one, period="2024年", column_2="ignore"))

    two = uploaded(client, UNTIMED.replace("3190", "3188"), released_on="2026-03-01")
    assert (two.remembered_from, two.mapping) == (one, {"columns": {"常住人口(万人)": "ignore"}})
    assert two.report["lacking"].keys() == {"period"}

    tried(client, two, period="2025年", forget="on")
    assert (two.remembered_from, two.mapping) == (None, {"period": "2025年"})


def test_a_period_for_tables_that_all_say_theirs_is_a_mistake(client, statistician, names):
    one = uploaded(client, "2023年" + UNTIMED, source=bureau(), released_on="2025-03-01")
    assert counts(one) == ([4, 0, 0], 0)

    tried(client, one, period="2024年")
    assert [item["reason"] for item in one.report["rejected"]] == [
        "--period was given, but every line says this itself. Leave the option out, or the column."
    ]


# The unit of one indicator -------------------------------------------------------------------------------------------

KINDS = "2024年主要指标\n地区,地方财政支出,常住人口,城镇化率(%)\n重庆,5305,3190,72\n"


def asked_units(one):
    """{name of an indicator: (unit, whether it is asked)} of those that are printed without."""
    return {
        name["name"]: (name["unit"]["means"], bool(name["unit"]["question"]))
        for name in one.report["names"]
        if name["unit"]
    }


def units(one, **said):
    """The fields of the units of indicators, by name."""
    return {
        f"unit_{number}": said[name["name"]] for number, name in enumerate(one.report["names"]) if name["name"] in said
    }


def test_each_indicator_without_a_unit_is_asked_for_its_own(client, statistician, names):
    one = uploaded(client, KINDS, source=bureau(), released_on="2025-03-01")
    assert asked_units(one) == {"地方财政支出": ("", True), "常住人口": ("", True)}
    page = client.get(page_of(one))
    assert page.content.decode().count("The file does not say the unit. Give it with “Unit”.") == 3
    [group] = [group for group in page.context["meaning"].named if group["has_units"]]
    assert [(row["name"], bool(row["unit_field"])) for row in group["rows"]] == [
        ("地方财政支出", True), ("常住人口", True), ("城镇化率(%)", False),
    ]  # fmt: skip

    tried(client, one, **units(one, 地方财政支出="亿元", 常住人口="万人"))
    assert (one.mapping, counts(one)) == ({"units": {"地方财政支出": "亿元", "常住人口": "万人"}}, ([3, 0, 0], 0))
    assert asked_units(one) == {"地方财政支出": ("亿元", False), "常住人口": ("万人", False)}
    page = client.get(page_of(one)).content.decode()
    assert 'value="万人"' in page

    tried(client, one, unit="万元", **units(one, 地方财政支出=""))
    assert (one.mapping, counts(one)) == ({"units": {"常住人口": "万人"}, "unit": "万元"}, ([3, 0, 0], 0))


def test_a_unit_of_the_title_is_shown_and_can_be_answered_for_one_of_its_columns(client, statistician, names):
    one = uploaded(client, f"单位：亿元\n{KINDS}", source=bureau(), released_on="2025-03-01")
    assert asked_units(one) == {"地方财政支出": ("亿元", False), "常住人口": ("亿元", False)}
    assert 'placeholder="亿元"' in client.get(page_of(one)).content.decode()

    tried(client, one, **units(one, 常住人口="万人"))
    assert asked_units(one)["常住人口"] == ("万人", False)


def test_a_wrong_unit_is_told_where_it_is_answered(client, statistician, names):
    one = uploaded(client, KINDS, source=bureau(), released_on="2025-03-01")
    confirmed(client, tried(client, one, **units(one, 地方财政支出="亿元", 常住人口="万人")))
    two = uploaded(client, KINDS.replace("5305", "5405"), source=bureau(), released_on="2026-03-01")
    assert counts(two)[1] == 0

    for wrong, said in [("亿圆", "is not known"), ("万人", "is not counted in")]:
        tried(client, two, **units(two, 地方财政支出=wrong))
        assert asked_units(two) == {"地方财政支出": ("", True), "常住人口": ("万人", False)}
        [group] = [group for group in client.get(page_of(two)).context["meaning"].named if group["has_units"]]
        assert (group["asked"], group["rows"][0]["name"], two.report["lacking"]) == (1, "地方财政支出", {})
        assert said in group["rows"][0]["unit_question"]


def test_the_units_of_indicators_are_remembered(client, statistician, names):
    one = uploaded(client, KINDS, source=bureau(), released_on="2025-03-01")
    confirmed(client, tried(client, one, **units(one, 地方财政支出="亿元", 常住人口="万人")))

    two = uploaded(client, KINDS.replace("2024年", "2025年"), released_on="2026-03-01")
    assert (two.mapping, counts(two)) == (one.mapping, ([3, 0, 0], 0))
