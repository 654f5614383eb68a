"""The site's own words: pages, menu, imprint; and the readers' words, which wait for a reply."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.desk import DeletesForGood, DeskAdmin, DeskTabularInline
from portal.media.forms import ShowsOpenMedia
from portal.publishing import words
from portal.publishing.admin import PublishableAdmin
from portal.publishing.forms import PublishableForm

from .models import Feedback, Hotline, Imprint, Licence, MenuItem, Page, Responsibility


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


class FeedbackStateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("open", pgettext_lazy("feedback", "unanswered")), *Feedback.State.choices]

    def queryset(self, request, queryset):
        if self.value() == "open":
            return queryset.unanswered()
        return queryset.filter(state=self.value()) if self.value() in Feedback.State.values else queryset


class ReplyForm(forms.ModelForm):
    """A reply is public to whoever has the reference as soon as it is saved: what is forbidden is not saved."""

    def _post_clean(self):
        super()._post_clean()
        words.refuse_findings(self, self.findings())

    def findings(self):
        """What the office's list of words says to a new reply."""
        return words.findings_in(self.instance, ["reply"]) if "reply" in self.changed_data else []


@admin.register(Feedback)
class FeedbackAdmin(DeletesForGood, DeskAdmin):
    """What readers wrote: it is read and answered here, never written or changed. The recycle bin would keep a person's
    words and contact.
    """

    form = ReplyForm
    list_display = ["reference", "kind", "gist", "page", "state", "received_at", "replied_by"]
    list_filter = [FeedbackStateFilter, "kind", "received_at", ("about", admin.EmptyFieldListFilter)]
    list_select_related = ["replied_by"]
    search_fields = ["reference", "about", "subject", "message", "reply", "name", "contact"]
    fieldsets = [
        (None, {"fields": ["reference", "kind", "received_at", "page", "subject", "message"]}),
        (_("Sender: not for publication"), {"fields": ["name", "contact"]}),
        (_("Reply: whoever has the reference reads it"), {"fields": ["reply", "state", "replied_at", "replied_by"]}),
    ]
    readonly_fields = [
        "reference", "kind", "received_at", "page", "subject", "message", "name", "contact", "replied_at", "replied_by",
    ]  # fmt: skip
    actions = ["forget_senders"]
    waiting = (_("Unanswered feedback"), "state=open", lambda records, user: records.unanswered(), "received_at")

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        if "reply" in form.changed_data:
            obj.set_reply(request.user)
        super().save_model(request, obj, form, change)
        for said in words.told(form.findings()):
            self.message_user(request, said, messages.WARNING)

    @admin.action(description=_("Remove name and contact"), permissions=["change"])
    def forget_senders(self, request, queryset):
        for feedback in queryset:
            self.log_change(request, feedback, _("name and contact removed"))
        queryset.update(name="", contact="")

    # Columns

    @admin.display(description=_("message"))
    def gist(self, feedback):
        return Truncator(feedback.subject or feedback.message).chars(40)

    @admin.display(description=_("page it is about"), ordering="about")
    def page(self, feedback):
        return format_html('<a href="{0}">{0}</a>', feedback.about) if feedback.about else ""
