"""What a reader sees at every door, and what a browser sends."""

import json
import re
from urllib.parse import quote
from xml.etree.ElementTree import XML

import html5lib

__all__ = ["fields_of", "see", "told_by", "versions_in"]

ATOM = "{http://www.w3.org/2005/Atom}"


def see(server, records):
    """Door → what an anonymous reader finds there of ``records`` (address of the page, of the list, words)."""
    seen = {}
    for page, list_address, words in records:
        answer = server.ask("GET", page)
        seen[page] = (answer.status, _words(answer.text))
        for door in (f"{list_address}?format=json", f"/search/?format=json&q={quote(words)}"):
            rows = json.loads(server.ask("GET", door).text)["results"]
            seen[door, page] = [row for row in rows if row["url"].endswith(page)]
        feed = XML(server.ask("GET", f"{list_address}?format=atom").text)
        entries = feed.findall(f"{ATOM}entry")
        seen[f"{list_address}?format=atom", page] = [
            "".join(one.itertext()) for one in entries if one.find(f"{ATOM}link").get("href").endswith(page)
        ]
    return seen


def versions_in(seen):
    """All the versions of which anything is told."""
    return {int(number) for number in re.findall(r"（第(\d+)版）", json.dumps(list(seen.values()), ensure_ascii=False))}


def told_by(page):
    """What a form that came back says is wrong."""
    lists = html5lib.parse(page, namespaceHTMLElements=False).iter("ul")
    return ["".join(one.itertext()) for one in lists if "errorlist" in one.get("class", "")]


def _words(page):
    main = html5lib.parse(page, namespaceHTMLElements=False).find(".//main")
    return " ".join("".join(main.itertext()).split())


def fields_of(page):
    """Pairs of name and value as a browser sends the record form of ``page``, without buttons; none without a form."""
    forms = html5lib.parse(page, namespaceHTMLElements=False).iter("form")
    of_record = [one for one in forms if one.get("id", "").endswith("_form")]
    return [pair for form in of_record for field in form.iter() for pair in _sent(field)]


def _sent(field):
    name, kind = field.get("name"), field.get("type", "text")
    if not name:
        return
    if field.tag == "textarea":
        yield name, "".join(field.itertext())
    elif field.tag == "select":
        yield from ((name, one.get("value", "")) for one in field.iter("option") if "selected" in one.attrib)
    elif field.tag == "input" and kind in {"checkbox", "radio"}:
        yield from [(name, field.get("value", "on"))] if "checked" in field.attrib else ()
    elif field.tag == "input" and kind not in {"submit", "button", "file"}:
        yield name, field.get("value", "")
