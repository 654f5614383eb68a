"""Headings and names that say in which form a figure is given: growth, share or index instead of the level."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from .codelists import Accumulation, PriceBasis, Stage, Transformation

#: 地区生产总值比上年实际增长(%), 同比增速(%), ±%: what stands before is the name of what grew.
GROWTH = re.compile(
    r"(.*?)(?:(?:比|较)(?:上年|去年)(?:同期|同月|同季)?|同比)?[,，]?(实际|可比价|名义)?"
    r"(?:增长速度|增长率|增长|增速|增幅|±)\(?%\)?"
)
SHARE = re.compile(r"(.*?)(?:占比|所占比重|比重|构成)\(?%\)?")
INDEX = re.compile(r"(.*?)指数\((?:上年|上年同期|上年同月|上年同季|去年|去年同期)=100\)")
#: Names that end like growth and are rates of their own, or growth of another kind than on the year before.
OTHER_RATES = re.compile(r".*(自然|机械|出生|死亡|环比|年均|平均|累计|比上月|比上季|拉动|贡献)")
ODD = re.compile(r"(?:年均|平均|环比|比上月|比上季|累计)?(?:增长|增速|增幅|环比|增减|升降).{0,8}")
BASES = {"实际": PriceBasis.CONSTANT, "可比价": PriceBasis.CONSTANT, "名义": PriceBasis.CURRENT}


class Form(NamedTuple):
    """In which form a heading gives its figures. ``of``: the name of the indicator where the heading says more."""

    transformation: str = Transformation.LEVEL
    price_basis: str | None = None
    accumulation: str = Accumulation.NONE
    stage: str = Stage.NONE
    of: str = ""


LEVEL = Form()


@lru_cache(maxsize=4096)
def read_measure(text):
    """The ``Form`` that a heading says in words, None where it gives a level; ``of`` is empty for 比上年增长(%) alone.

    A price index keeps its name: 居民消费价格指数 is what is measured, 地区生产总值指数 is an index of something.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if (match := GROWTH.fullmatch(plain)) and not OTHER_RATES.match(plain):
        return Form(Transformation.YEAR_ON_YEAR, BASES.get(match[2]), of=match[1])
    if match := INDEX.fullmatch(plain):
        name = f"{match[1]}指数" if match[1].endswith("价格") else match[1]
        return Form(Transformation.INDEX, of=name)
    if match := SHARE.fullmatch(plain):
        of_what = "占" in match[1]  # 占地区生产总值比重: which whole it is a part of belongs to the name
        return Form(Transformation.SHARE, of=plain.partition("(")[0].rstrip("%") if of_what else match[1])
    return None


def is_odd(text):
    """Whether a heading says growth, but not on the year before: 年均增长(%), 环比(%)."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return bool(ODD.fullmatch(plain))
