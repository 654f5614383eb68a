"""Corrections at the desk: drafted from the form of a record, published by a button, and unchanged ever after."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.accounts.desk import DeletesForGood, DeskAdmin

from .corrections import Correction, correctable_kinds, publish
from .moments import when_and_who
from .rights import columns_allowing, may_edit, may_publish
from .words import refuse_findings, told


class RecordForm(forms.Form):
    """The record that a correction is begun for: ``?record=articles.article:5``."""

    record = forms.CharField(max_length=120)

    def clean_record(self):
        label, _colon, pk = self.cleaned_data["record"].partition(":")
        kind = next((kind for kind in correctable_kinds() if kind._meta.label_lower == label), None)
        is_number = pk.isascii() and pk.isdigit() and len(pk) < 19
        record = kind.objects.originals().filter(pk=pk).first() if kind and is_number else None
        if record is None or not was_read(record):
            raise forms.ValidationError(_("Only what readers have seen can be corrected."))
        return record


def was_read(record):
    """Whether readers have seen the record: it is or was public."""
    if record.published_at is None or record.status == "draft" or record.published_at > timezone.now():
        return False
    return record.is_told() or not record.is_listed()


class CorrectionStateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("draft", _("draft")), ("public", _("public"))]

    def queryset(self, request, queryset):
        return queryset.filter(published_at__isnull=self.value() == "draft") if self.value() else queryset


class CorrectedKindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(kind._meta.label_lower, capfirst(kind._meta.verbose_name)) for kind in correctable_kinds()]

    def queryset(self, request, queryset):
        app, _dot, model = (self.value() or "").partition(".")
        return queryset.filter(content_type__app_label=app, content_type__model=model) if app else queryset


class CorrectionForm(forms.ModelForm):
    class Meta:
        model = Correction
        fields = ["wrong", "right", "why"]
        widgets = dict.fromkeys(fields, forms.Textarea({"rows": 3}))
        help_texts = {
            "wrong": gettext_lazy("The words or the figure as they stood, so that readers find them again."),
            "right": gettext_lazy("What should have stood there, with its source."),
            "why": gettext_lazy("How the mistake came about: a slip of the pen, an outdated source, a wrong unit …"),
        }

    def _post_clean(self):
        super()._post_clean()
        if "_publish" in self.data:
            refuse_findings(self, self.instance.check_words())


@admin.register(Correction)
class CorrectionAdmin(DeletesForGood, DeskAdmin):
    form = CorrectionForm
    change_form_template = "admin/publishing/correction_form.html"
    list_display = ["name", "kind", "drafted", "published"]
    list_filter = [CorrectionStateFilter, CorrectedKindFilter, "published_at"]
    list_select_related = ["content_type", "drafted_by", "published_by"]
    search_fields = ["=number", "title", "wrong", "right", "why"]
    fieldsets = [
        (None, {"fields": ["of_record", "wrong", "right", "why"]}),
        (gettext_lazy("History"), {"fields": [("drafted_at", "drafted_by"), ("published_at", "published_by")]}),
    ]
    readonly_fields = ["of_record", "drafted_at", "drafted_by", "published_at", "published_by"]
    actions = None
    waiting = (
        gettext_lazy("Drafted corrections"), "state=draft", lambda records, user: records.drafts(), "drafted_at",
    )  # fmt: skip

    # Who may do what: as with the record

    def get_queryset(self, request):
        """The public ones, and the drafts for records that the user may change or publish."""
        corrections, user = super().get_queryset(request), request.user
        if user.is_superuser:
            return corrections
        mine = Q(published_at__isnull=False)
        for kind, role in self._rights_of(user):
            records = kind.objects.filter(Q(column=None) | Q(column__in=columns_allowing(user, role)))
            options = kind._meta
            of_kind = Q(content_type__app_label=options.app_label, content_type__model=options.model_name)
            mine |= of_kind & Q(object_id__in=records.values("pk"))
        return corrections.filter(mine)

    @staticmethod
    def _rights_of(user):
        """Pairs of a kind and a role ("editors", "publishers") in which the user may do something with its records."""
        return [
            (kind, role)
            for kind in correctable_kinds()
            for verb, role in (("change", "editors"), ("publish", "publishers"))
            if user.has_perm(f"{kind._meta.app_label}.{verb}_{kind._meta.model_name}")
        ]

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser or bool(self._rights_of(request.user))

    def has_add_permission(self, request):
        record = self._begun_for(request)
        return record is not None and may_edit(request.user, record)

    def has_change_permission(self, request, obj=None):
        return obj is not None and not obj.is_frozen() and bool(obj.record) and may_edit(request.user, obj.record)

    def has_delete_permission(self, request, obj=None):
        if obj is None or obj.is_frozen():
            return False
        return may_edit(request.user, obj.record) if obj.record else request.user.is_superuser

    @staticmethod
    def _begun_for(request):
        form = RecordForm(request.GET)
        return form.cleaned_data["record"] if form.is_valid() else None

    @staticmethod
    def has_publish_permission(request, correction):
        record = correction.record
        return bool(record) and was_read(record) and may_publish(request.user, record)

    # The form

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else [(None, {"fields": ["wrong", "right", "why"]})]

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj and obj.published_at else None

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        record = obj.record if obj else self._begun_for(request)
        if obj and record:
            obj.line = self.admin_site.line_of(record, request)
        context |= {
            "subtitle": record and self.admin_site.name_of(record, request),
            "may_publish": bool(record) and was_read(record) and may_publish(request.user, record),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            record = self._begun_for(request)
            obj.record, obj.title, obj.drafted_by = record, str(record)[:200], request.user
        super().save_model(request, obj, form, change)
        for said in told(obj.check_words()):
            self.message_user(request, said, messages.WARNING)

    def response_add(self, request, obj, post_url_continue=None):
        return self._to_publication(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._to_publication(request, obj) or super().response_change(request, obj)

    def _to_publication(self, request, correction):
        return HttpResponseRedirect(self._address("publish", correction)) if "_publish" in request.POST else None

    # Publishing

    def get_urls(self):
        view = self.admin_site.admin_view(self.publish_view)
        return [path("<path:object_id>/publish/", view, name="publishing_correction_publish"), *super().get_urls()]

    def publish_view(self, request, object_id):
        """Asks once more, since what is published is never changed; then publishes what was shown, and nothing else."""
        correction = self.get_object(request, unquote(object_id))
        if correction is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_publish_permission(request, correction):
            raise PermissionDenied
        if request.method == "POST" or correction.is_frozen():
            return self._publish(request, correction)
        return self._publication_page(request, correction)

    def _publish(self, request, correction):
        try:
            is_done = request.POST.get("seen") == correction.stamp and publish(correction, request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(self._address("change", correction))
        if is_done:
            self.log_change(request, correction, pgettext("event", "published"))
            self.message_user(request, _("Correction No. %d is public now.") % correction.number)
        elif Correction.objects.drafts().filter(pk=correction.pk).exists():
            said = _("It was changed meanwhile. Read it again; nothing was published.")
            self.message_user(request, said, messages.WARNING)
            return HttpResponseRedirect(self._address("publish", correction))
        else:
            self.message_user(request, _("It was public already."), messages.WARNING)
        return HttpResponseRedirect(self._address("change", correction))

    def _publication_page(self, request, correction):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish the correction"),
            "opts": self.opts,
            "correction": correction,
            "line": self.admin_site.line_of(correction.record, request),
            "back": self._address("change", correction),
        }
        return TemplateResponse(request, "admin/publishing/correction_publish.html", context)

    def _address(self, page, correction):
        return reverse(f"{self.admin_site.name}:publishing_correction_{page}", args=[quote(correction.pk)])

    # Columns

    @admin.display(description=gettext_lazy("correction"), ordering="number")
    def name(self, correction):
        return str(correction) if correction.number else _("%s (draft)") % correction

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, correction):
        return capfirst(correction.kind_name)

    @admin.display(description=gettext_lazy("drafted at"), ordering="drafted_at")
    def drafted(self, correction):
        return when_and_who(correction.drafted_at, correction.drafted_by)

    @admin.display(description=gettext_lazy("published at"), ordering="published_at")
    def published(self, correction):
        return when_and_who(correction.published_at, correction.published_by)

    @admin.display(description=gettext_lazy("Content"))
    def of_record(self, correction):
        """Its title as it was then, where the record is gone; ``line`` is set by the page that knows who reads it."""
        return correction.line if correction.record else correction.title
