from django import template

from ..context_processors import site

register = template.Library()


@register.simple_tag
def site_frame():
    """The frame of every page (imprint, menus) where the name ``site`` is taken: Django's login page passes its own."""
    return site(None)["site"]
