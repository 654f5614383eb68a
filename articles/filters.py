import django_filters
from django.utils.translation import gettext_lazy as _

from portal.search.filters import ListFilter, Sorting
from portal.vocabulary.dates import DayInput

from .models import Article


class ArticleFilter(ListFilter):
    # An organization finds what is about it and what it has published.
    lookups = ListFilter.lookups | {"organization": ["organizations", "source"]}

    since = django_filters.DateFilter("dated", "gte", label=_("From"), widget=DayInput)
    until = django_filters.DateFilter("dated", "lte", label=_("Until"), widget=DayInput)
    sort = Sorting(
        label=_("Sort by"),
        fields={"dated": "dated", "published_at": "published"},
        choices=[("-published", _("newest first")), ("dated", _("oldest first")), ("-dated", _("latest date first"))],
    )

    class Meta:
        model = Article
        fields = ["q", "column", "region", "topic", "organization", "year", "since", "until"]
