"""Names as tables print them become records: regions and units. The whole table is asked at once.

A name that fits several records is a question for whoever imports, never a guess.
"""

import unicodedata
from collections import defaultdict

from .dates import bounds
from .models import Region, Succession, Unit

#: What is printed between a number and its unit: 亿 in 亿元. The longest first: 万亿 before 亿.
MULTIPLIERS = {"万亿": 12, "百万": 6, "亿": 8, "万": 4, "千": 3}

#: Units that every table may use; made when one first does. Code, symbol, name, English name, dimension.
STANDARD_UNITS = [
    ("CNY", "元", "人民币元", "yuan", Unit.Dimension.CURRENCY),
    ("USD", "美元", "美元", "US dollar", Unit.Dimension.CURRENCY),
    ("PS", "人", "人", "persons", Unit.Dimension.PEOPLE),
    ("TRIP", "人次", "人次", "person-trips", Unit.Dimension.PEOPLE),
    ("HH", "户", "户", "registered businesses", Unit.Dimension.COUNT),
    ("ENT", "家", "家", "enterprises", Unit.Dimension.COUNT),
    ("PCS", "个", "个", "units", Unit.Dimension.COUNT),
    ("VEH", "辆", "辆", "vehicles", Unit.Dimension.COUNT),
    ("M2", "平方米", "平方米", "square metres", Unit.Dimension.AREA),
    ("MU", "亩", "亩", "mu", Unit.Dimension.AREA),
    ("KM", "公里", "公里", "kilometres", Unit.Dimension.LENGTH),
    ("T", "吨", "吨", "tonnes", Unit.Dimension.MASS),
    ("KWH", "千瓦时", "千瓦时", "kilowatt-hours", Unit.Dimension.ENERGY),
    ("PT", "%", "百分比", "per cent", Unit.Dimension.SHARE),
]


def key(name):
    """What makes two spellings of a name one: full-width signs, space within (北 京 市) and case do not count."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


class RegionNames:
    """Every region by its code, name, short name and other names, of today and of old; one query."""

    def __init__(self):
        self.full, self.other = defaultdict(list), defaultdict(list)
        for region in Region.objects.all():
            self.full[key(region.name)].append(region)
            if not region.valid_to:
                self.full[key(region.code)].append(region)
            for name in {key(region.short_name), *map(key, region.aliases.split("、"))} - {"", key(region.name)}:
                self.other[name].append(region)

    def __contains__(self, name):
        """Whether a ``key`` is a name, short name or code of some region."""
        return name in self.full or name in self.other

    def find(self, names, since):
        """The regions that each of ``names`` (those of one table) may mean: {name: list}; one is an answer.

        A full name goes before a short one. A region that had ended before ``since`` (a date, the first that the table
        speaks of) is not meant, nor one that became another candidate as a whole. Where several remain, the table's
        other regions decide: 朝阳 beside 海淀 is Beijing's.
        """
        found = {
            name: self._in_time(self.full.get(key(name)) or self.other.get(key(name), ()), since) for name in names
        }
        parents = {regions[0].parent_id for regions in found.values() if len(regions) == 1}
        for name, regions in found.items():
            if len(regions) > 1:
                regions = _last_of_their_line(regions)
                beside = [region for region in regions if region.parent_id in parents]
                found[name] = beside if len(beside) == 1 else regions
        return found

    def _in_time(self, regions, since):
        return [region for region in regions if not region.valid_to or bounds(region.valid_to)[1] >= since]


def _last_of_their_line(regions):
    whole = Succession.objects.filter(
        predecessor__in=regions, successor__in=regions, share=Succession.Share.WHOLE, successor__name=regions[0].name
    )
    gone = set(whole.values_list("predecessor", flat=True))
    return [region for region in regions if region.pk not in gone]


class UnitNames:
    """Every unit by its symbol, name and code, with the multiplier that stands before it; one query."""

    def __init__(self):
        self.units = {}
        for unit in Unit.objects.all():
            for name in (unit.code, unit.name, unit.symbol):
                self.units[key(name)] = unit
        self.standard = {name: values for values in STANDARD_UNITS for name in map(key, values[:3])}
        self.made = []

    def find(self, text):
        """The unit and the power of ten that ``text`` (亿元, 万人, %) means; None where it is no known unit."""
        text = key(text)
        for sign, power in {"": 0, **MULTIPLIERS}.items():
            if text.startswith(sign) and (unit := self._unit(text.removeprefix(sign))):
                return unit, power
        return None

    def _unit(self, name):
        if name not in self.units and name in self.standard:
            code, symbol, label, label_en, dimension = self.standard[name]
            defaults = {"symbol": symbol, "name": label, "name_en": label_en, "dimension": dimension}
            unit, is_new = Unit.objects.get_or_create(code=code, defaults=defaults)
            self.made += [unit] if is_new else []
            self.units |= {key(one): unit for one in (code, symbol, label)}
        return self.units.get(name)
