"""How figures look: their periods, their place beside one another, and what became of them."""

from itertools import groupby

from django import template
from django.utils.translation import gettext

from portal.vocabulary.quantities import Qualifier
from portal.vocabulary.templatetags.quantities import MINUS, digits, quantity_text
from stats.claims import standing
from stats.codelists import ObsStatus, PriceBasis
from stats.intervals import is_same_number
from stats.periods import period_text

register = template.Library()

#: Releases that stand side by side in a revision strip.
STRIP = 12


@register.filter
def period(value):
    """A TIME_PERIOD as a reader says it: 2022年, 2022年三季度."""
    return period_text(value)


@register.simple_tag
def series_address(series, day):
    """The address of ``series`` as of ``day``; of today where that is empty."""
    return series.get_absolute_url(as_of=day)


@register.filter
def growth_name(series):
    """What stands above published growth, with the prices in which the ``series`` counts it."""
    if series.price_basis == PriceBasis.NONE:
        return gettext("Year on year (as published)")
    return gettext("Year on year (as published, %s)") % series.get_price_basis_display()


@register.simple_tag
def revised_slots(figures):
    """Periods of which more than one release has spoken, newest first: dicts of ``period`` and ``versions``.

    A version is a figure with its ``change`` against the one before it of the same rank and the ``direction`` of that
    (first, up, down, same, or "" for what cannot be compared), oldest first; ``is_claim`` marks the word of a lower
    rank than the best that spoke, and ``standing`` says why that one counts and whether the two conflict.
    """
    slots = []
    ordered = sorted(figures, key=lambda one: one.time_period, reverse=True)
    for name, group in groupby(ordered, key=lambda one: one.time_period):
        versions = sorted(group, key=lambda one: (one.release.released_on, one.release.source.name))
        if len(versions) > 1:
            slots.append({"period": name, "versions": _versions(versions)})
    return slots


@register.simple_tag
def history(figures, growth, vintages):
    """The rows of a series' table: dicts of ``figure``, ``growth`` as published (by period in ``growth``) and
    ``earlier``, the values of the same rank that it has superseded, the last one first.
    """
    said = {}
    for one in sorted(vintages, key=lambda one: one.release.released_on, reverse=True):
        said.setdefault(one.time_period, []).append(one)
    return [
        {
            "figure": figure,
            "growth": growth.get(figure.time_period),
            "earlier": _superseded(figure, said.get(figure.time_period, [])),
        }
        for figure in figures
    ]


@register.simple_tag
def revision_strip(slots):
    """What ``revised_slots`` has found as a matrix of periods and releases: a dict of ``releases``, oldest first, and
    ``rows``, pairs of a period and its cells, for each release a version or None; the last ``STRIP`` releases.
    """
    said = {version["figure"].release for slot in slots for version in slot["versions"]}
    releases = sorted(said, key=lambda one: (one.released_on, one.source.name))[-STRIP:]
    rows = []
    for slot in slots:
        versions = {version["figure"].release: version for version in slot["versions"]}
        rows.append((slot["period"], [versions.get(release) for release in releases]))
    return {"releases": releases, "rows": rows, "is_cut": len(said) > len(releases)}


def _superseded(figure, versions):
    """Those of ``versions`` (newest first) that gave another value before ``figure`` did, each value once."""
    release, seen, found = figure.release, {_value(figure)}, []
    for one in versions:
        is_older = one.release.rank == release.rank and one.release.released_on < release.released_on
        if is_older and _value(one) not in seen:
            seen.add(_value(one))
            found.append(one)
    return found


def _value(figure):
    return figure.value_base, figure.value_high, figure.qualifier, figure.unit_id


def _versions(figures):
    preferred, others = standing(figures)
    standings = {id(one.figure): one for one in others}
    before, rows = {}, []
    for figure in figures:
        rank = figure.release.rank
        old = before.get(rank)
        is_claim = rank != preferred.release.rank
        rows.append(
            {
                "figure": figure,
                "before": old,
                "change": change(old, figure),
                "direction": _direction(old, figure),
                "is_claim": is_claim,
                "standing": standings[id(figure)] if is_claim else None,
            }
        )
        before[rank] = figure
    return rows


def _direction(old, new):
    if old is None:
        return "first"
    if _value(old) == _value(new) or is_same_number(old, new):
        return "same"
    if not (_is_exact(old) and _is_exact(new) and old.unit_id == new.unit_id):
        return ""
    return "up" if new.value_base > old.value_base else "down"


@register.simple_tag
def change(old, new, with_unit=False):
    """The change from ``old`` to ``new`` as a number of ``new``'s unit, with per cent; "" where none can be computed.

    Two bounds have no difference, nor have values of different units.
    """
    if old is None or not _is_exact(old) or not _is_exact(new) or old.unit_id != new.unit_id:
        return ""
    difference = new.mantissa - old.mantissa.scaleb(old.unit_mult - new.unit_mult)
    if not difference:
        return gettext("unchanged")
    sign = "+" if difference > 0 else ""
    text = sign + digits(difference, new.decimals)
    if new.unit.symbol == "%":
        return gettext("%s percentage points") % text
    if with_unit:
        counted = type(new)(mantissa=difference, unit=new.unit, unit_mult=new.unit_mult, decimals=new.decimals)
        text = sign + quantity_text(counted)
    if not old.mantissa:
        return text
    percent = difference / old.mantissa.scaleb(old.unit_mult - new.unit_mult).copy_abs() * 100
    places = 1 if abs(percent) >= 1 else 2
    return f"{text} ({sign}{percent:.{places}f}%)".replace("-", MINUS)


def _is_exact(figure):
    return figure.mantissa is not None and figure.qualifier == Qualifier.EXACT


@register.simple_tag
def footnotes_of(*groups):
    """The notes at the figures of all ``groups``, a number for each text, in the order in which they are met."""
    lines = (line for figures in groups for figure in figures for line in figure.footnotes)
    return {line: number for number, line in enumerate(dict.fromkeys(lines), start=1)}


@register.filter
def signs(figure, footnotes):
    """The numbers of the notes at a figure among ``footnotes_of`` a page."""
    return [footnotes[line] for line in figure.footnotes]


@register.filter
def circled(number):
    """The sign of a note: ①, up to ⑳, then (21)."""
    return chr(ord("①") + number - 1) if number <= 20 else f"({number})"


@register.filter
def noted_releases(figures):
    """The releases of ``figures`` that say something of all theirs, in the order in which they are met."""
    return [release for release in dict.fromkeys(one.release for one in figures) if release.note]


@register.filter
def remarks(figure):
    """What must be said beside a figure: its status where it is not normal, and its stage."""
    said = []
    if figure.obs_status != ObsStatus.NORMAL:
        said.append(figure.get_obs_status_display())
    if figure.stage:
        said.append(figure.get_stage_display())
    return said
