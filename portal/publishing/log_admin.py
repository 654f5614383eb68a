"""The log as a page of the admin and as a file."""

import itertools
from collections import defaultdict

from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from portal.accounts.models import User

from . import log, tables
from .log_forms import LogForm, written_place
from .models import Publishable, Revision, TrashedRecord

__all__ = ["log_page"]


def log_page(request, site):
    """The view at ``/admin/log/``; with ``format`` in the address the same lines leave as a file, whatever the page."""
    if not request.user.has_perm("admin.view_logentry"):
        raise PermissionDenied
    form = LogForm(request.GET, site._registry)
    if request.GET.get("format"):
        return _download(request, site, form) if form.is_valid() else tables.refuse(form.errors)
    found, has_more = log.page(form.cleaned_data, form.cleaned_data["before"]) if form.is_valid() else ([], False)
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        **site.each_context(request),
        "title": _("Log"),
        "form": form,
        "rows": told(found, form.cleaned_data, request, site),
        "query": query.urlencode(),
        "older": written_place(found[-1].place) if has_more else "",
    }
    return TemplateResponse(request, "admin/publishing/log.html", context)


def told(lines, asked, request, site):
    """``lines`` as dicts, in the words of the reader: ``who``, ``event``, ``kind``, ``title`` and ``url`` of a record.

    A record that is not open to the user, or was not when it said this, is named by its kind alone, and where a text
    was searched not at all: what is found would tell its words. The number of queries is that of the kinds.
    """
    logins = {line.who for line in lines if isinstance(line.who, str)}
    people = {user.username: user for user in User.objects.filter(username__in=logins)} if logins else {}
    by_kind, revisions = defaultdict(set), set()
    for line in lines:
        if line.kind:
            by_kind[line.kind].add(line.record)
        if line.revision:
            revisions.add(line.revision)
    readable = Revision.objects.filter(pk__in=revisions).open_to(request.user).values_list("pk", flat=True)
    readable = {None, *(readable if revisions else ())}
    records = {kind: Records(kind, pks, readable, request, site) for kind, pks in by_kind.items()}
    return [
        _row(line, people.get(line.who, line.who), records.get(line.kind))
        for line in lines
        if not (asked["q"] and line.kind) or records[line.kind].is_open(line)
    ]


def _row(line, who, records):
    is_known = isinstance(who, User)
    return {
        "at": line.at,
        "who": _("the portal") if who is None else str(who),
        "login": who.username if is_known else who or "",
        "is_known": is_known,
        "event": line.event.value,
        "event_label": str(line.event.label),
        "kind": records.label if records else "",
        "title": records.title(line) if records else "",
        "url": records.url(line) if records else "",
        "detail": line.detail if not records or records.is_open(line) else "",
    }


class Records:
    """Of one kind: which of these primary keys the user may open, and which of those that are gone may be named.

    ``readable`` are the primary keys of revisions that the user may read, if their record.
    """

    def __init__(self, kind, pks, readable, request, site):
        self.readable = readable
        content_type = ContentType.objects.get_for_id(kind)
        self.site, self.model = site, content_type.model_class()
        self.label = str(capfirst(self.model._meta.verbose_name if self.model else content_type.name))
        desk = site._registry.get(self.model)
        self.openable, self.nameable = set(), set()
        if desk and desk.has_view_permission(request):
            self.openable = _among(desk.get_queryset(request), pks)
            if gone := pks - self.openable:
                self.nameable = self._gone(gone, request)
        self.addresses = {pk: self._address(pk) for pk in self.openable}

    def _address(self, pk):
        name = f"{self.site.name}:{self.model._meta.app_label}_{self.model._meta.model_name}_change"
        return reverse(name, args=[quote(pk)])

    def _gone(self, pks, request):
        """Those that are deleted; where columns may close a record, those in the user's recycle bin."""
        if not issubclass(self.model, Publishable):
            return pks - _among(self.model._base_manager, pks)
        bin = self.site._registry[TrashedRecord].get_queryset(request)
        found = bin.filter(kind=self.model._meta.label_lower, object_id__in=pks)
        return set(found.values_list("object_id", flat=True))

    def is_open(self, line):
        is_open = line.record in self.openable or line.record in self.nameable
        return is_open and line.revision in self.readable

    def title(self, line):
        return line.title if self.is_open(line) else _("a record that is not open to you")

    def url(self, line):
        return self.addresses.get(line.record, "") if self.is_open(line) else ""


def _among(rows, pks):
    """Which of ``pks``, primary keys as text, are in ``rows``."""
    keys = [pk for pk in pks if pk.isdecimal()]
    return {str(pk) for pk in rows.filter(pk__in=keys).values_list("pk", flat=True)}


def _download(request, site, form):
    columns = [
        ("at", _("when")),
        ("who", _("who")),
        ("login", _("login name")),
        ("event_label", _("what was done")),
        ("kind", _("kind of record")),
        ("title", _("title")),
        ("url", _("address")),
        ("detail", _("details")),
    ]
    asked = form.cleaned_data
    name, title = (f"{one}-{timezone.localdate():%Y-%m-%d}" for one in ("log", _("Log")))
    rows = _rows(asked, request, site, get_language())
    return tables.respond(asked["format"], name, columns, rows, title=title)


def _rows(asked, request, site, language):
    """The lines as a file has them, with whole addresses; they are read when the request and its language are over."""
    root, stream = request.build_absolute_uri("/")[:-1], log.lines(asked)
    while lines := _next(stream, language):
        with override(language):
            rows = told(lines, asked, request, site)
        for row in rows:
            del row["is_known"]
            yield row | {"url": row["url"] and root + row["url"]}


def _next(stream, language):
    with override(language):
        return list(itertools.islice(stream, log.CHUNK))
