"""What a reader sees at every door."""

import json
import re
from urllib.parse import quote
from xml.etree.ElementTree import XML

import html5lib

__all__ = ["see", "versions_in"]

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


def _words(page):
    main = html5lib.parse(page, namespaceHTMLElements=False).find(".//main")
    return " ".join("".join(main.itertext()).split())
