"""Data messages, row by row: SDMX-ML 2.1 generic and structure specific, SDMX-CSV 1.0 and 2.0."""

import csv
import datetime as dt
from itertools import chain, groupby

from django.utils import timezone

from portal.publishing.tables import safe_cell, writable

from .components import AGENCY, ATTRIBUTES, DIMENSIONS, FLOW, MEASURE, SERIES_ATTRIBUTES, TIME, VERSION
from .formats import DataFormat
from .forms import FLAT
from .xml import close, element, header, open_message, reference, start

__all__ = ["NAMESPACE", "data_message"]

#: What the elements of our structure specific data are of.
NAMESPACE = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={AGENCY}:{FLOW}({VERSION}):ObsLevelDim:"
KEY = [one.id for one in (*DIMENSIONS, TIME)]


def data_message(query, rows, format):
    """Pieces of a message in ``format`` with ``rows`` of the DataQuery ``query``."""
    if format.is_csv:
        return _csv(query, rows, format)
    return _xml(query, rows, {DataFormat.GENERIC: Generic, DataFormat.SPECIFIC: Specific}[format](query))


def _xml(query, rows, writer):
    yield writer.head()
    releases = _grouped(rows, lambda row: row.release_pk) if query.has_history else [_headed(rows)]
    for first, told in releases:
        yield start("message:DataSet", writer.of_set(first))
        yield from writer.groups(told)
        yield close("message:DataSet")
    yield close(f"message:{writer.kind}")


def _grouped(rows, by):
    """For each run of rows that have the same ``by(row)``: its first row, and an iterator over all of them."""
    return (_headed(run) for _value, run in groupby(rows, by))


def _headed(rows):
    first = next(rows)
    return first, chain([first], rows)


class Writer:
    """What both kinds of SDMX-ML share: which values stand at the observation, which above it."""

    def __init__(self, query):
        self.query = query
        self.dimension = query.dimension
        self.above = [] if self.dimension == FLAT else [name for name in KEY if name != self.dimension]
        self.has_attributes = query.detail in {"full", "nodata"}
        self.has_figures = query.detail in {"full", "dataonly"}

    def of_set(self, row):
        """The attributes of the data set that begins with ``row``."""
        said = {"structureRef": FLOW, "action": "Information"}
        if self.query.has_history:
            day = timezone.make_aware(dt.datetime.combine(row.released_on, dt.time.min))
            said |= {"action": "Replace", "validFromDate": day.isoformat()}
        elif self.query.asked["updatedAfter"]:
            said["action"] = "Replace"
        return said

    def groups(self, rows):
        """Series or sections with their figures; figures alone where the message is flat."""
        if self.dimension == FLAT:
            for row in rows:
                said = self._of_series(row) | self._of_figure(row)
                yield self.figure(row, said, dict(zip(KEY, row.key, strict=True)))
            return
        place, is_series = KEY.index(self.dimension), self.dimension == TIME.id
        for first, figures in _grouped(rows, lambda row: row.key[:place] + row.key[place + 1 :]):
            key = first.key[:place] + first.key[place + 1 :]
            yield self.group(dict(zip(self.above, key, strict=True)), self._of_series(first) if is_series else {})
            for row in figures if self.has_figures else ():
                said = self._of_figure(row) if is_series else self._of_series(row) | self._of_figure(row)
                yield self.figure(row, said, {self.dimension: row.key[place]})
            yield self.group_end

    def _of_series(self, row):
        return row.series_attributes if self.has_attributes else {}

    def _of_figure(self, row):
        return row.attributes if self.has_attributes else {}


class Generic(Writer):
    kind = "GenericData"
    group_end = close("generic:Series")

    def head(self):
        structure = element("common:Structure", None, reference(FLOW, VERSION, "DataStructure", "datastructure"))
        said = {"structureID": FLOW, "dimensionAtObservation": self.dimension}
        return open_message(self.kind) + header(element("message:Structure", said, structure))

    def group(self, key, attributes):
        more = _values("generic:Attributes", attributes) if attributes else ""
        return start("generic:Series") + _values("generic:SeriesKey", key) + more

    def figure(self, row, attributes, key):
        if self.dimension == FLAT:
            said = _values("generic:ObsKey", key)
        else:
            said = element("generic:ObsDimension", {"id": self.dimension, "value": key[self.dimension]})
        if (value := row.value) is not None:
            said += element("generic:ObsValue", {"value": value})
        if attributes:
            said += _values("generic:Attributes", attributes)
        return element("generic:Obs", None, said)


def _values(tag, said):
    return element(tag, None, *(element("generic:Value", {"id": id, "value": said[id]}) for id in said))


class Specific(Writer):
    kind = "StructureSpecificData"
    group_end = close("Series")

    def head(self):
        structure = element("common:Structure", None, reference(FLOW, VERSION, "DataStructure", "datastructure"))
        namespace = NAMESPACE + self.dimension
        said = {"structureID": FLOW, "namespace": namespace, "dimensionAtObservation": self.dimension}
        return open_message(self.kind, **{"xmlns:figures": namespace}) + header(
            element("message:Structure", said, structure)
        )

    def of_set(self, row):
        said = {f"specific:{name}": value for name, value in super().of_set(row).items()}
        return {"xsi:type": "figures:DataSetType", "specific:dataScope": "DataStructure"} | said

    def group(self, key, attributes):
        return start("Series", key | attributes)

    def figure(self, row, attributes, key):
        return element("Obs", key | {MEASURE.id: row.value} | attributes)


# CSV: https://github.com/sdmx-twg/sdmx-csv ---------------------------------------------------------------------------


class _Line:
    """What csv.writer writes to: it hands the line back."""

    def write(self, line):
        return line


def _csv(query, rows, format):
    writer = csv.writer(_Line())
    flow = f"{AGENCY}:{FLOW}({VERSION})"
    if format == DataFormat.CSV2:
        action = "R" if query.has_history or query.asked["updatedAfter"] else "I"
        before = {"STRUCTURE": "dataflow", "STRUCTURE_ID": flow, "ACTION": action}
    else:
        before = {"DATAFLOW": flow}
    has_figures = query.detail in {"full", "dataonly"}
    key = KEY if has_figures else KEY[:-1]
    measure = [MEASURE.id] if has_figures else []
    among = {"full": SERIES_ATTRIBUTES + ATTRIBUTES, "nodata": SERIES_ATTRIBUTES}.get(query.detail, [])
    attributes = [one.id for one in among]
    yield writer.writerow([*before, *key, *measure, *attributes])
    for row in rows:
        said = dict(zip(KEY, row.key, strict=True)) | {MEASURE.id: row.value}
        if attributes:
            said |= row.series_attributes | row.attributes
        cells = (said.get(name) for name in (*key, *measure, *attributes))
        yield writer.writerow([*before.values(), *(safe_cell(writable(cell)) if cell else cell for cell in cells)])
