"""What the words of a table mean here: each is looked up once, whatever the number of figures under it."""

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.publishing.models import Status
from portal.vocabulary.models import Organization, Region
from portal.vocabulary.naming import RegionNames, UnitNames, key

from .codelists import Accumulation, Rank
from .layouts import ROLES, Said
from .models import RESERVED, Indicator, Release, pinyin_slug
from .periods import days
from .printed import name_and_unit, read_period

#: What NBS appends to the names of indicators within a year.
ACCUMULATIONS = {"_累计值": Accumulation.YEAR_TO_DATE, "_当季值": Accumulation.NONE, "_当期值": Accumulation.NONE}


class Subject(NamedTuple):
    """What a figure is about, and who says it. Indicator and release may be new and unsaved."""

    indicator: Indicator
    accumulation: str
    region: Region
    unit: object
    unit_mult: int
    release: Release


class Question(Exception):
    """What ``words`` (a ``Said``) leave open; none where the file has no words for it."""

    def __init__(self, reason, words=None):
        super().__init__(reason)
        self.row, self.column = (words.row, words.column) if words else (None, None)


class Words:
    """The words of the tables of one file. ``options``: the cleaned data of ``ImportForm``; ``mapping``: see there.

    A line's own words go before an option, an option before a title line or a note: an option is for what the file
    leaves open, or says once and says wrongly. What stays open is in ``problems`` (row, column, reason, sheet), once.
    """

    def __init__(self, tables, options, mapping):
        self.options = {role: value for role, value in options.items() if value}
        self.mapping = mapping
        self.units, self.used, self.problems = UnitNames(), set(), []
        self.subjects, self.releases, self.sources = {}, {}, {}
        self.named, self.slugs = defaultdict(list), {}
        for indicator in Indicator.objects.originals():
            self._keep(indicator)
        self.regions = _regions_of(tables)

    def subject(self, table, line):
        """The ``Subject`` of a line; None where its words leave a question, which is asked for the first such line."""
        words = (id(table), line.said)
        if words not in self.subjects:
            self.subjects[words] = self._subject(table, line)
        return self.subjects[words]

    def unused(self):
        """Problems for the options that no line needed: they were given by mistake."""
        text = _("--%(option)s was given, but every line says this itself. Leave the option out, or the column.")
        return [(None, None, text % {"option": role}) for role in self.options.keys() - self.used]

    def _subject(self, table, line):
        found = {}
        for name in ("unit", "indicator", "region", "release"):
            try:
                found[name] = getattr(self, f"_{name}")(table, line)
            except Question as question:
                self.problems.append((question.row, question.column, str(question), table.sheet.name))
        if len(found) < 4:
            return None
        (unit, power), (indicator, accumulation) = found["unit"], found["indicator"]
        return Subject(indicator, accumulation, found["region"], unit, power, found["release"])

    # What the line, the options and the titles say ----------------------------------------------------------------

    def _told(self, table, line, role):
        """The words for ``role`` and their place; None where the file has none."""
        if text := line.said[ROLES.index(role)]:
            return Said(text, line.row, table.headings.get(role) or line.cells[0].heading)
        return table.titles.get(role)

    def _option(self, line, role):
        if line.said[ROLES.index(role)] or role not in self.options:
            return None
        self.used.add(role)
        return self.options[role]

    def _needed(self, table, line, role, reason):
        told = self._told(table, line, role)
        if not told:
            raise Question(reason)
        return told

    # What it means -----------------------------------------------------------------------------------------------

    def _unit(self, table, line):
        label = self._told(table, line, "indicator")
        behind = name_and_unit(label.text)[1] if label else ""
        column = self._told(table, line, "unit")
        own = line.said[ROLES.index("unit")]
        text = own or self.mapping["unit"] or (column.text if column else "")
        # Brackets behind a name hold its unit, unless they hold something else and the unit is given elsewhere.
        found = (behind and self.units.find(behind)) or (text and self.units.find(text))
        if not found and not (behind or text):
            raise Question(_("The file does not say the unit. Give it in --mapping: {“unit”: “亿元”}."))
        if not found:
            reason = _("The unit “%s” is not known. Add it under “Units” first.") % (behind or text)
            raise Question(reason, label if behind else column)
        return found

    def _indicator(self, table, line):
        option, told = self._option(line, "indicator"), self._told(table, line, "indicator")
        label = told.text if told else ""
        name, behind = name_and_unit(label)
        name = name if behind and self.units.find(behind) else label
        accumulation = Accumulation.NONE
        for ending, kind in ACCUMULATIONS.items():
            if name.endswith(ending):
                name, accumulation = name.removesuffix(ending), kind
        slug = option or self.mapping["indicators"].get(key(label)) or self.mapping["indicators"].get(key(name))
        if not (slug in self.slugs or name):
            reason = _("The file does not name the indicator. Give one that exists with --indicator.")
            raise Question(reason)
        return self.slugs.get(slug) or self._indicator_named(name, slug, told), accumulation

    def _indicator_named(self, name, slug, told):
        """The indicator of that name, else a new one; ``slug`` is the address that was asked for it."""
        found = self.named[key(name)]
        if slug and found:
            text = _("No indicator has the address %(wanted)s, and “%(name)s” has the address %(slug)s. Correct one.")
            raise Question(text % {"wanted": slug, "name": name, "slug": found[0].slug}, told)
        if len(found) > 1:
            addresses = ", ".join(sorted(one.slug for one in found))
            text = _("Several indicators are called “%(name)s”: %(slugs)s. Choose with --indicator or in --mapping.")
            raise Question(text % {"name": name, "slugs": addresses}, told)
        if found:
            return found[0]
        if len(name) > Indicator._meta.get_field("name").max_length:
            raise Question(_("“%s” is too long for the name of an indicator.") % name, told)
        if slug in RESERVED:
            raise Question(_("No indicator can have the address %s: a page of the site has it.") % slug, told)
        indicator = Indicator(name=name, slug=slug or self._free_slug(pinyin_slug(name)))
        self._keep(indicator)
        return indicator

    def _free_slug(self, slug):
        number, free = 2, slug
        while free in self.slugs:
            number, free = number + 1, f"{slug[:76]}-{number}"
        return free

    def _keep(self, indicator):
        self.named[key(indicator.name)].append(indicator)
        self.slugs[indicator.slug] = indicator

    def _region(self, table, line):
        if option := self._option(line, "region"):
            return option
        reason = _("The file does not say for which region. Give its code with --region.")
        told = self._needed(table, line, "region", reason)
        name = told.text
        if code := self.mapping["regions"].get(key(name)):
            found = list(Region.objects.at(code))[:1]
        else:
            found = self.regions[name]
        if not found:
            raise Question(_("No region is called “%s”. Give its code in --mapping.") % name, told)
        if len(found) > 1:
            codes = ", ".join(sorted(region.address for region in found))
            text = _("Several regions are called “%(name)s”: %(codes)s. Choose one in --mapping.")
            raise Question(text % {"name": name, "codes": codes}, told)
        return found[0]

    def _release(self, table, line):
        source, day, told = self._option(line, "source"), None, None
        if not source:
            reason = _("The file does not say who published it. Name the organization with --source.")
            told = self._needed(table, line, "source", reason)
            meaning = self.mapping["sources"].get(key(told.text), told.text)
            if isinstance(meaning, dict):
                day, meaning = meaning.get("released"), meaning.get("source", told.text)
            source = self._source(meaning, told)
        day = day or self._option(line, "released")
        if not day:
            reason = _("The file does not say when it was published. Give the day with --released.")
            told = self._needed(table, line, "released", reason)
            day = told.text
        return self._release_of(source, day if isinstance(day, dt.date) else _day(day, told), told)

    def _source(self, name, told):
        if name not in self.sources:
            self.sources[name] = Organization.objects.called(name)
        if not self.sources[name]:
            text = _("There is no organization “%s”. Add it first, or choose another with --source.")
            raise Question(text % name, told)
        return self.sources[name]

    def _release_of(self, source, day, told):
        """The release of ``source`` on ``day``, there or new: public at once, of the rank its source had last."""
        if (source, day) not in self.releases:
            earlier = Release.objects.originals().filter(source=source).order_by("-released_on")
            found = earlier.filter(released_on=day).first()
            rank = earlier.values_list("rank", flat=True).first() or _first_rank(source)
            english = f"{source.name_en} {day}" if source.name_en else ""
            new = Release(source=source, released_on=day, title=f"{source.name} {day}", title_en=english, rank=rank)
            self.releases[source, day] = found or new
        release = self.releases[source, day]
        if release.status == Status.WITHDRAWN:
            text = _("The release “%s” has been withdrawn. Give another day with --released.")
            raise Question(text % release, told)
        return release


def _regions_of(tables):
    """What the names of regions in ``tables`` mean: {name: candidates}."""
    lines = [line for table in tables for line in table.lines]
    names = {line.said[0] for line in lines} | {
        table.titles["region"].text for table in tables if "region" in table.titles
    }
    names -= {None}
    periods = {cell.period for line in lines for cell in line.cells}
    if not names or not periods:
        return {}
    return RegionNames().find(names, days(min(periods))[0])


def _first_rank(source):
    return Rank.PRESS if source.kind == Organization.Kind.MEDIA else Rank.OFFICIAL


def _day(text, told):
    period = read_period(text)
    if not period or len(period) != len("2026-03-31"):
        raise Question(_("“%s” is no day. Write 2026-03-31.") % text, told)
    return dt.date.fromisoformat(period)
