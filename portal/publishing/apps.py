from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "portal.publishing"
    verbose_name = _("publishing")

    def ready(self):
        # Models are there only now.
        from . import frozen  # noqa: PLC0415

        post_migrate.connect(
            lambda using, **kwargs: frozen.freeze(using), sender=self, weak=False, dispatch_uid="frozen rows"
        )
        register(frozen.check_triggers, Tags.database)
