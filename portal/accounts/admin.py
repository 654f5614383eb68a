"""The members of the office and their roles."""

import django_otp.plugins.otp_static.admin
import django_otp.plugins.otp_totp.admin  # noqa: F401 (it registers what is taken back below)
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import locking, second_factor
from .desk import DeskAdmin
from .forms import RoleForm
from .models import Role, User
from .verbs import permission_label

# Secrets are nobody's to look at; what an administrator does with them stands on the page of the user.
admin.site.unregister([Group, StaticDevice, TOTPDevice])


class PermissionNames:
    """For an admin whose form offers permissions."""

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field and db_field.remote_field.model is Permission:
            # Only what an admin page asks for: the packages that count logins have permissions too.
            kinds = {model._meta.app_label for model in self.admin_site._registry}
            field.queryset = field.queryset.filter(content_type__app_label__in=kinds).select_related("content_type")
            field.label_from_instance = permission_label
        return field


class LoginActions:
    """What an administrator does with a colleague's login: in the list of users, and as buttons on the user's page."""

    actions = ["unlock", "end_sessions", "reset_second_factor", "deactivate"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_login_failures().with_second_factor()

    @admin.display(description=_("login"))
    def login_state(self, user):
        """For the list: what keeps the user out, if anything does."""
        if not user.is_active:
            return format_html('<span class="state">{}</span>', gettext("deactivated"))
        if user.is_locked:
            return format_html('<span class="state state-withdrawn">{}</span>', gettext("locked"))
        return gettext("open")

    @admin.display(description=_("login"))
    def login_details(self, user):
        """For the page of the user: the same, with until when."""
        until = locking.locked_until(user.username)
        if not user.is_active or until is None:
            return self.login_state(user)
        at = date_format(timezone.localtime(until), "H:i")
        return format_html(
            '<span class="state state-withdrawn">{}</span> {}',
            gettext("locked"),
            gettext("After too many wrong passwords or codes, until %s.") % at,
        )

    @admin.display(description=_("second factor"))
    def second_factor_details(self, user):
        if user.second_factor is not None:
            left = second_factor.backup_codes_left(user)
            return ngettext("set up, %d backup code left", "set up, %d backup codes left", left) % left
        return gettext("demanded, not set up yet") if user.is_second_factor_demanded else gettext("none")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None and self.has_change_permission(request, obj):
            suitable = {"unlock": obj.is_locked, "end_sessions": True}
            suitable["reset_second_factor"] = obj.second_factor is not None and obj != request.user
            context["login_actions"] = [(name, self.get_action(name)[2]) for name, suits in suitable.items() if suits]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def _for_each(self, request, users, step, said):
        """Do ``step`` for each of ``users`` that may be changed, and log ``said`` where it did something."""
        done = [user for user in users if self.has_change_permission(request, user) and step(user)]
        for user in done:
            self.log_change(request, user, said)
        if done:
            names = gettext(", ").join(map(str, done))
            messages.success(request, gettext("%(what)s: %(names)s") % {"what": said, "names": names})
        else:
            messages.warning(request, gettext("Nothing was to be done."))
        if "from_page" in request.POST and len(users) == 1:
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[users[0].pk]))
        return None

    @admin.action(description=_("Unlock the login"), permissions=["change"])
    def unlock(self, request, queryset):
        return self._for_each(request, queryset, lambda user: locking.unlock(user.username), gettext("login unlocked"))

    @admin.action(description=_("End all sessions"), permissions=["change"])
    def end_sessions(self, request, queryset):
        def end(user):
            return User.objects.filter(pk=user.pk).end_sessions()

        return self._for_each(request, queryset, end, gettext("all sessions ended"))

    @admin.action(description=_("Reset the second factor"), permissions=["change"])
    def reset_second_factor(self, request, queryset):
        """For who lost the phone. One's own is removed with a code, on the page for that."""

        def reset(user):
            removed = user != request.user and second_factor.remove(user)
            return removed and User.objects.filter(pk=user.pk).end_sessions()

        return self._for_each(request, queryset, reset, gettext("second factor reset"))

    @admin.action(description=_("Deactivate: no login any more"), permissions=["change"])
    def deactivate(self, request, queryset):
        def close(user):
            return user != request.user and User.objects.filter(pk=user.pk).deactivate()

        return self._for_each(request, queryset, close, gettext("deactivated"))

    def save_model(self, request, obj, form, change):
        if change and "is_active" in form.changed_data:
            obj.session_number += 1  # who comes back logs in anew
        super().save_model(request, obj, form, change)


@admin.register(User)
class UserAdmin(LoginActions, PermissionNames, DjangoUserAdmin, DeskAdmin):
    """Users are deactivated, never deleted: their name stands under what they published."""

    list_display = ["username", "login_state", "name", "email", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "groups"]
    search_fields = ["username", "name", "email"]
    ordering = ["username"]
    autocomplete_fields = ["groups"]
    filter_horizontal = ["user_permissions"]
    readonly_fields = ["login_details", "second_factor_details"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["name", "email", "language"]}),
        (_("Role"), {"fields": ["is_active", "is_staff", "groups"]}),
        (_("Login"), {"fields": ["login_details", "second_factor_details"]}),
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


@admin.register(Group)
class GroupAdmin(PermissionNames, DjangoGroupAdmin, DeskAdmin):
    """Roles. One that a column names is not deleted."""

    form = RoleForm
    fields = ["name", "demands_second_factor", "permissions"]
    list_display = ["name", "demands_second_factor"]
    list_select_related = ["role"]

    @admin.display(boolean=True, description=_("demands a second factor"))
    def demands_second_factor(self, group):
        return hasattr(group, "role") and group.role.demands_second_factor

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "demands_second_factor" in form.changed_data:
            demands = form.cleaned_data["demands_second_factor"]
            Role.objects.update_or_create(group=obj, defaults={"demands_second_factor": demands})
