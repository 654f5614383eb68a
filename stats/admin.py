"""Indicators, series, releases and their figures in the admin."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.desk import DeskAdmin, DeskTabularInline
from portal.publishing import life
from portal.publishing.admin import PublishableAdmin
from portal.publishing.revisions import revise
from portal.publishing.rights import may_edit
from portal.search.admin import IndexedSearch
from portal.vocabulary.templatetags.quantities import quantity_text

from . import guard
from .admin_forms import FigureForm, ObservationForm, SeriesForm, SeriesRows
from .calendar import Announcement
from .calendar_admin import AnnouncementAdmin
from .figure_imports import FigureImport, may_import
from .imports_admin import FigureImportAdmin
from .locking import LocksRelease
from .models import Finding, Indicator, Observation, Release, Rule, Series
from .periods import period_text
from .rules import Decision
from .rules_admin import FindingAdmin, RuleAdmin, ShowsArithmetic, warn_of

#: A release with more figures than this shows a link to their list instead of a row for each.
FIGURES_IN_FORM = 60


class SeriesInline(DeskTabularInline):
    model = Series
    form = SeriesForm
    formset = SeriesRows
    fields = [
        "region", "frequency", "accumulation", "transformation", "price_basis",
        "unit", "unit_mult", "decimals", "is_default",
    ]  # fmt: skip
    autocomplete_fields = ["region", "unit"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).with_fixed()


@admin.register(Indicator)
class IndicatorAdmin(IndexedSearch, PublishableAdmin):
    title_field = "name"
    list_display = ["name", "slug", "position", *PublishableAdmin.facts]
    search_fields = ["name"]
    ordering = ["position", "slug"]
    autocomplete_fields = [*PublishableAdmin.autocomplete_fields, "topics"]
    inlines = [SeriesInline]
    missing = {
        "definition": (gettext_lazy("no definition"), Q(definition="")),
        "series": (gettext_lazy("no series"), Q(series=None)),
        "topic": (gettext_lazy("no topic"), Q(topics=None)),
        "column": (gettext_lazy("no column"), Q(column=None)),
    }
    fieldsets = [
        (None, {"fields": ["name", "name_en", "slug"]}),
        (gettext_lazy("Meaning"), {"fields": ["definition", "topics", "position"]}),
    ]


@admin.register(Series)
class SeriesAdmin(DeskAdmin):
    """Series are apart from the versions of their indicator: who may edit that changes them as they are."""

    form = SeriesForm
    list_display = ["indicator", "region", "form_of_series", "unit", "is_default", "figures"]
    list_display_links = ["indicator", "region"]
    list_filter = ["frequency", "accumulation", "transformation", "price_basis", "is_default"]
    list_select_related = ["indicator", "region", "unit"]
    search_fields = ["indicator__name", "indicator__slug", "region__name", "region__short_name", "region__code"]
    search_help_text = gettext_lazy("Indicator and region, with a space between: 生产总值 重庆")
    autocomplete_fields = ["indicator", "region", "unit"]
    fieldsets = [
        (None, {"fields": ["indicator", "region"]}),
        (gettext_lazy("Form"), {"fields": ["frequency", "accumulation", "transformation", "price_basis"]}),
        (gettext_lazy("How it is shown"), {"fields": ["unit", "unit_mult", "decimals", "is_default"]}),
    ]

    def get_queryset(self, request):
        found = super().get_queryset(request).select_related("indicator", "region", "unit")
        indicators = Indicator.objects.readable_by(request.user)
        return found.filter(indicator__in=indicators.values("pk")).with_fixed().with_figure_count()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or may_edit(request.user, obj.indicator))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or may_edit(request.user, obj.indicator))

    def view_on_site(self, series):
        return series.get_absolute_url()

    @admin.display(description=gettext_lazy("form"))
    def form_of_series(self, series):
        return series.form

    @admin.display(description=gettext_lazy("figures"), ordering="figure_count")
    def figures(self, series):
        return _list_of_figures("series__id__exact", series.pk, series.figure_count)


class ObservationInline(DeskTabularInline):
    """The figures of a draft. Those of a public release are shown and stay as they are."""

    model = Observation
    form = ObservationForm
    classes = ["compact"]
    autocomplete_fields = ["series", "unit"]
    readonly_fields = ["value"]

    def get_fields(self, request, obj=None):
        typed = ["mantissa", "unit_mult", "unit", "qualifier"]
        shown = typed if _may_type(request.user, obj) else ["value"]
        return ["series", "time_period", *shown, "stage", "source_place"]

    @admin.display(description=gettext_lazy("value"))
    def value(self, observation):
        return quantity_text(observation)

    def get_queryset(self, request):
        related = ["series__indicator", "series__region", "unit", "release"]
        return super().get_queryset(request).select_related(*related).order_by("series", "-time_period")

    def has_add_permission(self, request, obj=None):
        return _may_type(request.user, obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return _may_type(request.user, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _may_type(request.user, obj) and super().has_delete_permission(request, obj)


@admin.register(Release)
class ReleaseAdmin(ShowsArithmetic, PublishableAdmin):
    change_list_template = "admin/stats/release_list.html"
    title_field = None  # a copy would be a second release of one source on one day
    list_display = ["title", "source", "released_on", "rank", *PublishableAdmin.facts]
    list_select_related = [*PublishableAdmin.list_select_related, "source"]
    list_filter = [*PublishableAdmin.list_filter, "rank", "reason"]
    date_hierarchy = "released_on"
    ordering = ["-released_on", "-pk"]
    search_fields = ["title", "title_en", "source__name", "source__short_name"]
    autocomplete_fields = [*PublishableAdmin.autocomplete_fields, "source", "file"]
    readonly_fields = ["all_figures"]
    missing = {
        "figures": (gettext_lazy("no figures"), Q(observations=None)),
        "evidence": (gettext_lazy("no evidence: neither file nor address"), Q(file=None, url="")),
        "column": (gettext_lazy("no column"), Q(column=None)),
        "decision": (gettext_lazy("a decision on what does not add up"), Q(findings__decision=Decision.OPEN)),
    }
    actions = [*PublishableAdmin.actions, "check_arithmetic"]
    fieldsets = [
        (None, {"fields": ["source", "released_on", "title", "title_en"]}),
        (gettext_lazy("Weight"), {"fields": ["rank", "reason"]}),
        (gettext_lazy("Evidence"), {"fields": ["file", "url", "note"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, (gettext_lazy("Figures"), {"fields": ["all_figures"]})] if obj else fieldsets

    inlines = [ObservationInline]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"may_import": may_import(request.user), **(extra_context or {})})

    def get_inlines(self, request, obj):
        few = obj is None or obj.observations.count() <= FIGURES_IN_FORM
        return super().get_inlines(request, obj) if few else []

    @admin.display(description=gettext_lazy("all figures"))
    def all_figures(self, release):
        """A working copy's are those of its release."""
        original = release.original
        return _list_of_figures("release__id__exact", original.pk, original.observations.count())


