"""Figures from any table: a file becomes observations of releases, the whole file or nothing.

bytes → cells (``vocabulary.grids``) → lines (``layouts``) → meaning (``resolving``) → compared and written (here).

What the file does not say and no option gives is asked for, by the name of the option. A release is known by its source
and its day; it gets the figures that it lacks, and never changes one. Every release keeps its own row for a slot
(series and period), whether or not another release says the same, so that files may come in any order. The report:

- ``new``: the slot had no figure; ``revised``: it had one, in another release; ``same``: this release gives it already;
- ``rejected``: row, column and reason of what cannot be taken; then nothing is written, and nothing else is counted.

An indicator, a series or a release that the portal does not have is made; ``made`` names them.

Without a person (``by``) it is the operator at the command line, who answers for it: what is made is public at once.
A person's figures go into drafts that are theirs to edit, for others to review. Each release that gets figures is
locked until they are in, and keeps a revision; what is in review takes none.

A mapping is a JSON object of names as the file prints them, every part optional::

    {"columns": {"gdp_100m_yuan": "value", "备注": "ignore"},   region, indicator, unit, source, released, period, value
     "indicators": {"地方财政支出": "fiscal-expenditure"},       address; where it is not there, it is made
     "regions": {"市辖区": "500000"},                          code
     "sources": {"NBS 2018": {"source": "国家统计局", "released": "2018-12-31"}},   or only the organization's name
     "unit": "亿元"}                                          of the whole file

Only what an editor gives goes through a form. Cells do not: a form for each takes many times as long as its row in the
database.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache, partial
from operator import attrgetter
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.publishing import life
from portal.publishing.models import Status
from portal.publishing.revisions import RevisionStep, revise
from portal.publishing.rights import may_edit
from portal.search.refreshing import refresh
from portal.vocabulary.grids import read_sheets
from portal.vocabulary.importing import ImportReport, UnreadableFile
from portal.vocabulary.quantities import Multiplier, Qualifier, places_of

from . import guard
from .import_forms import ImportForm, read_mapping
from .layouts import understand
from .models import Indicator, Observation, Series
from .periods import Frequency
from .printed import read_number
from .resolving import Words
from .shelving import Shelf

#: Keys in one query: below the least number of parameters that a database takes.
CHUNK = 500


@dataclass
class ObservationReport(ImportReport):
    """The report of every import, the names of what was made on the way, and ``warnings``: what does not add up."""

    made: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    def as_dict(self):
        """The five keys of every import; ``warnings`` beside them where there are any."""
        kept = {name: value for name, value in super().as_dict().items() if name not in {"made", "warnings"}}
        return {**kept, "warnings": self.warnings} if self.warnings else kept

    def lines(self):
        """The report in words, a line for each thing."""
        counts = _("New: %(new)s, revised: %(revised)s, same: %(same)s.") % vars(self)
        written = _("The figures are in.") if self.written else _("Nothing was written.")
        made = [_("Made: %s") % one for one in self.made]
        return [counts, written, *made, *self.warnings, *map(_rejection, self.rejected)]


def import_observations(file, *, by=None, mapping=None, dry_run=False, **options):
    """Take the figures of ``file``, a path or an upload; ``mapping`` is one, too. ``by`` is who does it.

    ``options``: released, source, region, indicator, as text. Returns an ``ObservationReport``; raises nothing for
    what the file or the options say. A dry run is a real run, rolled back.
    """
    report = ObservationReport()
    try:
        with transaction.atomic():
            _Run(report, by, options).take(file, mapping)
            report.written = not (report.rejected or dry_run)
            transaction.set_rollback(not report.written)
    except UnreadableFile as error:
        report.reject(None, None, error)
    except IntegrityError:
        report.written = False
        report.reject(None, None, _("Somebody else was writing the same figures at this moment. Try again."))
    if report.rejected:
        report.new = report.revised = report.same = 0
        report.made, report.warnings = [], []
    return report


class Figure(NamedTuple):
    """One cell that has been understood."""

    subject: tuple
    period: str
    number: object
    row: int
    column: str
    place: str

    @property
    def sheet(self):
        return self.place.rpartition("!")[0]


class _Run:
    """One import. Each step is taken only where the one before left nothing to reject."""

    def __init__(self, report, by, options):
        self.report, self.by = report, by
        self.form = ImportForm(options)
        self.rejected, self.has_sheets = set(), False

    def take(self, file, mapping):
        for name, reasons in self.form.errors.items():
            self.report.reject(None, None, f"--{name}: {' '.join(reasons)}")
        mapping = read_mapping(mapping)
        tables = self.tables(read_sheets(file), mapping["columns"])
        for step in (partial(self.understand, tables, mapping), self.admit, self.sort, self.compare, self.write):
            if self.report.rejected:
                return
            step()

    def reject(self, row, column, reason, sheet=""):
        """Note once what cannot be taken; where the file has several tables, with the name of the sheet."""
        if sheet and self.has_sheets and row:
            reason = f"{sheet}: {reason}"
        if (row, column, reason) not in self.rejected:
            self.rejected.add((row, column, reason))
            self.report.reject(row, column, reason)

    def tables(self, sheets, columns):
        """The tables of the file; a sheet without numbers (a cover) is none."""
        tables, self.has_sheets = [], len(sheets) > 1
        for sheet in sheets:
            table = understand(sheet, columns)
            if table:
                tables.append(table)
                for problem in table.problems:
                    self.reject(*problem, sheet.name)
            elif any(isinstance(cell, int | float) for row in sheet.rows for cell in row) or len(sheets) == 1:
                text = _("“%s” has no line of headings with periods (2024年) or with the columns period and value.")
                self.reject(None, None, text % sheet.name)
        if not (self.rejected or any(table.lines for table in tables)):
            self.reject(None, None, _("The file has no figures."))
        return tables

    def understand(self, tables, mapping):
        """Every cell with a number, and what it is about."""
        words = Words(tables, self.form.cleaned_data, mapping)
        self.found = []
        for table in tables:
            for line in table.lines:
                subject = words.subject(table, line)
                for cell in line.cells:
                    try:
                        number = read_number(cell.value)
                    except ValidationError as error:
                        self.reject(line.row, cell.heading, error.message, table.sheet.name)
                        continue
                    if number is not None and subject:
                        place = table.sheet.place(line.row - 1, cell.column)[-200:]
                        self.found.append(Figure(subject, cell.period, number, line.row, cell.heading, place))
        for problem in words.problems or words.unused():
            self.reject(*problem)
        self.report.made += [f"{unit._meta.verbose_name} {unit}" for unit in words.units.made]

    def admit(self):
        """Lock the releases that are there, and refuse those that may not be given figures now."""
        self.releases = {id(figure.subject.release): figure.subject.release for figure in self.found}.values()
        if self.by and not self.by.has_perms(["stats.add_release", "stats.add_observation"]):
            self.reject(None, None, _("“%s” may not add figures.") % self.by)
        for release in sorted((one for one in self.releases if one.pk), key=attrgetter("pk")):
            try:
                life.lock(release)
            except life.Refused as gone:
                self.reject(None, None, str(gone))
            if release.status == Status.IN_REVIEW:
                self.reject(None, None, _("The release “%s” is in review. Take it back first.") % release)
            elif self.by and not (release.takes_figures and may_edit(self.by, release)):
                text = _("The release “%(release)s” is no draft, or not one that “%(user)s” may edit.")
                self.reject(None, None, text % {"release": release, "user": self.by})

    def sort(self):
        """Make the releases, indicators and series that are not there; then every figure has its series."""
        indicators = {id(figure.subject.indicator): figure.subject.indicator for figure in self.found}.values()
        public = {"status": Status.PUBLISHED, "published_at": timezone.now()}
        self.new = [release for release in self.releases if not release.pk]
        for release in self.new:
            self.make(release, {} if self.by else public)
        # An indicator that only drafts speak of is a draft, or its page would give them away.
        is_told = any(release.status == Status.PUBLISHED for release in self.releases)
        last = Indicator.objects.aggregate(last=Max("position"))["last"] or 0
        for position, indicator in enumerate(indicators, start=last + 1):
            self.make(indicator, (public if is_told else {}) | {"position": position})
        self.touched = [indicator.pk for indicator in indicators]
        shelf, self.series = Shelf(indicators), {}
        for figure in self.found:
            kind = self.kind(figure)
            if kind not in self.series:
                try:
                    self.series[kind] = shelf.series_for(figure.subject, kind[1])
                except ValidationError as error:
                    self.series[kind] = None
                    self.reject(figure.row, figure.column, error.message, figure.sheet)
        if count := shelf.write():
            self.report.made.append(f"{count} {Series._meta.verbose_name_plural}")

    def make(self, record, values):
        """Save ``record`` with ``values`` where it is new."""
        if not record.pk:
            record.created_by = record.updated_by = self.by
            vars(record).update(values)
            record.save()
            self.report.made.append(f"{record._meta.verbose_name} {record}")

    def kind(self, figure):
        return id(figure.subject), _frequency_of(figure.period)

    def compare(self):
        """Find out which figures their release does not give yet; refuse those of which it says something else."""
        claims = self.claims()
        self.missing = []
        for figure in self.found:
            subject, series = figure.subject, self.series[self.kind(figure)]
            said = claims[series.pk, figure.period]
            old = said.get(subject.release.pk)
            mine = _claim_of(figure)
            if old is None:
                is_revision = any(claim.base is not None for claim in said.values())
                self.report.revised += is_revision
                self.report.new += not is_revision
                said[subject.release.pk] = mine
                self.missing.append((figure, series))
            elif old[:2] == mine[:2]:
                self.report.same += 1
            else:
                self.reject(figure.row, figure.column, _contradiction(old, mine), figure.sheet)

    def claims(self):
        """What the database says for the slots of the file: {(series, period): {release: Claim}}."""
        claims = defaultdict(dict)
        series = sorted({series.pk for series in self.series.values()})
        periods = {figure.period for figure in self.found}
        names = ("series", "time_period", "release", "qualifier", "mantissa", "value_low", "unit_mult", "unit")
        for start in range(0, len(series), CHUNK):
            known = Observation.objects.filter(series__in=series[start : start + CHUNK])
            if len(periods) < CHUNK:
                known = known.filter(time_period__in=periods)
            for one, period, release, qualifier, *value in known.values_list(*names).iterator():
                claims[one, period][release] = _claim(qualifier, *value)
        return claims

    def write(self):
        """Put the missing figures in; their releases keep a revision, and the search learns of them."""
        Observation.objects.bulk_create(
            (
                Observation(
                    series_id=series.pk,
                    release_id=figure.subject.release.pk,
                    time_period=figure.period,
                    mantissa=figure.number,
                    decimals=places_of(figure.number),
                    unit_id=figure.subject.unit.pk,
                    unit_mult=figure.subject.unit_mult,
                    source_place=figure.place,
                )
                for figure, series in self.missing
            ),
            batch_size=2000,
        )
        told = {figure.subject.release.pk: figure.subject.release for figure, _series in self.missing}
        for release in told.values():
            is_first = release in self.new and release.status == Status.PUBLISHED
            step = RevisionStep.PUBLISHED if is_first else RevisionStep.SAVED
            revise(release, self.by, step, note=_("figures imported"))
        self.report.warnings = guard.lines(guard.check(told.values()))
        transaction.on_commit(partial(refresh, Indicator, self.touched))


class Claim(NamedTuple):
    """What a release says for a slot. Equal are two claims of one ``base`` value in one unit, however it is printed."""

    base: object
    unit: int
    number: object
    power: int
    qualifier: str
    #: Where it comes from this file.
    figure: Figure | None = None

    def __str__(self):
        if self.number is None:
            return "—"
        number = f"{self.number.normalize():f}" if self.figure is None else f"{self.number:f}"
        return Qualifier(self.qualifier).wrap(f"{number}{Multiplier(self.power).sign}")


def _claim(qualifier, mantissa, value_low, power, unit):
    """A stored figure. A bound is never equal to a number; where no figure was published there is no base."""
    number = mantissa if mantissa is not None else value_low
    base = None if number is None else number.scaleb(power) if qualifier == Qualifier.EXACT else qualifier
    return Claim(base, unit, number, power, qualifier)


def _claim_of(figure):
    power = figure.subject.unit_mult
    return Claim(figure.number.scaleb(power), figure.subject.unit.pk, figure.number, power, Qualifier.EXACT, figure)


def _contradiction(old, new):
    said = {"new": new, "old": old, "release": new.figure.subject.release}
    if old.figure:
        text = _("Cell %(place)s says %(old)s for the same, this one says %(new)s.")
        return text % {**said, "place": old.figure.place}
    text = _(
        "The release “%(release)s” says %(old)s for this already, this cell says %(new)s. "
        "A source has one release a day: give another day with --released."
    )
    return text % said


def _rejection(item):
    if item["row"] is None:
        return item["reason"]
    return _("row %(row)s, column “%(column)s”: %(reason)s") % item


@lru_cache(maxsize=4096)
def _frequency_of(period):
    return next(frequency for frequency in Frequency if re.fullmatch(frequency.shape, period))
