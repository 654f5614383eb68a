"""What the pages of all kinds share: the name of a kind, the numbers of a pager, the public history of a record."""

import datetime as dt

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..revisions import Revision, RevisionStep

#: The revision of a publication is written after the record, and within the same transaction.
A_MOMENT = dt.timedelta(minutes=1)

register = template.Library()


@register.filter
def kind_name(record):
    """What a record is, in words: article, agreement."""
    return record._meta.verbose_name


@register.simple_tag
def page_numbers(page):
    """The numbers a pager offers around ``page``, with an ellipsis where it leaves some out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.inclusion_tag("publishing/_history.html")
def edit_history(record):
    """What readers are told of a listed record: when it was published, withdrawn and changed, the newest first.

    It names nobody, and no minor change; what was written about a withdrawal is for the office alone. A record from
    before there were revisions has no history until its first change.
    """
    revisions = []
    if record.is_listed():
        revisions = list(Revision.objects.of(record).public().only("step", "note", "made_at"))
    lines = _lines(record, revisions) if revisions else []
    return {"record": record, "lines": lines[::-1], "first": lines[0] if lines else None}


def _lines(record, revisions):
    """Dicts of ``at``, ``what`` and ``note``, the oldest first."""
    lines, is_out = [], False
    withdrawn = [n for n, one in enumerate(revisions) if one.step == RevisionStep.WITHDRAWN]
    ended = withdrawn[-1] + 1 if withdrawn else 0
    for one in revisions[:ended]:
        if one.step == RevisionStep.WITHDRAWN:
            lines.append({"at": one.made_at, "what": pgettext("event", "withdrawn"), "note": ""})
        else:
            lines.append(_out_or_changed(one, is_out, lines))
        is_out = one.step != RevisionStep.WITHDRAWN
    # Since then it came out once, at the time of the record: what was scheduled before, perhaps in vain, is no news.
    lines.append({"at": record.published_at, "what": _again(lines), "note": ""})
    since = [one for one in revisions[ended:] if one.made_at >= record.published_at]
    if since and since[0].made_at < record.published_at + A_MOMENT:
        del since[0]  # that publication itself
    return lines + [_out_or_changed(one, True, lines) for one in since]


def _out_or_changed(revision, is_out, lines):
    if is_out:
        return {"at": revision.made_at, "what": pgettext("event", "changed"), "note": revision.note}
    return {"at": revision.made_at, "what": _again(lines), "note": ""}


def _again(lines):
    return _("published again") if lines else pgettext("event", "published")
