"""The languages of SDMX that are spoken here, and which of them an answer is written in."""

from django.db import models
from django.utils.translation import gettext as _

from .failures import syntax_error

__all__ = ["DataFormat", "SchemaFormat", "StructureFormat"]


class Format(models.TextChoices):
    """The value of ``?format=``; the most usual comes first."""

    @property
    def media_type(self):
        raise NotImplementedError

    @property
    def accepted(self):
        """The media types by which it may be asked for."""
        return [self.media_type]

    @classmethod
    def of(cls, request, chosen):
        """The one that ``?format=`` has chosen, else what the Accept header prefers. Raises Failure (406) for none."""
        if chosen:
            return cls(chosen)
        offered = {media_type: one for one in cls for media_type in one.accepted}
        if not request.headers.get("Accept", "").strip():
            return next(iter(cls))
        found = request.get_preferred_type(list(offered))
        if found is None:
            raise syntax_error(_("Accept one of these media types: %s.") % ", ".join(cls.media_types()), 406)
        return offered[found]

    @classmethod
    def media_types(cls):
        return [one.media_type for one in cls]


class DataFormat(Format):
    GENERIC = "genericdata", "SDMX-ML 2.1 generic data"
    SPECIFIC = "structurespecificdata", "SDMX-ML 2.1 structure specific data"
    CSV = "csv", "SDMX-CSV 1.0"
    CSV2 = "csv2", "SDMX-CSV 2.0"

    @property
    def media_type(self):
        return {
            "genericdata": "application/vnd.sdmx.genericdata+xml;version=2.1",
            "structurespecificdata": "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
            "csv": "application/vnd.sdmx.data+csv;version=1.0.0",
            "csv2": "application/vnd.sdmx.data+csv;version=2.0.0",
        }[self]

    @property
    def accepted(self):
        more = {
            "genericdata": ["application/xml", "text/xml"],
            "csv": ["text/csv"],
        }
        return [self.media_type, *more.get(self, [])]

    @property
    def is_csv(self):
        return self in {DataFormat.CSV, DataFormat.CSV2}


class StructureFormat(Format):
    STRUCTURE = "structure", "SDMX-ML 2.1 structure"

    @property
    def media_type(self):
        return "application/vnd.sdmx.structure+xml;version=2.1"

    @property
    def accepted(self):
        return [self.media_type, "application/xml", "text/xml"]


class SchemaFormat(Format):
    SCHEMA = "schema", "SDMX-ML 2.1 schema"

    @property
    def media_type(self):
        return "application/vnd.sdmx.schema+xml;version=2.1"

    @property
    def accepted(self):
        return [self.media_type, "application/xml", "text/xml"]
