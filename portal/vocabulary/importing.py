"""Regions from a folder of CSV files: divisions and groups, what became of them, who belongs to a group.

The whole folder is taken or nothing. Rows are matched with the records there are, so that a second run changes nothing
and a division that ends keeps its row and all that refers to it. What the files do not name is left alone.
"""

import csv
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from .dates import bounds
from .forms import MemberRowForm, RegionRowForm, SuccessionRowForm
from .models import GroupMember, Region, RegionKind, Succession

REGION_FIELDS = RegionRowForm.Meta.fields
DIVISIONS, GROUPS, SUCCESSIONS, MEMBERS = "divisions.csv", "groups.csv", "successions.csv", "members.csv"
FOREVER = ("0001-01-01", "9999-12-31")


@dataclass
class ImportReport:
    """What an import did, or why it did nothing; ``as_dict`` is what the commands print with ``--json``."""

    new: int = 0
    revised: int = 0
    same: int = 0
    rejected: list = field(default_factory=list)
    written: bool = False

    def reject(self, row, column, reason, **more):
        """Note that the cell at ``row`` (a line number; 1 is the header) and ``column`` cannot be taken."""
        self.rejected.append({"row": row, "column": column, "reason": str(reason), **more})

    def as_dict(self):
        return asdict(self)


class UnreadableFile(ValueError):
    """The file is no table of the expected shape; the message says what to do."""


def read_rows(path, columns):
    """The rows of a CSV file with a header as a list of (line number, {column: text}).

    ``columns`` are those that must be there. Raises ``UnreadableFile`` for another encoding than UTF-8, a missing
    column, or a row with more cells than the header.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            header = reader.fieldnames or []
            rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError:
        raise UnreadableFile(_("The file is not UTF-8. Save it as “CSV UTF-8”.")) from None
    except (OSError, csv.Error) as error:
        raise UnreadableFile(_("The file cannot be read: %(error)s") % {"error": error}) from error
    if missing := [column for column in columns if column not in header]:
        raise UnreadableFile(_("The first line must name the column “%(column)s”.") % {"column": missing[0]})
    for line, row in rows:
        if None in row:
            raise UnreadableFile(_("Line %(line)s has more cells than the first line.") % {"line": line})
    return rows


def import_regions(folder, *, dry_run=False):
    """Load divisions.csv, and where they are there groups.csv, successions.csv and members.csv, from ``folder``.

    Returns an ``ImportReport``; ``rejected`` items also name the ``file``. A dry run is a real run, rolled back.
    """
    with transaction.atomic():
        report = ImportReport()
        run = _Run(Path(folder), report)
        if not report.rejected:
            run.write()
        report.written = not (report.rejected or dry_run)
        transaction.set_rollback(not report.written)
    return report


@dataclass
class _Row:
    """A row that its form has accepted, and the record it is about."""

    file: str
    line: int
    cleaned: dict
    record: object


class _Holders:
    """Who held which code when: the regions of the files, and those of the database that the files do not name."""

    def __init__(self, regions):
        self.by_code = defaultdict(list)
        for region in regions:
            self.by_code[region.code].append(region)

    def at_the_end_of(self, row, code):
        """The region that held ``code`` on the last day of ``row``'s region; None if nobody did."""
        day = _period(row.record)[1]
        found = [region for region in self.by_code.get(code, ()) if _period(region)[0] <= day <= _period(region)[1]]
        return found[0] if found else None

    def addressed(self, code, last):
        """The region with ``code`` that ended in the year of ``last``, or the one in force; None if there is none."""
        found = [region for region in self.by_code.get(code, ()) if region.valid_to[:4] == last[:4]]
        return found[0] if found else None

    def overlapping(self):
        """Pairs of regions that hold one code at one time."""
        for regions in self.by_code.values():
            regions.sort(key=_period)
            for earlier, later in zip(regions, regions[1:], strict=False):
                if _period(earlier)[1] >= _period(later)[0]:
                    yield earlier, later


