"""Pages that gather all kinds, and the pages for what went wrong."""

from django.db import connection
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import get_template
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, TemplateView

from agreements.models import Agreement
from articles.models import Article
from portal.vocabulary.models import Column, Organization, Region, RegionKind, Topic
from stats.headlines import key_figures
from stats.models import Observation, Series


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


class Gathering(DetailView):
    """Everything about one region, topic or organization: its latest articles, key figures and agreements."""

    def get_context_data(self, **kwargs):
        articles, series, agreements = self.about(self.object)
        return super().get_context_data(
            articles=Article.objects.listed().filter(articles).for_listing().distinct()[:10],
            series=Series.objects.listed().filter(series, is_default=True).for_listing().distinct()[:12],
            agreements=Agreement.objects.listed().filter(agreements).for_listing().distinct()[:10],
            list_query=self.list_query(self.object),
            **kwargs,
        )


class RegionDetail(Gathering):
    template_name = "regions/region_detail.html"
    context_object_name = "region"

    def get_object(self):
        return get_object_or_404(Region.objects.select_related("parent").at(self.kwargs["address"])[:1])

    def get_context_data(self, **kwargs):
        region = self.object
        return super().get_context_data(
            parts=region.parts.current() if region.kind != RegionKind.GROUP else Region.objects.members_of(region),
            successions=region.successions.select_related("successor"),
            origins=region.origins.select_related("predecessor"),
            **kwargs,
        )

    def about(self, region):
        within = Q(regions__in=Region.objects.within(region))
        return within, Q(region=region), within

    def list_query(self, region):
        """The lists filter by regions in force only."""
        return "" if region.valid_to else f"region={region.code}"


class TopicDetail(Gathering):
    template_name = "topics/topic_detail.html"
    queryset = Topic.objects.select_related("parent")

    def about(self, topic):
        topics = Topic.objects.within(topic)
        return Q(topics__in=topics), Q(indicator__topics__in=topics), Q(topics__in=topics)

    def list_query(self, topic):
        return f"topic={topic.slug}"


class OrganizationDetail(Gathering):
    template_name = "organizations/organization_detail.html"
    queryset = Organization.objects.select_related("region")

    def about(self, organization):
        spoken = Observation.objects.listed().filter(release__source=organization)
        return (
            Q(source=organization) | Q(organizations=organization),
            Q(pk__in=spoken.values("series")),
            Q(organizations=organization),
        )

    def list_query(self, organization):
        return f"organization={organization.pk}"


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
