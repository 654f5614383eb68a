"""The forms of the pages of an import: the file, what it means, how it is taken in, and which part of the report."""

import re
from copy import deepcopy

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.media.formats import Format
from portal.media.forms import DocumentUploadForm
from portal.vocabulary.dates import DayInput
from portal.vocabulary.grids import LARGEST, read_sheets
from portal.vocabulary.importing import UnreadableFile
from portal.vocabulary.naming import key

from .figure_imports import FigureImport
from .import_forms import time_said
from .layouts import COLUMN_ROLES
from .models import Release
from .periods import period_text
from .resolving import UNIT_ANSWER
from .understood import shape_of

#: What a table may come as.
TABLES = {Format.XLS, Format.XLSX, Format.ODS, Format.CSV, Format.TXT}

ROLE_NAMES = {
    "region": _("Region"),
    "indicator": _("Indicator"),
    "unit": _("Unit"),
    "source": _("Source"),
    "released": _("Released on"),
    "period": _("Period"),
    "value": _("Value"),
    "footnote": _("footnote"),
    "ignore": _("leave out"),
}
#: What an import is told beside its file, by the role that a file may give it.
OPTIONS = {
    "source": "source", "released": "released_on", "region": "region", "indicator": "indicator", "period": "period",
    "unit": "unit",
}  # fmt: skip
#: Roles whose names are answered with a record: the part of the mapping, the field that offers records, and which of
#: their names stands in the mapping.
ANSWERS = {
    "region": ("regions", "region", "address"),
    "indicator": ("indicators", "indicator", "slug"),
    "source": ("sources", "source", "name"),
}


#: The options of the command, by which its sentences name what is to be given.
COMMANDED = re.compile(rf"--({'|'.join(OPTIONS)})(?![a-z])")


def in_words_of_the_page(sentence):
    """A sentence of the report with the names of the fields instead of the command's options."""
    sentence = sentence.replace(UNIT_ANSWER, "--unit")
    named = COMMANDED.sub(lambda option: gettext("“%s”") % ROLE_NAMES[option[1]], sentence)
    return named.replace("--mapping", gettext("“What it means”"))


