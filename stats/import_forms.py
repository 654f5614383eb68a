"""What an import is told beside the file: by the options of the command, by the fields of the page."""

import json

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.vocabulary.grids import decode, read_bytes
from portal.vocabulary.importing import UnreadableFile
from portal.vocabulary.models import Organization, Region
from portal.vocabulary.naming import key

from .layouts import COLUMN_ROLES, no_period
from .printed import read_time

#: The parts of a mapping that say what names mean, with what stands for a name in each.
NAMES = ("indicators", "regions", "sources", "units")
#: Those that are text, of the whole file, with an example.
TEXTS = {"unit": "亿元", "period": "2024年"}


class ImportForm(forms.Form):
    """What the file does not say itself. All of it may be left open; what is missing then is asked for."""

    released = forms.DateField(label=_("Released on"), required=False)
    source = forms.CharField(label=_("Source"), required=False)
    region = forms.CharField(label=_("Region"), required=False)
    indicator = forms.SlugField(label=_("Indicator"), required=False)
    period = forms.CharField(label=_("Period"), required=False)

    def clean_source(self):
        name = self.cleaned_data["source"]
        source = Organization.objects.called(name) if name else None
        if name and not source:
            raise forms.ValidationError(_("There is no organization “%s”. Add it first, or correct the name.") % name)
        return source

    def clean_region(self):
        code = self.cleaned_data["region"]
        region = Region.objects.at(code).first() if code else None
        if code and not region:
            raise forms.ValidationError(_("There is no region with the code %s.") % code)
        return region

    def clean_period(self):
        """As ``Time``; None where nothing is said."""
        return time_said(self.cleaned_data["period"])


def time_said(text):
    """What somebody wrote for a period (2024, 2024年一季度, 2024-Q1) as ``Time``; None for nothing.

    Raises ``ValidationError`` for what is no period.
    """
    time = read_time(text) if text else None
    if text and not time:
        raise forms.ValidationError(no_period(text))
    return time


def read_mapping(file):
    """A mapping as {part: {name as printed: meaning}}, names by their ``key``; of a JSON file or of such an object.

    ``file`` is a path, an upload or the object. Raises ``UnreadableFile`` for what is no mapping. The format is told in
    ``importing``.
    """
    mapping = {part: {} for part in ("columns", *NAMES)} | dict.fromkeys(TEXTS, "")
    if not file:
        return mapping
    said = file if isinstance(file, dict) else _json_of(file)
    if not isinstance(said, dict) or not said.keys() <= mapping.keys():
        parts = ", ".join(mapping)
        raise UnreadableFile(_("A mapping is an object with some of these parts: %s.") % parts)
    for part, names in said.items():
        mapping[part] = _text(part, names) if part in TEXTS else _part(part, names)
    return mapping


def _text(part, said):
    if not isinstance(said, str):
        text = _("In the part “%(part)s” of a mapping stands text, such as %(example)s.")
        raise UnreadableFile(text % {"part": part, "example": TEXTS[part]})
    return said


def _json_of(file):
    name, content = read_bytes(file)
    try:
        return json.loads(decode(content))
    except ValueError as error:
        raise UnreadableFile(_("“%(name)s” is no JSON: %(error)s") % {"name": name, "error": error}) from error


def _part(part, names):
    if not isinstance(names, dict) or not all(_is_meaning(part, meaning) for meaning in names.values()):
        examples = {
            "columns": ", ".join(COLUMN_ROLES),
            "regions": "500000",
            "indicators": "gdp",
            "units": "万人",
            "sources": '{"source": "国家统计局", "released": "2026-03-31"}',
        }
        raise UnreadableFile(_("In the part “%(part)s” of a mapping names stand before: %(example)s.") % {
            "part": part, "example": examples[part],
        })  # fmt: skip
    return {key(name): meaning for name, meaning in names.items()}


def _is_meaning(part, meaning):
    if part == "columns":
        return meaning in COLUMN_ROLES
    if part == "sources" and isinstance(meaning, dict):
        texts = meaning.values()
        return meaning.keys() <= {"source", "released"} and all(isinstance(text, str) for text in texts)
    return isinstance(meaning, str)
