"""The arithmetic at the desk: rules are written by statisticians, findings decided by who may edit the release."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminRadioSelect, AdminTextareaWidget
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.desk import DeskAdmin
from portal.publishing.moments import when_and_who
from portal.publishing.rights import may_edit
from portal.publishing.steps import Step

from . import guard
from .locking import LocksRelease
from .models import Indicator
from .periods import period_text
from .rules import Decision, Finding, Rule, RuleKind

__all__ = ["FindingAdmin", "RuleAdmin", "ShowsArithmetic", "warn_of"]

#: Findings that the form of a release shows; of more it says the number, with the way to their list.
SHOWN = 20
#: What of a rule can change without changing what it finds.
WORDS = {"title", "note"}


class RuleForm(forms.ModelForm):
    class Meta:
        model = Rule
        fields = "__all__"  # noqa: DJ007 (the admin names them)

    def clean(self):
        """What the database cannot say: which kinds have parts, and how many."""
        cleaned = super().clean()
        if cleaned.get("kind") not in RuleKind.values or "parts" in self.errors:
            return cleaned
        kind, parts = RuleKind(cleaned["kind"]), list(cleaned.get("parts") or ())
        if kind.needs_parts and not parts:
            self.add_error("parts", _("Name at least one part."))
        elif kind is RuleKind.RATIO and len(parts) > 1:
            self.add_error("parts", _("One thing is divided: name one part."))
        elif kind is RuleKind.REGIONS and parts:
            self.add_error("parts", _("The parts are the regions. Leave this empty."))
        elif kind is not RuleKind.RATIO and cleaned.get("whole") in parts:
            self.add_error("parts", _("The whole is no part of itself."))
        return cleaned


class RuleAdmin(DeskAdmin):
    form = RuleForm
    list_display = ["title", "kind", "whole", "tolerance", "is_active", "open_findings"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["whole"]
    search_fields = ["title", "note", "whole__name", "parts__name"]
    autocomplete_fields = ["whole", "parts", "quotient", "region"]
    fieldsets = [
        (None, {"fields": ["title", "kind", "is_active"]}),
        (gettext_lazy("What it speaks of"), {"fields": ["whole", "parts", "quotient", "region"]}),
        (gettext_lazy("How strictly"), {"fields": ["tolerance", "note"]}),
    ]

    def get_queryset(self, request):
        """Not those that name an indicator that is not open to the user."""
        indicators = Indicator.objects.readable_by(request.user)
        return super().get_queryset(request).among(indicators).with_open_count()

    def save_related(self, request, form, formsets, change):
        """A rule that says something else now is held against the figures that are there, once it is saved."""
        super().save_related(request, form, formsets, change)
        if set(form.changed_data) - WORDS:
            transaction.on_commit(lambda: self._recheck(request, form.instance))

    def _recheck(self, request, rule):
        left = guard.recheck(rule)
        found = Finding.objects.readable_by(request.user).undecided().filter(rule=rule).count()
        words = ngettext("%d warning of this rule is undecided.", "%d warnings of this rule are undecided.", found)
        said = _link(_open_of(rule), words % found) if found else _("Nothing that is undecided was found.")
        told = format_html("{} {}", _("The rule was held against the figures."), said)
        if left:
            words = ngettext(
                "%d release was left out for want of time.", "%d releases were left out for want of time.", left
            )
            way = _("Choose them in the list of releases and run “Check the arithmetic”.")
            told = format_html("{} {} {}", told, words % left, _link(reverse("admin:stats_release_changelist"), way))
        self.message_user(request, told, messages.WARNING if found or left else messages.SUCCESS)

    @admin.display(description=gettext_lazy("undecided warnings"), ordering="open_count")
    def open_findings(self, rule):
        return _link(_open_of(rule), rule.open_count)


def _open_of(rule):
    """The address of the findings of ``rule`` that wait for a decision."""
    return f"{reverse('admin:stats_finding_changelist')}?rule__id__exact={rule.pk}&decision__exact=open"


def _link(address, words):
    return format_html('<a href="{}">{}</a>', address, words)


class FindingForm(forms.ModelForm):
    """A decision about the numbers that were seen: where they are others by now, it is asked anew."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Finding
        fields = ["decision", "comment"]
        widgets = {"decision": AdminRadioSelect, "comment": AdminTextareaWidget(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.fingerprint

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("seen") != self.instance.fingerprint:
            raise forms.ValidationError(_("The numbers changed meanwhile. Look at the sum again."))
        decision = cleaned.get("decision")
        if decision and decision != Decision.OPEN and not cleaned.get("comment") and "comment" not in self.errors:
            self.add_error("comment", _("Say why: whoever meets the figures next wants to know."))
        return cleaned


class FindingAdmin(LocksRelease, DeskAdmin):
    """What does not add up, as a to-do list. What was found is no editor's to write; what to make of it is."""

    form = FindingForm
    list_display = ["told", "decision", "about", "said_in"]
    list_filter = ["decision", "holds", "rule__kind", ("rule", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["rule", "release", "series__indicator", "series__region"]
    search_fields = ["told", "rule__title", "release__title", "series__indicator__name", "series__region__name"]
    readonly_fields = ["told", "rule", "slot", "release_link", "holds", "decided"]
    actions = None
    fieldsets = [
        (None, {"fields": ["told", "rule", "slot", "release_link", "holds"]}),
        (gettext_lazy("Decision"), {"fields": ["decision", "comment", "decided", "seen"]}),
    ]

    def get_queryset(self, request):
        found = super().get_queryset(request).select_related(*self.list_select_related, "decided_by")
        return found.filter(pk__in=Finding.objects.readable_by(request.user).order_by().values("pk"))

    def get_fieldsets(self, request, obj=None):
        if self.has_change_permission(request, obj):
            return self.fieldsets
        (found, decision) = self.fieldsets
        return [found, (decision[0], {"fields": ["decision", "comment", "decided"]})]

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in {"release__id__exact", "rule__id__exact"} or super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or may_edit(request.user, obj.release))

    def save_model(self, request, obj, form, change):
        obj.decide(obj.decision, obj.comment, request.user)
        obj.save()

    @admin.display(description=gettext_lazy("rule and figure"), ordering="rule__title")
    def about(self, finding):
        return format_html("<div>{}</div><div>{}</div>", finding.rule, self.slot(finding))

    @admin.display(description=gettext_lazy("release"), ordering="release__released_on")
    def said_in(self, finding):
        return str(finding.release)

    @admin.display(description=gettext_lazy("figure"))
    def slot(self, finding):
        return f"{finding.series} · {period_text(finding.time_period)}"

    @admin.display(description=gettext_lazy("release"))
    def release_link(self, finding):
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:stats_release_change", args=[finding.release_id]), finding.release
        )

    @admin.display(description=gettext_lazy("decided"))
    def decided(self, finding):
        return when_and_who(finding.decided_at, finding.decided_by) or "—"


class ShowsArithmetic:
    """For the admin of releases: figures are checked when they are saved, and what was found stands on the form."""

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj and not obj.working_copy_of_id:
            fieldsets = [*fieldsets, (_("Arithmetic"), {"fields": ["arithmetic"]})]
        return fieldsets

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "arithmetic"]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.pk:
            found = Finding.objects.readable_by(request.user).filter(release=obj)
            found = found.select_related("rule", "series__indicator", "series__region", "decided_by")
            # “open” is the last of its names.
            first = list(found.order_by("-holds", "-decision", "pk")[: SHOWN + 1])
            obj.arithmetic_found = {
                "findings": first[:SHOWN],
                "is_more": len(first) > SHOWN,
                "release": obj,
                "may_decide": request.user.has_perm("stats.change_finding") and may_edit(request.user, obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=gettext_lazy("what does not add up"))
    def arithmetic(self, release):
        return render_to_string("admin/stats/_findings.html", getattr(release, "arithmetic_found", {}))

    def take_step_of_form(self, request, record):
        """The figures are held against the rules before any step is taken with them."""
        warn_of(self, request, guard.check([record]))
        return super().take_step_of_form(request, record)

    def _take(self, request, record, step, said=""):
        stands = super()._take(request, record, step, said)
        if step in {Step.APPROVE, Step.PUBLISH} and (number := stands.findings.undecided().count()):
            self.message_user(request, _undecided(number), messages.WARNING)
        return stands

    @admin.action(description=gettext_lazy("Check the arithmetic"), permissions=["change"])
    def check_arithmetic(self, request, queryset):
        """Again, since a rule or another release has changed."""
        number = len(guard.check([release for release in queryset if may_edit(request.user, release)]))
        said = _undecided(number) if number else _("Nothing that is undecided was found.")
        self.message_user(request, said, messages.WARNING if number else messages.SUCCESS)


def warn_of(desk, request, findings):
    """Tell who has just saved figures how many ``findings`` wait for a decision."""
    if findings:
        desk.message_user(request, _undecided(len(findings)), messages.WARNING)


def _undecided(number):
    words = (
        "The arithmetic: %d warning is undecided. It hinders nothing; see “Arithmetic” on the form.",
        "The arithmetic: %d warnings are undecided. They hinder nothing; see “Arithmetic” on the form.",
    )
    return ngettext(*words, number) % number
