"""Many series one after the other, for files: what many of them share is read once."""

from itertools import islice

from django.db.models import Prefetch

from portal.vocabulary.models import Region, Unit

from .models import Indicator, Observation, Release

#: Series that are held at a time.
CHUNK = 1000


def read_through(records, day=None):
    """Each Series of a QuerySet of those that are listed, with its newest figure as of ``day`` (``latest``, a list of
    one) and all that a row tells of both.
    """
    indicators, regions, units = (_Shared(model.objects.all()) for model in (Indicator, Region, Unit))
    releases = _Shared(Release.objects.select_related("source"))
    newest = Prefetch("observations", Observation.objects.latest(day), to_attr="latest")
    found = records.select_related(None).prefetch_related(None).prefetch_related(newest).iterator(chunk_size=CHUNK)
    while series := list(islice(found, CHUNK)):
        figures = [figure for one in series for figure in one.latest]
        indicators.give(series, "indicator")
        regions.give(series, "region")
        units.give(series, "unit")
        units.give(figures, "unit")
        releases.give(figures, "release")
        yield from series


class _Shared(dict):
    """Records of a QuerySet by their keys, each read when the first other points to it.

    A join makes a record of its own for each row, and ``prefetch_related`` an OR for each that is pointed to: SQLite
    refuses more than some hundred of them.
    """

    def __init__(self, records):
        self.records = records

    def give(self, owners, name):
        """Give all ``owners`` (of one model) the record that their relation ``name`` points to."""
        if not owners:
            return
        field = owners[0]._meta.get_field(name)
        self |= self.records.in_bulk({getattr(one, field.attname) for one in owners} - self.keys())
        for one in owners:
            field.set_cached_value(one, self[getattr(one, field.attname)])
