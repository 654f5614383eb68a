"""Hits of the search as rows of a file and as entries of a feed."""

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.publishing.feeds import Entry

from .documents import searchable_models
from .lists import Table


class HitTable(Table):
    name = "search"
    title = _("Search")
    columns = [
        ("kind_label", _("kind")),
        ("title", _("title")),
        ("url", _("address")),
        ("dated", _("dated")),
        ("teaser", _("teaser")),
    ]

    def prepare(self, hits):
        return hits.only("kind", "title", "url", "dated", "teaser")

    def row(self, hit):
        return {
            "kind": hit.kind,
            "kind_label": kind_label(hit.kind),
            "title": hit.title,
            "url": hit.url,
            "dated": hit.dated,
            "teaser": hit.teaser,
        }

    def newest(self, hits):
        return super().newest(hits).only("title", "url", "teaser", "published_at")

    def entry(self, hit):
        return Entry(hit.title, hit.url, hit.published_at, hit.published_at, hit.teaser)


def kind_label(kind):
    return capfirst(searchable_models()[kind]._meta.verbose_name)
