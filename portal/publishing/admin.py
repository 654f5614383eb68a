"""The desk at which records are written, published and withdrawn; and the recycle bin."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.desk import DeskAdmin
from portal.vocabulary.models import Column

from . import checks as checks  # registers them
from .copying import copy_as_new
from .forms import PublishableForm, WithdrawalForm
from .models import Bundle, Status
from .states import State
from .todo import MineFilter, MissingFilter, StateFilter
from .trash_admin import TrashedRecordAdmin as TrashedRecordAdmin  # registers it

__all__ = ["PublishableAdmin"]


class PublishableAdmin(DeskAdmin):
    """A kind's desk. What is public never changes by a select box: each step of a record's life is a button."""

    form = PublishableForm
    change_form_template = "admin/publishing/record_form.html"
    date_hierarchy = "published_at"
    list_select_related = ["column", "updated_by"]
    list_filter = [StateFilter, MissingFilter, MineFilter, ("column", admin.RelatedOnlyFieldListFilter)]
    ordering = ["-updated_at", "-pk"]
    autocomplete_fields = ["column", "bundle"]
    #: The field that a copy's “(copy)” is written to.
    title_field = "title"
    #: Fields that a copy does not take over.
    not_copied = ()
    #: What may be missing, as a to-do list: name → (words, condition).
    missing = {}

    #: Columns of every kind's list, after its title.
    facts = ["state", "column", "published", "changed"]
    schedule = (
        gettext_lazy("Place and schedule"),
        {"fields": ["column", "published_at", "offline_at", "bundle"]},
    )
    history = (
        gettext_lazy("History"),
        {"classes": ["collapse"], "fields": ["state", "written", "changed", "withdrawn"]},
    )

    # Who may do what

    def get_queryset(self, request):
        """The records themselves, in columns that are open to the user; others do not exist for them."""
        open_columns = Column.objects.open_to(request.user)
        return super().get_queryset(request).originals().filter(Q(column=None) | Q(column__in=open_columns))

    def choosable(self, request):
        return self.model.objects.openable_by(request.user).originals()

    def has_publish_permission(self, request, record=None):
        """Whether the user may publish and withdraw: where a column names its publishers, only they may."""
        if not self.has_change_permission(request, record):
            return False
        column = getattr(record, "column", None)
        return request.user.is_superuser or column is None or _publishes_in(request.user, column)

    # The form

    def get_fieldsets(self, request, obj=None):
        fieldsets = [*super().get_fieldsets(request, obj), self.schedule]
        return [*fieldsets, self.history] if obj else fieldsets

    def get_readonly_fields(self, request, obj=None):
        facts = ["state", "written", "changed", "withdrawn"]
        if obj and obj.status in {Status.PUBLISHED, Status.WITHDRAWN} and not obj.is_scheduled():
            facts.append("published_at")  # never dated back
        return [*super().get_readonly_fields(request, obj), *facts]

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj and obj.pk and hasattr(obj, "get_absolute_url") else None

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        state = State.of(obj) if obj and obj.pk else State.DRAFT
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_withdraw"
        context |= {
            "state": state,
            "may_publish": self.has_publish_permission(request, obj if obj and obj.pk else None),
            "withdraw_url": reverse(name, args=[quote(obj.pk)]) if obj and obj.pk else None,
            "seen": request.POST.get("seen") or (obj.updated_at.isoformat() if obj and obj.pk else ""),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Saving

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        obj.updated_by = request.user
        if "_review" in request.POST and obj.status == Status.DRAFT:
            obj.status = Status.IN_REVIEW
        elif "_draft" in request.POST and (obj.status == Status.IN_REVIEW or obj.is_scheduled()):
            obj.status = Status.DRAFT
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "_publish" in request.POST:
            self._publish_from_form(request, form.instance)

    def _publish_from_form(self, request, record):
        if not self.has_publish_permission(request, record):
            self.message_user(request, _("It was saved. You may not publish in this column."), messages.WARNING)
        elif not record.publish(request.user, at=_not_past(record.published_at)):
            self.message_user(request, _("It was public already."), messages.WARNING)
        elif record.is_scheduled():
            when = date_format(timezone.localtime(record.published_at), "DATETIME_FORMAT")
            self.message_user(request, _("“%(title)s” will be public at %(when)s.") % {"title": record, "when": when})
        else:
            self.message_user(request, _("“%s” is public now.") % record)

    # Actions

    def get_actions(self, request):
        actions = super().get_actions(request)
        if "copy_as_new" in actions and self.title_field is None:
            del actions["copy_as_new"]
        return actions

    actions = ["publish_now", "withdraw", "copy_as_new"]

    @admin.action(description=gettext_lazy("Publish now"), permissions=["change"])
    def publish_now(self, request, queryset):
        done, already, refused = 0, 0, []
        with transaction.atomic():
            for record in queryset:
                if not self.has_publish_permission(request, record):
                    refused.append(_("“%s”: you may not publish in this column.") % record)
                elif record.offline_at and record.offline_at <= timezone.now():
                    refused.append(_("“%s”: its time to go offline has passed. Change that first.") % record)
                elif record.publish(request.user):
                    self.log_change(request, record, _("published"))
                    done += 1
                else:
                    already += 1
        said = [ngettext("%d record was published", "%d records were published", done) % done]
        if already:
            said.append(
                ngettext("%d was public or scheduled already", "%d were public or scheduled already", already) % already
            )
        self.message_user(request, _("; ").join(said), messages.SUCCESS if done else messages.WARNING)
        for reason in refused:
            self.message_user(request, reason, messages.WARNING)

    @admin.action(description=gettext_lazy("Withdraw…"), permissions=["change"])
    def withdraw(self, request, queryset):
        """Ask for the reason, then take the records back one by one."""
        form = WithdrawalForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self._withdrawal_page(request, form, queryset)
        done, others = 0, 0
        with transaction.atomic():
            for record in queryset:
                allowed = self.has_publish_permission(request, record)
                if allowed and record.withdraw(request.user, **form.cleaned_data):
                    self.log_change(request, record, _("withdrawn"))
                    done += 1
                else:
                    others += 1
        said = [ngettext("%d record was withdrawn", "%d records were withdrawn", done) % done]
        if others:
            said.append(
                ngettext(
                    "%d was not public, or not yours to withdraw",
                    "%d were not public, or not yours to withdraw",
                    others,
                )
                % others
            )
        self.message_user(request, _("; ").join(said), messages.SUCCESS if done else messages.WARNING)
        return None

    def _withdrawal_page(self, request, form, queryset):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Withdraw"),
            "opts": self.opts,
            "form": form,
            "records": queryset,
            "lines": [self.admin_site.line_of(record, request) for record in queryset],
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/publishing/withdraw.html", context)

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_withdraw"
        view = self.admin_site.admin_view(self.withdraw_view)
        return [path("<path:object_id>/withdraw/", view, name=name), *super().get_urls()]

    def withdraw_view(self, request, object_id):
        """The same for one record, from the button of its form."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_publish_permission(request, record):
            raise PermissionDenied
        page = self.withdraw(request, self.get_queryset(request).filter(pk=record.pk))
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return page or HttpResponseRedirect(reverse(name, args=[quote(record.pk)]))

    @admin.action(description=gettext_lazy("Copy as new"), permissions=["add"])
    def copy_as_new(self, request, queryset):
        copies = [copy_as_new(record, request.user, self.title_field, self.not_copied) for record in queryset]
        for copy in copies:
            self.log_addition(request, copy, _("copied"))
        self.message_user(request, ngettext("%d draft was made", "%d drafts were made", len(copies)) % len(copies))
        if len(copies) == 1:
            name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[quote(copies[0].pk)]))
        return None

    # Columns

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, record):
        state = State.of(record)
        return format_html('<span class="state state-{}">{}</span>', state.value, state.label)

    @admin.display(description=gettext_lazy("published at"), ordering="published_at")
    def published(self, record):
        return _moment(record.published_at)

    @admin.display(description=gettext_lazy("changed"), ordering="updated_at")
    def changed(self, record):
        return _when_and_who(record.updated_at, record.updated_by)

    @admin.display(description=gettext_lazy("written"), ordering="created_at")
    def written(self, record):
        return _when_and_who(record.created_at, record.created_by)

    @admin.display(description=gettext_lazy("withdrawn"))
    def withdrawn(self, record):
        if record.status != Status.WITHDRAWN:
            return self.get_empty_value_display()
        said = [_moment(record.withdrawn_at), record.get_withdrawal_reason_display(), record.replacement_url]
        return format_html_join(" · ", "{}", ((part,) for part in said if part))


def _publishes_in(user, column):
    publishers = set(column.publishers.values_list("pk", flat=True))
    return not publishers or not publishers.isdisjoint(user.groups.values_list("pk", flat=True))


def _not_past(at):
    return at if at and at > timezone.now() else None


def _moment(at):
    """Day and time, each of which stays on one line."""
    if at is None:
        return None
    day, time = date_format(timezone.localtime(at), "Y-m-d H:i").split()
    return format_html('<span class="moment"><span>{}</span> <span>{}</span></span>', day, time)


def _when_and_who(at, user):
    return format_html("{} · {}", _moment(at), user) if user else _moment(at)


@admin.register(Bundle)
class BundleAdmin(DeskAdmin):
    search_fields = ["title", "note"]
    list_display = ["title", "note"]
