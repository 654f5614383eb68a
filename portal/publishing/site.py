"""The admin as an editor's desk: our order of work, names for what is chosen, uses instead of errors, own language."""

from collections import Counter, defaultdict
from functools import partial, reduce

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.db import models
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.accounts.desk import DeskAdmin

from . import trash
from .log_admin import log_page
from .models import Publishable, TrashedRecord
from .rights_page import rights_page

#: Rows of one kind that are named one by one where something is used; the rest is a number.
NAMED_USES = 20
#: What lies below the kinds of content, in the order in which an editor needs it; apps of one line are one group.
BELOW_CONTENT = [["media"], ["pages"], ["vocabulary"], ["publishing"], ["accounts", "auth"]]


def closed_name():
    """What a record is called towards those to whom it is not open."""
    return _("a record that is not open to you")


def _is_content(model):
    return issubclass(model, Publishable)


class Choices(AutocompleteJsonView):
    """Autocomplete behind the gate, with names that say enough."""

    def get_queryset(self):
        """What the form takes: whoever edits the one with the field says what may be chosen there."""
        desk = self.admin_site.desk_of(self.source_field.model)
        if desk:
            offered = desk.get_field_queryset(None, self.source_field, self.request)
        else:
            offered = getattr(self.model_admin, "choosable", self.model_admin.get_queryset)(self.request)
        records = offered.complex_filter(self.source_field.get_limit_choices_to())
        found, twice = self.model_admin.get_search_results(self.request, records, self.term[:200])
        return found.distinct() if twice else found

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        if isinstance(self.model_admin, DeskAdmin):
            result["text"] = self.model_admin.choice_label(obj)
        return result


