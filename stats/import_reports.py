"""The report of a trial as an editor reads it: the revised figures, what was rejected, the new ones; page by page."""

from decimal import Decimal
from functools import partial

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.publishing import tables
from portal.vocabulary.models import Unit
from portal.vocabulary.quantities import Qualifier, places_of
from portal.vocabulary.templatetags.quantities import unit_text

from .figure_import_forms import ReportForm, in_words_of_the_page
from .models import Observation
from .trials import ADDITION, CHANGE, TOLD

__all__ = ["Report"]

ROWS = 50
COLUMNS = [
    ("part", gettext_lazy("Part")),
    ("indicator", gettext_lazy("Indicator")),
    ("region", gettext_lazy("Region")),
    ("period", gettext_lazy("Period")),
    ("value", gettext_lazy("Value")),
    ("before", gettext_lazy("Value before")),
    ("difference", gettext_lazy("Difference")),
    ("percent", gettext_lazy("Difference in per cent")),
    ("unit", gettext_lazy("Unit")),
    ("before_day", gettext_lazy("Value before: released on")),
    ("place", gettext_lazy("Place in the file")),
    ("footnote", gettext_lazy("footnote")),
    ("reason", gettext_lazy("Why it is rejected")),
]


class Report:
    """What ``trials`` has kept of an attempt."""

    def __init__(self, kept):
        self.kept = kept or {}
        self.counts = {name: self.kept.get(name, 0) for name in ("new", "revised", "same")}
        self.counts["rejected"] = self.kept.get("rejected_in_all", 0)
        #: What is written, or would be.
        self.total = self.counts["new"] + self.counts["revised"]
        # Not from the database: the unit that a trial has made went with it.
        self.units = {int(pk): Unit(pk=int(pk), **said) for pk, said in self.kept.get("units", {}).items()}
        self.unchanged = self.kept.get("unchanged", 0)
        #: Rows as they are kept, and what makes one readable.
        self.parts = {
            ReportForm.REJECTED: (self.kept.get("rejected", []), Rejection),
            ReportForm.CHANGES: (self.kept.get("changes", []), partial(Change, CHANGE, self.units)),
            ReportForm.NEW: (self.kept.get("additions", []), partial(Change, ADDITION, self.units)),
        }

    def shortened(self, part):
        """That a part holds fewer lines than there were, in words; "" where it holds them all."""
        kept, total = len(self.parts[part][0]), self.counts[part]
        if kept >= total:
            return ""
        if part == ReportForm.CHANGES:
            text = _("Of %(total)s lines the first %(kept)s are listed, those that change most.")
        else:
            text = _("Of %(total)s lines the first %(kept)s are listed.")
        return text % {"total": total, "kept": kept}

    def page(self, form):
        """(part, words, page of its rows) as the ``ReportForm`` asks; else of the first part that has rows."""
        part, words, number = form.asked
        part = part or next((name for name, (rows, _read) in self.parts.items() if rows), ReportForm.NEW)
        rows, read = self.parts[part]
        if words:
            rows = [row for row in rows if words.casefold() in text_of(row).casefold()]
        page = Paginator(rows, ROWS).get_page(number)
        page.object_list = [read(row) for row in page.object_list]
        return part, words, page

    def respond(self, name):
        """The whole of it as CSV, in the language of who asks: it is sent when that is no longer known."""
        columns = [(key, str(label)) for key, label in COLUMNS]
        return tables.respond(tables.Format.CSV, name, columns, list(self._rows()))

    def _rows(self):
        """The lines of all parts; behind a part that is not whole, one that says so."""
        for part, (rows, read) in self.parts.items():
            name = str(ReportForm.NAMES[part])
            for row in rows:
                yield {"part": name} | read(row).as_row()
            if said := self.shortened(part):
                yield dict.fromkeys(key for key, _label in COLUMNS) | {"part": f"{name}: {said}"}


def text_of(row):
    """In which words are sought: of a rejection all, of a figure its indicator, region, period and place."""
    return " ".join(str(text) for text in (row.values() if isinstance(row, dict) else row[: len(TOLD)]))


class Rejection:
    """A cell, or the file, and why it cannot be taken, in the words of the page instead of the command."""

    def __init__(self, item):
        self.row, self.column = item["row"], item["column"]
        self.reason = in_words_of_the_page(item["reason"])

    def as_row(self):
        place = _("row %(row)s, column “%(column)s”") % {"row": self.row, "column": self.column} if self.row else ""
        return dict.fromkeys(key for key, _label in COLUMNS[1:]) | {"place": place, "reason": self.reason}


class Change:
    """A figure of the file, beside what another release says where there is one."""

    def __init__(self, names, units, row):
        # A report that was kept before there were footnotes ends one earlier.
        self.row, self.units = dict(zip(names, row, strict=False)), units
        self.indicator, self.region, self.period, self.place = row[: len(TOLD)]
        self.footnote, self.day = self.row.get("footnote", ""), self.row.get("old_day")

    @cached_property
    def new(self):
        return self._figure("")

    @cached_property
    def old(self):
        return self._figure("old_")

    @property
    def _difference(self):
        """In the new figure's unit; None where the two cannot be compared."""
        row = self.row
        if None in {row["number"], row.get("old_number")} or row["unit"] != row["old_unit"]:
            return None
        if {row["qualifier"], row["old_qualifier"]} != {Qualifier.EXACT}:
            return None
        return Decimal(row["number"]) - self._before

    @property
    def _before(self):
        return Decimal(self.row["old_number"]).scaleb(self.row["old_power"] - self.row["power"])

    def _figure(self, prefix):
        """One that is not in the database, to be shown as those are; None where there is no number."""
        if self.row.get(f"{prefix}number") is None:
            return None
        number, high = Decimal(self.row[f"{prefix}number"]), self.row[f"{prefix}high"]
        ends = {"mantissa": number} if high is None else {"value_low": number, "value_high": Decimal(high)}
        return Observation(
            **ends,
            decimals=places_of(number),
            unit=self.units[self.row[f"{prefix}unit"]],
            unit_mult=self.row[f"{prefix}power"],
            qualifier=self.row[f"{prefix}qualifier"],
        )

    def as_row(self):
        difference = self._difference
        return {
            "indicator": self.indicator,
            "region": self.region,
            "period": self.period,
            "value": self.row["number"] if self.row["high"] is None else f"{self.row['number']}–{self.row['high']}",
            "before": None if self.row.get("old_number") is None else f"{self._before.normalize():f}",
            "difference": None if difference is None else f"{difference.normalize():f}",
            "percent": f"{difference / abs(self._before) * 100:.2f}"
            if difference is not None and self._before
            else None,
            "unit": unit_text(self.new) if self.new else "",
            "before_day": self.day,
            "place": self.place,
            "footnote": self.footnote,
            "reason": None,
        }
