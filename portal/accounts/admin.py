"""The members of the office and their roles."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .desk import DeskAdmin
from .models import User

admin.site.unregister(Group)

#: What a permission allows, by the beginning of its code: Django keeps its name in English.
VERBS = {"view": _("view"), "add": _("add"), "change": _("change"), "delete": _("delete")}


def permission_label(permission):
    """A permission in the language in use: 文章 | 文章 · 修改."""
    verb = permission.codename.partition("_")[0]
    return f"{permission.content_type} · {VERBS.get(verb, permission.name)}"


class PermissionNames:
    """For an admin whose form offers permissions."""

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field and db_field.remote_field.model is Permission:
            field.queryset = field.queryset.select_related("content_type")
            field.label_from_instance = permission_label
        return field


@admin.register(User)
class UserAdmin(PermissionNames, DjangoUserAdmin, DeskAdmin):
    """Users are deactivated, never deleted: their name stands under what they published."""

    list_display = ["username", "name", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "groups"]
    search_fields = ["username", "name", "email"]
    ordering = ["username"]
    autocomplete_fields = ["groups"]
    filter_horizontal = ["user_permissions"]
    actions = ["deactivate"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["name", "email", "language"]}),
        (_("Role"), {"fields": ["is_active", "is_staff", "groups"]}),
        (_("Beyond the role"), {"classes": ["collapse"], "fields": ["is_superuser", "user_permissions"]}),
        (_("Dates"), {"classes": ["collapse"], "fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "usable_password", "password1", "password2"]}),
        (_("Person"), {"fields": ["name", "email", "language"]}),
        (_("Role"), {"fields": ["is_staff", "groups"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        """What goes beyond a role is given by those who have it."""
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        return [(name, options) for name, options in fieldsets if "is_superuser" not in options["fields"]]

    def has_change_permission(self, request, obj=None):
        """A superuser's account is changed by superusers: its password and mail address open all the rest."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def choice_label(self, user):
        return str(user) if user.is_active else _("%s (deactivated)") % user

    @admin.action(description=_("Deactivate: no login any more"), permissions=["change"])
    def deactivate(self, request, queryset):
        for user in queryset.exclude(pk=request.user.pk):
            if not self.has_change_permission(request, user):
                continue
            user.is_active = False
            user.save(update_fields=["is_active"])
            self.log_change(request, user, gettext("deactivated"))


@admin.register(Group)
class GroupAdmin(PermissionNames, DjangoGroupAdmin, DeskAdmin):
    """Roles. One that a column names is not deleted."""
