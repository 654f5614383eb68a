from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The roof: the pages that gather all kinds, and the portal's commands."""

    name = "portal"
    verbose_name = _("portal")
