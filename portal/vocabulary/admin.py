"""The shared names: regions, organizations, topics, columns, units."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.desk import DeskAdmin, DeskTabularInline

from .models import Column, GroupMember, Organization, Region, RegionKind, Succession, Topic, Unit


class InForceFilter(admin.SimpleListFilter):
    title = pgettext_lazy("region", "in force")
    parameter_name = "in_force"

    def lookups(self, request, model_admin):
        return [("yes", pgettext_lazy("region", "in force")), ("no", _("former"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.current()
        return queryset.exclude(valid_to="") if self.value() == "no" else queryset


class NamesAdmin(DeskAdmin):
    """Names are found by any of their spellings; the page of a name shows where readers see it."""

    def view_on_site(self, name):
        return name.get_absolute_url()


class SuccessionInline(DeskTabularInline):
    model = Succession
    fk_name = "predecessor"
    fields = ["successor", "share", "year", "document_no"]
    autocomplete_fields = ["successor"]
    verbose_name_plural = _("What became of it")


class MembersInline(DeskTabularInline):
    model = GroupMember
    fk_name = "group"
    fields = ["member", "valid_from", "valid_to", "note"]
    autocomplete_fields = ["member"]
    verbose_name_plural = _("Members of the group")


class GroupsInline(DeskTabularInline):
    model = GroupMember
    fk_name = "member"
    fields = ["group", "valid_from", "valid_to", "note"]
    autocomplete_fields = ["group"]
    verbose_name_plural = _("Groups it belongs to")


@admin.register(Region)
class RegionAdmin(NamesAdmin):
    list_display = ["name", "code", "kind", "parent", "short_name", "valid_from", "valid_to"]
    list_filter = [InForceFilter, "kind"]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "short_name", "aliases", "name_en"]
    search_help_text = _("Code, name, short name, other names or English name (pinyin)")
    autocomplete_fields = ["parent"]
    fieldsets = [
        (None, {"fields": ["code", "kind", "parent"]}),
        (_("Names"), {"fields": ["name", "short_name", "name_en", "aliases"]}),
        (_("Time"), {"fields": ["valid_from", "valid_to"]}),
    ]

    def get_inlines(self, request, obj):
        is_group = obj is not None and obj.kind == RegionKind.GROUP
        return [SuccessionInline, MembersInline if is_group else GroupsInline]

    def choice_label(self, region):
        """With what it is part of: there are several 城关区."""
        return f"{region}（{region.parent or region.code}）"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("parent")


@admin.register(Organization)
class OrganizationAdmin(NamesAdmin):
    list_display = ["name", "short_name", "kind", "region", "url"]
    list_filter = ["kind", ("region", admin.EmptyFieldListFilter)]
    list_select_related = ["region"]
    search_fields = ["name", "short_name", "aliases", "name_en", "pinyin"]
    search_help_text = _("Name, short name, other names, English name or pinyin")
    autocomplete_fields = ["region"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "region"]}),
        (_("Other names"), {"fields": ["short_name", "aliases", "name_en"]}),
        (_("On the web"), {"fields": ["url"]}),
    ]


class TreeAdmin(NamesAdmin):
    list_display = ["name", "slug", "parent", "position"]
    list_editable = ["position"]
    list_select_related = ["parent"]
    search_fields = ["name", "name_en", "slug"]
    autocomplete_fields = ["parent"]


@admin.register(Topic)
class TopicAdmin(TreeAdmin):
    fields = ["name", "name_en", "slug", "parent", "position"]


@admin.register(Column)
class ColumnAdmin(TreeAdmin):
    list_display = [*TreeAdmin.list_display, "review_levels"]
    autocomplete_fields = ["parent", "editors", "reviewers", "publishers"]
    fieldsets = [
        (None, {"fields": ["name", "name_en", "slug", "parent", "position", "description"]}),
        (
            _("Who may do what here"),
            {
                "fields": ["review_levels", "editors", "reviewers", "publishers"],
                "description": _("While no group is named, the column is open to every editor."),
            },
        ),
    ]

    def choosable(self, request):
        return super().choosable(request).open_to(request.user)


@admin.register(Unit)
class UnitAdmin(DeskAdmin):
    list_display = ["symbol", "code", "name", "dimension"]
    list_filter = ["dimension"]
    search_fields = ["symbol", "code", "name", "name_en"]
    fields = ["code", "symbol", "name", "name_en", "dimension"]
