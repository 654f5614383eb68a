"""Articles in the admin: written field by field, or pasted as a page."""

from django.contrib import admin, messages
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.desk import DeskTabularInline
from portal.publishing.admin import PublishableAdmin
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
    actions = [*PublishableAdmin.actions, "pin", "unpin"]
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

    @admin.action(description=gettext_lazy("Pin above the newest"), permissions=["change"])
    def pin(self, request, queryset):
        changed = self._set_pinned(request, queryset, pinned=True)
        self.message_user(request, ngettext("%d article was pinned", "%d articles were pinned", changed) % changed)

    @admin.action(description=gettext_lazy("Unpin"), permissions=["change"])
    def unpin(self, request, queryset):
        changed = self._set_pinned(request, queryset, pinned=False)
        self.message_user(request, ngettext("%d article was unpinned", "%d articles were unpinned", changed) % changed)

    def _set_pinned(self, request, queryset, *, pinned):
        articles = list(queryset.filter(is_pinned=not pinned))
        for article in articles:
            article.is_pinned = pinned
            article.updated_by = request.user
            article.save()
            self.log_change(request, article, _("pinned") if pinned else _("unpinned"))
        return len(articles)
