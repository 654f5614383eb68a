import datetime as dt

import pytest

from tests.factories import (
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    UnitFactory,
)

#: Day and value of the releases that gave 重庆's GDP of 2017.
VINTAGES = [("2018-12-31", "19424.73"), ("2022-06-30", "20066.3"), ("2026-03-31", "20260.8")]


@pytest.fixture
def gdp():
    """重庆's GDP of 2017 and 2018 in 亿元 as three releases told it, and a claim of the press beside them."""
    bureau = OrganizationFactory(name="国家统计局", kind="statistics")
    series = SeriesFactory(
        indicator=IndicatorFactory(slug="gdp", name="地区生产总值", name_en="Gross domestic product"),
        region=RegionFactory(code="500000", name="重庆市", name_en="Chongqing"),
        price_basis="current",
    )
    for day, value in VINTAGES:
        release = ReleaseFactory(title=f"公报{day}", source=bureau, released_on=dt.date.fromisoformat(day))
        ObservationFactory(series=series, time_period="2017", mantissa=value, decimals=1, release=release)
    ObservationFactory(series=series, time_period="2018", mantissa="21866.8", decimals=1, release=release)
    press = ReleaseFactory(released_on=dt.date(2026, 4, 1), rank=3)
    ObservationFactory(series=series, time_period="2017", mantissa="19500", release=press)
    return series


@pytest.fixture
def sichuan(gdp):
    """四川's GDP of the same release: exact, a bound, a range, in 万亿, in dollars, and missing."""
    region = RegionFactory(code="510000", name="四川省", name_en="Sichuan")
    series = SeriesFactory(indicator=gdp.indicator, region=region, price_basis="current")
    release = gdp.observations.get(time_period="2018").release
    said = {"series": series, "release": release, "decimals": 1}
    ObservationFactory(time_period="2017", mantissa="38517.1", stage="final", source_place="表1", **said)
    ObservationFactory(time_period="2018", mantissa="43000", qualifier="over", printed="逾43000亿元", **said)
    span = {"qualifier": "range", "mantissa": None, "value_low": "47000", "value_high": "47500"}
    ObservationFactory(time_period="2019", **span, **said)
    ObservationFactory(time_period="2020", mantissa="4.9", unit_mult=12, **said)
    dollars = UnitFactory(code="USD", symbol="美元", name="美元")
    ObservationFactory(time_period="2021", mantissa="8500", unit=dollars, **said)
    ObservationFactory(time_period="2022", mantissa=None, obs_status="M", **said)
    return series
