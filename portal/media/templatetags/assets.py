from django import template
from js_asset import Media

from portal.media.renditions import Rendition

register = template.Library()


@register.simple_tag(takes_context=True)
def with_nonce(context, media):
    """``media`` (of a form) with the nonce of this request: the editor's import map is an inline script."""
    return Media.from_media(media, nonce=context["request"].csp_nonce)


@register.inclusion_tag("media/_picture.html")
def picture(image, sizes="100vw", alt=None, lazy=True):
    """<img> of a ``media.Image`` that lets the browser choose among the renditions. ``sizes``: how wide it is shown."""
    width, height = Rendition.W960.size_of(image)
    offered = [(r.size_of(image)[0], image.url(r)) for r in (Rendition.W480, Rendition.W960, Rendition.W1600)]
    return {
        "src": image.url(Rendition.W960),
        "srcset": ", ".join(f"{url} {wide}w" for wide, url in dict(offered).items()),
        "sizes": sizes,
        "alt": image.alt if alt is None else alt,
        "width": width,
        "height": height,
        "lazy": lazy,
    }
