"""Filters of the admin's lists that are to-do lists: in which state, whose, and what is missing."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from .links import has_texts, with_dead_links
from .states import State
from .waiting import sent_back, to_publish, to_review

__all__ = ["MineFilter", "MissingFilter", "StateFilter", "WaitingFilter"]


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        return State(self.value()).among(queryset) if self.value() in State.values else queryset


class MineFilter(admin.SimpleListFilter):
    title = _("author")
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        return [("1", _("mine"))]

    def queryset(self, request, queryset):
        return queryset.filter(created_by=request.user) if self.value() == "1" else queryset


class MissingFilter(admin.SimpleListFilter):
    """What the kind's admin says may be missing: ``missing``, from a name to its words and a condition."""

    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        self.conditions = {name: condition for name, (_words, condition) in model_admin.missing.items()}
        named = [(name, words) for name, (words, _condition) in model_admin.missing.items()]
        if has_texts(model_admin.model):
            named.append(("links", _("dead links")))
        return [("anything", _("anything")), *named] if hasattr(model_admin.model.objects, "incomplete") else named

    def queryset(self, request, queryset):
        if self.value() == "anything":
            return queryset.filter(pk__in=queryset.model.objects.incomplete().values("pk"))
        if self.value() == "links" and has_texts(queryset.model):
            return with_dead_links(queryset)
        if self.value() in self.conditions:
            return queryset.filter(pk__in=queryset.model.objects.filter(self.conditions[self.value()]).values("pk"))
        return queryset


class WaitingFilter(admin.SimpleListFilter):
    """Whose turn it is: mine."""

    title = _("waits for me")
    parameter_name = "waiting"
    TURNS = {
        "review": (_("my review"), to_review),
        "publish": (_("my publication"), to_publish),
        "sent_back": (_("sent back to me"), sent_back),
    }

    def lookups(self, request, model_admin):
        return [(name, words) for name, (words, _among) in self.TURNS.items()]

    def queryset(self, request, queryset):
        _words, among = self.TURNS.get(self.value(), (None, None))
        return among(queryset, request.user) if among else queryset
