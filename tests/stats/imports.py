"""A table in the shape of the official exports, taken in from a text."""

import io
import json

from stats.importing import import_observations
from stats.models import Observation

TITLE = "数据库：分省年度数据\n指标：地区生产总值(亿元)\n时间：最近2年\n"
GDP = (
    TITLE + "地区,2024年,2023年\n重庆市,32046.7,30614.3\n四川省,64537.9,\n注：按当年价格计算。\n数据来源：国家统计局\n"
)
#: What GDP does not say itself.
DAY = {"released": "2026-03-31"}
LONG = """\
region,period,indicator,value,unit,source,released
重庆,2024年一季度,地区生产总值,"7,232.05",亿元,国家统计局,2024-04-20
重庆,2024,地区生产总值,32193.15,亿元,国家统计局,2025-01-20
500000,2024,地区生产总值,32046.7,亿元,国家统计局,2025-12-31
"""


def upload(text, name="表.csv"):
    file = io.BytesIO(text.encode() if isinstance(text, str) else text)
    file.name = name
    return file


def take(text, **options):
    if isinstance(options.get("mapping"), dict | list):
        options["mapping"] = upload(json.dumps(options["mapping"]), "mapping.json")
    return import_observations(upload(text), **options)


def counts(report):
    assert report.rejected == []
    return report.new, report.revised, report.same


def figures():
    """All there is: region, indicator, period, printed number, unit, source and day."""
    return sorted(
        (
            one.series.region.code,
            one.series.indicator.name,
            one.time_period,
            f"{one.mantissa:.{one.decimals}f}",
            one.unit_mult,
            one.unit.code,
            str(one.release.released_on),
        )
        for one in Observation.objects.select_related("series__region", "series__indicator", "unit", "release")
    )


def rejections(report):
    assert (report.new, report.revised, report.same, report.written) == (0, 0, 0, False)
    return [(item["row"], item["column"]) for item in report.rejected]
