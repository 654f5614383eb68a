"""What every page of the admin does alike, whatever it shows. The site it stands on is ``portal.publishing.site``.

It lives below all other apps, since each of them has an admin; the recycle bin lies higher and is reached through the
site.
"""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Choosing:
    """For admins and inlines: nothing can be chosen that the user may not see, not even by typing its number."""

    can_change_chosen = True

    def get_field_queryset(self, db, db_field, request):
        target = self.admin_site.desk_of(db_field.remote_field.model)
        return target.choosable(request) if target else super().get_field_queryset(db, db_field, request)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # What a model says about its empty field reaches the form, whose own words would be "This field is required."
        if "required" in db_field.error_messages:
            kwargs.setdefault("error_messages", {"required": db_field.error_messages["required"]})
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Beside a choice: make a new one, look at the chosen one. Deleting it is no part of choosing.
            field.widget.can_delete_related = field.widget.can_view_related = False
            field.widget.can_change_related &= self.can_change_chosen
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return self._labelled(db_field, super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return self._labelled(db_field, super().formfield_for_manytomany(db_field, request, **kwargs))

    def _labelled(self, db_field, field):
        target = self.admin_site.desk_of(db_field.remote_field.model)
        if target and field and hasattr(field, "label_from_instance"):
            field.label_from_instance = target.choice_label
        return field


class RuledRows(forms.BaseInlineFormSet):
    """Rows that obey the rules of their table also where a rule names the record they belong to.

    Django leaves those to the database, since the record may be new; an editor is told at the row.
    """

    def clean(self):
        super().clean()
        rules = [rule for rule in self.model._meta.constraints if isinstance(rule, models.CheckConstraint)]
        for form in self.forms:
            for rule in rules if form.is_valid() and form.has_changed() else ():
                try:
                    rule.validate(self.model, form.instance, form._get_validation_exclusions())
                except ValidationError as error:
                    form.add_error(None, error)


class DeskTabularInline(Choosing, admin.TabularInline):
    """Rows of a table. ``compact`` in ``classes`` leaves out the line above each row that names it."""

    formset = RuledRows
    extra = 0
    can_change_chosen = False

    def get_queryset(self, request):
        """Without rows that point at what is not open to the user: a form that is only read prints its name, and one
        that is written in could not be saved with it.
        """
        rows = super().get_queryset(request)
        for name in self.autocomplete_fields:
            offered = self.get_field_queryset(None, self.model._meta.get_field(name), request)
            if offered is not None and offered.query.where:  # else everything is open
                rows = rows.filter(Q(**{name: None}) | Q(**{f"{name}__in": offered.order_by().values("pk")}))
        return rows


class DeskAdmin(Choosing, admin.ModelAdmin):
    """The base of all our admins: choices behind the gate, deletion into the recycle bin, refused where it is used."""

    list_per_page = 50
    show_full_result_count = False
    save_on_top = False
    #: For a kind that waits in a way of its own, its card on the start page: title, filter of the changelist, which of
    #: the records (they, user), and the moment that is told with each.
    waiting = None
    #: For what is no record but begun on the start page like one: what the link to its form is called there.
    start_name = ""
    #: What the action that deletes is called.
    deletion_name = _("Delete (into the recycle bin)")

    def choosable(self, request):
        """What the user may point at with an autocomplete; each kind narrows it to what it opens to them."""
        return self.get_queryset(request)

    def choice_label(self, record):
        """How ``record`` is called where it is to be chosen."""
        return str(record)

    def get_search_results(self, request, queryset, search_term):
        # No database can be asked for NUL; the autocomplete passes on whatever it was sent.
        return super().get_search_results(request, queryset, search_term.replace("\x00", " "))

    # Deleting

    def get_deleted_objects(self, objs, request):
        """What the page of confirmation shows: what would go, how many of what kind, and what forbids it."""
        return self.admin_site.deletion(self, objs, request)

    def delete_model(self, request, obj):
        self.admin_site.discard(obj, request.user)

    def delete_queryset(self, request, queryset):
        for record in queryset:
            self.admin_site.discard(record, request.user)

    def get_actions(self, request):
        actions = super().get_actions(request)
        if "delete_selected" in actions:
            action, name, _description = actions["delete_selected"]
            # All or nothing: what is asked of the records holds until the last of them is gone.
            actions["delete_selected"] = (transaction.atomic(action), name, self.deletion_name)
        return actions


class DeletesForGood:
    """For a desk whose rows the recycle bin must not keep, or has kept."""

    deletion_name = _("Delete for good")

    def delete_model(self, request, obj):
        obj.delete()

    def delete_queryset(self, request, queryset):
        queryset.delete()
