"""Without its environment the portal does not start, and says what to set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "PORTAL_SECRET_KEY": "t8$Kq2vL-0dEw9ZrXh4mJb7nYc1sGp6uAf3iTo5xVe8QzRkWlM",
    "PORTAL_HOSTS": "www.example.org",
}


def manage(command, tmp_path, **environment):
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("PORTAL_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=ROOT,
        env=bare | {"PORTAL_DATA_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("missing", PRODUCTION)
def test_start_up_without_a_variable_stops_with_a_sentence_that_names_it(missing, tmp_path):
    done = manage("check", tmp_path, **{key: value for key, value in PRODUCTION.items() if key != missing})

    assert done.returncode == 1
    assert f"Set {missing}: " in done.stderr.splitlines()[-1]


def test_a_star_for_a_host_is_refused(tmp_path):
    done = manage("check", tmp_path, **PRODUCTION | {"PORTAL_HOSTS": "*"})

    assert done.returncode == 1
    assert "PORTAL_HOSTS" in done.stderr.splitlines()[-1]


def test_the_documented_production_environment_passes_the_deployment_check(tmp_path):
    done = manage("check --deploy --fail-level WARNING", tmp_path, **PRODUCTION)

    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert "no issues" in done.stdout


def test_every_variable_stands_in_the_operators_guide():
    settings = (ROOT / "portal/settings.py").read_text()
    variables = {word for word in settings.replace('"', " ").split() if word.startswith("PORTAL_") and word.isupper()}
    guide = (ROOT / "docs/operators.md").read_text()

    assert {name.strip(",.():=1") for name in variables if name.strip(",.():=1") not in guide} == set()
