"""Records that appear together, in the admin."""

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.desk import DeskAdmin

from . import life
from .models import Bundle, Status
from .states import State
from .steps import Desk, Step


@admin.register(Bundle)
class BundleAdmin(DeskAdmin):
    """Its publication gives all its records one moment: all of them, or none."""

    search_fields = ["title", "note"]
    list_display = ["title", "note"]
    change_form_template = "admin/publishing/bundle_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.publish_view))
        return [path("<path:object_id>/publish/", view, name="publishing_bundle_publish"), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        records = obj.records() if obj else []
        lines = self.admin_site.lines_of(records, request)
        context |= {
            "lines": [(line, State.of(record)) for line, record in zip(lines, records, strict=True)],
            "may_publish": bool(records) and self._obstacle(request, records) is None,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _obstacle(self, request, records):
        """The first of ``records`` that waits and that the user may not publish, or None."""
        waiting = (record for record in records if record.status in {Status.DRAFT, Status.IN_REVIEW})
        return next((record for record in waiting if not Desk(request.user, record).may(Step.PUBLISH)), None)

    @transaction.atomic
    def publish_view(self, request, object_id):
        """Publish all of it, where the user may publish each of them."""
        bundle = self.get_object(request, unquote(object_id))
        if bundle is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, bundle):
            raise PermissionDenied
        try:
            published = self._publish(request, bundle)
        except life.Refused as refused:
            self.message_user(request, _("Nothing was published. %s") % refused, messages.ERROR)
        else:
            self.log_change(request, bundle, _("published"))
            self.message_user(request, _("%d records are public now.") % len(published), messages.SUCCESS)
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:publishing_bundle_change", args=[quote(bundle.pk)])
        )

    def _publish(self, request, bundle):
        """What is in it is held before it is asked what the user may do with it."""
        records = bundle.records()
        for record in records:
            life.lock(record)
        if self._obstacle(request, records):
            raise PermissionDenied
        return life.publish_bundle(bundle, request.user)
