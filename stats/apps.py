from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StatsConfig(AppConfig):
    name = "stats"
    verbose_name = _("figures")

    def ready(self):
        # Models are there only now.
        from .rules import make_general_rules  # noqa: PLC0415

        post_migrate.connect(make_general_rules, sender=self, dispatch_uid="rules")
