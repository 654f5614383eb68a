"""Import of figures at the desk: a file is uploaded, what was understood is corrected, its report read, and it is taken
in. The same path as the command; each step works as an ordinary form, and tells how far it has come to a page that
listens.
"""

import json
from http import HTTPStatus

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models.fields.json import KeyTransform
from django.http import Http404, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.desk import DeskAdmin

from .figure_import_forms import ConfirmForm, MeaningForm, NewImportForm, ReportForm
from .figure_imports import FigureImport, State, may_import
from .import_reports import Report
from .models import Release, Series
from .reporting import drained
from .trials import confirm, try_out

__all__ = ["FigureImportAdmin"]

#: A page that listens gets a JSON object a line: {"step", "done", "total"} …, {"goto"}; or {"errors"} of the fields.
LINES = "application/x-ndjson"
#: Series whose charts are offered of an import that was taken in.
CHARTS = 12


class FigureImportAdmin(DeskAdmin):
    start_name = gettext_lazy("Import figures")
    add_form_template = "admin/stats/import_new.html"
    change_list_template = "admin/stats/import_list.html"
    list_display = ["document", "source", "released_on", "standing", "figures", "created_by", "created_at"]
    list_filter = ["state"]
    list_select_related = ["document", "source", "created_by"]
    search_fields = ["document__title", "document__original_name", "source__name", "source__short_name"]
    autocomplete_fields = ["source", "region", "indicator"]
    actions = None

    # Who may

    def has_module_permission(self, request):
        return may_import(request.user)

    def has_add_permission(self, request):
        return may_import(request.user)

    def has_view_permission(self, request, obj=None):
        """The list of those who import; one of them as ``readable_by`` says."""
        if obj is None or not may_import(request.user):
            return may_import(request.user)
        return FigureImport.objects.readable_by(request.user).filter(pk=obj.pk).exists()

    def has_change_permission(self, request, obj=None):
        """It is tried, taken in or discarded, each by its own button."""
        return False

    has_delete_permission = has_change_permission

    def get_queryset(self, request):
        """Without the reports, which may be long; their counts alone."""
        found = super().get_queryset(request).readable_by(request.user).defer("report")
        return found.annotate(new=KeyTransform("new", "report"), revised=KeyTransform("revised", "report"))

    # A new file

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **{"form": NewImportForm} | kwargs)
        form.user = request.user
        return form

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["file"]}),
            (gettext_lazy("What the file does not say"), {"fields": ["source", "released_on", "region", "indicator"]}),
            (gettext_lazy("For the release"), {"fields": ["reason", "note"]}),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        if request.method == "POST" and IS_POPUP_VAR in request.POST:
            raise PermissionDenied
        response = super().add_view(request, form_url, {"title": _("Import figures")} | (extra_context or {}))
        if _listens(request) and isinstance(response, TemplateResponse):
            return _complaint(response.context_data["adminform"].form)
        return response

    def save_model(self, request, obj, form, change):
        obj.save()

    def response_add(self, request, obj, post_url_continue=None):
        """Try it at once; its file has been read by now."""
        return _answer(request, try_out(obj, request.user, obj.sheets), self._url("change", obj.pk))

    # One import

    def get_urls(self):
        def step(name, view, guard):
            address = f"<path:object_id>/{name}/"
            return path(address, self.admin_site.admin_view(guard(view)), name=f"stats_figureimport_{name}")

        return [
            step("try", self.try_view, require_POST),
            step("confirm", self.confirm_view, require_POST),
            step("discard", self.discard_view, require_POST),
            step("report", self.report_view, require_safe),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What was understood, what is asked, and the report; of what was taken in, where it is now."""
        if request.method != "GET":
            raise PermissionDenied
        return self._page(request, self._import(request, object_id))

    def _import(self, request, object_id):
        if not may_import(request.user):
            raise PermissionDenied
        found = self.model.objects.readable_by(request.user).select_related(
            "document", "source", "region", "indicator", "created_by", "remembered_from__created_by",
            "remembered_from__source",
        )  # fmt: skip
        number = unquote(object_id)
        one = found.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
        if one is None:
            raise Http404
        return one

    def _page(self, request, one, meaning=None, taking=None):
        report = Report(one.report)
        meaning = meaning or self._meaning_form(request, one)
        part, words, page = report.page(ReportForm(request.GET))
        context = {
            **self.admin_site.each_context(request),
            "title": str(one),
            "opts": self.opts,
            "one": one,
            "report": report,
            "meaning": meaning,
            "taking": taking or ConfirmForm(instance=one),
            "part": part,
            "shortened": report.shortened(part),
            "words": words,
            "page": page,
            "part_names": ReportForm.NAMES,
            "outcome": self._outcome(request, one) if one.state == State.DONE else None,
            "media": self.media + meaning.media,
        }
        return TemplateResponse(request, "admin/stats/import_form.html", context)

    def _meaning_form(self, request, one, data=None):
        # As one that is made, not changed: Django leaves out the fields of what cannot be changed in its own form.
        made = super().get_form(request, form=MeaningForm, fields=MeaningForm.Meta.fields)
        names = ("source", "region", "indicator")
        offered = {name: self.get_field_queryset(None, self.model._meta.get_field(name), request) for name in names}
        offered = {name: self.model._meta.get_field(name).related_model.objects.all() if found is None else found
                   for name, found in offered.items()}  # fmt: skip
        return made(data, instance=one, offered=offered)

    def _outcome(self, request, one):
        """The releases that got the figures, and some of their series, as far as they are open to who asks."""
        releases = list(Release.objects.readable_by(request.user).filter(pk__in=one.releases))
        told = Series.objects.filter(observations__release__in=releases).distinct()
        some = told.select_related("indicator", "region")[:CHARTS] if releases else []
        charts = [(series, series.get_absolute_url(previewed=releases[0])) for series in some]
        return {
            "releases": releases,
            "charts": charts,
            "more": max(0, told.count() - CHARTS) if releases else 0,
            "is_gone": bool(one.releases) and not releases,
        }

    def try_view(self, request, object_id):
        """Take over what is said about the file, and try it."""
        one = self._import(request, object_id)
        if not one.is_open:
            return self._too_late(request, one)
        form = self._meaning_form(request, one, request.POST)
        if not form.is_valid():
            return _complaint(form) if _listens(request) else self._page(request, one, meaning=form)
        one = form.save()
        return _answer(request, try_out(one, request.user), self._url("change", one.pk))

    def confirm_view(self, request, object_id):
        one = self._import(request, object_id)
        if not one.is_open:
            return self._too_late(request, one)
        form = ConfirmForm(request.POST, instance=one)
        if not form.is_valid():
            return _complaint(form) if _listens(request) else self._page(request, one, taking=form)
        one = form.save()
        steps = confirm(one, request.user, form.cleaned_data.get("title", ""))
        return _answer(request, steps, self._url("change", one.pk))

    def discard_view(self, request, object_id):
        one = self._import(request, object_id)
        found = self.model.objects.filter(pk=one.pk, state=State.OPEN)
        if not found.update(state=State.DISCARDED):
            return self._too_late(request, one)
        self.log_change(request, one, _("discarded"))
        self.message_user(request, _("The import of “%s” was discarded. Nothing was written.") % one, messages.SUCCESS)
        return HttpResponseRedirect(self._url("changelist"))

    def _too_late(self, request, one):
        address = self._url("change", one.pk)
        self.message_user(request, _("This import is no longer open: %s.") % one.get_state_display(), messages.WARNING)
        return _line_of({"goto": address}) if _listens(request) else HttpResponseRedirect(address)

    def report_view(self, request, object_id):
        """The whole report of the last trial as a file."""
        one = self._import(request, object_id)
        return Report(one.report).respond(f"import-{one.pk}")

    def _url(self, page, *args):
        return reverse(f"{self.admin_site.name}:stats_figureimport_{page}", args=args)

    # Columns

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, one):
        return format_html('<span class="state state-import-{}">{}</span>', one.state, one.get_state_display())

    @admin.display(description=gettext_lazy("figures"))
    def figures(self, one):
        count = (one.new or 0) + (one.revised or 0)
        return ngettext("%d figure", "%d figures", count) % count if one.state == State.DONE else "–"


def _listens(request):
    return LINES in request.headers.get("Accept", "")


def _answer(request, steps, address):
    """Go through ``steps`` and on to ``address``; a page that listens hears of each.

    Whoever closes the connection before the end closes the generator, and what it has written is rolled back.
    """
    if not _listens(request):
        drained(steps)
        return HttpResponseRedirect(address)
    return _streamed(_told(steps, address, translation.get_language()))


def _told(steps, address, language):
    """The middleware that speaks the user's language is past when this is read."""
    with translation.override(language):
        last = None
        while True:
            try:
                progress = next(steps)
            except StopIteration:
                break
            if progress != last:
                yield _line(progress._asdict())
            last = progress
        yield _line({"goto": address})


def _line(said):
    return json.dumps(said, ensure_ascii=False) + "\n"


def _line_of(said, status=HTTPStatus.OK):
    return _streamed([_line(said)], status)


def _streamed(lines, status=HTTPStatus.OK):
    response = StreamingHttpResponse(lines, content_type=LINES, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # nginx passes each line on at once
    return response


def _complaint(form):
    """What is wrong with the fields of ``form``, for a page that listens; the rest under ``__all__``."""
    return _line_of({"errors": form.errors}, HTTPStatus.BAD_REQUEST)
