"""A list as an Atom feed (RFC 4287). Names no model."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.http import HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import quote_etag
from django.utils.translation import get_language

from .tables import writable

#: Entries of a feed: who reads it less often than these last has the list.
LENGTH = 50
#: The year in which tag URIs were given out first (RFC 4151); it never changes, or every entry would be new again.
TAGGED = "2026"


@dataclass(frozen=True)
class Entry:
    """One entry of a feed. ``url`` is a path; ``version`` tells entries of one address from one another.

    ``about`` is the path that it is told apart by, where that is not ``url``. Each line of ``summary`` stays a line.
    """

    title: str
    url: str
    published: dt.datetime
    updated: dt.datetime
    summary: str = ""
    author: str = ""
    version: str = ""
    about: str = ""


class _Feed(Atom1Feed):
    def latest_post_date(self):
        """The same at every request while there is no entry: else an empty feed would be new every time."""
        return super().latest_post_date() if self.items else dt.datetime(int(TAGGED), 1, 1, tzinfo=dt.UTC)


def respond(request, title, page, entries, *, author):
    """``entries`` (of Entry, the newest first) as a feed; 304 where the reader has it already.

    ``page`` is the path of the list that the feed is of, ``author`` who speaks where an entry names nobody.
    """
    root = request.build_absolute_uri("/")[:-1]
    feed = _Feed(
        writable(title),
        root + page,
        None,
        language=get_language(),
        author_name=writable(author),
        feed_url=request.build_absolute_uri(),
        feed_guid=_tag(request, page),
    )
    for entry in entries:
        feed.add_item(
            writable(entry.title),
            root + entry.url,
            linebreaksbr(writable(entry.summary)) or None,  # the library calls it HTML
            author_name=writable(entry.author) or None,
            pubdate=entry.published,
            updateddate=max(entry.published, entry.updated),
            unique_id=_tag(request, entry.about or entry.url, entry.version),
        )
    body = feed.writeString("utf-8")
    etag = quote_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response = HttpResponse(body, content_type=feed.content_type, headers={"ETag": etag, "X-Robots-Tag": "noindex"})
    return get_conditional_response(request, etag=etag, response=response)


def _tag(request, path, version=""):
    """An identity that outlives a move from http to https: RFC 4151."""
    host = request.get_host().partition(":")[0]
    return f"tag:{host},{TAGGED}:{path}{f'#{version}' if version else ''}"
