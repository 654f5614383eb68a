"""Shares of a whole: which wholes there are, and what is refused."""

from decimal import Decimal

import pytest

from portal.vocabulary.models import Region
from stats.comparison import Comparison, compare
from stats.models import Series
from stats.wholes import Wholes, nearest
from tests.factories import IndicatorFactory, ObservationFactory, RegionFactory, SeriesFactory, UnitFactory

pytestmark = pytest.mark.django_db


class Country:
    """A nation with two provinces that are a group; figures are given by code: one a year from 2020 on."""

    def __init__(self):
        self.nation = RegionFactory(code="100000", name="中国", short_name="全国", kind="nation")
        self.west = RegionFactory(code="510000", name="四川省", parent=self.nation)
        self.east = RegionFactory(code="500000", name="重庆市", parent=self.nation)
        self.group = RegionFactory(code="CY", name="川渝地区", kind="group")
        for member in (self.west, self.east):
            self.group.memberships.create(member=member)
        self.indicator = IndicatorFactory()

    def tell(self, form=None, **figures):
        for name, numbers in figures.items():
            series = SeriesFactory(indicator=self.indicator, region=getattr(self, name), **(form or {}))
            for year, words in enumerate(numbers, start=2020):
                if words is not None:
                    words = words if isinstance(words, dict) else {"mantissa": Decimal(words)}
                    ObservationFactory(series=series, time_period=f"{year}", unit_mult=series.unit_mult, **words)

    def compare(self, *addresses):
        series = Series.objects.filter(indicator=self.indicator).with_figures().with_length()
        return Comparison(list(series.select_related("indicator", "region", "unit")), addresses, view="share")

    def wholes(self, comparison):
        return Wholes(Region.objects.all()).among(comparison.comparable)

    def shares(self, of, *addresses):
        """The table: period → what stands in each cell."""
        comparison = self.compare(*addresses)
        comparison.whole = self.wholes(comparison)[of]
        compare([comparison])
        self.reasons = [reason for _number, reason, _stretches in comparison.reasons]
        return {period: [cell["computed"].text for cell in cells] for period, cells in comparison.rows}


@pytest.fixture
def country():
    return Country()


def test_wholes_are_what_has_figures_and_parts_the_narrowest_first_groups_last(country):
    country.tell(nation=[100], west=[6], east=[3])

    assert list(country.wholes(country.compare())) == ["100000", "CY"]


def test_a_group_without_figures_of_all_its_members_is_no_whole(country):
    country.tell(nation=[100], west=[6])

    assert list(country.wholes(country.compare())) == ["100000"]


def test_the_nearest_whole_holds_all_regions_that_were_chosen(country):
    country.tell(nation=[100], west=[6], east=[3])
    comparison = country.compare("500000", "510000")

    assert nearest(comparison, country.wholes(comparison)).region == country.nation


def test_a_share_is_a_part_of_the_whole(country):
    country.tell(nation=[100, 200], west=[6, 10], east=[3, 5])

    assert country.shares("100000", "510000", "500000") == {"2021": ["5.00%", "2.50%"], "2020": ["6.00%", "3.00%"]}


def test_members_of_a_group_are_added_where_it_has_no_exact_figure(country):
    country.tell(group=[10, {"mantissa": Decimal(8), "qualifier": "over"}], west=[6, 6], east=[3, 3])

    assert country.shares("CY", "510000", "500000") == {
        "2021": ["66.67%", "33.33%"],
        "2020": ["60.00%", "30.00%"],
    }


def test_bounds_give_intervals(country):
    over = {"mantissa": Decimal(50), "qualifier": "over"}
    low_high = {"mantissa": None, "value_low": Decimal(2), "value_high": Decimal(3), "qualifier": "range"}
    country.tell(nation=[100, 100, over], west=[over, low_high, 10], east=[1, 1, 1])

    assert country.shares("100000", "510000") == {
        "2022": ["0.00%—20.00%"],
        "2021": ["2.00%—3.00%"],
        "2020": ["≥ 50.00%"],
    }


def test_a_member_that_is_a_bound_has_the_narrowest_share_of_the_sum(country):
    country.tell(west=[{"mantissa": Decimal(6), "qualifier": "at_least"}], east=[2])

    assert country.shares("CY", "510000", "500000") == {"2020": ["75.00%—100.00%", "0.00%—25.00%"]}


def test_periods_without_a_figure_of_the_whole_are_told_once_below(country):
    country.tell(nation=[None, None, 100], west=[6, 6, 6], east=[3, 3, 3])
    comparison = country.compare("510000", "500000")
    comparison.whole = country.wholes(comparison)["100000"]
    compare([comparison])

    assert [period for period, _cells in comparison.rows] == ["2022"]
    ((_number, reason, stretches),) = comparison.reasons
    assert "全国" in reason
    assert stretches == [("2020年", "2021年")]


def test_what_is_no_part_and_the_whole_itself_have_no_share(country):
    country.tell(nation=[100], west=[6], east=[3])

    assert country.shares("CY", "100000") == {}
    assert len(country.reasons) == 1
    assert country.shares("100000", "100000") == {}
    assert len(country.reasons) == 1


def test_rates_have_no_shares(country):
    share = {"unit": UnitFactory(code="PT", symbol="%", dimension="share"), "unit_mult": 0}
    country.tell(share, nation=[60], west=[50])

    assert country.shares("100000", "510000") == {}
    assert len(country.reasons) == 1


def test_what_does_not_add_up_in_one_period_has_shares_in_none(country):
    country.tell(nation=[100, 100], west=[80, 70], east=[90, None])  # an income per head

    assert country.shares("100000", "510000") == {}
    assert country.shares("CY", "510000") == {}
    assert len(country.reasons) == 2


def test_regions_that_no_whole_holds_are_compared_without_one(country):
    country.tell(west=[6])

    assert nearest(country.compare(), country.wholes(country.compare())) is None
