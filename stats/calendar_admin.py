"""The release calendar at the desk: a date is given once, and then moved or cancelled with a reason."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import AdminTextInputWidget, AdminTimeWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.desk import DeskAdmin, DeskTabularInline
from portal.publishing.rights import may_edit
from portal.publishing.words import findings_in, refuse_findings, told

from .calendar import AnnouncedDate, Announcement, Standing


class DateFields(forms.Form):
    """A date as its source gives it: without an hour it is provisional, with one it is confirmed."""

    date = AnnouncedDate._meta.get_field("date").formfield()
    time = forms.TimeField(
        label=gettext_lazy("hour"),
        required=False,
        widget=AdminTimeWidget,
        help_text=gettext_lazy("With a day and an hour the date is confirmed, without an hour it is provisional."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("time") and len(cleaned.get("date", "")) in {4, 7}:
            self.add_error("date", _("Give the day as well, or leave the hour empty."))
        return cleaned

    @property
    def said(self):
        """Standing, date and hour, as ``Announcement.announce`` takes them."""
        date, time = self.cleaned_data["date"], self.cleaned_data["time"]
        return {"standing": Standing.CONFIRMED if time else Standing.PROVISIONAL, "date": date, "time": time}


class ReasonFields(forms.Form):
    """Why a date changes. Readers see it at once, hence a forbidden word is refused."""

    reason = AnnouncedDate._meta.get_field("reason").formfield(
        required=True,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Readers are told, beside the struck-out date."),
    )

    def clean(self):
        cleaned = super().clean()
        refuse_findings(self, findings_in(AnnouncedDate(reason=cleaned.get("reason", "")), ["reason"]))
        return cleaned


class DateForm(DateFields, ReasonFields):
    field_order = ["date", "time", "reason"]


class AnnouncementForm(forms.ModelForm):
    """What is announced. It is public as soon as it is saved: words and columns are asked now."""

    user = None

    def clean_indicators(self):
        return self._own("indicators", self.cleaned_data["indicators"])

    def clean_release(self):
        release = self.cleaned_data["release"]
        self._own("release", [release] if release else [])
        return release

    def _own(self, name, chosen):
        """``chosen``, records that ``user`` may edit, where they were not there before."""
        before = self[name].initial
        before = {one.pk for one in before} if isinstance(before, list) else {before}
        if closed := [one for one in chosen if one.pk not in before and not may_edit(self.user, one)]:
            raise ValidationError(_("You may not write in the column of “%s”.") % closed[0])
        return chosen

    def _post_clean(self):
        super()._post_clean()
        refuse_findings(self, findings_of(self.instance))


class NewAnnouncementForm(DateFields, AnnouncementForm):
    """An announced release with its first date."""


def findings_of(announcement):
    return findings_in(announcement, ["title", "title_en"])


class DatesInline(DeskTabularInline):
    model = AnnouncedDate
    classes = ["compact"]
    fields = readonly_fields = ["number", "told", "standing", "reason", "made_at", "made_by"]
    ordering = ["number"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("made_by")

    @admin.display(description=gettext_lazy("date"))
    def told(self, date):
        return str(date)

    def has_add_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return True

    has_change_permission = has_delete_permission = has_add_permission


class ComingFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("coming", _("to come")), ("over", _("over"))]

    def queryset(self, request, queryset):
        return queryset.filter(is_over=self.value() == "over") if self.value() else queryset


class AnnouncementAdmin(DeskAdmin):
    change_form_template = "admin/stats/announcement_form.html"
    list_display = ["title", "source", "date", "standing", "changed_dates"]
    list_filter = [ComingFilter, ("source", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["source", "release"]
    search_fields = ["title", "title_en", "source__name", "source__short_name"]
    autocomplete_fields = ["source", "indicators", "release"]
    fieldsets = [
        (None, {"fields": ["title", "title_en", "source", "indicators", "url"]}),
        (gettext_lazy("What came of it"), {"fields": ["release"]}),
    ]
    actions = None

    def get_queryset(self, request):
        return Announcement.objects.with_dates().prefetch_related("dates")

    def get_ordering(self, request):
        return ["is_over", "-due", "-pk"]

    def has_change_permission(self, request, obj=None):
        """Of who may edit what it announces."""
        if not super().has_change_permission(request, obj):
            return False
        named = [*obj.indicators.all(), obj.release] if obj else []
        return all(may_edit(request.user, one) for one in named if one)

    def has_delete_permission(self, request, obj=None):
        """What was announced stays: it is cancelled with a reason."""
        return False

    # The form

    def get_form(self, request, obj=None, change=False, **kwargs):
        form_class = AnnouncementForm if obj else NewAnnouncementForm
        form = super().get_form(request, obj, change, **{"form": form_class} | kwargs)
        form.user = request.user
        return form

    def get_fieldsets(self, request, obj=None):
        given, outcome = self.fieldsets
        if not obj:
            return [given, (_("Date"), {"fields": ["date", "time"]})]
        if self.has_change_permission(request, obj):
            return [given, outcome]
        read = [{"indicators": "indicator_links"}.get(name, name) for name in given[1]["fields"]]
        return [(given[0], {"fields": read}), (outcome[0], {"fields": ["release_link"]})]

    def get_inlines(self, request, obj):
        return [DatesInline] if obj else []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        state = obj and obj.state
        may_change = bool(obj) and self.has_change_permission(request, obj)
        if obj and not may_change:  # without names of what is not open to who reads it
            obj.links = self.admin_site.links_of(obj.indicators.all(), request)
            obj.outcome = self.admin_site.links_of([obj.release] if obj.release else [], request)
        context |= {
            "state": state,
            "may_move": may_change and not obj.is_out,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change:
            form.instance.announce(request.user, **form.said)
        for said in told(findings_of(form.instance)):
            self.message_user(request, said, messages.WARNING)

    # Its date

    def get_urls(self):
        views = {"date": DateForm, "cancel": ReasonFields}
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(self.date_view),
                {"form_class": form_class},
                name=f"stats_announcement_{name}",
            )
            for name, form_class in views.items()
        ]
        return [*own, *super().get_urls()]

    def date_view(self, request, object_id, form_class):
        """Move the date or cancel the release; either with a reason."""
        announcement = self.get_object(request, unquote(object_id))
        if announcement is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, announcement) or announcement.is_out:
            raise PermissionDenied
        form = form_class(request.POST or None)
        if form.is_valid() and self._moved(request, announcement, form):
            address = f"{self.admin_site.name}:stats_announcement_change"
            return HttpResponseRedirect(reverse(address, args=[quote(announcement.pk)]))
        return self._date_page(request, announcement, form)

    def _moved(self, request, announcement, form):
        """Whether what the ``form`` says was announced; else the form says why not."""
        reason = form.cleaned_data["reason"]
        try:
            if isinstance(form, DateForm):
                row = announcement.announce(request.user, **form.said, reason=reason)
            else:
                row = announcement.cancel(request.user, reason)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return False
        told = _("cancelled: %s") if row.is_cancellation else _("date: %s")
        self.log_change(request, announcement, told % (reason if row.is_cancellation else row))
        self.message_user(request, _("The calendar says it now."), messages.SUCCESS)
        return True

    def _date_page(self, request, announcement, form):
        cancels = not isinstance(form, DateForm)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Cancel the release") if cancels else _("Change the date"),
            "opts": self.opts,
            "announcement": announcement,
            "form": form,
            "media": self.media + form.media,
            "cancels": cancels,
        }
        return TemplateResponse(request, "admin/stats/announcement_date.html", context)

    # Fields and columns

    @admin.display(description=Announcement._meta.get_field("indicators").verbose_name)
    def indicator_links(self, announcement):
        return format_html_join("", "<div>{}</div>", ((link,) for link in announcement.links))

    @admin.display(description=Announcement._meta.get_field("release").verbose_name)
    def release_link(self, announcement):
        return next(iter(announcement.outcome), None)

    @admin.display(description=gettext_lazy("date"), ordering="due")
    def date(self, announcement):
        return announcement.when

    @admin.display(description=gettext_lazy("state"), ordering="standing")
    def standing(self, announcement):
        state = announcement.state
        return format_html('<span class="state state-{}">{}</span>', state.value, state.label)

    @admin.display(description=gettext_lazy("changes of date"))
    def changed_dates(self, announcement):
        return len(announcement.dates.all()) - 1
