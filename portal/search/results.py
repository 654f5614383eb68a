"""The hits of a search as its page and its download show them."""

from dataclasses import dataclass

from django.core.paginator import InvalidPage, Paginator
from django.db.models import Count
from django.http import Http404
from django.utils.functional import cached_property

from .documents import searchable_models

#: Hits on a page of one kind, and of each kind on the page of all.
PER_PAGE = 20
PER_GROUP = 5


@dataclass
class Group:
    """The hits of one kind: how many, and the first of them."""

    kind: str
    label: str
    count: int
    hits: list


class Results:
    """All hits of a SearchFilter, counted by kind; its ``kind`` narrows what is listed, never what is counted."""

    def __init__(self, filter, page=None):
        self.filter, self.page = filter, page
        self.query, self.kind = filter.query, filter.chosen.get("kind") or ""

    @property
    def found(self):
        """Hits of every kind; none while a parameter is wrong."""
        return self.filter.narrowed("kind") if self.filter.is_valid() else self.filter.queryset.none()

    @cached_property
    def counts(self):
        """The number of hits by kind."""
        return dict(self.found.order_by().values_list("kind").annotate(Count("pk")))

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def count(self):
        return self.counts.get(self.kind, 0) if self.kind else self.total

    def hits(self, kind=""):
        """The hits of one kind or of all, best first."""
        if not self.query:
            return self.filter.queryset.none()
        found = self.found.best_first(self.query).defer("folded", "title_folded")
        return found.filter(kind=kind) if kind else found

    @cached_property
    def groups(self):
        """On the page of all kinds: the first hits of each kind that has any. One query a kind."""
        return [
            Group(kind, model._meta.verbose_name_plural, self.counts[kind], list(self.hits(kind)[:PER_GROUP]))
            for kind, model in searchable_models().items()
            if self.counts.get(kind)
        ]

    @cached_property
    def kinds(self):
        """Every kind with its number of hits, for the choice between them."""
        return [
            {"kind": kind, "label": model._meta.verbose_name_plural, "count": self.counts.get(kind, 0)}
            for kind, model in searchable_models().items()
        ]

    @cached_property
    def page_obj(self):
        """One page of the hits of the chosen kind. Raises Http404 for a page that is not there."""
        try:
            return _CountedPaginator(self.hits(self.kind), self.count).page(self.page or 1)
        except InvalidPage as error:
            raise Http404(str(error)) from error

    def rows(self):
        """For the download: every hit, or those of one page where ``page`` is given."""
        return self.page_obj.object_list if self.page else self.hits(self.kind)


class _CountedPaginator(Paginator):
    """Knows the count from the counts by kind, which the page shows anyway."""

    def __init__(self, hits, count):
        super().__init__(hits, PER_PAGE)
        self.count = count