class _Run:
    """One import: reads and checks all on creation, then ``write`` puts it into the database."""

    def __init__(self, folder, report):
        self.folder, self.report = folder, report
        rows = self.read(DIVISIONS, RegionRowForm) + self.read(GROUPS, RegionRowForm)
        self.stored = list(Region.objects.all())
        self.before = {region.pk: _values(region, region.parent_id) for region in self.stored}
        _match(rows, self.stored)
        self.regions = rows
        records = [row.record for row in rows]
        named = {record.pk for record in records}
        self.holders = _Holders(records + [region for region in self.stored if region.pk not in named])
        self.check_periods()
        self.place()
        placed = not report.rejected
        self.successions = self.read(SUCCESSIONS, SuccessionRowForm)
        self.members = self.read(MEMBERS, MemberRowForm)
        if placed:  # else half of these complaints would follow from the first ones
            self.link(self.successions, "predecessor", "successor", _pair)
            self.link(self.members, "group", "member", _membership)

    def read(self, name, form_class):
        """The accepted rows of one file; what is wrong with the others goes into the report."""
        if name != DIVISIONS and not (self.folder / name).exists():
            return []
        try:
            rows = read_rows(self.folder / name, form_class.base_fields)
        except UnreadableFile as error:
            self.report.reject(1, "", error, file=name)
            return []
        accepted = []
        for line, cells in rows:
            form = form_class(cells)
            if form.is_valid():
                accepted.append(_Row(name, line, form.cleaned_data, form.instance))
            for column, reasons in form.errors.items():
                self.reject(_Row(name, line, {}, None), column, " ".join(reasons))
        return accepted

    def reject(self, row, column, reason):
        self.report.reject(row.line, column, reason, file=row.file)

    def check_periods(self):
        """No two regions hold one code at one time: the database says so of those in force, GB/T 2260 of all."""
        row_of = {id(row.record): row for row in self.regions}
        for earlier, later in self.holders.overlapping():
            row = row_of.get(id(later)) or row_of.get(id(earlier))
            if row:
                text = _("%(one)s and %(other)s have the code %(code)s at the same time. Let one end before the other.")
                self.reject(row, "code", text % {"one": earlier.name, "other": later.name, "code": later.code})

    def place(self):
        """Give every region its parent: whoever held that code when the region was last in force."""
        by_pk = {region.pk: region for region in self.stored}
        for region in self.stored:
            region.parent = by_pk.get(region.parent_id)
        for row in self.regions:
            code = row.cleaned["parent"]
            row.record.parent = self.holders.at_the_end_of(row, code) if code else None
            if code and not row.record.parent:
                text = _("No region with the code %(code)s was in force then. Add it, or correct the years.")
                self.reject(row, "parent", text % {"code": code})
        for row in self.regions:
            if _is_below_itself(row.record):
                self.reject(row, "parent", _("This region would be part of itself."))

    def link(self, rows, one, other, key):
        """Find the two regions that each row names in its columns ``one`` and ``other``; refuse what is said twice."""
        seen = set()
        for row in rows:
            ends = [self.named(row, one), self.named(row, other)]
            if None in ends:
                continue
            setattr(row.record, one, ends[0])
            setattr(row.record, other, ends[1])
            if ends[0] is ends[1]:
                self.reject(row, other, _("A region cannot be linked to itself."))
            elif one == "group" and ends[0].kind != RegionKind.GROUP:
                self.reject(row, one, _("Only a group has members. Give its kind as “group”."))
            elif key(row.record, id) in seen:
                self.reject(row, other, _("This is said twice. Delete one of the two rows."))
            seen.add(key(row.record, id))

    def named(self, row, column):
        code, last = row.cleaned[column], row.cleaned.get(f"{column}_valid_to", "")
        region = self.holders.addressed(code, last)
        if not region:
            text = _("No region %(code)s is in force.")
            if last:
                text = _("No region %(code)s ended in %(year)s.")
            self.reject(row, column, text % {"code": code, "year": last[:4]})
        return region

    def write(self):
        """Put the regions into the database, parents first, then what links them."""
        new = [row.record for row in self.regions if not row.record.pk]
        old = [row.record for row in self.regions if row.record.pk]
        changed = [r for r in old if self.before[r.pk] != _values(r, r.parent and (r.parent.pk or "new"))]
        # Ended ones first: their codes become free for those that follow. Their parents may be new: last.
        Region.objects.bulk_update(changed, REGION_FIELDS, batch_size=200)
        for waiting in _generations(new):
            Region.objects.bulk_create(waiting)
        for region in changed:
            region.parent = region.parent  # takes over the key that a new parent has by now
        Region.objects.bulk_update(changed, ["parent"], batch_size=200)
        self.count(len(new), len(changed), len(old) - len(changed))
        self.write_links(Succession, self.successions, _pair, ["share", "year", "document_no"])
        self.write_links(GroupMember, self.members, _membership, ["valid_to", "note"])

    def write_links(self, model, rows, key, fields):
        """Create or revise the rows of a table between regions, recognised by ``key``."""
        stored = {key(record, _pk): record for record in model.objects.select_related()}
        new, changed = [], []
        for row in rows:
            record = stored.get(key(row.record, _pk))
            values = {name: getattr(row.record, name) for name in fields}
            if record is None:
                new.append(row.record)
            elif values != {name: getattr(record, name) for name in fields}:
                vars(record).update(values)
                changed.append(record)
        model.objects.bulk_create(new)
        model.objects.bulk_update(changed, fields, batch_size=200)
        self.count(len(new), len(changed), len(rows) - len(new) - len(changed))

    def count(self, new, revised, same):
        self.report.new += new
        self.report.revised += revised
        self.report.same += same


def _match(rows, stored):
    """Let each row be about the stored region it means: same code, and same name and start, or name, or end.

    In this order, each stored region once: a division that has ended is still known by its name when its code has
    passed to another one.
    """
    free = defaultdict(list)
    for region in stored:
        free[region.code].append(region)
    todo = rows
    for names in (("name", "valid_from"), ("name",), ("valid_to",)):
        rest = []
        for row in todo:
            found = [r for r in free[row.record.code] if all(getattr(r, n) == getattr(row.record, n) for n in names)]
            if not found:
                rest.append(row)
                continue
            free[row.record.code].remove(found[0])
            for name in REGION_FIELDS:
                setattr(found[0], name, row.cleaned[name])
            row.record = found[0]
        todo = rest


def _values(region, parent):
    """What an import may change of a region, with the key of its ``parent``."""
    return [getattr(region, name) for name in REGION_FIELDS] + [parent]


def _period(region):
    first = bounds(region.valid_from)[0].isoformat() if region.valid_from else FOREVER[0]
    return first, bounds(region.valid_to)[1].isoformat() if region.valid_to else FOREVER[1]


def _is_below_itself(region):
    seen, above = {id(region)}, region.parent
    while above is not None and id(above) not in seen:
        seen.add(id(above))
        above = above.parent
    return above is region


def _generations(regions):
    """Lists of unsaved regions in such an order that the parents of each list are saved when it comes."""
    while regions:
        yield [region for region in regions if region.parent is None or region.parent.pk]
        regions = [region for region in regions if not region.pk]


def _pk(region):
    return region.pk


def _pair(succession, identity):
    return identity(succession.predecessor), identity(succession.successor)


def _membership(membership, identity):
    return identity(membership.group), identity(membership.member), membership.valid_from
