"""The calendar as a file for calendar programs: iCalendar, RFC 5545. Names no model.

Written here and not by a library: events without repetition, alarms or time zones (hours are given in UTC) are a dozen
lines of text, while the libraries bring parsers and time zones that nothing else here needs.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from portal.publishing.tables import disposition, writable

#: Octets of a line, its break left out (RFC 5545, 3.1).
LINE = 75


@dataclass(frozen=True)
class Event:
    """One event. ``start`` is an aware datetime, or a date with the last day in ``end``; ``version`` counts changes."""

    uid: str
    title: str
    start: dt.datetime | dt.date
    changed: dt.datetime
    #: TENTATIVE, CONFIRMED or CANCELLED.
    status: str
    version: int
    end: dt.date | None = None
    description: str = ""
    url: str = ""


def respond(request, name, title, events):
    """``events`` as a response with a file ``name``.ics; 304 where the program has it already."""
    body = written(title, events)
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["X-Robots-Tag"] = "noindex"
    response["Content-Disposition"] = disposition(f"{name}.ics", f"{title}.ics")
    return get_conditional_response(request, etag=etag, response=response)


def written(title, events):
    """The calendar as bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Shuangcheng//Release calendar//ZH",
        "METHOD:PUBLISH",
        f"NAME:{_text(title)}",
        f"X-WR-CALNAME:{_text(title)}",  # what programs read that do not know RFC 7986
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]
    for event in events:
        lines += _event(event)
    return b"".join(map(_folded, [*lines, "END:VCALENDAR"]))


def _event(event):
    optional = {"DESCRIPTION": _text(event.description), "URL": event.url}
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_moment(event.changed)}",
        f"LAST-MODIFIED:{_moment(event.changed)}",
        f"SEQUENCE:{event.version}",
        *_times(event),
        f"SUMMARY:{_text(event.title)}",
        f"STATUS:{event.status}",
        "TRANSP:TRANSPARENT",
        *(f"{name}:{value}" for name, value in optional.items() if value),
        "END:VEVENT",
    ]


def _times(event):
    if isinstance(event.start, dt.datetime):
        return [f"DTSTART:{_moment(event.start)}"]
    after = event.end + dt.timedelta(days=1)  # the end of an event is no part of it
    return [f"DTSTART;VALUE=DATE:{event.start:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]


def _moment(at):
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _text(value):
    """A value of type TEXT (3.3.11)."""
    value = writable(str(value)).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line):
    """``line`` with its break, in pieces of at most 75 octets that cut no character; the next begin with a space."""
    pieces, piece, room = [], b"", LINE
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece, room = b"", LINE - 1
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
