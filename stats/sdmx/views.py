"""Answers to SDMX queries. The path is the query, so one view takes them all."""

from hashlib import sha256
from itertools import chain, islice, zip_longest

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView

from . import structures
from .components import AGENCY, DIMENSIONS, FLOW, ID, TIME, VERSION
from .data_messages import data_message
from .failures import Failure, not_implemented, nothing_found, syntax_error
from .formats import DataFormat, SchemaFormat, StructureFormat
from .forms import AvailabilityQueryForm, DataQueryForm, SchemaQueryForm, StructureQueryForm
from .queries import DataQuery, read_key
from .schemas import schema
from .structure_messages import structure_message
from .xml import CONTENT_TYPE, error

#: Pieces (rows of the answer) that are sent at once: a server pays for every piece.
PIECE = 200
#: So many pieces are held back to be hashed; a longer answer is sent as it comes and has no ETag.
SHORT = 20


class Guide(TemplateView):
    """How to ask, for people."""

    template_name = "stats/sdmx.html"
    extra_context = {
        "dimensions": DIMENSIONS,
        "formats": DataFormat,
        "agency": AGENCY,
        "flow": FLOW,
    }

    def get_context_data(self, **kwargs):
        return super().get_context_data(root=self.request.build_absolute_uri(self.request.path), **kwargs)


@csrf_exempt
def query(request, path):
    """A query of SDMX 2.1 REST as a message, or an error message with the number that SDMX has for it."""
    try:
        response = _answer(request, path.rstrip("/").split("/"))
    except Failure as failure:
        response = HttpResponse(error(failure.code, failure.text), content_type=CONTENT_TYPE, status=failure.status)
        if failure.status == 405:
            response["Allow"] = "GET, HEAD"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Accept"])
    return response


def _answer(request, parts):
    if request.method not in {"GET", "HEAD"}:
        raise syntax_error(_("Ask with GET."), 405)
    resource, *rest = parts
    if resource == "data":
        return _data(request, *_padded(rest, "all", "", "all"))
    if resource in structures.KINDS | structures.ABSENT | {"structure"}:
        return _structure(request, resource, *_padded(rest, "all", "all", "latest"))
    if resource == "schema":
        return _schema(request, *_padded(rest, "dataflow", "all", "all", "latest"))
    if resource == "availableconstraint":
        return _availability(request, *_padded(rest, "all", "", "all", "all"))
    if resource == "metadata":
        raise not_implemented(_("There are no answers of the kind “%s” here.") % resource)
    raise syntax_error(_("SDMX has no resource “%s”.") % resource[:80])


def _padded(parts, *defaults):
    """``parts`` of a path, with the defaults of those that are left out or empty."""
    if len(parts) > len(defaults):
        raise syntax_error(_("The path has more parts than this kind of query has."))
    return [part or default for part, default in zip_longest(parts, defaults, fillvalue="")]


def _structure(request, kind, agency, id, version):
    asked = StructureQueryForm.read(request)
    format = StructureFormat.of(request, asked["format"])
    found = structures.find(kind, agency, id, version)
    shown = structures.with_references(found, asked["references"] or "none")
    stubs = {
        "allstubs": shown, "allcompletestubs": shown,
        "referencestubs": [one for one in shown if one not in found],
        "referencecompletestubs": [one for one in shown if one not in found],
    }.get(asked["detail"], [])  # fmt: skip
    return _respond(request, structure_message(shown, stubs), format)


def _schema(request, context, agency, id, version):
    if context not in {"dataflow", "datastructure"}:
        raise nothing_found(_("There is no such structure here."))
    asked = SchemaQueryForm.read(request)
    format = SchemaFormat.of(request, asked["format"])
    structures.find(context, agency, id, version)
    return _respond(request, schema(asked["dimensionAtObservation"] or TIME.id), format)


def _data(request, flow, key, provider):
    asked = DataQueryForm.read(request)
    format = DataFormat.of(request, asked["format"])
    data = _query(flow, key, provider, asked)
    rows = data.rows()
    first = next(rows, None)
    if first is None:
        raise nothing_found(_("No figures are known of what was asked for."))
    return _respond(request, data_message(data, chain([first], rows), format), format)


def _availability(request, flow, key, provider, component):
    asked = AvailabilityQueryForm.read(request)
    format = StructureFormat.of(request, asked["format"])
    dimensions = [one.id for one in (*DIMENSIONS, TIME) if component in {"all", one.id}]
    if not dimensions:
        raise syntax_error(_("There is no dimension “%s”.") % component[:80])
    available = _query(flow, key, provider, asked).available(dimensions)
    if not all(available.values()):
        raise nothing_found(_("No figures are known of what was asked for."))
    references = asked["references"] or "none"
    shown = [] if references == "none" else structures.with_references(structures.find("dataflow"), references)
    return _respond(request, structure_message(shown, available=available), format)


def _query(flow, key, provider, asked):
    """The DataQuery of a path. Raises Failure where it names what is not here."""
    _check_flow(flow)
    if not {AGENCY, "all", f"{AGENCY},{AGENCY}"} & set(provider.split("+")):
        raise nothing_found(_("No provider of data is called “%s”.") % provider[:80])
    return DataQuery(read_key(key), asked)


def _check_flow(text):
    """Raise Failure unless ``text`` names our dataflow: FIGURES, SC,FIGURES or SC,FIGURES,1.0."""
    parts = text.split(",")
    if len(parts) > 3 or not all(ID.fullmatch(part.replace(".", "")) for part in parts):
        raise syntax_error(_("“%s” is no reference to a dataflow.") % text[:80])
    agency, flow, version = {1: ["all", *parts, "latest"], 2: [*parts, "latest"], 3: parts}[len(parts)]
    if agency not in {AGENCY, "all"} or flow != FLOW or version not in {VERSION, "latest", "all"}:
        raise nothing_found(_("There is no dataflow “%s”.") % text[:80])


def _respond(request, pieces, format):
    """A response with ``pieces`` of text. A short one has an ETag of what follows its header, which tells the time."""
    joined = iter(lambda: "".join(islice(pieces, PIECE)), "")
    held = list(islice(joined, SHORT))
    if len(held) == SHORT:
        response = StreamingHttpResponse(chain(held, joined), content_type=format.media_type)
        etag = None
    else:
        body = "".join(held)
        response = HttpResponse(body, content_type=format.media_type)
        said = body.partition("</message:Header>")[2] or body
        etag = response["ETag"] = f'W/"{sha256(said.encode()).hexdigest()[:32]}"'
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag=etag, response=response)
