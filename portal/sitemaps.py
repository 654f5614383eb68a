"""The sitemap (https://www.sitemaps.org/protocol.html): every page that readers may find, and no other."""

from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import Paginator
from django.db.models import Max
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from agreements.models import Agreement
from articles.models import Article
from portal.gathering import totals
from portal.pages.models import Page
from portal.vocabulary.models import Column, Organization, Region, Topic
from stats.models import Indicator, Series

#: Addresses of one file; with more of them the sitemap is an index of files.
LIMIT = 5_000


class Section(Sitemap):
    """The pages of one kind; ``read`` gives their QuerySet anew at each request, since the clock decides with."""

    limit = LIMIT

    def __init__(self, read):
        self.read = read

    def items(self):
        return self.read()

    @cached_property
    def paginator(self):
        return Paginator(self.items(), self.limit)


class Records(Section):
    """Pages that say when they changed."""

    def lastmod(self, record):
        return max(record.updated_at, record.published_at)

    def get_latest_lastmod(self):
        latest = self.items().aggregate(Max("updated_at"), Max("published_at"))
        return max((moment for moment in latest.values() if moment), default=None)


class Named(Section):
    """Pages that are known by the names of their addresses."""

    def location(self, name):
        return reverse(name)


#: Pages that are one of a kind.
LISTS = ["home", "article-list", "indicator-list", "agreement-list"]
LISTS += ["region-list", "topic-list", "organization-list", "feeds", "feedback", "correction-list", "calendar"]


def sections():
    return {
        "lists": Named(lambda: LISTS),
        "pages": Records(lambda: Page.objects.listed()),
        "columns": Section(lambda: Column.objects.all()),
        "articles": Records(lambda: _slim(Article)),
        "agreements": Records(lambda: _slim(Agreement)),
        "indicators": Records(lambda: Indicator.objects.listed().order_by("pk")),
        "series": Section(lambda: _series().select_related("indicator", "region").order_by("pk")),
        "regions": Section(lambda: _gathered("region", Region)),
        "topics": Section(lambda: _gathered("topic", Topic)),
        "organizations": Section(lambda: _gathered("organization", Organization)),
    }


def _slim(model):
    return model.objects.listed().only("updated_at", "published_at").order_by("pk")


def _series():
    return Series.objects.listed().filter(is_default=True).order_by()


def _gathered(name, model):
    """Those of ``model`` whose page has something: 4,000 empty pages of counties would hide the others."""
    return model.objects.filter(pk__in=totals(name)).order_by("pk")


@require_safe
def sitemap(request, section=None):
    """One file while all addresses fit into it, else an index of the files of the sections."""
    parts = sections()
    if section is None and sum(part.paginator.count for part in parts.values()) > LIMIT:
        return views.index(request, parts, sitemap_url_name="sitemap-section")
    return views.sitemap(request, parts, section)
