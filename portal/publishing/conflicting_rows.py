"""The rows of a form that two people edited, merged in the form's data before it is read."""

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

__all__ = ["MergedRows", "number_in", "put"]

DIGITS = 19


def put(data, key, widget, value):
    """Write ``value``, as the field prepares it, into form data as if it had been typed into ``widget``."""
    widget = getattr(widget, "widget", widget)  # what the admin wraps around a choice
    if isinstance(widget, forms.MultiWidget):
        for suffix, inner, part in zip(widget.widgets_names, widget.widgets, widget.decompress(value), strict=True):
            put(data, key + suffix, inner, part)
    elif isinstance(widget, forms.CheckboxInput):
        data[key] = "on"
        if not value:
            del data[key]
    elif isinstance(widget, forms.SelectMultiple):
        data.setlist(key, [str(one) for one in value or ()])
    elif isinstance(widget, forms.Select):
        data[key] = "" if value is None else str(value)
    else:
        data[key] = widget.format_value(value) or ""


def number_in(text):
    """The whole number that ``text`` from a form is; None where it is none that a database counts to."""
    return int(text) if text.isdecimal() and len(text) < DIGITS else None


class MergedRows:
    """``data`` with the rows of one formset as they are after what others did; ``told`` says what that was.

    Rows that others removed are gone, unless the editor changed them: then they come again as new ones. Rows that
    others added are there. A row that both changed takes the fields that only the others changed; where both changed
    one field, that of the editor stays.

    ``living`` are the rows that there are, by primary key; ``pairs`` gives for the primary key of a row what it said as
    the editor saw it, and what it says now; or None.
    """

    def __init__(self, data, prefix, formset, living, pairs):
        self.data, self.prefix, self.formset, self.living, self.pairs = data, prefix, formset, living, pairs
        self.told = []
        self.fields = {name: field for name, field in formset.form.base_fields.items() if name != formset.fk.name}
        total, known = (self._number(name) for name in ("TOTAL", "INITIAL"))
        if known <= total <= formset.absolute_max:  # otherwise the formset refuses it
            self._merge(total, known)

    def _number(self, name):
        """How many rows were sent; more than any form has where it is not said."""
        number = number_in(self.data.get(f"{self.prefix}-{name}_FORMS", ""))
        return self.formset.absolute_max + 1 if number is None else number

    def _merge(self, total, known):
        posted = self._take_out(total)
        kept, new, seen = [], posted[known:], set()
        for row in posted[:known]:
            pk = number_in(row.get("id", ""))
            seen.add(pk)
            if pk in self.living:
                self._take_over_fields(row, pk)
                kept.append(row)
            elif self._is_changed(row, pk):
                row["id"] = ""
                new.append(row)
                self._tell(_("%(row)s was removed. You had changed it, so it stands below as a new row."), pk)
            else:
                self._tell(_("%(row)s was removed."), pk)
        for pk in self.living:
            if pk not in seen:
                kept.append(self._written(self.living[pk]))
                self._tell(_("%(row)s was added."), pk)
        self._put_back(kept, new)

    def _take_out(self, total):
        """The rows, each as form data without its number."""
        rows = [QueryDict(mutable=True) for _number in range(total)]
        for key in [key for key in self.data if key.startswith(f"{self.prefix}-")]:
            number, _dash, name = key[len(self.prefix) + 1 :].partition("-")
            place = number_in(number)
            if place is not None and place < total:
                rows[place].setlist(name, self.data.getlist(key))
                del self.data[key]
        return rows

    def _put_back(self, kept, new):
        for number, row in enumerate([*kept, *new]):
            for name, values in row.lists():
                self.data.setlist(f"{self.prefix}-{number}-{name}", values)
        self.data[f"{self.prefix}-TOTAL_FORMS"] = str(len(kept) + len(new))
        self.data[f"{self.prefix}-INITIAL_FORMS"] = str(len(kept))

    def _written(self, instance):
        """A row that others added, as the form would send it."""
        row = QueryDict(mutable=True)
        key = self.formset.fk
        row["id"], row[key.name] = str(instance.pk), str(getattr(instance, key.attname))
        for name in self.fields:
            self._put(row, name, instance)
        return row

    def _put(self, row, name, instance):
        field = self.fields[name]
        column = next((one for one in instance._meta.fields if one.name == name), None)
        if column is not None:
            put(row, name, field.widget, field.prepare_value(column.value_from_object(instance)))

    def _differs(self, row, name, value):
        field = self.fields[name]
        return field.has_changed(value, field.widget.value_from_datadict(row, {}, name))

    def _take_over_fields(self, row, pk):
        before, now = self.pairs.get(pk, (None, None))
        if before is None or now is None:
            return
        for name in self.fields:
            old, theirs = before.values.get(name), now.values.get(name)
            said = {"field": now.label(name), "value": now.told(name) or "—"}
            if old == theirs:
                continue
            if not self._differs(row, name, old):
                self._put(row, name, self.living[pk])
                self._tell(_("%(row)s: %(field)s is “%(value)s” now."), pk, **said)
            elif self._differs(row, name, theirs):
                self._tell(_("%(row)s: %(field)s was changed by you both. The other wrote “%(value)s”."), pk, **said)

    def _is_changed(self, row, pk):
        """Whether the editor changed a row that is gone; where nobody kept what it said, they may have."""
        before, _now = self.pairs.get(pk, (None, None))
        if "DELETE" in row or before is None:
            return "DELETE" not in row
        return any(self._differs(row, name, before.values[name]) for name in self.fields if name in before.values)

    def _tell(self, sentence, pk, **said):
        row = next((one for one in reversed(self.pairs.get(pk, ())) if one), None)
        kind = capfirst(self.formset.model._meta.verbose_name)
        name = _("%(kind)s “%(name)s”") % {"kind": kind, "name": row.name} if row else kind
        self.told.append(sentence % {"row": name, **said})
