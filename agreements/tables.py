"""Agreements as rows of a file and as entries of a feed."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from portal.publishing.feeds import Entry
from portal.search.lists import Table
from portal.vocabulary.templatetags.quantities import pieces, quantity_text

from .codelists import State


class AgreementTable(Table):
    name = "agreements"
    title = _("Agreements")
    columns = [
        ("title", _("title")),
        ("url", _("address")),
        ("instrument_label", _("instrument type")),
        ("status_label", _("status")),
        ("signed", pgettext_lazy("date", "signed")),
        ("effective", _("in force from")),
        ("expires", _("expires")),
        ("terminated", pgettext_lazy("date", "terminated")),
        ("place", _("signed in")),
        ("occasion", _("occasion")),
        ("count", _("count")),
        ("parties", _("parties")),
        ("amounts", _("amounts")),
        ("regions", _("regions")),
        ("topics", _("topics")),
        ("summary", _("summary")),
        ("source", _("source")),
        ("source_url", _("address of the source")),
        ("published_at", _("published at")),
    ]

    def prepare(self, agreements):
        return agreements.select_related("source").prefetch_related("topics", "amounts__unit")

    def row(self, agreement):
        return {
            "kind": agreement.search_kind,
            "title": agreement.title,
            "url": agreement.get_absolute_url(),
            "instrument": agreement.instrument,
            "instrument_label": agreement.get_instrument_display(),
            "status": agreement.state,
            "status_label": State(agreement.state).label,
            "signed": agreement.signed,
            "effective": agreement.effective,
            "expires": agreement.expires,
            "terminated": agreement.terminated,
            "place": agreement.place and agreement.place.label,
            "occasion": agreement.occasion,
            "count": pieces(agreement, pgettext("counter", "agreements")),
            "parties": [_party(party) for party in agreement.parties.all()],
            "amounts": [_amount(amount) for amount in agreement.amounts.all()],
            "regions": [region.label for region in agreement.regions.all()],
            "topics": [topic.label for topic in agreement.topics.all()],
            "summary": agreement.summary,
            "source": agreement.source and agreement.source.label,
            "source_url": agreement.source_url,
            "published_at": agreement.published_at,
        }

    def newest(self, agreements):
        return super().newest(agreements.select_related("source"))

    def entry(self, agreement):
        parties = "、".join(_party(party) for party in agreement.parties.all())
        return Entry(
            agreement.title,
            agreement.get_absolute_url(),
            agreement.published_at,
            agreement.updated_at,
            agreement.summary or parties,
            agreement.source.label if agreement.source else "",
        )


def _party(party):
    """Who takes part, with the number where it stands for several: 川渝企业 97家."""
    return f"{party.organization.label} {pieces(party, pgettext('counter', 'organizations'))}".strip()


def _amount(amount):
    """What, on whose word, how much: 总投资 · 约定 · 150亿元."""
    return f"{amount.name} · {amount.get_basis_display()} · {quantity_text(amount)}"
