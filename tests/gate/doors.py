"""Which address belongs to which door, written by hand: whoever adds an address says here what guards it."""

from django.urls import get_resolver
from django.urls.resolvers import URLPattern

__all__ = ["DESKS", "DOORS", "KINDS", "addresses"]

#: Kinds of record with a life, as the admin addresses them.
KINDS = ["articles/article", "pages/page", "agreements/agreement", "stats/indicator", "stats/release"]
#: What has a desk in the admin and no life of its own.
DESKS = [
    "stats/series", "stats/observation", "stats/figureimport", "stats/announcement", "stats/rule", "stats/finding",
    "publishing/bundle", "publishing/correction", "publishing/trashedrecord", "publishing/word",
    "pages/menuitem", "pages/imprint", "pages/feedback",
    "media/image", "media/document",
    "vocabulary/region", "vocabulary/organization", "vocabulary/topic", "vocabulary/unit", "vocabulary/column",
    "accounts/user", "auth/group",
]  # fmt: skip


def of_desks(*ends, among=(*KINDS, *DESKS)):
    """The addresses of the admin with these ends."""
    return [f"admin/{desk}/{end}" for desk in among for end in ends]


#: Door → its addresses.
DOORS = {
    # What is public, for everybody the same.
    "list": [
        "articles/", "columns/<slug:slug>/", "stats/", "stats/compare/", "agreements/", "calendar/", "corrections/",
        "sdmx/<path:path>",
    ],
    "gathering": [
        "",
        "regions/", "regions/<slug:address>/",
        "topics/", "topics/<slug:slug>/",
        "organizations/", "organizations/<int:pk>/",
        "feeds/", "sitemap.xml", "sitemap-<slug:section>.xml",
    ],
    "search": ["search/"],
    # One record; who may opens it before it is public.
    "detail": [
        "articles/<int:pk>/", "pages/<slug:slug>/", "agreements/<int:pk>/", "stats/<slug:slug>/",
        "stats/<slug:slug>/<slug:region>/", "releases/<int:pk>/",
    ],
    "entry": ["calendar/<int:pk>/", "corrections/<int:number>/"],
    "file": ["media/<int:pk>/<str:rendition>/"],
    "preview": ["preview/"],
    # The desk: what is open to the person who is logged in.
    "admin list": [
        *of_desks(""),
        "admin/", "admin/log/", "admin/rights/", "admin/media/image/recent/", "admin/publishing/word/export/",
        r"admin/^(?P<app_label>publishing|articles|agreements|stats|pages|media|vocabulary|accounts|auth)/$",
    ],
    "autocomplete": ["admin/autocomplete/"],
    "admin form": [
        *of_desks("<path:object_id>/", "<path:object_id>/change/"),
        "admin/accounts/user/<id>/password/", "admin/stats/figureimport/<path:object_id>/report/",
    ],
    "admin new": of_desks("add/"),
    "history": of_desks("<path:object_id>/history/"),
    "admin action": [
        *of_desks("<path:object_id>/delete/"),
        *of_desks(
            "<path:object_id>/steps/<slug:step>/",
            "<path:object_id>/withdraw/",
            "<path:object_id>/history/<int:number>/restore/",
            "<path:object_id>/preview-link/",
            among=KINDS,
        ),
        "admin/publishing/bundle/<path:object_id>/publish/",
        "admin/publishing/correction/<path:object_id>/publish/",
        "admin/publishing/trashedrecord/<int:pk>/restore/",
        "admin/publishing/word/paste/",
        *(f"admin/stats/figureimport/<path:object_id>/{step}/" for step in ["try", "confirm", "discard"]),
        "admin/stats/announcement/<path:object_id>/date/", "admin/stats/announcement/<path:object_id>/cancel/",
        "admin/media/image/upload/",
    ],
    "redirect": ["admin/r/<path:content_type_id>/<path:object_id>/", "admin/(?P<url>.*)$"],
    # One's own login.
    "account": [
        "admin/login/", "admin/logout/", "admin/language/", "admin/password_change/", "admin/password_change/done/",
        "admin/second-factor/", "admin/second-factor/code/", "admin/second-factor/enrol/", "admin/end-other-sessions/",
        "admin/password_reset/", "admin/password_reset/done/", "admin/reset/<uidb64>/<token>/", "admin/reset/done/",
    ],
    # Tells of no record.
    "plain": ["sdmx/", "feedback/", "feedback/<slug:reference>/", "robots.txt", "healthz/", "admin/jsi18n/"],
}  # fmt: skip


def addresses(patterns=None, before=""):
    """Every address of the URLconf, as it is written there, included ones with what stands before them."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield address
        else:
            yield from addresses(pattern.url_patterns, address)
