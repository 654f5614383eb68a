"""The site's own words: pages, menu, imprint."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.desk import DeskAdmin, DeskTabularInline
from portal.media.forms import ShowsOpenMedia
from portal.publishing.admin import PublishableAdmin
from portal.publishing.forms import PublishableForm

from .models import Hotline, Imprint, Licence, MenuItem, Page, Responsibility


class PageForm(ShowsOpenMedia, PublishableForm):
    class Meta:
        model = Page
        fields = "__all__"  # noqa: DJ007 (the admin names them)


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    form = PageForm
    list_display = ["title", "slug", *PublishableAdmin.facts]
    search_fields = ["title", "title_en", "body"]
    prepopulated_fields = {"slug": ["title_en"]}
    fieldsets = [(None, {"fields": ["title", "title_en", "slug"]}), (_("Text"), {"fields": ["body"]})]


@admin.register(MenuItem)
class MenuItemAdmin(DeskAdmin):
    list_display = ["label", "place", "position", "url", "label_en"]
    list_editable = ["place", "position", "url", "label_en"]
    list_filter = ["place"]
    fields = ["place", "position", "label", "label_en", "url"]


class HotlineInline(DeskTabularInline):
    model = Hotline
    fields = ["label", "number", "position"]


class ResponsibilityInline(DeskTabularInline):
    model = Responsibility
    fields = ["role", "name", "position"]


class LicenceInline(DeskTabularInline):
    model = Licence
    fields = ["name", "number", "url", "position"]


@admin.register(Imprint)
class ImprintAdmin(DeskAdmin):
    """There is one: the list leads to it, or to the form that makes it."""

    fields = ["site_name", "site_name_en", "tagline", "copyright"]
    inlines = [HotlineInline, ResponsibilityInline, LicenceInline]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Imprint.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        one = Imprint.objects.first()
        name = f"{self.admin_site.name}:pages_imprint_{'change' if one else 'add'}"
        return HttpResponseRedirect(reverse(name, args=[one.pk] if one else []))
