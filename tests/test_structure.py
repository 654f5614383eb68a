"""The architecture is a test: imports, relations, files, migrations."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).parent.parent
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
HEIGHT = {name.strip(): -depth for depth, layer in enumerate(LAYERS) for name in layer.split("|")}
SOURCES = [
    path
    for top in ("portal", "articles", "agreements", "stats")
    for path in sorted((ROOT / top).rglob("*.py"))
    if "migrations" not in path.parts
]
NAMES_THAT_SAY_NOTHING = {"core", "common", "base", "utils", "helpers", "misc", "services", "managers"}


def test_imports_keep_to_the_layers():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_of_the_roof_has_its_place_in_the_contract():
    roof = {f"portal.{path.stem}" for path in (ROOT / "portal").glob("*.py")}
    roof |= {f"portal.{path.parent.name}" for path in (ROOT / "portal").glob("*/__init__.py")}

    # These four are what Django itself loads or what every layer may read.
    assert roof - HEIGHT.keys() == {"portal.__init__", "portal.apps", "portal.settings"}


def height(model):
    return HEIGHT.get(apps.get_app_config(model._meta.app_label).name)


def test_relations_point_down_like_imports_do():
    upward = [
        f"{field} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and isinstance(field.related_model, type)
        and height(model) is not None
        and field.related_model._meta.app_label != model._meta.app_label
        and (target := height(field.related_model)) is not None
        and target >= height(model)
    ]

    assert upward == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_files_are_small_and_their_names_say_something():
    too_long = [str(path.relative_to(ROOT)) for path in SOURCES if len(path.read_text().splitlines()) > 400]
    nameless = [str(path.relative_to(ROOT)) for path in SOURCES if path.stem in NAMES_THAT_SAY_NOTHING]

    assert (too_long, nameless) == ([], [])


def test_html_is_called_safe_in_one_place_only():
    words = ("|safe", "safestring", "autoescape off")
    files = [*SOURCES, *sorted((ROOT / "templates").rglob("*.html"))]
    found = {str(path.relative_to(ROOT)) for path in files if any(word in path.read_text() for word in words)}

    assert found == {"portal/publishing/richtext.py"}


def test_only_the_settings_read_the_environment():
    found = {str(path.relative_to(ROOT)) for path in SOURCES if "environ" in path.read_text()}

    assert found == {"portal/settings.py", "portal/wsgi.py"}


def test_signals_of_rows_are_connected_in_search_alone():
    of_rows = re.compile(r"models\.signals import (?!post_migrate$)|models import signals", re.MULTILINE)
    found = {path.parent for path in SOURCES if of_rows.search(path.read_text())}

    assert found == {ROOT / "portal/search"}


def test_every_dependency_of_the_product_gives_its_reason():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = lines.index("dependencies = [") + 1
    end = lines.index("]", start)
    unexplained = [
        lines[number].strip()
        for number in range(start, end)
        if lines[number].strip().startswith('"') and not lines[number - 1].strip().startswith("#")
    ]

    assert unexplained == []


def test_lock_files_pin_with_hashes_and_name_no_index():
    for name in ("requirements.txt", "requirements-test.txt"):
        text = (ROOT / name).read_text()
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

        assert pins
        assert all("==" in line for line in pins)
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text
