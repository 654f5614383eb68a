"""House rules that code can see."""

from django.apps import apps
from django.contrib import admin
from django.core.checks import Error, register

from .models import Publishable


@register("publishing")
def check_publishable_admins(app_configs, **kwargs):
    """A record that is edited past its desk would change its status without its rules."""
    from .admin import PublishableAdmin  # noqa: PLC0415 (admin.py registers this check)

    for model in filter(admin.site.is_registered, apps.get_models()):
        if issubclass(model, Publishable) and not isinstance(admin.site.get_model_admin(model), PublishableAdmin):
            yield Error(
                f"{model._meta.label} is edited outside the workflow.",
                hint="Register it with a subclass of portal.publishing.admin.PublishableAdmin.",
                obj=model,
                id="publishing.E001",
            )
