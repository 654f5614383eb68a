"""The structure message of SDMX-ML 2.1, piece by piece."""

from itertools import groupby

from django.utils.translation import gettext_lazy

from portal.pages.models import Imprint

from .components import (
    AGENCY,
    ATTRIBUTES,
    CONCEPTS,
    DIMENSIONS,
    FLOW,
    MEASURE,
    SERIES_ATTRIBUTES,
    TIME,
    VERSION,
)
from .xml import close, element, header, names, open_message, reference, start, text

__all__ = ["structure_message"]

_TITLE = gettext_lazy("Values that the figures have")
#: The elements of a kind of structure: the one around all of the kind, and the one itself.
ELEMENTS = {
    "agencyscheme": ("OrganisationSchemes", "AgencyScheme"),
    "dataflow": ("Dataflows", "Dataflow"),
    "codelist": ("Codelists", "Codelist"),
    "conceptscheme": ("Concepts", "ConceptScheme"),
    "datastructure": ("DataStructures", "DataStructure"),
}


def structure_message(artefacts, stubs=(), available=None):
    """Pieces of a message with ``artefacts``, in their order; of the ``stubs`` among them no more than the name.

    ``available``: the values that figures have (``DataQuery.available``), told as a constraint of the dataflow.
    """
    yield open_message("Structure")
    yield header()
    yield start("message:Structures")
    for kind, group in groupby(artefacts, lambda one: one.kind):
        around, own = (f"structure:{name}" for name in ELEMENTS[kind])
        yield start(around)
        for one in group:
            is_stub = one in stubs
            said = {"id": one.id, "agencyID": AGENCY, "version": VERSION, "isFinal": "false"}
            if kind == "agencyscheme":
                del said["isFinal"]
            yield start(own, said | {"isExternalReference": str(is_stub).lower()})
            yield names(one.name)
            if not is_stub:
                yield from WRITERS[kind](one)
            yield close(own)
        yield close(around)
    if available is not None:
        yield from _constraint(available)
    yield close("message:Structures")
    yield close("message:Structure")


def _agencies(scheme):
    imprint = Imprint.objects.first()
    said = {"zh-Hans": imprint.site_name, "en": imprint.site_name_en} if imprint else {"en": AGENCY}
    yield element("structure:Agency", {"id": AGENCY}, names(said))


def _dataflow(flow):
    yield element("structure:Structure", None, reference(FLOW, VERSION, "DataStructure", "datastructure"))


def _codes(codelist):
    for code in codelist.codes():
        parent = [element("structure:Parent", None, element("Ref", {"id": code.parent}))] if code.parent else []
        yield element("structure:Code", {"id": code.id}, names(code.name), *parent)


def _concepts(scheme):
    for one in (*DIMENSIONS, TIME, MEASURE, *SERIES_ATTRIBUTES, *ATTRIBUTES):
        yield element("structure:Concept", {"id": one.id}, names(one.name))


def _definition(structure):
    yield start("structure:DataStructureComponents")
    yield start("structure:DimensionList", {"id": "DimensionDescriptor"})
    for position, one in enumerate(DIMENSIONS, 1):
        yield _component("Dimension", one, position=position)
    yield _component("TimeDimension", TIME, position=len(DIMENSIONS) + 1)
    yield close("structure:DimensionList")
    yield start("structure:AttributeList", {"id": "AttributeDescriptor"})
    of_series = [element("structure:Dimension", None, element("Ref", {"id": one.id})) for one in DIMENSIONS]
    of_figure = [element("structure:PrimaryMeasure", None, element("Ref", {"id": MEASURE.id}))]
    for among, relation in ((SERIES_ATTRIBUTES, of_series), (ATTRIBUTES, of_figure)):
        for one in among:
            status = "Mandatory" if one.is_mandatory else "Conditional"
            related = element("structure:AttributeRelationship", None, *relation)
            yield _component("Attribute", one, related, assignmentStatus=status)
    yield close("structure:AttributeList")
    measure = _component("PrimaryMeasure", MEASURE)
    yield element("structure:MeasureList", {"id": "MeasureDescriptor"}, measure)
    yield close("structure:DataStructureComponents")


def _component(tag, one, *more, **attributes):
    concept = {"maintainableParentID": CONCEPTS, "maintainableParentVersion": VERSION, "agencyID": AGENCY}
    concept |= {"id": one.id, "class": "Concept", "package": "conceptscheme"}
    if one.codelist:
        form = element("structure:Enumeration", None, reference(one.codelist, VERSION, "Codelist", "codelist"))
    else:
        form = element("structure:TextFormat", {"textType": one.text_type})
    return element(
        f"structure:{tag}",
        {"id": one.id} | attributes,
        element("structure:ConceptIdentity", None, element("Ref", concept)),
        element("structure:LocalRepresentation", None, form),
        *more,
    )


def _constraint(available):
    said = {"id": "CC", "agencyID": AGENCY, "version": VERSION, "type": "Actual"}
    yield start("structure:Constraints") + start("structure:ContentConstraint", said)
    yield names(_TITLE)
    flow = element("structure:Dataflow", None, reference(FLOW, VERSION, "Dataflow", "datastructure"))
    yield element("structure:ConstraintAttachment", None, flow)
    yield start("structure:CubeRegion", {"include": "true"})
    for id, values in available.items():
        if id == TIME.id:
            ends = zip(("Start", "End"), values, strict=True)
            said = (text(f"common:{end}Period", day, {"isInclusive": "true"}) for end, day in ends)
            inside = [element("common:TimeRange", None, *said)]
        else:
            inside = [text("common:Value", value) for value in values]
        yield element("common:KeyValue", {"id": id}, *inside)
    yield close("structure:CubeRegion") + close("structure:ContentConstraint") + close("structure:Constraints")


WRITERS = {
    "agencyscheme": _agencies,
    "dataflow": _dataflow,
    "codelist": _codes,
    "conceptscheme": _concepts,
    "datastructure": _definition,
}
