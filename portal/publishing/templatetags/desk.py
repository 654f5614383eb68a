"""The start page of the admin: what waits for the user, and what was published last. It names no kind."""

from operator import attrgetter

from django import template
from django.contrib import admin
from django.db.models import Count, Window
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..links import has_texts, with_dead_links
from ..models import Publishable
from ..states import State
from ..waiting import sent_back, to_publish, to_review

register = template.Library()

#: Records that a list of the start page names; its number leads to all of them.
NAMED = 5
RECENT = 10


@register.inclusion_tag("admin/publishing/_desk.html", takes_context=True)
def desk(context):
    """Everything on the start page but the list of all models: a fixed number of queries for each kind."""
    request = context["request"]
    seen = [desk for desk in admin.site._registry.values() if desk.has_view_permission(request)]
    desks = [desk for desk in seen if issubclass(desk.model, Publishable)]
    own = [desk for desk in seen if getattr(desk, "waiting", None)]
    begun = [*desks, *(desk for desk in seen if getattr(desk, "start_name", ""))]
    return {
        "waiting": [_list(request, desks, *line) for line in LISTS]
        + [_list(request, [desk], *desk.waiting) for desk in own],
        "recent": _recent(request, desks),
        "additions": [
            {"name": desk.start_name or desk.opts.verbose_name, "url": _address(desk, "add")}
            for desk in begun
            if desk.has_add_permission(request)
        ],
    }


@register.inclusion_tag("admin/publishing/_state.html")
def state(record):
    """The badge that says in which state a record is."""
    return {"state": State.of(record)}


def _mine(records, user):
    return State.DRAFT.among(records).filter(created_by=user)


def _incomplete(records, user):
    return records.filter(pk__in=records.model.objects.incomplete().values("pk"))


def _with_dead_links(records, user):
    return with_dead_links(records)


def _in(state):
    return lambda records, user: state.among(records)


#: Title, filter of the changelist, the records, and the moment that is told with each.
LISTS = [
    (_("For my review"), "waiting=review", to_review, "updated_at"),
    (_("Ready to be published"), "waiting=publish", to_publish, "updated_at"),
    (_("Sent back to me"), "waiting=sent_back", sent_back, "updated_at"),
    (_("My drafts"), "state=draft&mine=1", _mine, "updated_at"),
    (_("In review"), "state=in_review", _in(State.IN_REVIEW), "updated_at"),
    (_("Scheduled"), "state=scheduled", _in(State.SCHEDULED), "published_at"),
    (_("Offline within 7 days"), "state=expiring", _in(State.EXPIRING), "offline_at"),
    (_("Something is missing"), "missing=anything", _incomplete, "updated_at"),
    (_("Dead links"), "missing=links", _with_dead_links, "updated_at"),
]
#: Lists that only some kinds have.
ASKED_OF = {
    _incomplete: lambda model: hasattr(model.objects, "incomplete"),
    _with_dead_links: has_texts,
}


def _list(request, desks, title, query, among, moment):
    kinds, records = [], []
    for desk in desks:
        if among in ASKED_OF and not ASKED_OF[among](desk.model):
            continue
        found = among(desk.get_queryset(request), request.user).order_by(_sooner_first(moment), "pk")
        rows = list(found.annotate(total=Window(Count("pk")))[:NAMED])
        if rows:
            name = capfirst(desk.opts.verbose_name_plural)
            kinds.append({"name": name, "count": rows[0].total, "url": f"{_address(desk, 'changelist')}?{query}"})
        records += [_named(desk, row, moment) for row in rows]
    records.sort(key=lambda one: one["at"], reverse=moment == "updated_at")
    return {
        "title": title,
        "count": sum(kind["count"] for kind in kinds),
        "kinds": kinds,
        "records": records[:NAMED],
        "is_ahead": moment != "updated_at",
    }


def _sooner_first(moment):
    """What lies ahead is told soonest first, what was written latest first."""
    return f"-{moment}" if moment == "updated_at" else moment


def _recent(request, desks):
    rows = []
    for desk in desks:
        found = (
            desk.get_queryset(request).listed().select_related("updated_by", "column").order_by("-published_at", "-pk")
        )
        rows += [(desk, record) for record in found[:RECENT]]
    rows.sort(key=lambda row: row[1].published_at, reverse=True)
    return [_named(desk, record, "published_at") for desk, record in rows[:RECENT]]


def _named(desk, record, moment):
    return {
        "record": record,
        "kind": desk.opts.verbose_name,
        "url": _address(desk, "change", record.pk),
        "at": attrgetter(moment)(record),
    }


def _address(desk, page, *args):
    return reverse(f"admin:{desk.opts.app_label}_{desk.opts.model_name}_{page}", args=args)
