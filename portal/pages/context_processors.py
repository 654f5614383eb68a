from django.core.cache import cache
from django.utils.functional import SimpleLazyObject

from .models import SITE_CACHE, Imprint, MenuItem


def site(request):
    """The frame of every page as ``site``: imprint, hotlines, units, licences, menus. Read only where it is shown."""
    return {"site": SimpleLazyObject(lambda: cache.get_or_set(SITE_CACHE, read_site, timeout=60))}


def read_site():
    imprint = Imprint.objects.prefetch_related("hotlines", "responsibilities", "licences").first() or Imprint(
        site_name="双城", site_name_en="Shuangcheng"
    )
    items = list(MenuItem.objects.all())
    return {
        "imprint": imprint,
        "hotlines": list(imprint.hotlines.all()) if imprint.pk else [],
        "responsibilities": list(imprint.responsibilities.all()) if imprint.pk else [],
        "licences": list(imprint.licences.all()) if imprint.pk else [],
        "header_menu": [item for item in items if item.place == MenuItem.Place.HEADER],
        "footer_menu": [item for item in items if item.place == MenuItem.Place.FOOTER],
    }
