"""Pages that gather all kinds, and the pages for what went wrong."""

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from agreements.models import Agreement
from articles.models import Article
from portal.vocabulary.models import Column
from stats.headlines import key_figures


class Home(TemplateView):
    template_name = "home.html"

    def get_context_data(self, **kwargs):
        articles = Article.objects.listed().for_listing()
        recommended = list(articles.filter(is_recommended=True)[:4]) or list(articles[:1])
        return super().get_context_data(
            recommended=recommended,
            articles=articles.exclude(pk__in=[article.pk for article in recommended])[:8],
            agreements=Agreement.objects.listed().for_listing()[:6],
            key_figures=key_figures(),
            columns=Column.objects.filter(parent=None),
            **kwargs,
        )


class Feeds(TemplateView):
    """What can be followed, and how to follow any list with its filter."""

    template_name = "feeds.html"
    extra_context = {"columns": lambda: Column.objects.filter(pk__in=Article.objects.listed().values("column"))}


@require_safe
def healthz(request):
    """Whether this process can answer: 200 when the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def bad_request(request, exception):
    return render(request, "400.html", status=400)


def permission_denied(request, exception):
    return render(request, "403.html", status=403)


def page_not_found(request, exception):
    return render(request, "404.html", status=404)


def server_error(request):
    """Without the database and without context processors: both may be what failed."""
    return HttpResponse(get_template("500.html").render(), status=500)
