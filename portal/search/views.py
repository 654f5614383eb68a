from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.publishing.tables import refuse

from .forms import SearchForm
from .lists import as_feed, as_file
from .results import Results
from .tables import HitTable, kind_label


@require_safe
def search(request):
    """The search page; with ``format`` its hits as a file or as a feed, which refuse wrong values with 400."""
    form = SearchForm(request.GET)
    if not form.is_valid() and form.wants_download:
        return refuse(form.errors)
    results = Results(form.query, form.cleaned_data.get("kind"), form.cleaned_data.get("page"))
    if form.wants_download:
        return download(request, form, results)
    return render(request, "search/search.html", {"form": form, "query": form.query, "results": results})


def download(request, form, results):
    if (format := form.cleaned_data["format"]) != "atom":
        return as_file(request, format, HitTable(), results.rows(), count=results.count)
    title = f"{HitTable.title} · {results.query.text}"
    chips = [{"label": _("Kind"), "value": kind_label(results.kind)}] if results.kind else []
    return as_feed(request, title, form.page_of(request.path), HitTable(), results.hits(results.kind), chips)