class DeskSite(admin.AdminSite):
    site_title = index_title = gettext_lazy("Editor's desk")
    empty_value_display = "–"

    def desk_of(self, model):
        """The admin of ``model`` where it is one of ours, else None."""
        found = self._registry.get(model)
        return found if isinstance(found, DeskAdmin) else None

    def autocomplete_view(self, request):
        return Choices.as_view(admin_site=self)(request)

    def get_urls(self):
        return [
            path("language/", self.admin_view(require_POST(self.set_language)), name="language"),
            path("log/", self.admin_view(partial(log_page, site=self)), name="log"),
            path("rights/", self.admin_view(partial(rights_page, site=self)), name="rights"),
            path("r/<path:content_type_id>/<path:object_id>/", self.admin_view(self.on_site_view), name="view_on_site"),
            *super().get_urls(),
        ]

    def set_language(self, request):
        """Keep the user's choice of language; back to where it was made."""
        if request.POST.get("language") in dict(settings.LANGUAGES):
            request.user.language = request.POST["language"]
            request.user.save(update_fields=["language"])
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            back = reverse(f"{self.name}:index")
        return HttpResponseRedirect(back)

    def on_site_view(self, request, content_type_id, object_id):
        """To the page of a record: its address alone would tell that it is there, and a slug what it is called."""
        try:
            kind = ContentType.objects.get(pk=content_type_id).model_class()
            is_open = kind in self._registry and self._opened(kind, {object_id}, request)
        except (ContentType.DoesNotExist, ValueError):
            is_open = False
        if not is_open:
            raise Http404
        return shortcut(request, content_type_id, object_id)

    # The list of everything

    def get_app_list(self, request, app_label=None):
        """What there is to edit: content of all kinds as one group, then what it stands on; in the order of work."""
        found = self._build_app_dict(request, app_label)
        if app_label:
            return list(super().get_app_list(request, app_label))
        return [
            {**self._group(found, labels), "name": name}
            for name, labels in self.sections()
            if found.keys() & set(labels)
        ]

    def sections(self):
        """(name, app labels): the kinds of content together, then what they stand on; what nobody named at the end."""
        below = [label for labels in BELOW_CONTENT for label in labels]
        others = [config.label for config in apps.get_app_configs() if config.label not in below]
        content = [label for label in others if any(map(_is_content, apps.get_app_config(label).get_models()))]
        *groups, last = BELOW_CONTENT
        groups.append([*last, *(label for label in others if label not in content)])
        return [
            (_("Content"), content),
            *((str(capfirst(apps.get_app_config(labels[0]).verbose_name)), labels) for labels in groups),
        ]

    def _group(self, found, labels):
        """Several apps as one entry of the list, under the name and address of the first."""
        some = [found[label] for label in labels if label in found]
        order = list(self._registry)
        models = sorted((entry for app in some for entry in app["models"]), key=lambda one: order.index(one["model"]))
        return {**some[0], "models": models}

    # Deleting

    def discard(self, record, by):
        return trash.discard(record, by)

    def deletion(self, desk, records, request):
        """For the page of confirmation: lines of what goes, counts by kind, lines of what is not the user's to delete,
        and lines of uses. With one of the latter two nothing is deleted.
        """
        rows = desk.model._base_manager.filter(pk__in=[record.pk for record in records])
        counts = Counter()
        for some in trash.belongings(rows):
            counts[some.model._meta.verbose_name_plural] += some.count()
        lines = self.lines_of(records, request)
        lacking = [
            line for record, line in zip(records, lines, strict=True) if not desk.has_delete_permission(request, record)
        ]
        held = [line for some in trash.holdings(rows) for line in self.lines_of_uses(some, request)]
        return lines, dict(counts), lacking, held

    def lines_of_uses(self, rows, request):
        """A line for each record to which ``rows`` belong, and a number for those beyond the first few."""
        total = rows.count()
        lines = list(dict.fromkeys(self.lines_of(self.owners_of(rows), request)))
        if total > NAMED_USES:
            more = {"kind": capfirst(rows.model._meta.verbose_name_plural), "count": total - NAMED_USES}
            lines.append(_("%(kind)s: %(count)s more") % more)
        return lines

    def owners_of(self, rows):
        """The records on whose pages the first of ``rows`` are edited: they themselves, or those they go with."""
        path, model = [], rows.model
        while model not in self._registry:
            keys = (f for f in model._meta.fields if f.is_relation and f.remote_field.on_delete is models.CASCADE)
            if (key := next(keys, None)) is None:
                break
            path.append(key.name)
            model = key.related_model
        found = rows.select_related("__".join(path)) if path else rows
        return [reduce(getattr, path, row) or row for row in found[:NAMED_USES]]

    def lines_of(self, records, request):
        """For each of ``records`` its kind, name and link; of one that is not open to the user the kind alone."""
        kinds = [capfirst(record._meta.verbose_name) for record in records]
        links = self.links_of(records, request)
        return [format_html(_("{kind}: {name}"), kind=kind, name=link) for kind, link in zip(kinds, links, strict=True)]

    def links_of(self, records, request):
        """The same without the kinds."""
        by_kind = defaultdict(set)
        for record in records:
            by_kind[type(record)].add(record.pk)
        opened = {kind: self._opened(kind, pks, request) for kind, pks in by_kind.items()}
        return [self._link(record, record.pk in opened[type(record)]) for record in records]

    def line_of(self, record, request):
        return self.lines_of([record], request)[0]

    def name_of(self, record, request):
        """The same without a link, for a heading."""
        is_open = record.pk in self._opened(type(record), {record.pk}, request)
        name = str(record) if is_open else closed_name()
        return _("{kind}: {name}").format(kind=capfirst(record._meta.verbose_name), name=name)

    def veiled(self, snapshot, request):
        """``snapshot`` (``snapshots.take``), where it points at what is not open to the user without its name.

        What was deleted is open to those who find it in the recycle bin.
        """
        if request.user.is_superuser:
            return snapshot
        by_kind, names = defaultdict(set), dict(snapshot.get("names", ()))
        for label, _space, pk in (key.partition(" ") for key in names):
            by_kind[label].add(pk)
        trashed = self._registry[TrashedRecord].get_queryset(request)
        for kind, desk in self._registry.items():
            label = kind._meta.label_lower
            if label in by_kind and desk.get_queryset(request).query.where:
                opened = {str(pk) for pk in self._opened(kind, by_kind[label], request)}
                opened |= set(trashed.filter(kind=label).values_list("object_id", flat=True))
                names |= {f"{label} {pk}": closed_name() for pk in by_kind[label] - opened}
        return {**snapshot, "names": names}

    def _opened(self, kind, pks, request):
        """Those of ``pks`` that the user may look at; all of a kind that has no page."""
        desk = self._registry.get(kind)
        if desk is None:
            return pks
        if not desk.has_view_permission(request):
            return set()
        return set(desk.get_queryset(request).filter(pk__in=pks).values_list("pk", flat=True))

    def _link(self, record, is_open):
        if not is_open:
            return closed_name()
        if type(record) not in self._registry:
            return record
        address = f"{self.name}:{record._meta.app_label}_{record._meta.model_name}_change"
        return format_html('<a href="{}">{}</a>', reverse(address, args=[quote(record.pk)]), record)
