"""What the release calendar announces, on other pages."""

from django import template

from stats.calendar import Announcement

register = template.Library()


@register.inclusion_tag("stats/_next_releases.html")
def next_releases(indicator=None, limit=3):
    """The next announced releases: of an indicator (a working copy's are its original's), or of all."""
    coming = Announcement.objects.coming()
    if indicator is not None:
        coming = coming.filter(indicators=indicator.original)
    return {"announcements": coming.select_related("release")[:limit]}
