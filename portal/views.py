"""Pages that gather all kinds, and the pages for what went wrong."""

from django.db import connection
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import get_template
from django.views.generic import DetailView, TemplateView

from agreements.models import Agreement
from articles.models import Article
from portal.vocabulary.models import Organization, Region, Topic
from stats.models import Observation, Series


class Home(TemplateView):
    template_name = "home.html"

    def get_context_data(self, **kwargs):
        articles = Article.objects.listed().for_listing()
        return super().get_context_data(
            recommended=articles.filter(is_recommended=True)[:4],
            articles=articles[:10],
            agreements=Agreement.objects.listed().for_listing()[:6],
            series=Series.objects.listed().filter(is_default=True).for_listing()[:8],
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
            **kwargs,
        )


class RegionDetail(Gathering):
    template_name = "regions/region_detail.html"
    context_object_name = "region"

    def get_object(self):
        regions = Region.objects.select_related("parent").prefetch_related("successions__successor", "predecessors")
        return get_object_or_404(regions.at(self.kwargs["address"]))

    def about(self, region):
        within = Q(regions__in=Region.objects.within(region))
        return within, Q(region=region), within


class TopicDetail(Gathering):
    template_name = "topics/topic_detail.html"
    model = Topic

    def about(self, topic):
        topics = Topic.objects.within(topic)
        return Q(topics__in=topics), Q(indicator__topics__in=topics), Q(topics__in=topics)


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


def healthz(request):
    """Whether this process can answer: 200 when the database does."""
    connection.ensure_connection()
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
