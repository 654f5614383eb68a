"""Figures that are a thousand, ten thousand or a hundred million times what their line is: a slip of the unit.

One pass over a release in the order of its series, on numbers alone; records are made of what is found.
"""

from bisect import bisect_left
from collections import defaultdict
from typing import NamedTuple

from portal.vocabulary.quantities import Qualifier

from .arithmetic import SUSPICIOUS, magnitude, slip, slipped
from .claims import precedence
from .codelists import ObsStatus, Transformation

__all__ = ["slips"]

#: Neighbours on each side that are asked, and how many years away they may lie.
NEIGHBOURS, YEARS = 2, 5
#: Words that set no limit, of which the number itself is none.
VAGUE = [Qualifier.ABOUT, Qualifier.ORDER_OF_MAGNITUDE]
RELATED = ["series__indicator", "series__region", "unit", "release__source"]


class Point(NamedTuple):
    """A figure as a place in its line and the power of ten of its number."""

    period: str
    power: float
    pk: int


def slips(figures, release, rules):
    """For ``rules`` (of the kind ``unit``): {(rule, series, period): Breach} of ``release``.

    ``figures``: the manager of observations. Each is held against what counted for its own slot before, then against
    the nearest periods that other releases give, then against those of its own release.
    """
    own = _lines(_powers(figures.filter(release=release), rules))
    if not own:
        return {}
    found = {}
    others = _counting(figures, release, own)
    for series, line in own.items():
        beside = others.get(series, [])
        if beside or _is_uneven(line):
            found |= {(series, one.period): hit for one in line if (hit := _slip_of(one, line, beside))}
    if not found:
        return {}
    pks = {one.pk for own_point, near, _power in found.values() for one in (own_point, *near)}
    records = figures.select_related(*RELATED).in_bulk(pks)
    breaches = {}
    for (series, period), (one, near, power) in found.items():
        figure = records[one.pk]
        for rule in rules:
            if _is_asked(rule, figure):
                breaches[rule, series, period] = slip(figure, [records[other.pk] for other in near], power)
    return breaches


def _is_asked(rule, figure):
    series, named = figure.series, {indicator.pk for indicator in rule.parts.all()}
    return (not named or series.indicator_id in named) and rule.region_id in {None, series.region_id}


def _powers(figures, rules):
    """Series, period, power of ten and key of the levels among ``figures`` that any of ``rules`` asks for."""
    figures = figures.filter(series__transformation=Transformation.LEVEL, value_base__isnull=False)
    figures = figures.exclude(qualifier__in=VAGUE).exclude(obs_status=ObsStatus.FORECAST)
    if all(rule.parts.all() for rule in rules):
        named = {indicator.pk for rule in rules for indicator in rule.parts.all()}
        figures = figures.filter(series__indicator__in=named)
    rows = figures.order_by().values_list("series", "time_period", "value_base", "pk")
    for series, period, value, pk in rows.iterator(chunk_size=5000):
        if (power := magnitude(value)) is not None:
            yield series, Point(period, power, pk)


def _lines(points):
    """{series: its points in the order of their periods}."""
    lines = defaultdict(list)
    for series, one in points:
        lines[series].append(one)
    for line in lines.values():
        line.sort()
    return lines


def _counting(figures, release, own):
    """{series: points} of what other releases say for these series and years, as of the day of ``release``."""
    years = [int(one.period[:4]) for line in own.values() for one in (line[0], line[-1])]
    told = figures.known(release.released_on, previewed=release).exclude(release=release)
    told = told.of_years(max(min(years) - YEARS, 1), min(max(years) + YEARS, 9998))
    told = told.filter(series__in=figures.filter(release=release).order_by().values("series"))
    told = told.filter(series__transformation=Transformation.LEVEL, value_base__isnull=False)
    told = told.exclude(qualifier__in=VAGUE).exclude(obs_status=ObsStatus.FORECAST)
    best = {}
    names = ["series", "time_period", "value_base", "pk"]
    names += ["release__rank", "release__released_on", "release__source__name"]
    for series, period, value, pk, *said in told.order_by().values_list(*names).iterator(chunk_size=5000):
        power, key = magnitude(value), precedence(*said)
        slot = series, period
        if power is not None and (slot not in best or key < best[slot][0]):
            best[slot] = key, Point(period, power, pk)
    return _lines((series, one) for (series, _period), (_key, one) in best.items())


def _is_uneven(line):
    """Whether two neighbours of ``line`` are suspiciously far apart; elsewhere nobody need look closer."""
    return any(abs(one.power - other.power) >= SUSPICIOUS for one, other in zip(line, line[1:], strict=False))


def _slip_of(one, line, others):
    """(the point, those that it is held against, the power by which it is off), or None."""
    before, near = _around(one, others)
    for beside in (before, near, _around(one, line)[1]):
        if beside and (power := slipped(one.power, [other.power for other in beside])):
            return one, beside, power
    return None


def _around(one, line):
    """The point of ``line`` for the period of ``one``, and its neighbours within a few years; both as lists."""
    here = bisect_left(line, (one.period,))
    same = line[here : here + 1] if here < len(line) and line[here].period == one.period else []
    near = line[max(here - NEIGHBOURS, 0) : here] + line[here + len(same) : here + len(same) + NEIGHBOURS]
    year = int(one.period[:4])
    return same, [other for other in near if abs(int(other.period[:4]) - year) <= YEARS]
