"""The list of words in the admin: edited in place, pasted as a list, taken away as a file."""

import re

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.desk import DeskAdmin

from . import tables
from .words import Word, WordKind

#: What stands between a word and what is to be said instead; a tabulator where two columns of a sheet were copied.
ARROW = re.compile(r"\s*(?:→|⇒|->|=>|\t)\s*")
#: Rows that are pasted at once.
ROWS = 5000
#: Rows that are named where something is wrong with them.
NAMED = 30


class PasteForm(forms.Form):
    """A list of words, one a line. ``words`` are those of valid lines, saved ones among them, as they are to be."""

    lines = forms.CharField(
        label=gettext_lazy("Words"),
        widget=forms.Textarea({"rows": 16, "class": "vLargeTextField"}),
        help_text=gettext_lazy("One a line: “wrong→right”, or a word alone, which is forbidden then."),
        error_messages={"required": gettext_lazy("Paste at least one word.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("A word with an arrow is"),
        choices=WordKind,
        initial=WordKind.PREFERRED,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Forbidden: nothing is published with it. Else editors are only told what to say instead."
        ),
    )

    def clean(self):
        """Read the lines, all of them or none: what is wrong is told by row."""
        cleaned = super().clean()
        if {"lines", "kind"} <= cleaned.keys():
            self.words, problems = read_lines(cleaned["lines"], cleaned["kind"])
            more = len(problems) - NAMED
            self.add_error("lines", problems[:NAMED] + ([_("… and %d more rows.") % more] if more > 0 else []))
        return cleaned

    def add_error(self, field, error):
        if error:
            super().add_error(field, error)

    @transaction.atomic
    def save(self):
        """Write the list. Returns the words that are new and those that were changed."""
        changed = [word for word in self.words if word.pk]
        for word in changed:
            word.save()
        return Word.objects.bulk_create(word for word in self.words if not word.pk), changed


def read_lines(text, kind):
    """``text`` as words, new ones and changed ones (what stays as it was is left out), and what is wrong, by row.

    ``kind`` is what a word with an arrow becomes; one alone is forbidden.
    """
    lines = [(row, line.strip()) for row, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > ROWS:
        return [], [_("A list may have %(most)s rows; this one has %(count)s.") % {"count": len(lines), "most": ROWS}]
    known = {word.word: word for word in Word.objects.all()}
    words, problems, rows = [], [], {}
    for row, line in lines:
        try:
            written, replacement = _read_line(line)
            if written in rows:
                raise forms.ValidationError(_("It stands in row %s already.") % rows[written])
            rows[written] = row
            word = known.get(written) or Word(word=written)
            wanted = (kind, replacement) if replacement else (WordKind.FORBIDDEN, "")
            if word.pk and (word.kind, word.replacement) == wanted:
                continue
            word.kind, word.replacement = wanted
            word.full_clean(validate_unique=False, validate_constraints=False)
            words.append(word)
        except forms.ValidationError as error:
            said = {"row": row, "line": line[:40], "reason": " ".join(error.messages)}
            problems.append(_("Row %(row)s, “%(line)s”: %(reason)s") % said)
    return words, problems


def _read_line(line):
    written, *better = [" ".join(part.split()) for part in ARROW.split(line)]
    if len(better) > 1:
        raise forms.ValidationError(_("There is more than one arrow. Write one pair a line."))
    if not written or better == [""]:
        raise forms.ValidationError(_("One side of the arrow is empty."))
    return written, better[0] if better else ""


@admin.register(Word)
class WordAdmin(DeskAdmin):
    change_list_template = "admin/publishing/words.html"
    list_display = ["word", "kind", "replacement", "is_active", "note"]
    list_editable = ["kind", "replacement", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["word", "variants", "replacement", "note"]
    fields = ["word", "variants", "kind", "replacement", "note", "is_active"]

    def get_urls(self):
        return [
            path("paste/", self.admin_site.admin_view(self.paste), name="publishing_word_paste"),
            path("export/", self.admin_site.admin_view(self.export), name="publishing_word_export"),
            *super().get_urls(),
        ]

    def has_paste_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(self, request, extra_context=None):
        context = {"may_paste": self.has_paste_permission(request), "formats": tables.Format}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def paste(self, request):
        """Take a list that was pasted: the whole list or nothing."""
        if not self.has_paste_permission(request):
            raise PermissionDenied
        form = PasteForm(request.POST or None)
        if form.is_valid():
            new, changed = form.save()
            for words, flag in ((new, ADDITION), (changed, CHANGE)):
                LogEntry.objects.log_actions(request.user.pk, words, flag, change_message=_("pasted"))
            said = {"new": len(new), "changed": len(changed)}
            self.message_user(request, _("New words: %(new)s. Changed: %(changed)s.") % said, messages.SUCCESS)
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:publishing_word_changelist"))
        context = {**self.admin_site.each_context(request), "title": _("Paste a list"), "opts": self.opts, "form": form}
        return TemplateResponse(request, "admin/publishing/words_paste.html", context)

    def export(self, request):
        """The whole list as a file; ``?format=`` is one of ``tables.Format``."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if (format := request.GET.get("format")) not in tables.Format.values:
            raise Http404
        columns = [(name, capfirst(Word._meta.get_field(name).verbose_name)) for name in self.fields]
        rows = map(_row, Word.objects.all())
        title = f"{Word._meta.verbose_name_plural}-{timezone.localdate():%Y-%m-%d}"
        return tables.respond(format, f"words-{timezone.localdate():%Y-%m-%d}", columns, rows, title=title)


def _row(word):
    return {name: getattr(word, name) for name in WordAdmin.fields} | {"kind": str(word.get_kind_display())}
