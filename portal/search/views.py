from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.publishing.tables import refuse

from .filters import SearchFilter
from .forms import PageForm
from .lists import as_feed, as_file, newest_entries
from .models import SearchEntry
from .results import Results
from .tables import HitTable, kind_label


@require_safe
def search(request):
    """The search page; with ``format`` its hits as a file or as a feed, which refuse wrong values with 400."""
    form = PageForm(request.GET)
    chosen = SearchFilter(request.GET, queryset=SearchEntry.objects.listed())
    errors = {**form.errors, **chosen.errors}
    if errors and form.wants_download:
        return refuse(errors)
    results = Results(chosen, form.cleaned_data.get("page"))
    if form.wants_download:
        return download(request, form, results)
    context = {"form": form, "filter": chosen, "query": chosen.query_without(), "errors": errors, "results": results}
    return render(request, "search/search.html", context)


def download(request, form, results):
    if (format := form.cleaned_data["format"]) != "atom":
        return as_file(request, format, HitTable(), results.rows(), count=results.count)
    title = f"{HitTable.title} · {results.query.text}"
    chips = [{"value": kind_label(results.kind)}] if results.kind else []
    page = form.page_of(request.path)
    entries = newest_entries(HitTable(), results.hits(results.kind))
    return as_feed(request, title, page, entries, chips + results.filter.chips())
