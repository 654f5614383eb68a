"""Whatever the order in which files come in: as of a day stands what had been published by then."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stats.models import Observation
from tests.factories import OrganizationFactory, RegionFactory, ReleaseFactory

from .imports import take

pytestmark = pytest.mark.django_db

#: Sources by rank: an import takes that of the source's last release, the media are press.
SOURCES = {"国家统计局": 1, "重庆市统计局": 1, "民间汇编": 2, "双城日报": 3}
YEARS = ["2020", "2021", "2022"]

#: (source, day) → {year: value}: what each said on a day.
planned = st.dictionaries(
    st.tuples(st.sampled_from([*SOURCES]), st.dates(dt.date(2023, 1, 1), dt.date(2025, 12, 31))),
    st.dictionaries(st.sampled_from(YEARS), st.integers(1, 999), min_size=1),
    max_size=5,
)


def replayed(releases, until):
    """What counts at the end of the day ``until``: each word replaces those of its rank or of a lower one."""
    said = {}
    for (source, day), values in sorted(releases.items(), key=lambda item: (item[0][1], [-ord(c) for c in item[0][0]])):
        for year, value in values.items():
            if day <= until and SOURCES[source] <= said.get(year, (9, 0))[0]:
                said[year] = (SOURCES[source], value)
    return {year: value for year, (_rank, value) in said.items()}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(planned, st.dates(dt.date(2022, 12, 31), dt.date(2026, 1, 1)), st.randoms())
def test_files_in_whatever_order_give_what_a_replay_gives(releases, until, shuffler):
    with transaction.atomic():
        RegionFactory(code="500000", name="重庆市")
        for name, kind in {"国家统计局": "statistics", "重庆市统计局": "statistics", "双城日报": "media"}.items():
            OrganizationFactory(name=name, kind=kind)
        compilation = OrganizationFactory(name="民间汇编")
        ReleaseFactory(source=compilation, rank=2, released_on=dt.date(2022, 1, 1))  # its figures will be of this rank
        for source, day in shuffler.sample([*releases], len(releases)):
            values = releases[source, day]
            table = f"指标：地区生产总值(亿元)\n地区,{','.join(values)}\n重庆市,{','.join(map(str, values.values()))}\n"
            report = take(table, source=source, released=day.isoformat())
            assert report.rejected == []

        found = Observation.objects.as_of(until)

        assert {one.time_period: int(one.mantissa) for one in found} == replayed(releases, until)
        transaction.set_rollback(True)
