"""What the words of a table mean here: each is looked up once, whatever the number of figures under it."""

import datetime as dt
import re
from collections import defaultdict
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.publishing.models import Status
from portal.vocabulary.models import Organization, Region, Unit
from portal.vocabulary.naming import MULTIPLIERS, UnitNames, key

from .addresses import RESERVED, pinyin_slug
from .codelists import Accumulation, PriceBasis, Rank, Stage, Transformation
from .layouts import ROLES, Said
from .models import Indicator, Release
from .periods import days
from .printed import name_and_unit, read_period
from .shelving import HAS_PRICES

#: What NBS appends to the names of indicators within a year.
ACCUMULATIONS = {"_累计值": Accumulation.YEAR_TO_DATE, "_当季值": Accumulation.NONE, "_当期值": Accumulation.NONE}
#: Lines that sum up the regions above or below them.
TOTALS = {"合计", "总计", "总和", "全部", "total"}
#: Names that say only that they are a part, or the whole, of something: 其中：工业, 合计, 男.
WITHIN = re.compile("其中|#|(合计|总计|小计|其他|其它|男性?|女性?)$")
SIGNS = {0: "", **{power: sign for sign, power in MULTIPLIERS.items()}}
#: Where a unit is answered, in the words of the command.
UNIT_ANSWER = "--mapping (“unit”, “units”)"
#: What tables say of their rates of growth.
AT_CONSTANT_PRICES = re.compile("(增长|增速|指数)[^。；;]{0,16}(不变价|可比价)")


