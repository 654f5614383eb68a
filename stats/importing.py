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

    {"columns": {"gdp_100m_yuan": "value", "备注": "ignore"},   a role of ``words.WORDS``,
                                                               or by place: #B, Sheet1!B, Sheet1!B7 (see ``layouts``)
     "indicators": {"地方财政支出": "fiscal-expenditure"},       address; where it is not there, it is made
     "regions": {"市辖区": "500000"},                          code
     "sources": {"NBS 2018": {"source": "国家统计局", "released": "2018-12-31"}},   or only the organization's name
     "unit": "亿元",                                          of the whole file
     "units": {"常住人口": "万人"},                             of one indicator that has none beside its name
     "period": "2024年"}                                      of tables that say none, as the option

It may be given as such an object, too.

Only what an editor gives goes through a form. Cells do not: a form for each takes many times as long as its row in the
database.
"""

import re
from collections import defaultdict
from functools import lru_cache, partial
from itertools import islice
from operator import attrgetter

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
from portal.vocabulary.importing import UnreadableFile
from portal.vocabulary.naming import RegionNames

from . import guard
from .asking import Asking
from .cell_claims import Figure, claim, claim_of, contradiction, insert, row_of
from .cells import read_cell
from .footnotes import Footnotes, signs_in
from .import_forms import ImportForm, read_mapping
from .layouts import understand
from .models import Indicator, Observation, Release, Series
from .periods import Frequency
from .reporting import Before, ObservationReport, Progress, drained, kept
from .shelving import Shelf

#: Keys in one query: below the least number of parameters that a database takes.
CHUNK = 500
#: Figures that are written at once, and after which it is told how far the import has come.
STRIDE = 2000


def import_observations(file, *, progress=None, **options):
    """Take the figures of ``file``, a path or an upload; ``progress`` is told each ``Progress`` on the way.

    ``options`` are those of ``importing``. Returns an ``ObservationReport``; raises nothing for what the file or the
    options say.
    """
    return drained(importing(file, **options), progress)


def importing(file, *, by=None, mapping=None, dry_run=False, of_release=None, **options):
    """The import as a generator: yields ``Progress``, returns an ``ObservationReport``.

    ``file`` is a path, an upload, or the sheets that were read of one. ``by`` is who does it; ``mapping`` a path, an
    upload or an object; ``of_release`` what releases are told beside source and day, by field: a new one takes all of
    it, a draft that is there what it lacks; ``options``: released, source, region, indicator, period, as text. A dry
    run is a real run, rolled back; so is one that is closed before its end.
    """
    report = ObservationReport()
    run = _Run(report, by, options, of_release or {})
    try:
        yield Progress(_("Reading the file"), 0, 0)
        run.read(file, mapping)
        with transaction.atomic():
            yield from run.take()
            report.written = not (report.rejected or dry_run)
            transaction.set_rollback(not report.written)
    except UnreadableFile as error:
        report.reject(None, None, error)
    except IntegrityError:
        report.written = False
        report.reject(None, None, _("Somebody else was writing the same figures at this moment. Try again."))
    if report.rejected:
        report.forget()
    return report


class _Run:
    """One import. Each step is taken only where the one before left nothing to reject."""

    def __init__(self, report, by, options, of_release):
        self.report, self.by, self.of_release, self.options = report, by, of_release, options
        self.rejected, self.has_sheets = set(), False
        self.regions = RegionNames()

    def read(self, file, mapping):
        """What can be said before the database is asked for anything but names."""
        self.mapping = read_mapping(mapping)
        self.form = ImportForm(self.options | {"period": self.options.get("period") or self.mapping["period"]})
        for name, reasons in self.form.errors.items():
            self.report.reject(None, None, f"--{name}: {' '.join(reasons)}")
        sheets = file if isinstance(file, list) else read_sheets(file)
        self.tables = self.find_tables(sheets, self.mapping["columns"], self.form.cleaned_data.get("period"))

    def take(self):
        for step in (self.understand, self.admit, self.sort, self.compare, self.write):
            if self.report.rejected:
                return
            yield from step() or ()

    def reject(self, row, column, reason, sheet=""):
        """Note once what cannot be taken; where the file has several tables, with the name of the sheet."""
        if sheet and self.has_sheets and row:
            reason = f"{sheet}: {reason}"
        if (row, column, reason) not in self.rejected:
            self.rejected.add((row, column, reason))
            self.report.reject(row, column, reason)

    def find_tables(self, sheets, columns, time):
        """The tables of the file; a sheet without numbers (a cover) is none."""
        tables, self.has_sheets = [], len(sheets) > 1
        for sheet in sheets:
            found = understand(sheet, columns, self.regions, time)
            self.report.sheets.append((sheet, found))
            tables += found
            for table in found:
                for problem in table.problems:
                    self.reject(*problem, sheet.name)
            if not found and (
                any(isinstance(cell, int | float) for row in sheet.rows for cell in row) or len(sheets) == 1
            ):
                text = _("“%s” has no line of headings with periods (2024年) or with the columns period and value.")
                self.reject(None, None, text % sheet.name)
        if not (self.rejected or any(table.lines for table in tables)):
            self.reject(None, None, _("The file has no figures."))
        return tables

    def understand(self):
        """Every cell with a number, and what it is about."""
        words = self.report.words = Asking(self.tables, self.form.cleaned_data, self.mapping, self.regions)
        self.found, self.general = [], defaultdict(dict)
        lines, done = sum(len(table.lines) for table in self.tables), 0
        for table in self.tables:
            first, signed = len(self.found), []
            for line in table.lines:
                if done % STRIDE == 0:
                    yield Progress(_("Understanding what the lines say"), done, lines)
                done += 1
                subject = words.subject(table, line)
                for cell in line.cells:
                    try:
                        reading = read_cell(cell.value)
                        if reading is None or not subject:
                            continue
                        power = words.power_of(subject, reading.unit) if reading.unit else subject.unit_mult
                    except ValidationError as error:
                        self.reject(line.row, cell.heading, error.message, table.sheet.name)
                        continue
                    if signs := line.signs + table.signs.get(cell.column, ()) + signs_in(reading.mark):
                        signed.append((len(self.found), signs))
                    place = table.sheet.place(line.row - 1, cell.column)[-200:]
                    said = (subject, cell.period, reading, power, line.row, cell.heading, place, line.footnote)
                    self.found.append(Figure(*said))
            self.annotate(table, first, signed)
        for problem in words.problems or words.unused():
            self.reject(*problem)
        self.report.made += [f"{unit._meta.verbose_name} {unit}" for unit in words.units.made]

    def annotate(self, table, first, signed):
        """Give the figures of ``table``, those from ``first`` on, the notes below it: those with signs (``signed``)
        what these lead to, their releases what is said of all.
        """
        signs = {sign for _at, signs in signed for sign in signs}
        notes = Footnotes([note.text for note in table.notes], signs)
        for at, here in signed:
            words = filter(None, [self.found[at].footnote, notes.at(here)])
            self.found[at] = self.found[at]._replace(footnote="\n".join(words))
        for release in {id(one.subject.release) for one in self.found[first:]} if notes.general else ():
            self.general[release] |= dict.fromkeys(notes.general)
        if lost := sorted(signs - notes.by_sign.keys()):
            text = _("%(place)s: no note below the table begins with the sign %(signs)s, which stands at its figures.")
            self.report.notices.append(text % {"place": table.sheet.name, "signs": ", ".join(lost)})

    def admit(self):
        """Lock the releases that are there, and refuse those that may not be given figures now."""
        self.releases = {id(figure.subject.release): figure.subject.release for figure in self.found}.values()
        self.report.releases = [(release, release.pk is None) for release in self.releases]
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
            self.make(release, self.of_release | ({} if self.by else public))
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
                    self.report.words.misfit(figure.subject, error.message)
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

    def complete(self, release):
        """Tell a release what the file notes of all its figures; a draft that was there before what it lacks of reason,
        note and file, too. What it keeps of its own is a notice.
        """
        filled, differing = ([], []) if release in self.new else release.complete(self.of_release)
        noted = [words for words in self.general[id(release)] if words not in release.note]
        if filled or noted:
            release.note = "\n".join(filter(None, [release.note, *noted]))
            release.updated_by = self.by
            release.save()
        self.report.notices += [kept(release, name, self.of_release[name]) for name in differing]

    def kind(self, figure):
        return id(figure.subject), _frequency_of(figure.period)

    def compare(self):
        """Find out which figures their release does not give yet; refuse those of which it says something else."""
        claims = self.claims()
        self.missing, revised = [], []
        for done, figure in enumerate(self.found):
            if done % STRIDE == 0:
                yield Progress(_("Comparing with what is there"), done, len(self.found))
            subject, series = figure.subject, self.series[self.kind(figure)]
            said = claims[series.pk, figure.period]
            old = said.get(subject.release.pk)
            mine = claim_of(figure)
            if old is None:
                is_revision = any(claim.base is not None for claim in said.values())
                if is_revision:
                    revised.append((figure, mine, said))
                else:
                    self.report.additions.append((figure, mine))
                said[subject.release.pk] = mine
                self.missing.append((figure, series))
            elif old[:2] == mine[:2]:
                self.report.same += 1
            else:
                self.reject(figure.row, figure.column, contradiction(old, mine), figure.sheet)
        self.report.new, self.report.revised = len(self.report.additions), len(revised)
        self.report.changes = self.changes(revised)

    def changes(self, revised):
        """(figure, claim, Before) of each of ``revised``: what was said last before its release, else first after."""
        days = Release.objects.in_bulk({pk for _figure, _claim, said in revised for pk in said})
        day, found = attrgetter("released_on"), []
        for figure, mine, said in revised:
            own = figure.subject.release
            told = [
                Before(claim, days[pk].released_on)
                for pk, claim in said.items()
                if pk != own.pk and claim.base is not None
            ]
            earlier = [one for one in told if one.released_on <= own.released_on]
            found.append((figure, mine, max(earlier, key=day) if earlier else min(told, key=day)))
        return found

    def claims(self):
        """What the database says for the slots of the file: {(series, period): {release: Claim}}."""
        claims = defaultdict(dict)
        series = sorted({series.pk for series in self.series.values()})
        periods = {figure.period for figure in self.found}
        values = ("qualifier", "mantissa", "value_low", "value_high", "unit_mult", "unit")
        names = ("series", "time_period", "release", *values)
        for start in range(0, len(series), CHUNK):
            known = Observation.objects.filter(series__in=series[start : start + CHUNK])
            if len(periods) < CHUNK:
                known = known.filter(time_period__in=periods)
            for one, period, release, *value in known.values_list(*names).iterator():
                claims[one, period][release] = claim(*value)
        return claims

    def write(self):
        """Put the missing figures in; their releases keep a revision, and the search learns of them."""
        missing, done = iter(self.missing), 0
        while some := list(islice(missing, STRIDE)):
            yield Progress(_("Writing the figures"), done, len(self.missing))
            done += insert(row_of(*found) for found in some)
        told = {figure.subject.release.pk: figure.subject.release for figure, _series in self.missing}
        for release in told.values():
            self.complete(release)
            is_first = release in self.new and release.status == Status.PUBLISHED
            step = RevisionStep.PUBLISHED if is_first else RevisionStep.SAVED
            revise(release, self.by, step, note=_("figures imported"))
        yield Progress(_("Checking the arithmetic"), 0, 0)
        self.report.warnings = guard.lines(guard.check(told.values()))
        transaction.on_commit(partial(refresh, Indicator, self.touched))


@lru_cache(maxsize=4096)
def _frequency_of(period):
    return next(frequency for frequency in Frequency if re.fullmatch(frequency.shape, period))
