import django_filters
from django.utils.translation import gettext_lazy as _

from .models import Organization


class OrganizationFilter(django_filters.FilterSet):
    """By a name or its pinyin, and by kind."""

    q = django_filters.CharFilter(method="filter_name", label=_("Name or pinyin"), max_length=100)
    kind = django_filters.ChoiceFilter(choices=Organization.Kind, label=_("Kind"), empty_label=_("all"))

    class Meta:
        model = Organization
        fields = ["q", "kind"]

    def filter_name(self, organizations, name, value):
        return organizations.matching(value)

    @property
    def query(self):
        """The query string without a page number."""
        query = self.data.copy()
        query.pop("page", None)
        return query.urlencode()
