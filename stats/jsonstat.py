"""Figures as a JSON-stat 2.0 dataset (https://json-stat.org/full/).

A bound is never an exact number: its ``value`` is null, its ``status`` names what it is, and ``extension.figures`` has,
by the same place in the cube, its limits, the source's words and where they stand. Parts that grow with the rows are
kept on disk until they are due, so that a file of any length is made in constant memory.
"""

import itertools
import tempfile
from functools import cache
from operator import attrgetter

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from portal.publishing.tables import dumps
from portal.vocabulary.quantities import Qualifier
from portal.vocabulary.templatetags.quantities import unit_in_words

from .codelists import ObsStatus, Stage
from .periods import period_text
from .reading_through import read_through
from .sheets import NOTHING, cells_of, printed
from .tables import numbers, title_of

#: Characters that are held at a time.
PIECE = 1 << 16


class _Spool:
    """The members of a JSON object, on disk once they are many."""

    def __init__(self):
        self.file = tempfile.SpooledTemporaryFile(PIECE, "w+", encoding="utf-8")  # noqa: SIM115 (``pieces`` closes it)
        self.length = 0

    def put(self, key, value):
        self.file.write(f"{', ' if self.length else ''}{dumps(str(key))}: {dumps(value)}")
        self.length += 1

    def pieces(self):
        self.file.seek(0)
        yield "{"
        yield from iter(lambda: self.file.read(PIECE), "")
        yield "}"
        self.file.close()


class Axis:
    """A dimension: its categories in the order in which they are added. ``role``: metric, geo, time, or none."""

    def __init__(self, id, label, role="", categories=()):
        self.id, self.label, self.role = id, str(label), role
        self.index, self.labels, self.units = _Spool(), _Spool(), _Spool()
        self.unit_in_words = cache(unit_in_words)  # many categories share one
        for code, name in categories:
            self.add(code, name)

    def add(self, code, label, unit=None):
        """``unit``: the Series (or Quantity) whose unit the category is counted in."""
        self.index.put(code, self.index.length)
        self.labels.put(code, str(label))
        if unit is not None:
            said = {
                "label": self.unit_in_words(unit.unit, unit.unit_mult),
                "base": unit.unit.code,
                "multiplier": unit.unit_mult,
            }
            self.units.put(code, said | {"decimals": unit.decimals})

    def pieces(self):
        yield f'{{"label": {dumps(self.label)}, "category": {{"index": '
        yield from self.index.pieces()
        yield ', "label": '
        yield from self.labels.pieces()
        if self.units.length:
            yield ', "unit": '
            yield from self.units.pieces()
        yield "}}"


class Dataset:
    """A cube of figures on its way into a file; ``explanation`` (an Explanation) is told of each."""

    def __init__(self, explanation, axes):
        self.explanation, self.axes = explanation, axes
        self.values, self.statuses, self.figures = _Spool(), _Spool(), _Spool()
        self.signs = {}

    def put(self, place, figure, counted):
        """``figure`` at ``place``, which counts the last axis first, in the unit of ``counted``."""
        self.explanation.add(figure)
        found = numbers(figure, counted.unit_mult - figure.unit_mult) if figure.unit_id == counted.unit_id else NOTHING
        self.values.put(place, found["value"])
        if sign := self._sign(figure):
            self.statuses.put(place, sign)
        told = {"printed": printed(figure), "qualifier": figure.qualifier}
        if figure.qualifier != Qualifier.EXACT:
            told |= {name: found[name] for name in ("value_low", "value_high")}
        told |= {"status": figure.obs_status, "stage": figure.stage, "decimals": figure.decimals}
        told |= {"release": str(figure.release_id), "source_place": figure.source_place}
        if figure.footnote:
            told["footnote"] = figure.footnote
        self.figures.put(place, told)

    def _sign(self, figure):
        """What must be said beside the value, in codes; "" where it is normal, exact and of no stage."""
        signs = [ObsStatus(figure.obs_status), Stage(figure.stage), Qualifier(figure.qualifier)]
        signs = [one for one in signs if one not in (ObsStatus.NORMAL, Stage.NONE, Qualifier.EXACT)]
        sign = ";".join(signs)
        if sign:
            self.signs[sign] = "; ".join(str(one.label) for one in signs)
        return sign

    def response(self):
        response = StreamingHttpResponse(self._pieces(), content_type="application/json")
        response["X-Content-Type-Options"] = "nosniff"
        response["X-Robots-Tag"] = "noindex"
        return response

    def _pieces(self):
        yield dumps(self._head())[:-1]
        yield ', "dimension": {'
        for number, axis in enumerate(self.axes):
            yield f"{', ' if number else ''}{dumps(axis.id)}: "
            yield from axis.pieces()
        yield "}"
        for name, spool in [("value", self.values), ("status", self.statuses)]:
            if spool.length or spool is self.values:
                yield f', "{name}": '
                yield from spool.pieces()
        extension = {"as_of": self.explanation.day, "status": {"label": self.signs}, "releases": self._releases()}
        yield f', "extension": {dumps(extension)[:-1]}, "figures": '
        yield from self.figures.pieces()
        yield "}}"

    def _head(self):
        told = self.explanation
        releases = told.in_order()
        head = {"version": "2.0", "class": "dataset", "label": told.title, "href": told.page}
        head["source"] = "；".join(dict.fromkeys(one.source.label for one in releases))
        if releases:
            head["updated"] = max(one.told_at[0] for one in releases)
        head |= {"note": told.lines(), "id": [one.id for one in self.axes]}
        head["size"] = [one.index.length for one in self.axes]
        roles = itertools.groupby(sorted((one for one in self.axes if one.role), key=lambda one: one.role), _role)
        return head | {"role": {role: [one.id for one in axes] for role, axes in roles}}

    def _releases(self):
        root = self.explanation.root
        return {
            str(one.pk): {
                "source": one.source.label,
                "title": one.label,
                "released_on": one.released_on,
                "rank": one.rank,
                "reason": one.reason,
                "note": one.note,
                "url": one.url,
                "page": root + one.get_absolute_url(),
            }
            for one in self.explanation.in_order()
        }


