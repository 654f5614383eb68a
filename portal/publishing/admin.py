"""The desk at which records are written; their steps are in ``steps_admin``, their versions in ``history_admin``."""

from operator import attrgetter

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.db import connection
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.desk import DeskAdmin

from . import bundles_admin as bundles_admin  # registers bundles
from . import checks as checks  # registers them
from . import life, links, words
from .copying import copy_as_new
from .corrections_admin import CorrectionAdmin as CorrectionAdmin  # registers it
from .drafts_admin import KeepsDrafts
from .forms import PublishableForm
from .history_admin import HistoryAdmin
from .models import Status
from .moments import moment, when_and_who
from .previewing_admin import PreviewingAdmin
from .revisions import Revision, revise
from .rights import columns_allowing, columns_open_to, may_edit, may_publish
from .states import State
from .steps import Desk
from .steps_admin import StepsAdmin
from .todo import MineFilter, MissingFilter, StateFilter, WaitingFilter
from .trash_admin import TrashedRecordAdmin as TrashedRecordAdmin  # registers it
from .words_admin import WordAdmin as WordAdmin  # registers it

__all__ = ["PublishableAdmin"]


class PublishableAdmin(StepsAdmin, HistoryAdmin, PreviewingAdmin, KeepsDrafts, DeskAdmin):
    """A kind's desk. Only drafts are written in: what is public is edited in a working copy beside it."""

    form = PublishableForm
    change_form_template = "admin/publishing/record_form.html"
    date_hierarchy = "published_at"
    list_select_related = ["column", "updated_by", "working_copy_of"]
    list_filter = [
        StateFilter, WaitingFilter, MissingFilter, MineFilter, ("column", admin.RelatedOnlyFieldListFilter)
    ]  # fmt: skip
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
    change = (gettext_lazy("This change"), {"fields": ["change_note"]})
    history = (
        gettext_lazy("History"),
        {"classes": ["collapse"], "fields": ["state", "written", "changed", "withdrawn"]},
    )

    # Who may do what

    def get_queryset(self, request):
        """Records and their working copies in columns that are open to the user; others do not exist for them."""
        open_columns = columns_open_to(request.user)
        found = super().get_queryset(request)
        for column in ("column", "working_copy_of__column"):
            found = found.filter(Q(**{column: None}) | Q(**{f"{column}__in": open_columns}))
        return found

    def get_object(self, request, object_id, from_field=None):
        """Whoever is about to change the record has it for themselves until they are done. None where it is gone."""
        record = super().get_object(request, object_id, from_field)
        if record and request.method == "POST" and connection.in_atomic_block:
            try:
                life.lock(record)
            except life.Refused:
                return None
        return record

    def choosable(self, request):
        return self.model.objects.readable_by(request.user).originals()

    def get_field_queryset(self, db, db_field, request):
        """A record is put into a column in which the user may write."""
        found = super().get_field_queryset(db, db_field, request)
        if db_field.name != "column":
            return found
        return found.filter(pk__in=columns_allowing(request.user, "editors"))

    def has_change_permission(self, request, obj=None):
        """Only a draft is written in. What was typed while it ceased to be one the form gives back, with the reason."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or obj.pk is None:
            return True
        was_draft = request.method == "POST" and "seen" in request.POST
        return may_edit(request.user, obj) and (obj.status == Status.DRAFT or was_draft)

    def has_delete_permission(self, request, obj=None):
        """A draft is its editors'; what readers may have cited is withdrawn, or deleted by who may publish."""
        if not super().has_delete_permission(request, obj):
            return False
        if obj is None or obj.pk is None:
            return True
        if obj.status == Status.DRAFT:
            return may_edit(request.user, obj)
        return obj.status != Status.IN_REVIEW and may_publish(request.user, obj)

    def get_deleted_objects(self, objs, request):
        """What is about to be deleted is held until it is, and asked as it stands now."""
        if "post" in request.POST and connection.in_atomic_block:
            for record in sorted(objs, key=attrgetter("pk")):
                try:
                    life.lock(record)
                except life.Refused as gone:
                    return [], {}, [str(gone)], []
        return super().get_deleted_objects(objs, request)

    # The form

    def get_fieldsets(self, request, obj=None):
        fieldsets = [*super().get_fieldsets(request, obj), self.schedule]
        if obj and obj.working_copy_of_id:
            left_out = {*self.model.apart, "published_at"}
            kept = [_without(fieldset, left_out) for fieldset in fieldsets]
            told = [self.change] if obj.status == Status.DRAFT else []
            fieldsets = [*told, *(fieldset for fieldset in kept if fieldset[1]["fields"])]
        return [*fieldsets, self.history] if obj else fieldsets

    def get_inlines(self, request, obj):
        """Of a working copy only the rows that belong to a version."""
        inlines = super().get_inlines(request, obj)
        if not (obj and obj.working_copy_of_id):
            return inlines
        parts = {relation.related_model for relation in self.model.parts()}
        return [inline for inline in inlines if inline.model in parts]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "state", "written", "changed", "withdrawn"]

    def get_view_on_site_url(self, obj=None):
        return obj.preview_url if obj and obj.pk else None

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        record = obj if obj and obj.pk else self.model()
        desk = Desk(request.user, record)
        revisions = Revision.objects.of(record) if record.pk else Revision.objects.none()
        context |= {
            "state": State.of(record) if record.pk else State.DRAFT,
            "desk": desk,
            "steps": [step.value for step in desk.steps] if not add else ["save", "submit", "publish"],
            "working_copy": record.working_copies.first() if record.pk and not record.working_copy_of_id else None,
            "returned": desk.returned() if record.pk else None,
            "seen": context["adminform"].form.data.get("seen")
            or revisions.values_list("number", flat=True).last()
            or 0,
            "as_public": revisions.filter(made_at__lte=record.created_at).last() if record.working_copy_of_id else None,
        }
        if add and not desk.may_publish:
            context["steps"].remove("publish")
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Saving

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        obj.updated_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        revise(form.instance, request.user, note=form.cleaned_data.get("change_note", ""))
        for said in [*words.told(words.check_words(form.instance)), *links.told_dead(form.instance)]:
            self.message_user(request, said, messages.WARNING)
        # A working copy that was published is gone, and its record stands.
        form.instance.stands_as = self.take_step_of_form(request, form.instance)

    def log_change(self, request, obj, message):
        return super().log_change(request, getattr(obj, "stands_as", obj), message)

    def response_change(self, request, obj):
        return super().response_change(request, getattr(obj, "stands_as", obj))

    # Actions

    def get_actions(self, request):
        actions = super().get_actions(request)
        if "copy_as_new" in actions and self.title_field is None:
            del actions["copy_as_new"]
        return actions

    actions = [*StepsAdmin.actions, "copy_as_new"]

    @admin.action(description=gettext_lazy("Copy as new"), permissions=["add"])
    def copy_as_new(self, request, queryset):
        records = list(queryset)
        copies = [self._copy(request, record) for record in records]
        for copy in copies:
            self.log_addition(request, copy, [{"added": {}}])
        self.message_user(request, ngettext("%d draft was made", "%d drafts were made", len(copies)) % len(copies))
        without = sum(
            bool(record.column_id and not copy.column_id) for record, copy in zip(records, copies, strict=True)
        )
        if without:
            words = (
                "%d has no column: you may not write in that of the original.",
                "%d have no column: you may not write in that of the original.",
            )
            self.message_user(request, ngettext(*words, without) % without, messages.WARNING)
        if len(copies) == 1:
            return HttpResponseRedirect(self._url("change", quote(copies[0].pk)))
        return None

    def _copy(self, request, record):
        """A draft in the column of ``record``, where the user may write there; else in none."""
        may = may_edit(request.user, self.model(column=record.column))
        reset = self.not_copied if may else [*self.not_copied, "column"]
        return copy_as_new(record, request.user, self.title_field, reset)

    # Columns

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, record):
        state = State.of(record)
        badge = format_html('<span class="state state-{}">{}</span>', state.value, state.label)
        if record.working_copy_of_id:
            return format_html('{} <span class="marks">{}</span>', badge, _("working copy"))
        return badge

    @admin.display(description=gettext_lazy("published at"), ordering="published_at")
    def published(self, record):
        return moment(record.published_at)

    @admin.display(description=gettext_lazy("changed"), ordering="updated_at")
    def changed(self, record):
        return when_and_who(record.updated_at, record.updated_by)

    @admin.display(description=gettext_lazy("written"), ordering="created_at")
    def written(self, record):
        return when_and_who(record.created_at, record.created_by)

    @admin.display(description=gettext_lazy("withdrawn"))
    def withdrawn(self, record):
        if record.status != Status.WITHDRAWN:
            return self.get_empty_value_display()
        said = [moment(record.withdrawn_at), record.get_withdrawal_reason_display(), record.replacement_url]
        return format_html_join(" · ", "{}", ((part,) for part in said if part))


def _without(fieldset, names):
    """``fieldset`` without the fields of these names, in rows of several too."""
    title, options = fieldset
    rows = [
        tuple(name for name in row if name not in names) if isinstance(row, list | tuple) else row
        for row in options["fields"]
    ]
    return title, {**options, "fields": [row for row in rows if row and row not in names]}
