"""The ledger of corrections: every one of them, with its number, as a list, as files and as a feed."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from portal.publishing.corrections import Correction, correctable_kinds
from portal.publishing.feeds import Entry
from portal.search.facets import ChoiceFacet
from portal.search.filters import ListFilter
from portal.search.lists import FilteredList, Table


def kind_choices():
    return [(kind._meta.model_name, kind._meta.verbose_name_plural) for kind in correctable_kinds()]


class LedgerFilter(ListFilter):
    lookups = {"kind": ["content_type__model"], "year": ["published_at__year"]}

    q = column = region = topic = organization = None
    kind = ChoiceFacet(choices=kind_choices, label=gettext_lazy("Kind"))

    class Meta:
        model = Correction
        fields = ["kind", "year"]


class LedgerTable(Table):
    """A line for each correction; what readers may no longer read is left empty."""

    name = "corrections"
    title = gettext_lazy("Corrections")
    columns = [
        ("number", gettext_lazy("number")),
        ("published_at", gettext_lazy("published at")),
        ("kind_label", gettext_lazy("kind")),
        ("title", gettext_lazy("title")),
        ("wrong", gettext_lazy("what was wrong")),
        ("right", gettext_lazy("what is right")),
        ("why", gettext_lazy("why it was wrong")),
        ("outcome_label", gettext_lazy("the record today")),
        ("url", gettext_lazy("address")),
    ]

    def row(self, correction):
        told = {name: getattr(correction, name) if correction.is_told else "" for name in ("wrong", "right", "why")}
        return {
            "kind": correction.content_type.model,
            "title": correction.title if correction.is_told else "",
            "url": correction.get_absolute_url(),
            "number": correction.number,
            "published_at": correction.published_at,
            "kind_label": correction.kind_name,
            **told,
            "outcome": correction.outcome,
            "outcome_label": correction.outcome.label,
        }

    def newest(self, corrections):
        return corrections.order_by("-number")

    def entry(self, correction):
        name = _("Correction No. %d") % correction.number
        told = _("What was wrong: %(wrong)s\nWhat is right: %(right)s\nWhy: %(why)s") % {
            "wrong": correction.wrong,
            "right": correction.right,
            "why": correction.why,
        }
        is_told, at = correction.is_told, correction.published_at
        return Entry(
            f"{name} · {correction.title if is_told else correction.outcome.label}",
            correction.get_absolute_url(),
            at,
            # What is taken back is another entry to whoever reads along.
            at if is_told else getattr(correction.record, "withdrawn_at", None) or at,
            told if is_told else "",
        )


class CorrectionList(FilteredList):
    filterset_class = LedgerFilter
    template_name = "corrections/correction_list.html"
    table = LedgerTable()

    def get_queryset(self):
        return Correction.objects.public().with_records()


class CorrectionDetail(DetailView):
    template_name = "corrections/correction_detail.html"
    slug_field = slug_url_kwarg = "number"

    def get_queryset(self):
        return Correction.objects.public().with_records()
