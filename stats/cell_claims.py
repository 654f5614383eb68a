"""What a cell of a file claims for a slot, beside what a release has said for it already."""

from typing import NamedTuple

from django.db import connections, router
from django.utils.translation import gettext as _

from portal.vocabulary.quantities import Multiplier, Qualifier, base_value, places_of

from .models import Observation

#: The columns of a figure, as ``row_of`` fills them.
COLUMNS = (
    "series_id", "release_id", "time_period", "mantissa", "value_low", "value_high", "value_base", "decimals",
    "unit_id", "unit_mult", "qualifier", "printed", "obs_status", "stage", "source_place", "footnote",
)  # fmt: skip


class Figure(NamedTuple):
    """One cell that has been understood."""

    subject: tuple
    period: str
    #: What the cell says (``cells.Reading``), and the power of ten of its unit.
    reading: tuple
    power: int
    row: int
    column: str
    place: str
    footnote: str = ""

    @property
    def sheet(self):
        return self.place.rpartition("!")[0]


class Claim(NamedTuple):
    """What a release says for a slot. Equal are two claims of one ``base`` value in one unit, however it is printed."""

    base: object
    unit: int
    number: object
    power: int
    qualifier: str
    high: object = None
    #: Where it comes from this file.
    figure: Figure | None = None

    def __str__(self):
        if self.number is None:
            return "—"
        ends = [self.number] if self.high is None else [self.number, self.high]
        number = "—".join(f"{end.normalize():f}" if self.figure is None else f"{end:f}" for end in ends)
        return Qualifier(self.qualifier).wrap(f"{number}{Multiplier(self.power).sign}")


def claim(qualifier, mantissa, low, high, power, unit, figure=None):
    """What a figure says. A bound is never equal to a number; where no figure was published there is no base."""
    number = mantissa if mantissa is not None else low
    base = None if number is None else number.scaleb(power)
    if base is not None and qualifier != Qualifier.EXACT:
        base = (qualifier, base, high and high.scaleb(power))
    return Claim(base, unit, number, power, qualifier, high, figure)


def claim_of(figure):
    """The ``Claim`` of a figure of the file."""
    reading, unit = figure.reading, figure.subject.unit.pk
    if reading.qualifier == Qualifier.EXACT:
        return Claim(
            reading.number.scaleb(figure.power), unit, reading.number, figure.power, Qualifier.EXACT, None, figure
        )
    return claim(reading.qualifier, reading.number, reading.low, reading.high, figure.power, unit, figure)


def insert(rows):
    """Write new figures, tuples in the order of ``COLUMNS``; returns how many.

    ``bulk_create`` would be half of the time of a whole import (``make bench``). What the database refuses, it refuses
    here too.
    """
    rows = list(rows)
    connection = connections[router.db_for_write(Observation)]
    quote = connection.ops.quote_name
    columns, slots = ", ".join(map(quote, COLUMNS)), ", ".join(["%s"] * len(COLUMNS))
    with connection.cursor() as cursor:
        table = quote(Observation._meta.db_table)
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({slots})", rows)  # noqa: S608 (our own names)
    return len(rows)


def row_of(figure, series):
    """A figure as the database keeps it: its values in the order of ``COLUMNS``."""
    subject, reading = figure.subject, figure.reading
    number, high = reading.low if reading.number is None else reading.number, reading.high
    return (
        series.pk,
        subject.release.pk,
        figure.period,
        reading.number,
        reading.low,
        high,
        base_value(number, figure.power),
        places_of(number) if high is None else max(places_of(number), places_of(high)),
        subject.unit.pk,
        figure.power,
        str(reading.qualifier),
        reading.printed and reading.printed.replace("{}", subject.unit_text),
        str(reading.obs_status),
        str(reading.stage or subject.stage),
        figure.place,
        figure.footnote,
    )


def contradiction(old, new):
    """Why the claim ``new`` of a cell cannot be taken beside ``old`` of the same release."""
    said = {"new": new, "old": old, "release": new.figure.subject.release}
    if old.figure:
        text = _("Cell %(place)s says %(old)s for the same, this one says %(new)s.")
        return text % {**said, "place": old.figure.place}
    text = _(
        "The release “%(release)s” says %(old)s for this already, this cell says %(new)s. "
        "A source has one release a day: give another day with --released."
    )
    return text % said
