import django_filters
from django.db.models import Exists, OuterRef, Q
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from portal.search.filters import ListFilter, Sorting
from portal.vocabulary.models import Organization

from .models import Article


class ArticleFilter(ListFilter):
    since = django_filters.DateFilter("dated", "gte", label=_("From"), widget=DateInput({"type": "date"}))
    until = django_filters.DateFilter("dated", "lte", label=_("Until"), widget=DateInput({"type": "date"}))
    sort = Sorting(
        label=_("Sort by"),
        fields={"dated": "dated", "published_at": "published"},
        choices=[("-published", _("newest first")), ("dated", _("oldest first")), ("-dated", _("latest date first"))],
    )

    class Meta:
        model = Article
        fields = ["q", "column", "region", "topic", "organization", "year", "since", "until"]

    def filter_one(self, queryset, name, value):
        """An organization finds what is about it and what it has published."""
        mentions = Article.organizations.through.objects.filter(article=OuterRef("pk"), organization=value)
        return queryset.filter(Q(source=value) | Exists(mentions))

    def organization_options(self):
        used = Q(pk__in=self.used("organization")) | Q(pk__in=self.queryset.order_by().values("source"))
        return [(one.pk, one.label) for one in Organization.objects.filter(used)]
