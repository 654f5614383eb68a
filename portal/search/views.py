from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .forms import SearchForm
from .results import Results


@require_safe
def search(request):
    """The search page; with ``format=json`` its download, which refuses wrong values with 400."""
    form = SearchForm(request.GET)
    if not form.is_valid() and form.wants_download:
        return JsonResponse({"errors": form.errors}, status=400)
    results = Results(form.query, form.cleaned_data.get("kind"), form.cleaned_data.get("page"))
    if form.wants_download:
        return JsonResponse({"count": results.count, "results": results.rows()})
    return render(request, "search/search.html", {"form": form, "query": form.query, "results": results})
