"""How long an import of figures takes, as a ratio to writing the same rows bare.

``python -m benchmarks.imports`` prints a line for each way. The table has a line for each region with a figure for each
year; every way writes the same rows into the same table of SQLite, and takes them back.
"""

import io
from decimal import Decimal

from .settle import Line, cpu, portal, show

REGIONS, YEARS = 2000, range(1975, 2025)
#: django-import-export is so slow that it gets a part of the rows, measured against as many.
PART = 20
LIMIT = 10


def measure():
    """The lines of the table."""
    with portal():
        from django.db import transaction

        numbers = _numbers()
        _make_names()
        with transaction.atomic():
            bare, lines = _compared(numbers)
            transaction.set_rollback(True)
        yield from lines
        for layout, content in (("wide", _wide(numbers)), ("long", _long(numbers))):
            taken = cpu(lambda content=content: _import(content))
            yield Line(f"import_observations, a {layout} table, from file to rows", taken / bare, LIMIT, taken)


def _numbers():
    """A row of decimals for each region, one for each year."""
    return [
        [Decimal(f"{1000 + (at * 37 + year * 11) % 90000}.{year % 9 + 1}") for year in YEARS] for at in range(REGIONS)
    ]


def _make_names():
    from portal.vocabulary.models import Organization, Region

    Region.objects.bulk_create(
        Region(code=f"{100001 + at}", name=_name(at), kind="county", valid_from="1949") for at in range(REGIONS)
    )
    Organization.objects.create(name="国家统计局", kind="statistics")


def _name(at):
    return f"第{at}县"


def _wide(numbers):
    head = f"指标：地区生产总值(亿元)\n地区,{','.join(f'{year}年' for year in YEARS)}\n"
    lines = (f"{_name(at)},{','.join(map(str, row))}\n" for at, row in enumerate(numbers))
    return (head + "".join(lines)).encode()


def _long(numbers):
    lines = (
        f"{_name(at)},{year},地区生产总值,{number},亿元\n"
        for at, row in enumerate(numbers)
        for year, number in zip(YEARS, row, strict=True)
    )
    return ("地区,时间,指标,数值,单位\n" + "".join(lines)).encode()


def _import(content):
    from stats.importing import import_observations

    file = io.BytesIO(content)
    file.name = "table.csv"
    report = import_observations(file, dry_run=True, source="国家统计局", released="2026-03-31")
    if report.new != REGIONS * len(YEARS):
        raise RuntimeError(report)


# The ways it is compared with --------------------------------------------------------------------------------------


def _compared(numbers):
    """Seconds of bare writing, and the lines of all ways that know beforehand to which series each number belongs."""
    from django.db import connection

    from stats.models import Observation

    made = list(_observations(numbers))
    fields = [field for field in Observation._meta.concrete_fields if not field.primary_key]
    rows = [[field.get_db_prep_save(field.pre_save(one, True), connection) for field in fields] for one in made]
    names, slots = ", ".join(field.column for field in fields), ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO stats_observation ({names}) VALUES ({slots})"
    bare, bare_part = (
        cpu(_undone(lambda some=some: connection.cursor().executemany(insert, some)))
        for some in (rows, rows[: len(rows) // PART])
    )
    created = cpu(_undone(lambda: Observation.objects.bulk_create(_observations(numbers), batch_size=2000)))
    library = cpu(_undone(lambda: _by_library(made[: len(made) // PART])), best_of=1)
    return bare, [
        Line("executemany of the same rows, bare", 1, None, bare),
        Line("bulk_create alone", created / bare, None, created),
        Line(f"django-import-export in bulk with look-ups, 1/{PART} of the rows", library / bare_part, None, library),
    ]


def _observations(numbers):
    """Unsaved; the first time their series are made."""
    from portal.vocabulary.models import Organization, Region, Unit
    from stats.models import Indicator, Observation, Release, Series

    indicator, _new = Indicator.objects.get_or_create(slug="gdp", defaults={"name": "地区生产总值"})
    unit, _new = Unit.objects.get_or_create(
        code="CNY", defaults={"symbol": "元", "name": "人民币元", "dimension": "currency"}
    )
    release, _new = Release.objects.get_or_create(
        source=Organization.objects.get(), released_on="2026-03-31", defaults={"title": "国家统计局 2026-03-31"}
    )
    if not Series.objects.exists():
        Series.objects.bulk_create(
            Series(indicator=indicator, region=region, unit=unit, unit_mult=8)
            for region in Region.objects.filter(kind="county").order_by("code")
        )
    series = Series.objects.order_by("region__code").values_list("pk", flat=True)
    for one, row in zip(series, numbers, strict=True):
        for year, number in zip(YEARS, row, strict=True):
            yield Observation(
                series_id=one,
                release_id=release.pk,
                time_period=str(year),
                mantissa=number,
                decimals=1,
                unit_id=unit.pk,
                unit_mult=8,
                source_place=f"table.csv!{year}",
            )


def _by_library(observations):
    """As its handbook advises for many rows: in bulk, without a diff, each foreign key looked up."""
    from import_export.fields import Field
    from import_export.resources import ModelResource
    from import_export.widgets import ForeignKeyWidget
    from tablib import Dataset

    from portal.vocabulary.models import Unit
    from stats.models import Observation, Release, Series

    class FigureResource(ModelResource):
        series = Field("series", "series", ForeignKeyWidget(Series, "region__name"))
        release = Field("release", "release", ForeignKeyWidget(Release, "title"))
        unit = Field("unit", "unit", ForeignKeyWidget(Unit, "code"))

        class Meta:
            model = Observation
            use_bulk = skip_diff = force_init_instance = True
            batch_size = 1000
            import_id_fields = []
            fields = ("series", "release", "unit", "time_period", "mantissa", "decimals", "unit_mult", "source_place")

    table = Dataset(headers=FigureResource.Meta.fields)
    for at, one in enumerate(observations):
        shown = (one.time_period, one.mantissa, one.decimals, one.unit_mult, one.source_place)
        table.append((_name(at // len(YEARS)), "国家统计局 2026-03-31", "CNY", *shown))
    result = FigureResource().import_data(table, raise_errors=True)
    if result.totals["new"] != len(table):
        raise RuntimeError(result.totals)


def _undone(work):
    from django.db import transaction

    def run():
        with transaction.atomic():
            work()
            transaction.set_rollback(True)

    return run


if __name__ == "__main__":
    show(measure())
