"""The promises of docs/design.md that a machine can keep: contrast, and one place for colours."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parent.parent / "static/css"
OURS = ["base", "layout", "parts", "lists", "data", "agreements", "article", "reading", "front", "charts", "feedback"]
OURS += ["ledger", "calendar", "comparison"]
CHART = ["chart-1", "chart-2", "chart-3", "chart-4"]
#: Text colours, each with the backgrounds it stands on.
PAIRS = [
    (text, paper)
    for text in ("ink", "ink-2", "ink-3", "accent", "data", "bound", "good", *CHART)
    for paper in ("paper", "paper-2")
] + [
    ("ink-2", "paper-3"),
    ("ink", "accent-soft"),
    ("ink-2", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("ink", "bound-soft"),
    ("ink", "mark"),
    ("ink", "data-soft"),
    ("ink-2", "data-soft"),
    ("data", "data-soft"),
    ("good", "good-soft"),
    ("paper", "accent"),
    ("paper", "accent-strong"),
    ("paper", "data"),
    *(("ink", f"tile-{level}") for level in (1, 2, 3)),
    *(("paper", f"tile-{level}") for level in (4, 5)),
    *(("ink", f"fall-{level}") for level in (1, 2)),
    ("paper", "fall-3"),
]


def schemes():
    text = (CSS / "tokens.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    read = {"light": dict(re.findall(r"--([\w-]+): (#\w+);", light))}
    return read | {"dark": read["light"] | dict(re.findall(r"--([\w-]+): (#\w+);", dark))}


def luminance(colour):
    """Relative luminance by WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_background(scheme):
    colours = schemes()[scheme]

    assert [pair for pair in PAIRS if contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edge_of_a_field_and_the_focus_can_be_seen(scheme):
    colours = schemes()[scheme]

    assert [name for name in ("field-edge", "focus") if contrast(colours[name], colours["paper"]) < 3] == []


@pytest.mark.parametrize("sheet", OURS)
def test_colours_have_names(sheet):
    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", (CSS / f"{sheet}.css").read_text()) == []


@pytest.mark.parametrize("sheet", OURS)
def test_every_name_in_use_is_a_token(sheet):
    used = set(re.findall(r"var\(--([\w-]+)\)", (CSS / f"{sheet}.css").read_text()))

    assert used - set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text())) == set()


def test_nothing_is_loaded_from_elsewhere():
    assert [path.name for path in CSS.glob("*.css") if re.search(r"@import|url\(", path.read_text())] == []