class Subject(NamedTuple):
    """What a figure is about, and who says it. Indicator and release may be new and unsaved."""

    indicator: Indicator
    accumulation: str
    region: Region
    unit: object
    unit_mult: int
    release: Release
    transformation: str = Transformation.LEVEL
    #: None where nothing says it.
    price_basis: str | None = None
    stage: str = Stage.NONE

    @property
    def unit_text(self):
        """亿元, as it is printed."""
        return f"{SIGNS[self.unit_mult]}{self.unit.symbol}"


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

    def __init__(self, tables, options, mapping, regions):
        self.options = {role: value for role, value in options.items() if value}
        self.mapping = mapping
        self.units, self.problems = UnitNames(), []
        self.used = {"period"} if any(table.lacks_time for table in tables) else set()
        self.subjects, self.releases, self.sources = {}, {}, {}
        self.named, self.slugs = defaultdict(list), {}
        for indicator in Indicator.objects.originals():
            self._keep(indicator)
        self.regions = _regions_of(tables, regions)

    def subject(self, table, line):
        """The ``Subject`` of a line; None where its words leave a question, which is asked for the first such line."""
        words = (id(table), line.said, line.form)
        if words not in self.subjects:
            self.subjects[words] = self._subject(table, line)
        return self.subjects[words]

    def unused(self):
        """Problems for the options that no line needed: they were given by mistake."""
        text = _("--%(option)s was given, but every line says this itself. Leave the option out, or the column.")
        return [(None, None, text % {"option": role}) for role in self.options.keys() - self.used]

    def _subject(self, table, line):
        found = {}
        for name in ("period", "unit", "indicator", "region", "release"):
            try:
                found[name] = getattr(self, f"_{name}")(table, line)
            except Question as question:
                self.problems.append((question.row, question.column, str(question), table.sheet.name))
        if len(found) < 5:
            return None
        (unit, power), (indicator, accumulation, transformation) = found["unit"], found["indicator"]
        if line.form.accumulation != Accumulation.NONE:
            accumulation = line.form.accumulation
        basis = line.form.price_basis or _basis_in_notes(table, transformation, indicator)
        return Subject(
            indicator, accumulation, found["region"], unit, power, found["release"],
            transformation, basis, line.form.stage,
        )  # fmt: skip

    def power_of(self, subject, unit):
        """The power of ten of a figure with its own ``unit`` (亿元) behind it, in a column that counts ``subject``.

        Raises ``ValidationError`` where that is another unit than the column's.
        """
        found = self.units.find(unit)
        if found and found[0] == subject.unit:
            return found[1]
        if found and found[0].dimension == Unit.Dimension.SHARE:
            text = _(
                "This cell is in %(unit)s, a level in %(expected)s is expected here. Put growth into its own column."
            )
        else:
            text = _("This cell is in “%(unit)s”, and its column in %(expected)s. Correct one.")
        raise ValidationError(text % {"unit": unit, "expected": subject.unit_text})

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

    def _period(self, table, line):
        """That of the figures themselves (see ``layouts``); asked for where nothing says it."""
        if table.lacks_time and "period" not in self.options:
            reason = _("The table does not say the period. Give it with --period, such as 2024年 or 2024年一季度.")
            raise Question(reason, Said("", table.heading_rows[-1], table.lines[0].cells[0].heading))

    def _unit(self, table, line):
        label = self._told(table, line, "indicator")
        behind = name_and_unit(label.text)[1] if label else ""
        column = self._told(table, line, "unit")
        own = line.said[ROLES.index("unit")]
        answer = self._unit_answered(label.text if label else "")
        text = own or answer or (column.text if column else "")
        if line.form.transformation != Transformation.LEVEL:
            behind = ""  # 比上年增长(%) of 生产总值(亿元)
        # Brackets behind a name hold its unit, unless they hold something else and the unit is given elsewhere.
        found = (behind and self.units.find(behind)) or (text and self.units.find(text))
        if not found and re.search("[、,，;；/]", text):
            reason = _("“%s” names several units. Give each in brackets behind its name: 地区生产总值(亿元).")
            raise Question(reason % text, column)
        if not found and not (behind or text):
            raise Question(_("The file does not say the unit. Give it with %s.") % UNIT_ANSWER)
        if not found:
            reason = _("The unit “%s” is not known. Add it under “Units” first.") % (behind or text)
            raise Question(reason, label if behind else None if answer else column)
        return found

    def _unit_answered(self, label):
        """What the mapping says for the indicator of that name, else for the whole file; "" where nothing."""
        units = self.mapping["units"]
        return units.get(key(label)) or units.get(key(name_and_unit(label)[0])) or self.mapping["unit"]

    def prints_unit(self, table, line):
        """Whether a unit stands with the figures themselves: behind their name, over them or in their line."""
        label = self._told(table, line, "indicator")
        behind = name_and_unit(label.text)[1] if label else ""
        return bool(line.said[ROLES.index("unit")] or (behind and self.units.find(behind)))

    def _indicator(self, table, line):
        option, told = self._option(line, "indicator"), self._told(table, line, "indicator")
        label = told.text if told else ""
        name, behind = name_and_unit(label)
        name = name if behind and self.units.find(behind) else label
        transformation = line.form.transformation
        if line.form.of and key(name) in self.named and key(name) != key(line.form.of):
            transformation = Transformation.LEVEL  # an indicator of its own: its series says what it is
        elif line.form.of:
            name = line.form.of
        accumulation = Accumulation.NONE
        for ending, kind in ACCUMULATIONS.items():
            if name.endswith(ending):
                name, accumulation = name.removesuffix(ending), kind
        meanings = self.mapping["indicators"]
        slug = option or meanings.get(key(label)) or meanings.get(key(name))
        if not (slug in self.slugs or name):
            reason = _("The file does not name the indicator. Give one that exists with --indicator.")
            raise Question(reason)
        if not slug and key(name) not in self.named and WITHIN.match(name):
            reason = _("“%s” is a part of something. Say in --mapping which indicator it is.")
            raise Question(reason % name, told)
        return self.slugs.get(slug) or self._indicator_named(name, slug, told), accumulation, transformation

    def _indicator_named(self, name, slug, told):
        """The indicator of that name, else a new one; ``slug`` is the address that was asked for it."""
        found = self.named.get(key(name), [])
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
        if key(name) in TOTALS and key(name) not in self.mapping["regions"]:
            return self._whole(table, told)
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

    def _whole(self, table, told):
        """The region of a line 合计: the one whose parts the table lists, where an option or a title names it."""
        if "region" in self.options:
            self.used.add("region")
            return self.options["region"]
        whole = table.titles.get("region")
        found = self.regions.get(whole.text, []) if whole else []
        if len(found) != 1:
            raise Question(_("“%s” of which region? Give its code with --region or in --mapping.") % told.text, told)
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


def _regions_of(tables, regions):
    """What the names of regions in ``tables`` mean: {name: candidates}; ``regions`` are the ``RegionNames``."""
    lines = [line for table in tables for line in table.lines]
    names = {line.said[0] for line in lines} | {
        table.titles["region"].text for table in tables if "region" in table.titles
    }
    names -= {None}
    periods = {cell.period for line in lines for cell in line.cells} - {None}
    if not names or not lines:
        return {}
    return regions.find(names, days(min(periods))[0] if periods else timezone.localdate())


def _basis_in_notes(table, transformation, indicator):
    """Constant prices where a note says that growth is at them and the indicator has prices; None: nothing said."""
    if transformation not in (Transformation.YEAR_ON_YEAR, Transformation.INDEX) or not HAS_PRICES.search(
        indicator.name
    ):
        return None
    return PriceBasis.CONSTANT if any(AT_CONSTANT_PRICES.search(note.text) for note in table.notes) else None


def _first_rank(source):
    return Rank.PRESS if source.kind == Organization.Kind.MEDIA else Rank.OFFICIAL


def _day(text, told):
    period = read_period(text)
    if not period or len(period) != len("2026-03-31"):
        raise Question(_("“%s” is no day. Write 2026-03-31.") % text, told)
    return dt.date.fromisoformat(period)
