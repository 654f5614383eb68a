import datetime as dt

import pytest

from tests.factories import (
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    StaffFactory,
)
from tests.publishing.office import member


@pytest.fixture
def chief(client):
    user = StaffFactory(language="en")
    client.force_login(user)
    return user


@pytest.fixture
def statistician(client):
    user = member("统计")
    client.force_login(user)
    return user


@pytest.fixture
def names():
    nation = RegionFactory(code="100000", name="中华人民共和国", short_name="全国", kind="nation")
    RegionFactory(code="500000", name="重庆市", short_name="渝", aliases="重庆", parent=nation)
    RegionFactory(code="510000", name="四川省", short_name="川", aliases="四川", parent=nation)
    OrganizationFactory(name="国家统计局", kind="statistics")


@pytest.fixture
def gdp():
    """重庆's GDP of 2017 as three releases said it, and of 2018, with the published growth of 2018."""
    indicator = IndicatorFactory(slug="gdp", name="地区生产总值")
    region = RegionFactory(code="500000", name="重庆市")
    series = SeriesFactory(indicator=indicator, region=region, price_basis="current")
    for day, number in (("2018-12-31", "19424.73"), ("2022-06-30", "20066.3"), ("2026-03-31", "20260.8")):
        release = ReleaseFactory(title=f"公报{day}", released_on=dt.date.fromisoformat(day))
        ObservationFactory(series=series, time_period="2017", mantissa=number, release=release, decimals=1)
    claim = ReleaseFactory(released_on=dt.date(2026, 4, 1), rank=3)
    ObservationFactory(series=series, time_period="2017", mantissa="19500", release=claim)
    last = ReleaseFactory(title="公报", released_on=dt.date(2026, 3, 30))
    ObservationFactory(series=series, time_period="2018", mantissa="21866.8", release=last, stage="final", decimals=1)
    growth = SeriesFactory(is_growth=True, indicator=indicator, region=region)
    ObservationFactory(series=growth, time_period="2018", mantissa="6", unit_mult=0, release=last)
    return series


@pytest.fixture
def beside(gdp):
    """四川 beside 重庆: a bound of 2018, and a claim of 2019."""
    other = SeriesFactory(
        indicator=gdp.indicator, region=RegionFactory(code="510000", name="四川省"), price_basis="current"
    )
    said = ReleaseFactory(title="报道", released_on=dt.date(2020, 1, 2), rank=3)
    for year, words in (("2018", {"qualifier": "over", "printed": "逾4万亿元"}), ("2019", {})):
        ObservationFactory(series=other, time_period=year, mantissa=4, unit_mult=12, release=said, **words)
