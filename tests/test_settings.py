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
    return run(["manage.py", *command.split()], tmp_path, **environment)


def run(arguments, tmp_path, **environment):
    """A process of Python in an environment that says of the portal what ``environment`` says, and no more."""
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("PORTAL_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, *arguments],
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


def test_a_list_without_a_host_is_refused(tmp_path):
    done = manage("check", tmp_path, **PRODUCTION | {"PORTAL_HOSTS": " , "})

    assert done.returncode == 1
    assert "names no host" in done.stderr.splitlines()[-1]


def test_the_documented_production_environment_passes_the_deployment_check(tmp_path):
    done = manage("check --deploy --fail-level WARNING", tmp_path, **PRODUCTION)

    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert "no issues" in done.stdout


def test_every_variable_stands_in_the_operators_guide():
    settings = (ROOT / "portal/settings.py").read_text()
    variables = {word for word in settings.replace('"', " ").split() if word.startswith("PORTAL_") and word.isupper()}
    guide = (ROOT / "docs/operators.md").read_text()

    assert {name.strip(",.():=1") for name in variables if name.strip(",.():=1") not in guide} == set()


def settings_with(tmp_path, expression, **environment):
    """The settings alone, without the apps."""
    return run(["-c", f"from portal import settings; print(settings.{expression})"], tmp_path, **environment)


def test_blanks_between_hosts_are_no_part_of_their_names(tmp_path):
    done = settings_with(tmp_path, "ALLOWED_HOSTS", **PRODUCTION | {"PORTAL_HOSTS": " a.example.org, b.example.org,"})

    assert done.stdout.strip() == "['a.example.org', 'b.example.org']"


def test_a_star_among_hosts_is_refused_however_it_is_written(tmp_path):
    done = manage("check", tmp_path, **PRODUCTION | {"PORTAL_HOSTS": "www.example.org, *"})

    assert done.returncode == 1


def test_a_variable_that_is_set_to_nothing_counts_as_not_set(tmp_path):
    names = ("DATABASE_URL", "CACHE_URL", "EMAIL_URL", "EMAIL_FROM")
    done = manage("check", tmp_path, **PRODUCTION, **{f"PORTAL_{name}": " " for name in names})

    assert (done.returncode, done.stderr) == (0, "")


def test_the_data_folder_may_have_any_name(tmp_path):
    folder = tmp_path / "双城 #1?%20"
    done = settings_with(tmp_path, "DATABASES['default']['NAME']", **PRODUCTION | {"PORTAL_DATA_DIR": str(folder)})

    assert done.stdout.strip() == str(folder / "portal.sqlite3")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_DATABASE_URL", "nonsense"),
        ("PORTAL_DATABASE_URL", "mysql://a@b/c"),
        ("PORTAL_DATA_DIR", "/dev/null/x"),
        ("PORTAL_IDLE_MINUTES", "0"),
        ("PORTAL_IDLE_MINUTES", "soon"),
    ],
)
def test_a_value_that_cannot_work_is_told_by_the_name_of_its_variable(tmp_path, name, value):
    done = manage("check", tmp_path, **PRODUCTION | {name: value})

    assert done.returncode == 1
    assert f"Set {name}: " in done.stderr.splitlines()[-1]


def test_the_operator_says_when_idle_sessions_end(tmp_path):
    done = settings_with(tmp_path, "SESSION_COOKIE_AGE", **PRODUCTION | {"PORTAL_IDLE_MINUTES": "30"})

    assert done.stdout.strip() == str(30 * 60)
