"""The one list page of all kinds, and the same list in other clothes: as a file, as a feed."""

from html import unescape

from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django_filters.views import FilterView

from portal.publishing import feeds, tables

from .forms import FormatForm

#: Rows that are held at a time, with what belongs to them.
CHUNK = 1000


class Table:
    """How the records of one kind leave their list. A kind gives what is open here, in its ``tables.py``."""

    #: Its name in ASCII and in words.
    name = title = ""
    #: Pairs of key and label. A row may have more keys than there are columns: they stand in JSON alone.
    columns = []

    def prepare(self, records):
        """A QuerySet of ``records`` with what a row needs."""
        return records

    def rows(self, records):
        """The rows of a QuerySet of ``records``, read while they are asked for."""
        return map(self.row, self.prepare(records).iterator(chunk_size=CHUNK))

    def row(self, record):
        """A dict with a value for each column, with ``kind``, ``title`` and ``url`` (a path) among its keys."""
        raise NotImplementedError

    def newest(self, records):
        """A QuerySet of ``records`` with what an entry needs, the latest published first."""
        return records.order_by("-published_at", "-pk")

    def entry(self, record):
        """The record as a ``feeds.Entry``."""
        raise NotImplementedError


def as_file(request, format, table, records, sheets=(), **extra):
    """All ``records`` of a QuerySet as a response with a file; addresses in it are whole. ``extra`` stands in JSON,
    ``sheets`` in workbooks.
    """
    root = request.build_absolute_uri("/")[:-1]
    rows = (row | {"url": root + row["url"]} for row in table.rows(records))
    name, title = (f"{one}-{localdate():%Y-%m-%d}" for one in (table.name, table.title))
    return tables.respond(format, name, table.columns, rows, title=title, sheets=sheets, **extra)


def newest_entries(table, records):
    """The newest of ``records`` as entries of a feed."""
    return map(table.entry, table.newest(records)[: feeds.LENGTH])


def as_feed(request, title, page, entries, chips=()):
    """``entries``, the newest first, as a feed. ``page`` is the address of their list, ``chips`` say its filter."""
    full = _words(request, list_title=title, chips=chips)
    return feeds.respond(request, full, page, entries, author=_words(request))


def _words(request, **context):
    """The name of a feed, or without context of the site. A template says it: the imprint is beside this floor."""
    return unescape(render_to_string("_feed_title.html", context, request)).strip()


class FilteredList(FilterView):
    """Filtered, sorted, in pages; a wrong value is told at its field and shows no rows.

    The context has ``filter`` (the ListFilter), ``page_obj`` and ``query``, the query string without a page, for the
    pager's links. With ``format`` in the address the same rows leave as a file, whatever their page, or the newest of
    them as a feed; a wrong value is refused with 400 then.
    """

    paginate_by = 20
    table = Table()
    format_form_class = FormatForm

    @property
    def title(self):
        """What the list is called."""
        return self.table.title

    def get(self, request, *args, **kwargs):
        form = self.format_form_class(request.GET)
        return self.download(form) if form.wants_download else super().get(request, *args, **kwargs)

    def download(self, form):
        chosen = self.filterset = self.get_filterset(self.get_filterset_class())
        if errors := {**form.errors, **chosen.errors}:
            return tables.refuse(errors)
        if (format := form.cleaned_data["format"]) in tables.Format.values:
            return self.as_file(format, chosen.qs)
        if format != "atom":
            return self.as_own_format(format, chosen.qs)
        page = form.page_of(self.request.path)
        return as_feed(self.request, self.title, page, self.news(page), chosen.chips())

    def as_file(self, format, records):
        """``records`` as a response with a file in one of the formats of all lists."""
        return as_file(self.request, format, self.table, records)

    def news(self, page):
        """The entries of the list's feed, the newest first; ``page`` is the address of the list with its filter."""
        return newest_entries(self.table, self.filterset.qs)

    def as_own_format(self, format, records):
        """``records`` as a response in a format that only this list has, named by its ``format_form_class``."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"query": self.filterset.query_without(), "list_title": self.title}