@admin.register(Observation)
class ObservationAdmin(LocksRelease, DeskAdmin):
    """Figures one by one. Each change is a revision of their release, whose history brings back what was deleted: the
    recycle bin knows no releases, and would bring a figure back into one that others have reviewed meanwhile.
    """

    form = FigureForm
    deletion_name = gettext_lazy("Delete figures")
    list_display = ["series", "period", "value", "stage", "obs_status", "release"]
    list_filter = ["obs_status", "stage", "qualifier", "series__frequency"]
    list_select_related = ["series__indicator", "series__region", "unit", "release"]
    search_fields = [
        "series__indicator__name", "series__indicator__slug", "series__region__name", "series__region__short_name",
        "time_period", "release__title",
    ]  # fmt: skip
    search_help_text = gettext_lazy("Indicator, region, period, release, with spaces between: 生产总值 重庆 2022")
    autocomplete_fields = ["series", "release", "unit"]
    fieldsets = [
        (None, {"fields": ["series", "time_period", "release"]}),
        (
            gettext_lazy("Value"),
            {
                "fields": [
                    ("mantissa", "unit_mult", "unit"),
                    "qualifier",
                    ("value_low", "value_high"),
                    "decimals",
                    "printed",
                ]
            },
        ),
        (gettext_lazy("Standing"), {"fields": ["obs_status", "stage", "source_place", "footnote"]}),
    ]

    def get_queryset(self, request):
        found = super().get_queryset(request).select_related(*self.list_select_related)
        return found.filter(
            release__in=Release.objects.readable_by(request.user).values("pk"),
            series__indicator__in=Indicator.objects.readable_by(request.user).values("pk"),
        )

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in {"release__id__exact", "series__id__exact"} or super().lookup_allowed(lookup, value, request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def has_change_permission(self, request, obj=None):
        """A published figure is never changed."""
        is_open = obj is None or _may_type(request.user, obj.release)
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        is_open = obj is None or _may_type(request.user, obj.release)
        return is_open and super().has_delete_permission(request, obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        before = form.initial["release"] if change else obj.release_id
        _keep(Release.objects.filter(pk__in=[before, obj.release_id]), request.user)
        warn_of(self, request, guard.check([obj.release]))

    def delete_model(self, request, obj):
        obj.delete()
        _keep([obj.release], request.user)
        guard.check([obj.release])

    def delete_queryset(self, request, queryset):
        """Raises PermissionDenied where one of the releases was taken further since the page asked."""
        releases = list(Release.objects.filter(pk__in=queryset.values("release")).order_by("pk"))
        for release in releases:
            life.lock(release)
            if not _may_type(request.user, release):
                raise PermissionDenied
        queryset.delete()
        _keep(releases, request.user)
        guard.check(releases)

    def choice_label(self, observation):
        return figure_text(observation)

    def view_on_site(self, observation):
        return observation.series.get_absolute_url()

    @admin.display(description=gettext_lazy("period"), ordering="time_period")
    def period(self, observation):
        return period_text(observation.time_period)

    @admin.display(description=gettext_lazy("value"), ordering="value_base")
    def value(self, observation):
        return quantity_text(observation)


def figure_text(observation):
    """A figure so that it can be told from its rivals: 重庆市 地区生产总值 2022年 = 29129.03亿元（2023-03-17）."""
    series, said = observation.series, observation.release.released_on
    return (
        f"{series.region} {series.indicator} {period_text(observation.time_period)} = {quantity_text(observation)}"
        f"（{said:%Y-%m-%d}）"
    )


def _may_type(user, release):
    """Whether ``user`` may type, change and delete the figures of ``release`` (None: a new one)."""
    return release is None or (release.takes_figures and may_edit(user, release))


def _keep(releases, by):
    """What was done with the figures of these releases is a change of each of them, ``by`` that person."""
    for release in releases:
        release.updated_by = by
        release.save(update_fields=["updated_by", "updated_at"])
        revise(release, by)


def _list_of_figures(lookup, pk, count):
    address = reverse("admin:stats_observation_changelist")
    return format_html('<a href="{}?{}={}">{}</a>', address, lookup, pk, _("%d figures") % count)


# After what they bring in and announce, in the order of work.
admin.site.register(FigureImport, FigureImportAdmin)
admin.site.register(Announcement, AnnouncementAdmin)
admin.site.register(Finding, FindingAdmin)
admin.site.register(Rule, RuleAdmin)
