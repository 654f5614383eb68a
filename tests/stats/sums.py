"""A region, its GDP of three industries, and the rule that they add up."""

from tests.factories import (
    IndicatorFactory,
    ObservationFactory,
    RegionFactory,
    RuleFactory,
    SeriesFactory,
    UnitFactory,
)


class Office:
    """One region, its GDP of three industries, and the rule that they add up."""

    def __init__(self):
        self.region = RegionFactory(name="重庆市")
        self.unit = UnitFactory(code="CNY", symbol="元", dimension="currency")
        self.gdp, *self.industries = (IndicatorFactory(name=name) for name in ["地区生产总值", "一产", "二产", "三产"])
        self.rule = RuleFactory(kind="sum", whole=self.gdp, parts=self.industries)

    def series(self, indicator, **key):
        key = {"region": self.region, "price_basis": "current", **key}
        found = indicator.series.filter(**key).first()
        is_default = not indicator.series.filter(region=key["region"]).exists()
        return found or SeriesFactory(
            indicator=indicator, unit=key.pop("unit", self.unit), is_default=is_default, **key
        )

    def tell(self, release, numbers, period="2022", **key):
        """``numbers``: of GDP and the three industries, None where the release is silent; texts, as printed."""
        for indicator, number in zip([self.gdp, *self.industries], numbers, strict=True):
            if number is not None:
                self.figure(release, indicator, number, period, **key)

    def figure(self, release, indicator, number, period="2022", qualifier="exact", **key):
        places = len(str(number).partition(".")[2])
        series = self.series(indicator, **key)
        said = {"mantissa": number, "decimals": places, "qualifier": qualifier, "time_period": period}
        return ObservationFactory(series=series, release=release, unit=series.unit, unit_mult=series.unit_mult, **said)
