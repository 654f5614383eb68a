"""How agreements look: their state and the order of what happened."""

from django import template
from django.utils.translation import gettext

from agreements.codelists import State
from agreements.models import AFTER_SIGNING

register = template.Library()


@register.filter
def state_name(value):
    """The state that ``with_state`` computed, in words."""
    return State(value).label


@register.simple_tag
def timeline(agreement):
    """What happened and what was promised, in order of its dates: dicts of ``label``, ``date`` and ``milestone``.

    The agreement's own dates stand among its milestones; its signing only once. What has no date comes last, in the
    order in which the editor gave it.
    """
    milestones = list(agreement.milestones.all())
    told = {(milestone.kind, milestone.date) for milestone in milestones}
    events = [
        {"label": agreement._meta.get_field(field).verbose_name, "date": getattr(agreement, field), "milestone": None}
        for field in ("signed", *AFTER_SIGNING)
        if getattr(agreement, field) and (field, getattr(agreement, field)) not in told
    ]
    events += [
        {"label": str(milestone), "date": milestone.date or milestone.due, "milestone": milestone}
        for milestone in milestones
    ]
    return sorted(events, key=lambda event: (not event["date"], event["date"]))


@register.simple_tag
def sides(agreement):
    """The parties as pairs of a side and its parties, in the order in which the sides first speak."""
    found = {}
    for party in agreement.parties.all():
        found.setdefault(party.side, []).append(party)
    return list(found.items())


@register.filter
def part_name(agreement, key):
    """The part of ``agreement`` that a citation names (amount:…, milestone:…), in words; "" for the whole of it."""
    if not key:
        return ""
    for part in (*agreement.amounts.all(), *agreement.milestones.all()):
        if part.key == key:
            return getattr(part, "name", str(part))
    return gettext("a part that is no longer given")
