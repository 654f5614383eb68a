"""In the admin: the page at which a preview link for an outsider is made."""

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import rights
from .forms import PreviewLinkForm
from .models import Status
from .previewing import Grant
from .views import kept_private

__all__ = ["PreviewingAdmin"]


class PreviewingAdmin:
    """For the admin of a kind: who writes, reviews or publishes a record may show it to outsiders beforehand."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.preview_link_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview_link"
        return [path("<path:object_id>/preview-link/", view, name=name), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.pk and _is_shown_by_link(obj):
            context |= {"preview_url": obj.preview_url, "may_make_link": _may_make_link(request.user, obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def preview_link_view(self, request, object_id):
        """Asks for how long, then shows the link, once: nobody keeps it."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not _is_shown_by_link(record):
            raise Http404(_("This is public, or has no page: there is nothing to preview."))
        if not _may_make_link(request.user, record):
            raise PermissionDenied
        form = PreviewLinkForm(request.POST if request.method == "POST" else None)
        grant = Grant.make(record, request.user, form.cleaned_data["days"]) if form.is_valid() else None
        if grant:
            ends = date_format(timezone.localtime(grant.until), "DATETIME_FORMAT")
            self.log_change(request, record.original, _("Preview link made, until %s") % ends)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Link for outsiders"),
            "opts": self.opts,
            "record": record,
            "form": form,
            "grant": grant,
            "link": grant and request.build_absolute_uri(grant.path),
        }
        page = TemplateResponse(request, "admin/publishing/preview_link.html", context)
        return kept_private(page, referrer="same-origin")


def _is_shown_by_link(record):
    """Whether it has a page that not everybody may open, and that a link would open."""
    is_hidden = not record.is_listed() and record.status != Status.WITHDRAWN
    return is_hidden and record.preview_url is not None and not record.original.is_gone()


def _may_make_link(user, record):
    return any(may(user, record) for may in (rights.may_edit, rights.may_review, rights.may_publish))
