"""The XML schema of our structure specific data: by it a client checks a message without knowing the structure.

It restricts the official base types as SDMX 2.1, Section 3A (“Structure Specific Data”) says: an attribute of XML for
each component, a simple type for each code list.
"""

from .components import ATTRIBUTES, DIMENSIONS, MEASURE, SERIES_ATTRIBUTES, TIME
from .data_messages import NAMESPACE
from .forms import FLAT
from .structures import CODELISTS
from .xml import close, element, start

__all__ = ["OFFICIAL", "schema"]

#: Where the official schemas are read; an XML catalogue may give local copies.
OFFICIAL = "https://registry.sdmx.org/schemas/v2_1/"
_BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
_TYPES = {
    "Decimal": "xs:decimal",
    "Integer": "xs:integer",
    "GregorianDay": "xs:date",
    "String": "xs:string",
    "ObservationalTimePeriod": "common:ObservationalTimePeriodType",
}


def schema(dimension):
    """Pieces of the schema for data whose observations are told apart by ``dimension``: an id, or FLAT."""
    above = [] if dimension == FLAT else [one for one in (*DIMENSIONS, TIME) if one.id != dimension]
    own = [one for one in (*DIMENSIONS, TIME) if one not in above]
    of_group = SERIES_ATTRIBUTES if dimension == TIME.id else []
    of_figure = ATTRIBUTES if of_group else [*SERIES_ATTRIBUTES, *ATTRIBUTES]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield start(
        "xs:schema",
        {
            "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
            "xmlns:common": f"{_BASE}/common",
            "xmlns:specific": f"{_BASE}/data/structurespecific",
            "xmlns": NAMESPACE + dimension,
            "targetNamespace": NAMESPACE + dimension,
        },
    )
    for name, file in {"common": "SDMXCommon", "data/structurespecific": "SDMXDataStructureSpecific"}.items():
        yield element("xs:import", {"namespace": f"{_BASE}/{name}", "schemaLocation": f"{OFFICIAL}{file}.xsd"})
    for codelist in CODELISTS:
        codes = (element("xs:enumeration", {"value": code.id}) for code in codelist.codes())
        yield element("xs:simpleType", {"name": codelist.id}, element("xs:restriction", {"base": "xs:string"}, *codes))
    content = "Obs" if dimension == FLAT else "Series"
    yield _type("DataSetType", "DataProvider", content, [])
    if dimension != FLAT:
        yield _type("SeriesType", None, "Obs", [*_attributes(above, of_group), *_without_time(above)])
    yield _type("ObsType", None, None, [*_attributes(own, [MEASURE, *of_figure]), *_without_time(own), _UNTYPED])
    yield close("xs:schema")


#: The attribute by which the base tells explicit measures apart, which we have not.
_UNTYPED = element("xs:attribute", {"name": "type", "type": "common:IDType", "use": "prohibited"})
_NO_YEAR_START = element(
    "xs:attribute", {"name": "REPORTING_YEAR_START_DAY", "type": "xs:gMonthDay", "use": "prohibited"}
)


def _type(name, before, content, attributes):
    """A complex type that restricts the one of the same name in the base."""
    many = {"form": "unqualified", "minOccurs": "0", "maxOccurs": "unbounded"}
    inside = [element("xs:element", {"ref": "common:Annotations", "minOccurs": "0"})]
    if before:
        said = {"name": before, "type": f"common:{before}ReferenceType", "form": "unqualified", "minOccurs": "0"}
        inside.append(element("xs:element", said))
    if content:
        repeated = element("xs:element", {"name": content, "type": f"{content}Type"} | many)
        inside.append(element("xs:choice", {"minOccurs": "0"}, repeated) if before else repeated)
    said = [element("xs:sequence", None, *inside), *attributes, _NO_YEAR_START]
    return element(
        "xs:complexType",
        {"name": name},
        element("xs:complexContent", None, element("xs:restriction", {"base": f"specific:{name}"}, *said)),
    )


def _attributes(key, others):
    for one in (*key, *others):
        use = "required" if one in key else "optional"
        yield element("xs:attribute", {"name": one.id, "type": one.codelist or _TYPES[one.text_type], "use": use})


def _without_time(key):
    if TIME not in key:
        yield element("xs:attribute", {"name": TIME.id, "type": _TYPES[TIME.text_type], "use": "prohibited"})
