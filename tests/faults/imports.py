"""An import of figures that dies: readers find all of its figures or none, and told again it is whole."""

import datetime as dt
import json
import os
import signal
import tempfile
import time
from pathlib import Path

from django.db import connections

from portal.publishing.models import Revision
from portal.vocabulary.models import Organization, Region
from stats.importing import import_observations
from stats.models import Observation, Release, Series

from . import moments
from .killing import Tally, await_database, spread

__all__ = ["kill_imports"]

#: More figures than one statement inserts.
REGIONS, YEARS = 42, range(1975, 2025)
#: Of three regions readers look at each page.
READ = ("500100", "500120", "500141")


class Table:
    """A file with a line for each region; its numbers say of which ``version`` they are."""

    def __init__(self, folder):
        self.path, self.version = Path(folder) / "table.csv", 0
        Region.objects.bulk_create(
            Region(code=f"{500100 + at}", name=f"第{at}县", kind="county", valid_from="1949") for at in range(REGIONS)
        )
        self.source = Organization.objects.create(name="双城统计局", kind="statistics")

    def write(self):
        """The next version of it, of the next day."""
        self.version += 1
        numbers = ",".join(str(self.version) for _year in YEARS)
        lines = [f"第{at}县,{numbers}" for at in range(REGIONS)]
        head = ["指标：游客人数(万人)", f"地区,{','.join(f'{year}年' for year in YEARS)}"]
        self.path.write_text("\n".join([*head, *lines]), encoding="utf-8")

    @property
    def day(self):
        return dt.date(2020, 1, 1) + dt.timedelta(days=self.version)

    def take(self):
        report = import_observations(self.path, source=self.source.name, released=f"{self.day}")
        if report.rejected:
            raise RuntimeError(report.rejected)


def kill_imports(server, kills, outside, chance):
    """Tallies of kills at moments of an import, and of ``outside`` kills after times that ``chance`` gives."""
    with tempfile.TemporaryDirectory(prefix="portal-faults-import-") as folder:
        table = Table(folder)
        table.write()
        _run(table, folder)  # the first makes what is there for all others: indicator and series
        table.write()
        begun = time.monotonic()
        passed = _run(table, folder)
        length = time.monotonic() - begun
        tally, begun = Tally(f"import of {REGIONS * len(YEARS)} figures; {len(passed)} moments"), time.monotonic()
        for deadly in spread(passed, kills):
            _round(server, table, folder, tally, f"{deadly} {passed[deadly - 1]}", deadly=deadly)
        tally.seconds = time.monotonic() - begun
        yield tally
        tally, begun = Tally("import; from outside"), time.monotonic()
        for _ in range(outside):
            delay = chance.uniform(0, length)
            _round(server, table, folder, tally, f"{delay * 1000:.0f} ms", delay=delay)
        tally.seconds = time.monotonic() - begun
        yield tally


def _run(table, folder, deadly=None, delay=None):
    """The import in a process of its own, which dies at the moment ``deadly`` or after ``delay`` seconds.

    Returns the moments that it passed; None where it died.
    """
    told = Path(folder) / "moments.json"
    told.unlink(missing_ok=True)
    connections.close_all()  # what is open is not shared with the child
    child = os.fork()
    if not child:
        try:
            os.setsid()
            moments.fuse = moments.Fuse()
            moments.fuse.deadly = deadly
            table.take()
            told.write_text(json.dumps(moments.fuse.passed))
        finally:
            os._exit(0)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return json.loads(told.read_text()) if told.exists() else None


def _round(server, table, folder, tally, moment, **kill):
    table.write()
    passed = _run(table, folder, **kill)
    if passed and "deadly" in kill:  # it asked a statement less than the one that was counted
        table.write()
        passed = _run(table, folder, deadly=len(passed))
        if passed:
            raise RuntimeError(f"{tally.name}, {moment}: it lived")
    await_database()
    is_new, wrong = _found(server, table)
    if _run(table, folder) is None:
        raise RuntimeError(f"{tally.name}, {moment}: told again it failed")
    is_whole, then = _found(server, table)
    wrong += [f"then {one}" for one in then] + ([] if is_whole else ["then it was not in"])
    if wrong:
        tally.mixed.append(f"{moment}: {'; '.join(wrong)}")
    elif is_new:
        tally.new += 1
    else:
        tally.old += 1


def _found(server, table):
    """Whether the newest version is in, and sentences about what is neither the whole of it nor nothing of it."""
    release = Release.objects.filter(released_on=table.day).first()
    count = Observation.objects.filter(release__released_on=table.day).count()
    is_new, wrong = count > 0, []
    if count not in {0, REGIONS * len(YEARS)} or is_new != bool(release):
        wrong.append(f"{count} figures of the release {release}")
    if release and Revision.objects.of(release).count() != 1:
        wrong.append(f"{Revision.objects.of(release).count()} revisions are kept")
    if Series.objects.count() != REGIONS:
        wrong.append(f"there are {Series.objects.count()} series")
    version = table.version - (not is_new)
    for code in READ:
        series = Series.objects.select_related("indicator", "region").get(region__code=code)
        answer = server.ask("GET", f"{series.get_absolute_url()}?format=json")
        values = {one["value"] for one in json.loads(answer.text)["observations"]}
        if values != {version}:
            wrong.append(f"{code} reads {values}, not {version}")
    return is_new, wrong
