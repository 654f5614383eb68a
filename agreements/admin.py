"""Agreements in the admin: who, how much, when, on what paper."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.desk import DeskTabularInline, RuledRows
from portal.publishing.admin import PublishableAdmin
from portal.search.admin import IndexedSearch
from portal.vocabulary.dates import as_text

from .models import Agreement, AgreementDocument, AgreementRelation, Amount, Milestone, Party


class OwnRows(RuledRows):
    """Rows of one agreement that may point at one another, never at another agreement's."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, rows in (("after", Milestone.objects), ("responsible", Party.objects.select_related("organization"))):
            if name in form.fields:
                form.fields[name].queryset = rows.filter(agreement=self.instance) if self.instance.pk else rows.none()


class PartInline(DeskTabularInline):
    classes = ["compact"]


class PartyInline(PartInline):
    model = Party
    fields = ["organization", "role", "side", "count", "count_qualifier", "position"]
    autocomplete_fields = ["organization"]


class AmountInline(PartInline):
    model = Amount
    fields = [
        "kind", "basis", "mantissa", "unit_mult", "unit", "qualifier",
        "value_low", "value_high", "printed", "stated", "label",
    ]  # fmt: skip
    autocomplete_fields = ["unit"]


class MilestoneInline(PartInline):
    model = Milestone
    formset = OwnRows
    fields = ["kind", "label", "date", "after", "offset_days", "responsible", "due", "note"]


class DocumentInline(PartInline):
    model = AgreementDocument
    fields = ["document", "kind", "title"]
    autocomplete_fields = ["document"]


class RelationInline(PartInline):
    model = AgreementRelation
    fk_name = "agreement"
    fields = ["kind", "target"]
    autocomplete_fields = ["target"]


@admin.register(Agreement)
class AgreementAdmin(IndexedSearch, PublishableAdmin):
    list_display = ["title", "instrument", "signed_on", *PublishableAdmin.facts]
    list_filter = [*PublishableAdmin.list_filter, "instrument"]
    search_fields = ["title"]
    autocomplete_fields = [*PublishableAdmin.autocomplete_fields, "place", "regions", "topics", "source"]
    inlines = [PartyInline, AmountInline, MilestoneInline, DocumentInline, RelationInline]
    missing = {
        "source": (_("no source"), Q(source=None)),
        "region": (_("no region"), Q(regions=None)),
        "column": (_("no column"), Q(column=None)),
        "party": (_("no party"), Q(parties=None)),
        "evidence": (_("no evidence: neither document nor address"), Q(documents=None, source_url="")),
        "date": (_("no date of signing"), Q(signed="")),
    }
    fieldsets = [
        (None, {"fields": ["title", "title_en", "instrument"]}),
        (_("Timeline"), {"fields": [("signed", "effective"), ("expires", "terminated")]}),
        (_("Occasion"), {"fields": ["place", "occasion"]}),
        (_("Substance"), {"fields": ["summary", "regions", "topics", ("count", "count_qualifier")]}),
        (_("Provenance"), {"fields": ["source", "source_url"]}),
    ]

    @admin.display(description=pgettext_lazy("date", "signed"), ordering="signed")
    def signed_on(self, agreement):
        return as_text(agreement.signed) or None
