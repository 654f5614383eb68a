"""The search of the admin's lists and autocompletes, for kinds that are in the index."""

from django.utils.translation import gettext_lazy as _

from .models import SearchEntry

__all__ = ["IndexedSearch"]


class IndexedSearch:
    """A mixin for the admin of a searchable kind: finds what readers find, drafts too.

    Traditional characters, one character and phrases in quotes work as on the public page. ``search_fields`` stays
    what Django needs to show the box, and is not asked.
    """

    search_help_text = _("Finds words in the whole record, traditional characters too; “…” finds a phrase.")

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        found = SearchEntry.objects.of_kind(self.model).matching(search_term)
        return queryset.filter(pk__in=found.values("object_id")), False
