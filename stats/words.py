"""The words of headings: what each of them is, whatever stands beside it."""

import re
import unicodedata

from portal.vocabulary.grids import letters
from portal.vocabulary.naming import MULTIPLIERS, STANDARD_UNITS, key

from .measures import is_odd, read_measure
from .printed import UNIT_BEHIND, read_time, without_mark

#: What a line says beside its periods and values, in the order of ``Line.said``.
ROLES = ("region", "indicator", "unit", "source", "released")

#: Headings of columns, and words before a colon in title lines, that tell what follows.
WORDS = {
    "region": "地区 区域 地域 省份 省市 地市 市州 市(州) 区县 区(县) 市县 城市 region area",
    "indicator": "指标 指标名称 项目 indicator",
    "unit": "单位 计量单位 unit",
    "source": "来源 数据来源 资料来源 发布机构 source",
    "released": "发布日期 发布时间 公布日期 公布时间 released released_on",
    "period": "时间 时期 年份 年度 年 季度 月份 报告期 period year time time_period",
    "value": "数值 值 数据 指标值 绝对数 绝对值 绝对量 总量 当月 本月 当季 本季 当期 本期 value obs_value",
    "footnote": "脚注 附注 注释 备注 footnote remark remarks",
    "ignore": "序号 行次 编号",
}
#: Headings of values that are sums since the start of the year.
SUM = {"累计", "本年累计", "本月累计", "本季累计", "当年累计", "年初累计", "年累计"}
ROLE_OF = {word: role for role, words in WORDS.items() for word in words.split()}
#: What a mapping may make of a column.
COLUMN_ROLES = tuple(WORDS)

_signs, _units = "|".join(MULTIPLIERS), "|".join(re.escape(name) for one in STANDARD_UNITS for name in one[1:3])
UNIT_ALONE = re.compile(rf"[(（](.{{1,12}})[)）]|((?:{_signs})?(?:{_units}|人民币|‰))")
PART_OF_YEAR = re.compile(
    r"(?:0?[1-9]|1[0-2])月份?|第?[一二三四1-4]季度|[Qq][1-4]|[上下]半年|前[二三2-4]个?季度"
    r"|0?1月?[-—–~至][0-9]{1,2}月(?:累计)?|前[0-9]{1,2}个月|全年"
)
#: What is meant as a period, whether or not there is one of that name: 2023Q5, 24年.
LIKE_PERIOD = re.compile(r"['’]?[0-9]{2,4}\s*(?:(?:年|[QqSsHh]|[-/][0-9]).{0,10})")
NUMBER = re.compile(r"[-+−]?[0-9.]")
#: A cell that is a figure, perhaps with a mark or a unit behind; 5G用户(万户) is none.
FIGURE = re.compile(r"[-+−]?[0-9.][0-9,. ]*\S{0,3}")
#: Numbers that are neither figures nor names of what is counted.
COUNTERS = re.compile("排名|位次|名次|位次变化|代码|行政区划代码|no|code|rank|id", re.IGNORECASE)


class Vocabulary:
    """What single words in headings are. ``columns``: roles by ``key`` of a heading, of #B or of Sheet1!B;
    ``regions``: anything that knows with ``in`` whether a name is one of a region; ``time``: the ``Time`` that is said
    beside the file."""

    def __init__(self, columns, regions=(), time=None):
        self.columns, self.regions, self.time, self.kinds = columns, regions, time, {}

    def mapped(self, sheet, at, texts, row):
        """The role that a mapping gives to a column: by its place, else its whole heading, else the last line of it."""
        name = letters(at)
        for asked in (f"{sheet}!{name}{row}", f"{sheet}!{name}", f"#{name}", " ".join(texts), *texts[-1:]):
            if role := self.columns.get(key(asked)):
                return role
        return None

    def kind(self, text):
        """One of role, sum, time, part, like_period, number, nothing, measure, odd, unit, region, caption, named, name.

        named: with a unit behind; odd: growth, but on what?
        """
        if text not in self.kinds:
            self.kinds[text] = self._kind(without_mark(text)[0])
        return self.kinds[text]

    def _kind(self, text):
        plain = unicodedata.normalize("NFKC", text).strip()
        if key(text) in ROLE_OF:
            return "role"
        if key(text) in SUM:
            return "sum"
        if kind := _kind_of_time(text, plain):
            return kind
        if FIGURE.fullmatch(plain):
            return "number"
        if not any(sign.isalpha() or sign in "%‰±" for sign in plain):
            return "nothing"
        if read_measure(text):
            return "measure"
        if is_odd(text):
            return "odd"
        if UNIT_ALONE.fullmatch(plain):
            return "unit"
        if key(text) in self.regions:
            return "region"
        return _kind_of_name(text, plain)


def _kind_of_time(text, plain):
    if plain.isdecimal():
        return "time" if len(plain) == 4 and 1900 <= int(plain) <= 2100 else "number"
    if read_time(text):
        return "time"
    if PART_OF_YEAR.fullmatch("".join(plain.split())):
        return "part"
    return "like_period" if LIKE_PERIOD.fullmatch(plain) else None


def _kind_of_name(text, plain):
    if len(plain) > 60 or plain.endswith(("。", "；")) or re.search("[:：]", plain):
        return "caption"
    if re.search("[12][0-9]{3}年", plain):  # GDP(亿元)2023年 would be an indicator of one year
        return "like_period"
    return "named" if UNIT_BEHIND.fullmatch(text) else "name"