class NewImportForm(forms.ModelForm):
    """A file, and what it does not say itself. Nothing is kept of a file that cannot be read."""

    file = forms.FileField(
        label=_("file"),
        allow_empty_file=True,  # so that our own sentence says what to do
        help_text=_("A table as CSV, .xls, .xlsx or .ods, at most 20 MB."),
        error_messages={"required": _("Choose a file."), "invalid": _("No file arrived. Choose it again.")},
        widget=forms.ClearableFileInput({"accept": ".csv,.tsv,.txt,.xls,.xlsx,.ods"}),
    )
    user = None

    class Meta:
        model = FigureImport
        fields = ["source", "released_on", "region", "indicator", "reason", "note"]
        widgets = {"released_on": DayInput}

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            text = _("The file “%(name)s” is larger than %(limit)s MB. Divide it.")
            raise ValidationError(text % {"name": file.name, "limit": LARGEST // 1024**2})
        self.upload = DocumentUploadForm({}, {"file": file}, uploaded_by=self.user)
        if not self.upload.is_valid():
            raise ValidationError([error for errors in self.upload.errors.values() for error in errors])
        if self.upload.instance.content_type not in TABLES:
            raise ValidationError(gettext("This is no table. Upload it as CSV, .xls, .xlsx or .ods."))
        file.seek(0)
        try:
            self.sheets = read_sheets(file)
        except UnreadableFile as error:
            raise ValidationError(str(error)) from error
        file.seek(0)
        return file

    def save(self, commit=True):
        """The import; ``sheets`` is its file as it has been read."""
        one = super().save(commit=False)
        one.created_by, one.sheets = self.user, self.sheets
        one.document = self.upload.save()
        one.shape = shape_of(self.sheets)
        one.remember()
        if commit:
            one.save()
        return one


class MeaningForm(forms.ModelForm):
    """What the columns and names of a file mean, and what it does not say: fields for what the last trial has met."""

    unit = forms.CharField(
        label=_("Unit"), required=False, max_length=30, help_text=_("Of the whole file, such as 亿元 or 万人.")
    )
    period = forms.CharField(
        label=_("Period"),
        required=False,
        max_length=30,
        help_text=_("Of tables that say none, such as 2024年, 2024年一季度 or 2024-07. Of this file only."),
    )
    forget = forms.BooleanField(required=False)

    class Meta:
        model = FigureImport
        fields = ["source", "released_on", "region", "indicator"]
        widgets = {"released_on": DayInput}

    def __init__(self, *args, offered, **kwargs):
        """``offered``: field of an import → the records that may be chosen there."""
        super().__init__(*args, **kwargs)
        self.initial |= {part: self.instance.mapping.get(part, "") for part in ("unit", "period")}
        report = self.instance.report or {}
        self.columns = self._column_fields(report.get("blocks", []))
        self.names, self.names_in_all = report.get("names", []), report.get("names_in_all", {})
        self.site = self.fields["source"].widget.widget.admin_site
        for number, name in enumerate(self.names):
            if name["role"] in ANSWERS:
                self._name_fields(number, name, offered)
            if name.get("unit"):
                self._unit_field(number, name)

    def _column_fields(self, blocks):
        """{key of a heading: name of its field}, each heading of the file once."""
        said, fields = self.instance.mapping.get("columns", {}), {}
        for block in blocks:
            for column in block["columns"]:
                heading = _mapped(column)
                if heading in fields:
                    continue
                fields[heading] = f"column_{len(fields)}"
                chosen = said.get(heading, "")
                as_read = _("as its heading says") if chosen else _("as read: %s") % _read_as(column, block)
                choices = [("", as_read), *((role, ROLE_NAMES[role]) for role in COLUMN_ROLES)]
                self.fields[fields[heading]] = forms.ChoiceField(
                    choices=choices, required=False, label=column["heading"] or column["letters"], initial=chosen
                )
        return fields

    def _name_fields(self, number, name, offered):
        field = FigureImport._meta.get_field(ANSWERS[name["role"]][1])
        self.fields[f"name_{number}"] = forms.ModelChoiceField(
            offered[field.name],
            required=False,
            label=name["name"],
            widget=AutocompleteSelect(field, self.site, attrs={"data-width": "100%"}),
        )
        if name["is_answered"]:
            self.fields[f"drop_{number}"] = forms.BooleanField(required=False, label=_("take the answer back"))

    def _unit_field(self, number, name):
        said = self.instance.mapping.get("units", {}).get(key(name["name"]), "")
        hint = forms.TextInput(attrs={"placeholder": name["unit"]["means"], "size": 8})
        self.fields[f"unit_{number}"] = forms.CharField(
            required=False, max_length=30, label=name["name"], initial=said, widget=hint
        )

    def clean_period(self):
        time_said(self.cleaned_data["period"])
        return self.cleaned_data["period"]

    def save(self, commit=True):
        """Into the mapping; what was left as it is stays as it was."""
        self.instance.mapping = self._mapping()
        if self.cleaned_data["forget"]:
            self.instance.forget()
        return super().save(commit)

    def _mapping(self):
        mapping = deepcopy(self.instance.mapping)
        columns = mapping.setdefault("columns", {})
        for heading, field in self.columns.items():
            columns.pop(heading, None)
            if role := self.cleaned_data[field]:
                columns[heading] = role
        for number, name in enumerate(self.names):
            if name["role"] not in ANSWERS:
                continue
            part, _field, attribute = ANSWERS[name["role"]]
            answers = mapping.setdefault(part, {})
            if self.cleaned_data.get(f"drop_{number}"):
                answers.pop(key(name["name"]), None)
            if record := self.cleaned_data[f"name_{number}"]:
                answers[key(name["name"])] = getattr(record, attribute)
        units = mapping.setdefault("units", {})
        for number, name in enumerate(self.names):
            if f"unit_{number}" in self.fields:
                units[key(name["name"])] = self.cleaned_data[f"unit_{number}"]
        mapping["units"] = {name: unit for name, unit in units.items() if unit}
        mapping |= {part: self.cleaned_data[part] for part in ("unit", "period")}
        return {part: said for part, said in mapping.items() if said}

    # What the page shows

    @property
    def tables(self):
        """The blocks of the report, each column with its field."""
        for block in (self.instance.report or {}).get("blocks", []):
            shown = set()
            columns = []
            for column in block["columns"]:
                field = self.columns[_mapped(column)]
                columns.append(column | {"field": None if field in shown else self[field]})
                shown.add(field)
            titles = [(ROLE_NAMES.get(role, _("Title")), words) for role, words in block["titles"]]
            is_value = [bool(column["period"]) or column["role"] == "value" for column in block["columns"]]
            rows = [row | {"cells": list(zip(row["cells"], is_value, strict=False))} for row in block["rows"]]
            yield block | {"columns": columns, "titles": titles, "rows": rows}

    @property
    def options(self):
        """Fields for what the file may leave open, each with the question that the last trial has."""
        lacking = (self.instance.report or {}).get("lacking", {})
        return [{"field": self[field], "question": lacking.get(role, "")} for role, field in OPTIONS.items()]

    @property
    def named(self):
        """Groups of names of one role: what was asked first."""
        groups = []
        for role in ROLE_NAMES:
            rows = [self._named(number, name) for number, name in enumerate(self.names) if name["role"] == role]
            if rows:
                rows.sort(key=lambda row: (not row["is_asked"], not row["is_answered"], not row["is_new"]))
                counts = {"asked": sum(row["is_asked"] for row in rows), "new": sum(row["is_new"] for row in rows)}
                has_units = any(row["unit_field"] for row in rows)
                more = self.names_in_all.get(role, 0) - len(rows)
                groups.append({"role": ROLE_NAMES[role], "rows": rows, "more": more, "has_units": has_units} | counts)
        return groups

    def _named(self, number, name):
        """A name of the report with its fields, and its questions in the words of the page."""
        fields = {
            kind: self[f"{prefix}_{number}"] if f"{prefix}_{number}" in self.fields else None
            for kind, prefix in [("field", "name"), ("drop", "drop"), ("unit_field", "unit")]
        }
        question = in_words_of_the_page(name["question"])
        of_unit = in_words_of_the_page(name["unit"]["question"]) if name.get("unit") else ""
        return name | fields | {"question": question, "unit_question": of_unit, "is_asked": bool(question or of_unit)}


def _mapped(column):
    """What the mapping calls a column: its heading; where it has none, its letter (#B)."""
    return key(column["heading"] or f"#{column['letters']}")


def _read_as(column, block):
    if column["period"]:
        return _("figures of %s") % period_text(column["period"])
    if column["role"]:
        return ROLE_NAMES[column["role"]]
    return _("not understood") if column["heading"] or not block["found"] else ""


class ConfirmForm(forms.ModelForm):
    """How the figures are taken in: what is said on the releases that are made for them."""

    title = forms.CharField(label=_("title"), max_length=Release._meta.get_field("title").max_length, required=False)

    class Meta:
        model = FigureImport
        fields = ["reason", "note"]
        widgets = {"note": forms.Textarea({"rows": 2, "class": "vLargeTextField"})}

    field_order = ["title", "reason", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        releases = (self.instance.report or {}).get("releases", [])
        if len(releases) == 1 and releases[0]["is_new"]:
            self.initial["title"] = releases[0]["title"]
        else:
            del self.fields["title"]


class ReportForm(forms.Form):
    """Which part of the report is looked at."""

    CHANGES, REJECTED, NEW = "revised", "rejected", "new"
    NAMES = {REJECTED: _("Rejected"), CHANGES: _("Revised"), NEW: _("New")}

    part = forms.ChoiceField(choices=list(NAMES.items()), required=False)
    q = forms.CharField(label=_("Search in the list"), required=False, max_length=100)
    page = forms.IntegerField(min_value=1, required=False)

    @property
    def asked(self):
        """Part, words and page; what is no answer counts as none."""
        self.is_valid()
        said = self.cleaned_data
        return said.get("part", ""), said.get("q", "").strip(), said.get("page") or 1
