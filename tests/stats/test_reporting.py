"""How far an import has come, whoever watches; and what is written when somebody stops watching."""

from io import StringIO

import pytest
from django.core.management import call_command

from stats.importing import import_observations, importing
from stats.models import Observation, Release
from tests.stats.imports import DAY, GDP, counts, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]


class Terminal(StringIO):
    def isatty(self):
        return True


def test_whoever_watches_is_told_each_step_and_how_far_it_has_come():
    told = []
    report = import_observations(upload(GDP), progress=told.append, **DAY)

    assert counts(report) == (3, 0, 0)
    assert [(step.done, step.total) for step in told] == [(0, 0), (0, 2), (0, 3), (0, 3), (0, 0)]
    assert len({step.step for step in told}) == 5


def test_an_import_that_is_left_in_the_middle_writes_nothing():
    steps = importing(upload(GDP), **DAY)
    while not Release.objects.exists():
        next(steps)

    steps.close()

    assert (Release.objects.count(), Observation.objects.count()) == (0, 0)


@pytest.mark.parametrize(("stderr", "is_told"), [(Terminal(), True), (StringIO(), False)], ids=["terminal", "file"])
def test_a_terminal_is_shown_a_line_of_progress_and_a_file_is_not(tmp_path, stderr, is_told):
    file = tmp_path / "表.csv"
    file.write_text(GDP)
    call_command("import_observations", file, "--released=2026-03-31", stdout=StringIO(), stderr=stderr)

    assert ("0/3" in stderr.getvalue()) == is_told
    assert stderr.getvalue().endswith("\r\x1b[K") == is_told


def test_a_mapping_may_be_given_as_an_object():
    text = "编号,年度,gdp\n重庆,2024年,32193.15\n"
    mapping = {"columns": {"编号": "region"}, "unit": "亿元"}

    report = import_observations(upload(text), mapping=mapping, source="国家统计局", released="2025-03-01")

    assert counts(report) == (1, 0, 0)
    wrong = import_observations(upload(text), mapping={"columns": {"编号": "nonsense"}})
    assert wrong.rejected != []


def test_the_report_of_the_command_is_what_others_rely_on():
    report = import_observations(upload(GDP), **DAY)

    assert report.as_dict() == {"new": 3, "revised": 0, "same": 0, "rejected": [], "written": True}
