"""The one list page of all kinds."""

from django_filters.views import FilterView


class FilteredList(FilterView):
    """Filtered, sorted, in pages; a wrong value is told at its field and shows no rows.

    The context has ``filter`` (the ListFilter), ``page_obj`` and ``query``, the query string without a page, for the
    pager's links.
    """

    paginate_by = 20

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"query": self.filterset.query_without()}
