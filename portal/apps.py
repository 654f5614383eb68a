from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The roof: the pages that gather all kinds, and the portal's commands."""

    name = "portal"
    verbose_name = _("portal")

    def ready(self):
        # Models are there only now.
        from .publishing import log  # noqa: PLC0415
        from .roles import make_roles_after_migration  # noqa: PLC0415

        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(make_roles_after_migration, sender=last, dispatch_uid="roles")
        post_migrate.connect(log.create_indexes, sender=last, dispatch_uid="log")


class DeskConfig(AdminConfig):
    """Django's admin, standing on our own site."""

    default_site = "portal.publishing.site.DeskSite"
