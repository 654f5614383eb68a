"""The history of a record in the admin: its revisions and reviews, two of them side by side, one of them restored."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from .comparing import compare
from .life import Refused
from .models import Revision
from .restoring import restore, surviving, version_in_work
from .rights import may_edit
from .snapshots import take

__all__ = ["HistoryAdmin"]

#: What the address of a comparison calls the working copy as it is now.
COPY = "copy"


@dataclass(frozen=True)
class Version:
    """One side of a comparison: a revision, or the working copy as it is now (``revision`` is None)."""

    snapshot: dict
    revision: Revision | None = None

    @property
    def name(self):
        return self.revision.number if self.revision else COPY


class HistoryAdmin:
    """For the admin of a kind of record. Every page goes through the gate of the record's form."""

    #: Revisions on one page.
    history_per_page = 50

    def get_urls(self):
        view = self.admin_site.admin_view(self.restore_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        return [path("<path:object_id>/history/<int:number>/restore/", view, name=name), *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        """The list of revisions; with ``?from=3&to=7`` the two side by side, ``copy`` being the working copy."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        if record.working_copy_of_id:  # its history is that of the record, which has a gate of its own
            return HttpResponseRedirect(f"{self._history_url(record.original)}?{request.GET.urlencode()}")
        page = self._compare_page if {"from", "to"} & request.GET.keys() else self._history_page
        return page(request, record, extra_context or {})

    def _history_page(self, request, record, extra_context):
        revisions = self._revisions(request, record).reverse().defer("snapshot")
        revisions = revisions.select_related("made_by").prefetch_related("reviews__reviewer")
        page = Paginator(revisions, self.history_per_page).get_page(request.GET.get("page"))
        copy = self._copy_of(request, record)
        context = {
            "title": _("History"),
            "page": page,
            "lines": [(one, one.changed_labels) for one in page],
            "copy": copy,
            "older": page[1].number if len(page) > 1 else None,
            "may_restore": may_edit(request.user, record),
        }
        return self._page(request, record, "history", {**context, **extra_context})

    def _compare_page(self, request, record, extra_context):
        sides = [self._version(request, record, request.GET.get(side, "")) for side in ("from", "to")]
        if None in sides or sides[0].name == sides[1].name:
            self.message_user(request, _("Choose two versions that this record has."), messages.WARNING)
            return HttpResponseRedirect(self._history_url(record))
        older, newer = sorted(sides, key=lambda side: (side.revision is None, side.name))
        context = {
            "title": _("Compare versions"),
            "older": older,
            "newer": newer,
            "changes": compare(older.snapshot, newer.snapshot),
            "may_restore": may_edit(request.user, record),
        }
        return self._page(request, record, "compare", {**context, **extra_context})

    def restore_view(self, request, object_id, number):
        """Shows what would change, and does it when that is confirmed."""
        record = self.get_object(request, unquote(object_id))
        if record is None or record.working_copy_of_id:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not may_edit(request.user, record):
            raise PermissionDenied
        revision = self._revisions(request, record).filter(number=number).first()
        try:
            if revision is None:
                raise Refused(_("This record has no version %d.") % number)
            revision.snapshot = self.admin_site.veiled(revision.snapshot, request)  # what it loses is told by name
            if request.method == "POST":
                return self._restore(request, record, revision)
            return self._restore_page(request, record, revision)
        except Refused as reason:
            self.message_user(request, str(reason), messages.WARNING)
            return HttpResponseRedirect(self._history_url(record))

    def _restore_page(self, request, record, revision):
        version = self._version_in_work(request, record)
        snapshot, lost = surviving(revision.snapshot, version)
        context = {
            "title": _("Restore version %d") % revision.number,
            "revision": revision,
            "changes": compare(*(self.admin_site.veiled(side, request) for side in (take(version), snapshot))),
            "lost": lost,
            "into_copy": version.working_copy_of_id is not None,
            "is_draft": version == record and record.status == "draft",
            "seen": Revision.objects.of(record).last().number,
        }
        return self._page(request, record, "restore", context)

    def _restore(self, request, record, revision):
        self._version_in_work(request, record)
        seen = _number(request.POST.get("seen", "")) or 0
        version, lost = restore(record, revision, request.user, seen)
        self.message_user(request, _("Version %d was restored. Nothing public has changed.") % revision.number)
        if lost:
            said = _("These links are gone, since their target was deleted: %s") % _(", ").join(lost)
            self.message_user(request, said, messages.WARNING)
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[quote(version.pk)]))

    @staticmethod
    def _revisions(request, record):
        """Versions of ``record`` that the user may read, the oldest first."""
        return Revision.objects.of(record).open_to(request.user)

    @staticmethod
    def _version_in_work(request, record):
        """``version_in_work``; Refused where that lies in a column in which the user may not write."""
        version = version_in_work(record)
        if not may_edit(request.user, version):
            raise Refused(_("Its working copy is in a column in which you may not write."))
        return version

    def _copy_of(self, request, record):
        """The working copy, where there is one and its column is open to the user."""
        return self.model.objects.openable_by(request.user).filter(working_copy_of=record).first()

    def _version(self, request, record, name):
        if name == COPY:
            copy = self._copy_of(request, record)
            return copy and Version(self.admin_site.veiled(take(copy), request))
        if (number := _number(name)) is None:
            return None
        revision = self._revisions(request, record).select_related("made_by").filter(number=number).first()
        return revision and Version(self.admin_site.veiled(revision.snapshot, request), revision)

    def _history_url(self, record):
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_history"
        return reverse(name, args=[quote(record.pk)])

    def _page(self, request, record, template, context):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "history_url": self._history_url(record),
            **context,
        }
        return TemplateResponse(request, f"admin/publishing/{template}.html", context)


def _number(text):
    """The number of a version that ``text`` gives, as far as the database counts; or None."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None
