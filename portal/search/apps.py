from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "portal.search"
    verbose_name = _("search")

    def ready(self):
        # Models are there only now.
        from . import checks, index, tracking  # noqa: PLC0415

        tracking.watch()
        # Not in a migration: a later one could rebuild tables without it, and tests make their databases without any.
        post_migrate.connect(lambda **kwargs: index.create(), sender=self, weak=False, dispatch_uid="search index")
        register(checks.check_index, Tags.database)
