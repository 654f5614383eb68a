"""Two people in one record: the second is told who saved what since, and loses nothing that was typed.

Three versions meet: the one that the editor saw, what is saved now, and what the editor sent. What only the others
changed is taken over; what both changed stays as it was typed, with the others' beside it. Saving again is deliberate.
"""

from datetime import datetime
from functools import cached_property

from django.apps import apps
from django.core.exceptions import ValidationError
from django.template.defaultfilters import yesno
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .comparing import changed_names
from .conflicting_rows import MergedRows, number_in, put
from .revisions import Revision
from .richtext import RichTextField, visible_text
from .snapshots import take
from .tabled import rows_of
from .versions import matched, read

__all__ = ["Meanwhile", "beside_versions"]

#: Equal to nothing that a field holds.
UNKNOWN = object()


class Meanwhile:
    """What was saved of ``record`` since the editor saw revision ``number``. False where nothing of it changed.

    ``number`` is None where a form names none that the record has: nobody knows then what its editor saw.
    """

    def __init__(self, record, number):
        self.record = record
        self.is_unknown = number is None
        if self.is_unknown:
            self.revisions = []
            return
        self.seen = Revision.objects.of(record).filter(number=number).first()
        self.revisions = list(Revision.objects.since(record, number).select_related("made_by"))
        #: Sentences on rows; ``merged`` adds to them.
        self.told = []

    @classmethod
    def since(cls, record, seen):
        """The same for what a form sent as ``seen``; None where it sent nothing."""
        if not (record and record.pk and seen):
            return None
        last = Revision.objects.of(record).values_list("number", flat=True).last() or 0
        number = number_in(seen)
        return cls(record, None if number is None or number > last else number)

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
        """Refuse ``form``, which was just cleaned, where others changed something; put into it what only they did."""
        if self.is_unknown:
            form.add_error(None, _("It is not known which version this form shows. Open the record again."))
            return
        beside = [*self._changed_beside(form)]
        if not (self or beside):
            return
        form.data = form.data.copy()
        if self:
            self._settle_version(form)
        for name, seen, now in beside:
            self._settle_beside(form, name, seen, now)
        form.add_error(None, [self._heading(), *self._who_saved_what(), *self._who_set_what(beside), *self.told])

    def _settle_version(self, form):
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
                yield self._saved(revision.made_by, revision.made_at, map(self._label, revision.changed))

    @staticmethod
    def _saved(user, at, labels):
        when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
        said = {"user": _name_of(user), "when": when, "what": _(", ").join(labels)}
        return _("%(user)s saved on %(when)s: %(what)s") % said

    def _label(self, name):
        if "." in name:
            return str(apps.get_model(name)._meta.verbose_name_plural)
        return str(self.versions[1].label(name))

    # What no revision holds: the form brings along what its editor saw

    def _changed_beside(self, form):
        """Yields the name, what the editor saw and what is so now, of fields that others set and the editor did not
        set alike.
        """
        for name in beside_versions(form.fields, type(self.record)):
            field, key = form.fields[name], form[name].html_initial_name
            sent = field.hidden_widget().value_from_datadict(form.data, form.files, key)
            if not field.show_hidden_initial or not any(one.startswith(key) for one in form.data):
                continue
            try:
                seen = _plain(field.clean(sent))
            except ValidationError:  # what was chosen then is not there any more
                seen = UNKNOWN
            now = _plain(form[name].initial)
            if seen != now and _plain(form.cleaned_data.get(name, UNKNOWN)) != now:
                yield name, seen, now

    def _settle_beside(self, form, name, seen, now):
        field = form.fields[name]
        put(form.data, form[name].html_initial_name, field.hidden_widget(), field.prepare_value(now))
        if name not in form.errors and _plain(form.cleaned_data.get(name, UNKNOWN)) == seen:
            put(form.data, form.add_prefix(name), field.widget, field.prepare_value(now))
        else:
            said = _("You changed this too. %(user)s wrote:") % {"user": _name_of(self.record.updated_by)}
            theirs = getattr(type(self.record)._base_manager.get(pk=self.record.pk), name)
            form.add_error(name, format_html('{} <span class="theirs">{}</span>', said, _told(theirs)))

    def _who_set_what(self, beside):
        if beside:
            labels = (str(capfirst(self.record._meta.get_field(name).verbose_name)) for name, _seen, _now in beside)
            yield self._saved(self.record.updated_by, self.record.updated_at, labels)

    # Rows

    def merged(self, data, prefix, formset, shown):
        """``data`` of a form with the rows of ``formset``, a class: with what others did to them, as far as the editor
        is ``shown`` them (a queryset).
        """
        kind = formset.model._meta.label_lower
        versions = (self.seen and self.seen.snapshot, self.snapshot)
        before, now = ([*(row for row in read(one)[1:] if row.kind == kind), *rows_of(one, kind)] for one in versions)
        living = {row.pk: row for row in shown.filter(**{formset.fk.name: self.record}).order_by("pk")}
        now = [row for row in now if row.pk in living]
        merged = MergedRows(data, prefix, formset, living, self._pairs(before, now))
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


def beside_versions(names, kind):
    """Those of ``names`` that are fields of ``kind`` and no part of its versions."""
    versioned = {field.name for field in kind.versioned_fields()}
    return [name for name in names if name not in versioned and _is_field(kind, name)]


def _is_field(kind, name):
    return any(field.name == name for field in kind._meta.fields)


def _told(value):
    if value is None:
        return "—"
    if isinstance(value, bool):
        return yesno(value)
    return date_format(timezone.localtime(value), "DATETIME_FORMAT") if isinstance(value, datetime) else value


def _name_of(user):
    return str(user) if user else _("The portal")


def _plain(value):
    """A cleaned value and one from a snapshot in the same terms."""
    if hasattr(value, "pk"):
        return value.pk
    if hasattr(value, "values_list"):
        return tuple(sorted(value.values_list("pk", flat=True), key=str))
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
