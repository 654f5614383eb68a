"""The root: addresses as docs/decisions/0002-addresses.md gives them. A kind of content adds one line."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView

from portal.publishing.views import Preview

from . import gathering, ledger, sitemaps, views

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("", include("articles.urls")),
    path("stats/", include("stats.urls")),
    path("sdmx/", include("stats.sdmx.urls")),
    path("calendar/", include("stats.calendar_urls")),
    path("releases/", include("stats.release_urls")),
    path("agreements/", include("agreements.urls")),
    path("regions/", gathering.RegionIndex.as_view(), name="region-list"),
    path("regions/<slug:address>/", gathering.RegionDetail.as_view(), name="region"),
    path("topics/", gathering.TopicIndex.as_view(), name="topic-list"),
    path("topics/<slug:slug>/", gathering.TopicDetail.as_view(), name="topic"),
    path("organizations/", gathering.OrganizationIndex.as_view(), name="organization-list"),
    path("organizations/<int:pk>/", gathering.OrganizationDetail.as_view(), name="organization"),
    path("search/", include("portal.search.urls")),
    path("", include("portal.pages.urls")),
    path("preview/", Preview.as_view(), name="preview"),
    path("media/", include("portal.media.urls")),
    path("corrections/", ledger.CorrectionList.as_view(), name="correction-list"),
    path("corrections/<int:number>/", ledger.CorrectionDetail.as_view(), name="correction"),
    path("feeds/", views.Feeds.as_view(), name="feeds"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, name="sitemap-section"),
    path(
        "robots.txt",
        TemplateView.as_view(template_name="robots.txt", content_type="text/plain; charset=utf-8"),
        name="robots",
    ),
    path("healthz/", views.healthz, name="healthz"),
    path("admin/", include("portal.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.permission_denied"
handler404 = "portal.views.page_not_found"
handler500 = "portal.views.server_error"
