from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The roof: the pages that gather all kinds, and the portal's commands."""

    name = "portal"
    verbose_name = _("portal")


class DeskConfig(AdminConfig):
    """Django's admin, standing on our own site."""

    default_site = "portal.publishing.site.DeskSite"
