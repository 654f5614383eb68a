"""Key figures and what may stand beside them."""

import datetime as dt
import re

import pytest

from stats.headlines import key_figures
from tests.factories import (
    IndicatorFactory,
    ObservationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def people():
    return UnitFactory(code="PS", symbol="人", dimension="people")


def fill(series, **numbers):
    for period, number in numbers.items():
        ObservationFactory(series=series, time_period=period.strip("_").replace("_", "-"), mantissa=number)
    return series


def only_headline():
    ((card,),) = [key_figures()]
    (headline,) = card["headlines"]
    return headline


def test_the_published_growth_of_the_same_period_goes_first():
    level = fill(SeriesFactory(), _2021=90, _2022=100)
    form = {"indicator": level.indicator, "region": level.region, "transformation": "yoy", "is_default": False}
    nominal = SeriesFactory(price_basis="current", **form)
    real = SeriesFactory(price_basis="constant", **form)
    fill(nominal, _2022=11)
    fill(real, _2022=6, _2021=8)

    headline = only_headline()

    assert (headline.growth.series, int(headline.growth.mantissa)) == (real, 6)


def test_growth_of_another_period_or_frequency_is_not_shown():
    level = fill(SeriesFactory(), _2022=100)
    form = {"indicator": level.indicator, "region": level.region, "transformation": "yoy", "is_default": False}
    fill(SeriesFactory(price_basis="constant", **form), _2021=6)
    fill(SeriesFactory(frequency="Q", accumulation="ytd", price_basis="constant", **form), _2022_Q4=5)

    headline = only_headline()

    assert headline.growth is None
    assert headline.before is None


def test_the_difference_of_people_may_be_computed():
    fill(SeriesFactory(unit=people()), _2021=3200, _2022=3190)

    headline = only_headline()

    assert headline.is_computable
    assert int(headline.before.mantissa) == 3200


@pytest.mark.parametrize(
    "form", [{"price_basis": "current"}, {"price_basis": "constant"}, {}, {"transformation": "share"}]
)
def test_the_difference_of_money_and_of_shares_is_no_growth(form):
    fill(SeriesFactory(**form), _2021=90, _2022=100)

    headline = only_headline()

    assert not headline.is_computable
    assert int(headline.before.mantissa) == 90


def test_a_break_has_no_difference():
    series = fill(SeriesFactory(unit=people()), _2021=90)
    ObservationFactory(series=series, time_period="2022", obs_status="B")

    assert not only_headline().is_computable


@pytest.mark.parametrize(
    ("period", "computable"), [("2022-Q1", True), ("2022-Q2", True), ("2022-Q4", False), ("2023-Q2", False)]
)
def test_a_break_between_the_two_has_no_difference(period, computable):
    series = SeriesFactory(unit=people(), frequency="Q")
    for one in {"2022-Q2", "2023-Q2", period}:
        ObservationFactory(series=series, time_period=one, obs_status="B" if one == period else "A")

    assert only_headline().is_computable == computable


@pytest.mark.parametrize(("before", "now"), [("F", "A"), ("A", "F")])
def test_a_forecast_has_no_difference(before, now):
    series = SeriesFactory(unit=people())
    ObservationFactory(series=series, time_period="2021", obs_status=before)
    ObservationFactory(series=series, time_period="2022", obs_status=now)

    headline = only_headline()

    assert headline.before is not None
    assert not headline.is_computable


@pytest.mark.parametrize(("rank", "computable"), [(1, False), (3, True)])
def test_words_of_different_ranks_have_no_difference(rank, computable):
    series = SeriesFactory(unit=people())
    ObservationFactory(series=series, time_period="2021", release__rank=3)
    ObservationFactory(series=series, time_period="2022", release__rank=rank)

    assert only_headline().is_computable == computable


def test_a_missing_period_hides_no_value_of_before():
    series = fill(SeriesFactory(), _2021=90)
    revised = {"released_on": dt.date(2024, 1, 1)}
    gone = fill(SeriesFactory(indicator=series.indicator), _2021=70, _2022=80)
    for one in (series, gone):
        ObservationFactory(
            series=one, time_period="2022", mantissa=None, obs_status="M", release=ReleaseFactory(**revised)
        )
    nothing = SeriesFactory(indicator=series.indicator)
    ObservationFactory(series=nothing, mantissa=None, obs_status="M")

    ((card,),) = [key_figures()]

    shown = {line.series: (line.figure.time_period, int(line.figure.mantissa)) for line in card["headlines"]}
    assert shown == {series: ("2021", 90), gone: ("2021", 70)}


def test_a_quarter_is_compared_with_that_of_the_year_before():
    fill(SeriesFactory(unit=people(), frequency="Q"), _2021_Q2=1, _2022_Q1=2, _2022_Q2=3)

    assert only_headline().before.time_period == "2021-Q2"


def test_regions_of_which_most_is_known_and_indicators_by_position():
    regions = [RegionFactory(code=code) for code in ("500000", "510000", "100000", "420000")]
    last, first = IndicatorFactory(position=2), IndicatorFactory(position=1)
    for indicator in (last, first):
        for region in regions[:3]:
            fill(SeriesFactory(indicator=indicator, region=region), _2022=1)
    fill(SeriesFactory(indicator=first, region=regions[3]), _2022=1)

    cards = key_figures()

    assert [card["indicator"] for card in cards] == [first, last]
    assert [line.series.region.code for line in cards[0]["headlines"]] == ["100000", "500000", "510000"]


def test_without_figures_there_are_none():
    SeriesFactory()

    assert key_figures() == []


def words(client):
    page = client.get("/").content.decode()
    return " ".join(page.split('class="figure-change"', 1)[1].split("</dd>", 1)[0].split(">", 1)[1].split())


def test_the_home_page_says_how_a_change_was_come_by(client):
    fill(SeriesFactory(unit=people()), _2021=3200, _2022=3190)

    assert words(client).endswith("−10亿人 (−0.31%)")


def test_the_home_page_says_whose_claim_and_what_kind_of_figure_it_shows(client):
    ObservationFactory(obs_status="F", release__rank=3)

    page = client.get("/").content.decode()

    line = page.split('class="figure-when"', 1)[1].split("</dd>", 1)[0]
    assert re.findall('class="badge[^>]*>([^<]*)', line) == ["媒体", "预测"]


def test_published_growth_names_the_prices_it_is_counted_in(client):
    level = fill(SeriesFactory(), _2022=100)
    form = {"indicator": level.indicator, "region": level.region, "transformation": "yoy", "is_default": False}
    fill(SeriesFactory(price_basis="current", **form), _2022=11)

    assert "现价" in words(client)


def test_the_home_page_gives_the_value_of_the_year_before_where_no_change_is_honest(client):
    fill(SeriesFactory(price_basis="current"), _2021=90, _2022=100)

    assert '<span class="number">90</span>' in words(client)
    assert "%" not in words(client)


def test_the_value_of_the_year_before_says_whose_claim_it_is(client):
    series = SeriesFactory(unit=people())
    ObservationFactory(series=series, time_period="2021", release__rank=3)
    ObservationFactory(series=series, time_period="2022")

    assert '<span class="badge badge-claim">媒体</span>' in words(client)


def test_published_growth_says_whose_claim_it_is(client):
    level = fill(SeriesFactory(), _2022=100)
    growth = SeriesFactory(
        indicator=level.indicator, region=level.region, transformation="yoy", price_basis="constant", is_default=False
    )
    ObservationFactory(series=growth, time_period="2022", mantissa=6, release__rank=3)

    assert '<span class="badge badge-claim">媒体</span>' in words(client)
