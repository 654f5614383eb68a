"""Articles in the admin: written field by field, or pasted as a page."""

from collections import Counter

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Q
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.desk import DeskTabularInline
from portal.publishing import life
from portal.publishing.admin import PublishableAdmin
from portal.publishing.models import Status
from portal.publishing.rights import may_edit, may_publish
from portal.search.admin import IndexedSearch
from portal.vocabulary.models import Organization

from .forms import ArticleForm
from .models import Article, Citation


class CitationInline(DeskTabularInline):
    """What in the text opens its evidence."""

    model = Citation
    classes = ["compact"]
    fields = ["exact", "observation", "agreement", "part", "prefix", "suffix"]
    autocomplete_fields = ["observation", "agreement"]


@admin.register(Article)
class ArticleAdmin(IndexedSearch, PublishableAdmin):
    form = ArticleForm
    title_field = "headline"
    not_copied = ("is_pinned", "is_recommended", "dated")
    list_display = ["headline", *PublishableAdmin.facts]
    list_filter = [*PublishableAdmin.list_filter, "is_pinned", "is_recommended"]
    search_fields = ["headline"]
    actions = [*PublishableAdmin.actions, "pin", "unpin", "recommend", "unrecommend"]
    inlines = [CitationInline]
    autocomplete_fields = [
        *PublishableAdmin.autocomplete_fields,
        "image", "source", "editor", "proofreader", "topics", "regions", "organizations",
    ]  # fmt: skip
    missing = {
        "source": (gettext_lazy("no source"), Q(source=None)),
        "region": (gettext_lazy("no region"), Q(regions=None)),
        "column": (gettext_lazy("no column"), Q(column=None)),
        "evidence": (gettext_lazy("no evidence"), Q(citations=None)),
        "lost": (gettext_lazy("a quote that is lost"), Q(citations__is_lost=True)),
    }
    paste = (None, {"fields": ["paste"], "classes": ["wide"]})
    fieldsets = [
        (gettext_lazy("Headlines"), {"fields": ["kicker", "headline", "subhead"]}),
        (gettext_lazy("Text"), {"fields": ["lead", "body", "image"]}),
        (
            gettext_lazy("Provenance"),
            {"fields": ["source", "source_url", ("byline", "dated"), ("editor", "proofreader")]},
        ),
        (gettext_lazy("Subjects"), {"fields": ["topics", "regions", "organizations"]}),
        (gettext_lazy("Place in lists"), {"classes": ["collapse"], "fields": [("is_pinned", "is_recommended")]}),
    ]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else [self.paste, *fieldsets]

    def get_changeform_initial_data(self, request):
        return {"editor": request.user.pk, **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        if form.new_source:
            self._take_new_source(request, obj, form.new_source)
        super().save_model(request, obj, form, change)
        if form.pasted.dropped:
            lines = " ／ ".join(form.pasted.dropped)
            self.message_user(request, _("Left out, as not part of the article: %s") % lines[:1000], messages.INFO)

    def _take_new_source(self, request, article, name):
        """The organization that a pasted page names as its source, made in the transaction that saves the article."""
        if not request.user.has_perm("vocabulary.add_organization"):
            said = _("The source “%s” is not among the organizations. Ask an administrator to add it, then choose it.")
            self.message_user(request, said % name, messages.WARNING)
            return
        article.source = Organization.objects.create(name=name[:120], kind=Organization.Kind.MEDIA)
        said = _("The source “%s” was added to the organizations as a medium. Check it there.")
        self.message_user(request, said % name, messages.WARNING)

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, article):
        said = [_("pinned")] * article.is_pinned + [_("recommended")] * article.is_recommended
        return format_html('{} <span class="marks">{}</span>', super().state(article), " · ".join(said))

    # Its place in lists is no part of a version: it is set on the live article, by who may publish that.

    @admin.action(description=gettext_lazy("Pin above the newest"), permissions=["change"])
    def pin(self, request, queryset):
        self._place(request, queryset, "is_pinned", True, _("pinned"))

    @admin.action(description=gettext_lazy("Unpin"), permissions=["change"])
    def unpin(self, request, queryset):
        self._place(request, queryset, "is_pinned", False, _("unpinned"))

    @admin.action(description=gettext_lazy("Recommend on the home page"), permissions=["change"])
    def recommend(self, request, queryset):
        self._place(request, queryset, "is_recommended", True, _("recommended"))

    @admin.action(description=gettext_lazy("No longer recommend"), permissions=["change"])
    def unrecommend(self, request, queryset):
        self._place(request, queryset, "is_recommended", False, _("no longer recommended"))

    def _place(self, request, queryset, name, value, said):
        """Set the field ``name`` of all that are not so already, as far as they are the user's to place."""
        outcomes = Counter(self._place_one(request, article, name, value, said) for article in queryset)
        counted = ngettext("%d article", "%d articles", outcomes["placed"]) % outcomes["placed"]
        level = messages.SUCCESS if outcomes["placed"] else messages.WARNING
        self.message_user(request, _("%(what)s: %(names)s") % {"what": capfirst(said), "names": counted}, level)
        if outcomes["refused"]:
            words = ("%d is not yours to place in lists.", "%d are not yours to place in lists.")
            self.message_user(request, ngettext(*words, outcomes["refused"]) % outcomes["refused"], messages.WARNING)

    @transaction.atomic
    def _place_one(self, request, article, name, value, said):
        """Returns what came of it: placed, refused, or None where it was so already."""
        try:
            life.lock(article)
        except life.Refused:  # it is gone
            return None
        may = may_edit if article.status == Status.DRAFT else may_publish
        if article.working_copy_of_id or not may(request.user, article):
            return "refused"
        if getattr(article, name) == value:
            return None
        setattr(article, name, value)
        article.updated_by = request.user
        article.save(update_fields=[name, "updated_by", "updated_at"])
        if article.status == Status.PUBLISHED:
            life.changed_in_public.send(sender=type(article), record=article)
        self.log_change(request, article, said)
        return "placed"
