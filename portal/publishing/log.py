"""Who did what, when: revisions, reviews, the admin's own log and logins as one list, newest first.

There is no table of it. Each source keeps its own, and the list is merged from the newest rows of each, so that its
price is that of a page and not of the office's history.
"""

import heapq
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from axes.models import AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connections, models
from django.db.models import Exists, Min, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from .models import Publishable
from .reviews import Decision, Review
from .revisions import Revision, RevisionStep

__all__ = ["Event", "Line", "create_indexes", "lines", "page"]

#: Rows of each source that are held at a time where all are asked for.
CHUNK = 1000


class Event(models.TextChoices):
    SAVED = "saved", gettext_lazy("saved")
    SUBMITTED = "submitted", gettext_lazy("submitted for review")
    APPROVED = "approved", gettext_lazy("approved in review")
    RETURNED = "returned", gettext_lazy("sent back")
    PUBLISHED = "published", pgettext_lazy("event", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("event", "withdrawn")
    RESTORED = "restored", gettext_lazy("an earlier version restored")
    ADDED = "added", pgettext_lazy("event", "added")
    CHANGED = "changed", pgettext_lazy("event", "changed")
    DELETED = "deleted", gettext_lazy("deleted")
    LOGGED_IN = "logged_in", gettext_lazy("logged in")
    LOGGED_OUT = "logged_out", gettext_lazy("logged out")
    FAILED = "failed", gettext_lazy("failed login")
    LOCKED_OUT = "locked_out", gettext_lazy("locked out")


@dataclass
class Line:
    """One event. ``place`` orders the list; ``who`` is a User, a login as it was typed, or None: the portal itself.

    ``kind`` (the id of a content type) and ``record`` (a primary key as text) name what it was about, ``title`` how
    that was called then, and ``revision`` (a primary key) the version of which it tells.
    """

    at: datetime
    place: tuple
    event: Event
    who: object
    kind: int | None = None
    record: str = ""
    title: str = ""
    detail: str = ""
    revision: int | None = None


class Source:
    """A table of events. ``at``, ``person`` and ``record`` are fields; ``events`` maps the log's names of its rows to
    their conditions. Without ``record`` its events are about no record.
    """

    model = None
    at = "made_at"
    person = ""
    record = ""
    events = {}
    #: Lookups in which a text is searched.
    texts = []

    def rows(self, asked):
        """The rows that ``asked`` (the cleaned data of a LogForm) wants, newest first."""
        rows = self.all()
        conditions = [
            Q(**{self.at + "__gte": asked["since"]}) if asked["since"] else Q(),
            Q(**{self.at + "__lt": asked["until"]}) if asked["until"] else Q(),
            self.by(asked["person"]) if asked["person"] else Q(),
            self.events.get(asked["event"], Q(pk__in=[])) if asked["event"] else Q(),
            self.about(asked["kind"], asked["record"]) if asked["kind"] else Q(),
            Q(*((f"{text}__icontains", asked["q"]) for text in self.texts), _connector=Q.OR) if asked["q"] else Q(),
        ]
        return rows.filter(*conditions).order_by(f"-{self.at}", "-pk")

    def all(self):
        return self.model.objects.all()

    def by(self, person):
        return Q(**{self.person: person})

    def about(self, kind, record):
        """Rows about records of ``kind``, about the one with the primary key ``record`` where that is given."""
        if not self.record:
            return Q(pk__in=[])
        return Q(**{"content_type": kind, **({self.record: record} if record else {})})

    def event_of(self, row):
        raise NotImplementedError

    def line(self, rank, row):
        at = getattr(row, self.at)
        return Line(at, (at, -rank, row.pk), self.event_of(row), **self.facts(row))

    def facts(self, row):
        """What else a Line says of ``row``."""
        raise NotImplementedError


class Revisions(Source):
    model, person, record = Revision, "made_by", "object_id"
    events = {Event(step): Q(step=step) for step in RevisionStep}
    texts = ["title", "note"]

    def all(self):
        return Revision.objects.select_related("made_by").defer("snapshot")

    def event_of(self, row):
        return Event(row.step)

    def facts(self, row):
        said = [_(", ").join(row.changed_labels), row.note, _("minor change") if row.is_minor else ""]
        return {
            "who": row.made_by,
            "kind": row.content_type_id,
            "record": str(row.object_id),
            "title": row.title,
            "detail": " · ".join(filter(None, said)),
            "revision": row.pk,
        }


class Reviews(Source):
    model, person = Review, "reviewer"
    events = {Event(decision): Q(decision=decision) for decision in Decision}
    texts = ["revision__title", "comment"]

    def all(self):
        return Review.objects.select_related("reviewer", "revision").defer("revision__snapshot")

    def about(self, kind, record):
        if record:
            return Q(revision__content_type=kind, revision__object_id=record)
        # Not joined: the newest reviews are to be looked through, not all revisions of the kind.
        return Q(Exists(Revision.objects.filter(pk=OuterRef("revision"), content_type=kind)))

    def event_of(self, row):
        return Event(row.decision)

    def facts(self, row):
        return {
            "who": row.reviewer,
            "kind": row.revision.content_type_id,
            "record": str(row.revision.object_id),
            "title": row.revision.title,
            "detail": " · ".join(filter(None, [row.get_level_display(), row.comment])),
            "revision": row.revision_id,
        }


class Entries(Source):
    """The admin's own log. What a form saved of a kind that has revisions is told by its revision and left out here."""

    model, at, person, record = LogEntry, "action_time", "user", "object_id"
    events = {
        Event.ADDED: Q(action_flag=ADDITION),
        Event.CHANGED: Q(action_flag=CHANGE),
        Event.DELETED: Q(action_flag=DELETION),
    }
    texts = ["object_repr"]

    def all(self):
        rows = LogEntry.objects.select_related("user")
        first = Revision.objects.aggregate(first=Min("made_at"))["first"]
        if first is None:
            return rows
        kinds = [model for model in apps.get_models() if issubclass(model, Publishable)]
        told = Q(content_type__in=[one.pk for one in ContentType.objects.get_for_models(*kinds).values()])
        # A form writes a list in JSON, an action a sentence.
        told &= Q(action_flag__in=[ADDITION, CHANGE], change_message__startswith="[", action_time__gte=first)
        return rows.exclude(told)

    def event_of(self, row):
        return {ADDITION: Event.ADDED, CHANGE: Event.CHANGED, DELETION: Event.DELETED}[row.action_flag]

    def facts(self, row):
        return {
            "who": row.user,
            "kind": row.content_type_id,
            "record": row.object_id or "",
            "title": row.object_repr,
            "detail": row.get_change_message() if row.action_flag == CHANGE else "",
        }


class Accesses(Source):
    model, at, person = AccessLog, "attempt_time", "username"
    events = {Event.LOGGED_IN: Q()}
    texts = ["username", "ip_address"]

    def by(self, person):
        return Q(username=person.get_username())

    def event_of(self, row):
        return Event.LOGGED_IN

    def facts(self, row):
        return {"who": row.username or "", "detail": row.ip_address or ""}


class Logouts(Accesses):
    at, events = "logout_time", {Event.LOGGED_OUT: Q()}

    def all(self):
        return super().all().exclude(logout_time=None)

    def event_of(self, row):
        return Event.LOGGED_OUT


class Failures(Accesses):
    model = AccessFailureLog
    events = {Event.FAILED: Q(locked_out=False), Event.LOCKED_OUT: Q(locked_out=True)}

    def event_of(self, row):
        return Event.LOCKED_OUT if row.locked_out else Event.FAILED


#: The fullest first: what it has on a page bounds the others.
SOURCES = [Revisions(), Accesses(), Logouts(), Failures(), Entries(), Reviews()]


def page(asked, before=None, size=50):
    """The newest ``size`` lines, older than the ``place`` of a line where ``before`` is given; and whether more follow.

    ``asked`` is the cleaned data of a LogForm. At most ``size`` + 1 rows of each source are read.
    """
    found = []
    for rank, source in enumerate(SOURCES):
        rows = source.rows(asked)
        if before:
            rows = rows.filter(_older(source, rank, before))
        if len(found) > size:
            rows = rows.filter(**{f"{source.at}__gte": found[-1].at})
        found += [source.line(rank, row) for row in rows[: size + 1]]
        found = sorted(found, key=_place, reverse=True)[: size + 1]
    return found[:size], len(found) > size


def lines(asked):
    """All lines, one after another: memory holds CHUNK rows of each source."""
    streams = [
        map(partial(source.line, rank), source.rows(asked).iterator(CHUNK)) for rank, source in enumerate(SOURCES)
    ]
    return heapq.merge(*streams, key=_place, reverse=True)


#: By what the sources are read, newest first: all of one, those of a person, those about a kind of record.
INDEXES = [
    (Revision, "made_by_id", "made_at"),
    (Revision, "content_type_id", "made_at"),
    (Review, "made_at"),
    (Review, "reviewer_id", "made_at"),
    (LogEntry, "action_time"),
    (LogEntry, "user_id", "action_time"),
    (LogEntry, "content_type_id", "action_time"),
    (AccessLog, "attempt_time"),
    (AccessLog, "username", "attempt_time"),
    (AccessLog, "logout_time"),
    (AccessLog, "username", "logout_time"),
    (AccessFailureLog, "attempt_time"),
    (AccessFailureLog, "username", "attempt_time"),
]


def create_indexes(using, **kwargs):
    """Make the indexes that the list is read by; what exists stays. For ``post_migrate``: a migration of another app
    could rebuild its table without them.
    """
    with connections[using].cursor() as cursor:
        there = connections[using].introspection.table_names(cursor)
        for model, *columns in INDEXES:
            if (table := model._meta.db_table) in there:
                named = ", ".join(f'"{column}"' for column in [*columns, "id"])
                cursor.execute(f'CREATE INDEX IF NOT EXISTS "{index_name(model, columns)}" ON "{table}" ({named})')


def index_name(model, columns):
    return f"log_{model._meta.model_name}_{'_'.join(columns)}"


def _place(line):
    return line.place


def _older(source, rank, before):
    """Rows that stand after the place ``before``: (moment, rank of the source, negative; primary key)."""
    at, other, pk = before
    if -rank > other:
        return Q(**{f"{source.at}__lt": at})
    until = Q(**{f"{source.at}__lte": at})
    return until if -rank < other else until & (Q(**{f"{source.at}__lt": at}) | Q(pk__lt=pk))
