"""回收站 in the admin."""

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.accounts.desk import DeletesForGood, DeskAdmin

from .models import Publishable, Status, TrashedRecord
from .rights import columns_open_to
from .states import State
from .trash import CannotRestore, restore


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        kinds = model_admin.get_queryset(request).order_by("kind").values_list("kind", flat=True).distinct()
        return [(kind, kind_name(kind)) for kind in kinds]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(TrashedRecord)
class TrashedRecordAdmin(DeletesForGood, DeskAdmin):
    list_display = ["title", "kind_of_record", "deleted_at", "deleted_by", "way_back"]
    list_display_links = None
    list_filter = [KindFilter]
    list_select_related = ["deleted_by"]
    search_fields = ["title"]
    date_hierarchy = "deleted_at"
    actions = ["bring_back"]
    change_list_template = "admin/publishing/trash.html"

    def get_queryset(self, request):
        """What the user could have deleted: kinds that they may delete, in columns that are open to them."""
        records = super().get_queryset(request)
        if request.user.is_superuser:
            return records
        kinds = [
            model._meta.label_lower
            for model, desk in self.admin_site._registry.items()
            if isinstance(desk, DeskAdmin) and desk.has_delete_permission(request)
        ]
        columns = sorted(columns_open_to(request.user))
        open_to_user = Q(snapshot__column=None) | Q(snapshot__column__in=columns)
        return records.filter(open_to_user, kind__in=kinds)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        """Deleting here is for good."""
        return request.user.is_superuser

    # Bringing back

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.bring_back_view))
        return [path("<int:pk>/restore/", view, name="publishing_trashedrecord_restore"), *super().get_urls()]

    def bring_back_view(self, request, pk):
        """For the button of a row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        trashed = self.get_queryset(request).filter(pk=pk).first()
        back = redirect(f"{self.admin_site.name}:publishing_trashedrecord_changelist")
        if trashed is None:
            self.message_user(request, _("It is no longer in the recycle bin."), messages.WARNING)
            return back
        record = self._bring_back(request, trashed)
        address = self._address_of(record) if record else None
        return HttpResponseRedirect(address) if address else back

    @admin.action(description=gettext_lazy("Bring back"), permissions=["view"])
    def bring_back(self, request, queryset):
        # The last one first: what a record needs could be deleted only after it.
        for trashed in queryset.order_by("-deleted_at", "-pk"):
            self._bring_back(request, trashed)

    def _bring_back(self, request, trashed):
        title = trashed.title
        try:
            record, lost = restore(trashed, request.user)
        except CannotRestore as reason:
            said = _("“%(title)s” cannot be brought back. %(reason)s") % {"title": title, "reason": reason}
            self.message_user(request, said, messages.ERROR)
            return None
        desk = self.admin_site._registry.get(type(record))
        if desk:
            desk.log_change(request, record, _("brought back from the recycle bin"))
        self._tell(request, record, trashed)
        if lost:
            said = _("These links are gone, since their target was deleted: %s") % _(", ").join(map(str, lost))
            self.message_user(request, said, messages.WARNING)
        return record

    def _tell(self, request, record, trashed):
        """That it is back, and in which state, of what has a state."""
        name = format_html('<a href="{}">{}</a>', self._address_of(record) or "", record)
        if not isinstance(record, Publishable):
            self.message_user(request, format_html(_("“{}” is back, at its old address."), name), messages.SUCCESS)
            return
        said = format_html(_("“{}” is back, at its old address; its state is “{}”."), name, State.of(record).label)
        self.message_user(request, said, messages.SUCCESS)
        before = trashed.snapshot["rows"][0]["fields"]["status"]
        if record.status != before:
            said = _("It was “%s” when it was deleted. You may not publish it, so it came back as a draft.")
            self.message_user(request, said % Status(before).label, messages.WARNING)

    def _address_of(self, record):
        if type(record) not in self.admin_site._registry:
            return None
        name = f"{self.admin_site.name}:{record._meta.app_label}_{record._meta.model_name}_change"
        return reverse(name, args=[quote(record.pk)])

    # Columns

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_of_record(self, trashed):
        return kind_name(trashed.kind)

    @admin.display(description="")
    def way_back(self, trashed):
        address = reverse(f"{self.admin_site.name}:publishing_trashedrecord_restore", args=[trashed.pk])
        return format_html('<button type="submit" class="button" formaction="{}">{}</button>', address, _("Bring back"))


def kind_name(kind):
    """What records of ``kind`` ("articles.article") are called; the kind itself where the portal no longer has it."""
    try:
        return capfirst(apps.get_model(kind)._meta.verbose_name)
    except LookupError:
        return kind
