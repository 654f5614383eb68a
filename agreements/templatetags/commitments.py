"""How agreements look: their state and the order of what happened."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext

from agreements.codelists import AmountKind, Basis, Progress, State
from agreements.models import AFTER_SIGNING
from portal.vocabulary.dates import surely_before

register = template.Library()


@register.filter
def state_name(value):
    """The state that ``with_state`` computed, in words."""
    return State(value).label


@register.simple_tag
def timeline(agreement, on=None):
    """What happened and what was promised, in order of its dates.

    Returns dicts of ``label``, ``date``, ``progress`` on the day ``on`` (today), ``milestone``, and ``is_late``: it
    surely happened after it was due. The agreement's own dates stand among its milestones; its signing only once. What
    has no date comes last, in the order in which the editor gave it.
    """
    on = on or timezone.localdate()
    milestones = list(agreement.milestones.all())
    told = {(milestone.kind, milestone.date) for milestone in milestones}
    own = [
        (agreement._meta.get_field(field).verbose_name, getattr(agreement, field), "", None)
        for field in ("signed", *AFTER_SIGNING)
        if getattr(agreement, field) and (field, getattr(agreement, field)) not in told
    ]
    events = [
        {
            "label": label,
            "date": date or due,
            "progress": Progress.of(date, due, on),
            "is_late": surely_before(due, date),
            "milestone": milestone,
        }
        for label, date, due, milestone in own + [(str(one), one.date, one.due, one) for one in milestones]
    ]
    return sorted(events, key=lambda event: (not event["date"], event["date"]))


@register.simple_tag
def amounts_by_kind(agreement):
    """The amounts, those of one kind side by side: dicts of ``name``, what was ``promised`` and what is ``actual``.

    Only “other” says nothing by itself: its amounts are of one kind where their labels are the same.
    """
    found = {}
    for amount in agreement.amounts.all():
        kind = amount.kind if amount.kind != AmountKind.OTHER else (amount.kind, amount.label)
        found.setdefault(kind, []).append(amount)
    return [
        {
            "name": amounts[0].name if len({one.name for one in amounts}) == 1 else amounts[0].get_kind_display(),
            "promised": [one for one in amounts if one.basis != Basis.ACTUAL],
            "actual": [one for one in amounts if one.basis == Basis.ACTUAL],
        }
        for amounts in found.values()
    ]


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
