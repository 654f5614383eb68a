"""Two people in one record: the second is told who saved what since, and loses nothing that was typed.

Three versions meet: the one that the editor saw, what is saved now, and what the editor sent. What only the others
changed is taken over; what both changed stays as it was typed, with the others' beside it. Saving again is deliberate.
"""

from functools import cached_property

from django.apps import apps
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from .comparing import changed_names
from .conflicting_rows import MergedRows, put
from .revisions import Revision
from .richtext import RichTextField, visible_text
from .snapshots import take
from .tabled import rows_of
from .versions import matched, read

__all__ = ["Meanwhile"]


class Meanwhile:
    """What was saved of ``record`` since the editor saw revision ``number``. False where nothing of it changed."""

    def __init__(self, record, number):
        self.record = record
        self.seen = Revision.objects.of(record).filter(number=number).first()
        self.revisions = list(Revision.objects.since(record, number).select_related("made_by"))
        #: Sentences on rows; ``merged`` adds to them.
        self.told = []

    @classmethod
    def since(cls, record, seen):
        """The same for what a form sent as ``seen``; None where it tells nothing."""
        return cls(record, int(seen)) if record and record.pk and seen.isdecimal() else None

    def __bool__(self):
        return bool(self.revisions and self.changed)

    @cached_property
    def newest(self):
        return self.revisions[-1].number

    @cached_property
    def snapshot(self):
        return take(self.record)

    @cached_property
    def changed(self):
        """Names of fields and kinds of rows; all of them where nobody kept what the editor saw."""
        return changed_names(self.seen and self.seen.snapshot, self.snapshot)

    @cached_property
    def versions(self):
        """The record's own row as the editor saw it (None where nobody kept it) and as it is saved now."""
        return next(iter(read(self.seen and self.seen.snapshot)), None), read(self.snapshot)[0]

    # Fields

    def settle(self, form):
        """Refuse ``form``, which was just cleaned, and put into it what only others changed."""
        form.data = form.data.copy()
        form.data["seen"] = str(self.newest)
        before, now = self.versions
        for name in self.changed:
            if name not in form.fields:
                continue
            mine = _plain(form.cleaned_data[name]) if name in form.cleaned_data else None
            if before and mine == _plain(before.values.get(name)) and name not in form.errors:
                field = form.fields[name]
                put(form.data, form.add_prefix(name), field.widget, field.prepare_value(form[name].initial))
            elif mine != _plain(now.values.get(name)):
                form.add_error(name, self._theirs(now, name))
        form.add_error(None, [self._heading(), *self._who_saved_what(), *self.told])

    def _theirs(self, row, name):
        """The others' version of a field, in full, so that it can be copied."""
        said = _("You changed this too. %(user)s wrote:") % {"user": self._who_changed(name)}
        value = row.values.get(name) if row.is_text(name) else row.told(name)
        if isinstance(row.field(name), RichTextField):
            value = visible_text(value or "")
        return format_html('{} <span class="theirs">{}</span>', said, value or "—")

    def _who_changed(self, name):
        return next((_name_of(one.made_by) for one in reversed(self.revisions) if name in one.changed), _("Somebody"))

    def _heading(self):
        return _(
            "This was changed while you were writing, and your version is not saved yet. What you typed is still here; "
            "what only others changed was taken over. Look at it, then save again."
        )

    def _who_saved_what(self):
        for revision in self.revisions:
            if revision.changed:
                yield _("%(user)s saved on %(when)s: %(what)s") % {
                    "user": _name_of(revision.made_by),
                    "when": date_format(timezone.localtime(revision.made_at), "DATETIME_FORMAT"),
                    "what": _(", ").join(self._label(name) for name in revision.changed),
                }

    def _label(self, name):
        if "." in name:
            return str(apps.get_model(name)._meta.verbose_name_plural)
        return str(self.versions[1].label(name))

    # Rows

    def merged(self, data, prefix, formset):
        """``data`` of a form with the rows of ``formset``, a class: with what others did to them."""
        kind = formset.model._meta.label_lower
        versions = (self.seen and self.seen.snapshot, self.snapshot)
        before, now = ([*(row for row in read(one)[1:] if row.kind == kind), *rows_of(one, kind)] for one in versions)
        merged = MergedRows(data, prefix, formset, self.record, self._pairs(before, now))
        self.told += merged.told
        return merged.data

    def _pairs(self, before, now):
        """Primary key of a row → the row as the editor saw it, and as it is saved now, or None."""
        if (
            self.seen and self.seen.snapshot["rows"][0]["pk"] != self.record.pk
        ):  # the rows of its original: they have other keys
            return {new.pk: (old, new) for old, new in matched(before, now) if new}
        olds, news = ({row.pk: row for row in rows} for rows in (before, now))
        return {pk: (olds.get(pk), news.get(pk)) for pk in {**olds, **news}}


def _name_of(user):
    return str(user) if user else _("The portal")


def _plain(value):
    """A cleaned value and one from a snapshot in the same terms."""
    if hasattr(value, "pk"):
        return value.pk
    if hasattr(value, "values_list"):
        return tuple(sorted(value.values_list("pk", flat=True), key=str))
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
