"""Articles as rows of a file and as entries of a feed."""

from django.utils.translation import gettext_lazy as _

from portal.publishing.feeds import Entry
from portal.search.lists import Table


class ArticleTable(Table):
    name = "articles"
    title = _("Articles")
    columns = [
        ("title", _("headline")),
        ("url", _("address")),
        ("dated", _("dated")),
        ("source", _("source")),
        ("column", _("column")),
        ("kicker", _("kicker (引题)")),
        ("subhead", _("subhead (副题)")),
        ("lead", _("lead (导语)")),
        ("byline", _("byline")),
        ("topics", _("topics")),
        ("regions", _("regions")),
        ("organizations", _("organizations it is about")),
        ("published_at", _("published at")),
    ]

    def prepare(self, articles):
        return articles.defer("body").prefetch_related("topics", "regions", "organizations")

    def row(self, article):
        return {
            "kind": article.search_kind,
            "title": article.headline,
            "url": article.get_absolute_url(),
            "dated": article.dated,
            "source": article.source and article.source.label,
            "column": article.column and article.column.label,
            "kicker": article.kicker,
            "subhead": article.subhead,
            "lead": article.lead,
            "byline": article.byline,
            "topics": [topic.label for topic in article.topics.all()],
            "regions": [region.label for region in article.regions.all()],
            "organizations": [organization.label for organization in article.organizations.all()],
            "published_at": article.published_at,
        }

    def entry(self, article):
        return Entry(
            article.headline,
            article.get_absolute_url(),
            article.published_at,
            article.updated_at,
            article.teaser,
            article.source.label if article.source else "",
        )
