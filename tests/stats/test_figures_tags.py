import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from stats.codelists import Rank
from stats.models import Observation
from stats.templatetags.figures import change, history, period, remarks, revised_slots, revision_strip
from tests.factories import ObservationFactory, ReleaseFactory, SeriesFactory, UnitFactory

pytestmark = pytest.mark.django_db


def figure(mantissa, released="2023-03-01", series=None, rank=Rank.OFFICIAL, **kwargs):
    release = ReleaseFactory(released_on=dt.date.fromisoformat(released), rank=rank)
    series = series or SeriesFactory()
    made = ObservationFactory(series=series, release=release, mantissa=mantissa and Decimal(mantissa), **kwargs)
    return Observation.objects.get(pk=made.pk)


def test_periods_are_said_in_words():
    assert [period(one) for one in ("2022", "2022-Q3", "2022-07")] == ["2022年", "2022年三季度", "2022年7月"]


def test_versions_of_a_period_stand_from_old_to_new_with_their_changes():
    series = SeriesFactory()
    old = figure("29129.03", "2023-01-19", series, decimals=2)
    new = figure("28771.8", "2026-03-31", series, decimals=1)
    figure("1", "2026-03-30", series, time_period="2021")

    (slot,) = revised_slots(series.observations.all())

    assert slot["period"] == "2022"
    assert [(version["figure"], version["change"]) for version in slot["versions"]] == [
        (old, ""),
        (new, "−357.23 (−1.2%)"),
    ]


def test_a_lower_rank_is_a_claim_and_no_revision_of_the_official_figure():
    series = SeriesFactory()
    figure("100", "2023-01-01", series)
    figure("150", "2023-02-01", series, rank=Rank.PRESS)
    figure("110", "2023-03-01", series)

    (slot,) = revised_slots(series.observations.all())

    assert [(version["is_claim"], version["change"]) for version in slot["versions"]] == [
        (False, ""),
        (True, ""),
        (False, "+10 (+10.0%)"),
    ]
    assert [version["standing"] and version["standing"].conflicts for version in slot["versions"]] == [None, True, None]


def test_the_strip_says_in_which_direction_each_release_moved_each_figure():
    series = SeriesFactory()
    for released, values in {
        "2018-12-31": {"2016": "17740.59", "2017": "19424.73"},
        "2020-11-30": {"2016": "17740.6", "2017": "19424.73"},
        "2022-06-30": {"2017": "20066.3"},
        "2026-03-31": {"2016": "17000", "2017": "20260.8"},
    }.items():
        release = ReleaseFactory(released_on=dt.date.fromisoformat(released))
        for period_, value in values.items():
            places = len(value.partition(".")[2])
            ObservationFactory(
                series=series, release=release, time_period=period_, mantissa=Decimal(value), decimals=places
            )
    figure("19000", "2026-04-01", series, rank=Rank.PRESS, time_period="2017")
    said = series.observations.select_related("release__source", "unit")

    strip = revision_strip(revised_slots(said))

    assert [str(release.released_on) for release in strip["releases"]] == [
        "2018-12-31", "2020-11-30", "2022-06-30", "2026-03-31", "2026-04-01",
    ]  # fmt: skip
    directions = {
        name: [cell and ("claim" if cell["is_claim"] else cell["direction"]) for cell in cells]
        for name, cells in strip["rows"]
    }
    assert directions == {
        "2017": ["first", "same", "up", "up", "claim"],
        "2016": ["first", "same", None, "down", None],
    }
    assert not strip["is_cut"]


def test_a_strip_has_room_for_the_newest_releases():
    series = SeriesFactory()
    for month in range(1, 13):
        figure(month, f"2025-{month:02d}-01", series)
    figure(13, "2026-01-01", series)

    strip = revision_strip(revised_slots(series.observations.select_related("release__source")))

    assert (len(strip["releases"]), str(strip["releases"][0].released_on), strip["is_cut"]) == (12, "2025-02-01", True)


def test_a_row_names_the_values_it_has_superseded_each_once_the_last_one_first():
    series = SeriesFactory()
    figure("19424.73", "2018-12-31", series)
    figure("20066.3", "2022-06-30", series)
    figure("20066.30", "2022-12-31", series)
    figure("19500", "2023-01-01", series, rank=Rank.PRESS)
    shown = figure("20260.8", "2026-03-31", series)
    figure("20300", "2026-05-01", series)

    (row,) = history([shown], {}, series.observations.all())

    assert [str(one.mantissa.normalize()) for one in row["earlier"]] == ["20066.3", "19424.73"]


def test_changes_are_counted_across_multipliers_and_in_percentage_points():
    per_cent = UnitFactory(code="PT", symbol="%", dimension="share")

    assert change(figure("2", unit_mult=12), figure("19000")) == "−1000 (−5.0%)"
    assert change(figure("100"), figure("100.00")) == "未变"
    series = SeriesFactory(unit=per_cent, unit_mult=0)
    assert (
        change(
            figure("59.7", series=series, unit_mult=0, decimals=1),
            figure("60.2", "2024-01-01", series=series, unit_mult=0, decimals=1),
        )
        == "+0.5个百分点"
    )


def test_a_change_may_carry_its_unit():
    assert change(figure("100", decimals=1), figure("90.5", decimals=1), with_unit=True) == "−9.5亿元 (−9.5%)"
    assert change(figure("2", unit_mult=12), figure("2.1", unit_mult=12), with_unit=True) == "+0.1万亿元 (+5.0%)"
    with translation.override("en"):
        people = SeriesFactory(unit=UnitFactory(code="PS", symbol="人", name_en="people", dimension="people"))
        old, new = (figure(one, series=people, unit=people.unit, unit_mult=4) for one in ("100", "90"))
        assert change(old, new, with_unit=True) == "−100 thousand people (−10.0%)"


def test_bounds_have_no_difference():
    assert change(figure("1000", qualifier="nearly"), figure("1100")) == ""
    assert change(None, figure("1")) == ""


def test_remarks_name_what_is_not_normal():
    assert remarks(figure("1")) == []
    assert [str(one) for one in remarks(figure("1", obs_status="E", stage="preliminary"))] == ["估计", "初步核算"]
