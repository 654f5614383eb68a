"""What files of many figures need of memory, and what a past day costs beside today.

``python -m benchmarks.downloads [ROWS]`` prints a line for each: the list of series is asked by its address, as a
reader asks. Memory is the most that a process of its own held, above what it held before (``VmHWM`` of proc(5)).
"""

import datetime as dt
import gc
import subprocess
import sys

from .settle import Line, cpu, portal, same_portal, show

ROWS = 1_000_000
MEMORY, PAST = 200, 1.5
#: Series of the part in which days are compared: each has a figure for each year, told three times.
INDICATORS, REGIONS, YEARS, VINTAGES = 100, 25, range(2005, 2020), 3
DAY = dt.date(2019, 6, 30)


def measure(rows=ROWS):
    """The lines of the table: a workbook of ``rows`` series, whose figures are monthly, and the other files of a tenth
    of them, whose figures are quarterly; the figures of the compared days are annual.
    """
    with portal():
        names = _Names()
        names.series("A", INDICATORS, REGIONS)
        _tell_again_and_again()
        yield from _days()
        for frequency, period, number, formats in (
            ("Q", "2025-Q3", rows // 10, ["csv", "json", "jsonstat"]),
            ("M", "2025-07", rows, ["xlsx"]),
        ):
            names.series(frequency, -(-number // 1000), 1000, number)
            _tell_once(frequency, period)
            for format in formats:
                memory, seconds = _apart(f"/stats/?frequency={frequency}&format={format}")
                yield Line(f"{format} of {number:,} series, memory above idle", memory, MEMORY, seconds, "MB")


def _days():
    from stats.models import Observation

    asked = {
        f"a page of the list of {INDICATORS * REGIONS:,} series": "/stats/?{}",
        "the list of series as CSV": "/stats/?format=csv&{}",
        "the feed of all figures": "/stats/?format=atom&{}",
    }
    for what, address in asked.items():
        taken = [cpu(lambda day=day, address=address: _read(address.format(day))) for day in ("", f"as_of={DAY}")]
        yield Line(f"{what}, as of a past day, to today", _ratio(taken), PAST, taken[1])
    figures = Observation.objects.of_years(2014, 2014)
    taken = [cpu(lambda day=day: len(figures.as_of(day).values_list("value_base"))) for day in (None, DAY)]
    yield Line("all figures of a year as of a past day, to today", _ratio(taken), PAST, taken[1])


def _ratio(taken):
    return taken[1] / taken[0]


def _read(address):
    from django.test import Client

    response = Client().get(address, headers={"host": "localhost"})
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code}")
    return sum(map(len, response if response.streaming else [response.content]))


# Memory ------------------------------------------------------------------------------------------------------------


def _apart(address):
    """Megabytes that a process of its own needed to write the file at ``address``, and its seconds.

    It is begun anew: a copy of this one would have room left from the rows that were written.
    """
    asked = [sys.executable, "-m", "benchmarks.downloads", address]
    answer = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout
    memory, seconds = map(float, answer.split())
    return memory, seconds


def _alone(address):
    """What ``_apart`` asks for, printed."""
    same_portal()
    _read(f"{address}&region=100001")  # what the first answer alone needs is idle
    gc.collect()
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # the most that it held begins anew
    idle = _held("VmRSS")
    seconds = cpu(lambda: _read(address), best_of=1)
    print(_held("VmHWM") - idle, seconds)


def _held(name):
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


# Rows --------------------------------------------------------------------------------------------------------------


class _Names:
    """What figures need: regions, a unit, indicators as they are asked for."""

    def __init__(self):
        from portal.vocabulary.models import Organization, Region, Unit

        self.unit = Unit.objects.create(code="CNY", symbol="元", name="人民币元", dimension="currency")
        self.source = Organization.objects.create(name="国家统计局", kind="statistics")
        Region.objects.bulk_create(
            Region(code=f"{100001 + at}", name=f"第{at}县", kind="county", valid_from="1949") for at in range(1000)
        )

    def series(self, frequency, indicators, regions, most=None):
        from django.utils import timezone

        from portal.vocabulary.models import Region
        from stats.models import Indicator, Series

        since = timezone.now()
        made = Indicator.objects.bulk_create(
            Indicator(
                slug=f"{frequency.lower()}-{at}", name=f"指标{frequency}{at}", status="published", published_at=since
            )
            for at in range(indicators)
        )
        places = Region.objects.order_by("code").values_list("pk", flat=True)[:regions]
        rows = [
            {"indicator_id": one.pk, "region_id": place, "frequency": frequency} for one in made for place in places
        ]
        _write(Series(unit=self.unit, unit_mult=8, decimals=1, is_default=True), rows[:most])


def _write(pattern, rows):
    """Bare rows like ``pattern``, each with columns of its own."""
    from django.db import connection

    fields = [field for field in pattern._meta.concrete_fields if not field.primary_key]
    usual = {field.column: field.get_db_prep_save(field.pre_save(pattern, True), connection) for field in fields}
    names, slots = ", ".join(usual), ", ".join(["%s"] * len(usual))
    lines = ([*(usual | row).values()] for row in rows)
    connection.cursor().executemany(f"INSERT INTO {pattern._meta.db_table} ({names}) VALUES ({slots})", lines)


def _releases(years):
    """Year → a release of its March."""
    from django.utils import timezone

    from portal.vocabulary.models import Organization
    from stats.models import Release

    made = (
        Release(
            source=Organization.objects.get(),
            released_on=f"{year}-03-01",
            title=f"{year}年公报",
            status="published",
            published_at=timezone.now(),
        )
        for year in years
    )
    return {one.released_on[:4]: one for one in Release.objects.bulk_create(made)}


def _figure(**told):
    from portal.vocabulary.models import Unit
    from stats.models import Observation

    return Observation(unit=Unit.objects.get(), unit_mult=8, decimals=1, mantissa=100, time_period="2025", **told)


def _tell_again_and_again():
    from stats.models import Series

    releases = _releases(range(YEARS[0] + 1, YEARS[-1] + VINTAGES + 1))
    _write(
        _figure(release=next(iter(releases.values()))),
        (
            {
                "series_id": series,
                "release_id": releases[str(year + told)].pk,
                "time_period": str(year),
                "mantissa": year + told / 10,
                "value_base": (year + told / 10) * 1e8,
            }
            for series in Series.objects.filter(frequency="A").values_list("pk", flat=True)
            for year in YEARS
            for told in range(1, VINTAGES + 1)
        ),
    )


def _tell_once(frequency, period):
    from stats.models import Release, Series

    release = Release.objects.filter(released_on="2026-03-01").first() or _releases([2026])["2026"]
    series = Series.objects.filter(frequency=frequency).values_list("pk", flat=True).iterator()
    figures = ({"series_id": one, "time_period": period, "mantissa": 100 + one % 99999 / 10} for one in series)
    _write(_figure(release=release), figures)


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("/"):
        _alone(sys.argv[1])
    else:
        show(measure(*map(int, sys.argv[1:])))