def _role(axis):
    return axis.role


def of_series(series, figures, explanation):
    """The figures of one series as a response."""
    figures = sorted(figures, key=lambda one: one.time_period)
    axes = [Axis("indicator", _("Indicator"), "metric"), _regions([series]), Axis("form", _("Form"))]
    axes[0].add(series.indicator.slug, series.indicator.label, series)
    axes[2].add(key_of(series), series.form)
    axes.append(_periods(one.time_period for one in figures))
    dataset = Dataset(explanation, axes)
    for place, figure in enumerate(figures):
        dataset.put(place, figure, series)
    return dataset.response()


def of_comparison(comparison, explanation):
    """What stands side by side, values and published growth, as a response."""
    cells = cells_of(comparison)
    periods = sorted({period for period, _cell in cells})
    growth = next((growth for _series, _name, growth in comparison.columns if growth), None)
    counted = {"figure": comparison.chosen[0] if comparison.chosen else None, "growth": growth}
    counted = {name: one for name, one in counted.items() if one}
    measures = Axis("measure", _("Measure"), "metric")
    for one in counted.values():
        measures.add(f"{one.indicator.slug}.{key_of(one)}", f"{one.indicator.label} · {one.form}", one)
    dataset = Dataset(explanation, [measures, _regions(comparison.chosen), _periods(periods)])
    columns = {one.pk: place for place, one in enumerate(comparison.chosen)}
    for number, (name, one) in enumerate(counted.items()):
        for period, cell in cells:
            if cell[name]:
                row = number * len(columns) + columns[cell["series"].pk]
                dataset.put(row * len(periods) + periods.index(period), cell[name], one)
    return dataset.response()


def of_list(records, periods, explanation):
    """Series (a QuerySet of those that are listed), each with its newest figure, as a response: each series is a
    category with a unit of its own. ``periods``, in order, are all of these figures.
    """
    places = {period: place for place, period in enumerate(periods)}
    rows = Axis("series", _("Series"), "metric")
    dataset, label = Dataset(explanation, [rows, _periods(periods)]), cache(attrgetter("label"))
    for number, series in enumerate(read_through(records, explanation.day)):
        rows.add(f"{series.indicator.slug}.{series.region.address}.{key_of(series)}", title_of(series, label), series)
        (figure,) = series.latest
        dataset.put(number * len(places) + places[figure.time_period], figure, series)
    return dataset.response()


def key_of(series):
    """The form of a series in codes: A.none.level.current."""
    return ".".join(series.key)


def _regions(series):
    return Axis("region", _("Region"), "geo", [(one.region.address, one.region.label) for one in series])


def _periods(periods):
    return Axis("time_period", _("Period"), "time", [(period, period_text(period)) for period in periods])
