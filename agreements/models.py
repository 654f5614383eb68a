"""Commitments in the terms of treaty registers: who promised what to whom, and what came of it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.media.models import UsesMedia
from portal.publishing.models import Publishable, PublishableQuerySet
from portal.search.documents import SearchDocument
from portal.vocabulary.dates import PartialDateField, never_before, surely_before
from portal.vocabulary.models import Organization, Region, Topic
from portal.vocabulary.quantities import Count

from .codelists import Instrument, RelationKind, State
from .parts import AgreementDocument, AgreementRelation, Amount, Milestone, Party

__all__ = ["Agreement", "AgreementDocument", "AgreementRelation", "Amount", "Milestone", "Party"]


class AgreementQuerySet(PublishableQuerySet):
    def with_state(self, on=None):
        """Add ``state``: what dated events say of each agreement on the day ``on`` (today). Nothing is guessed.

        Signed does not silently become in force, and no news is a state of its own. A date of reduced precision counts
        only when its whole length has passed: expiry in "2026" is not expiry before 2027, and what expires on a day is
        in force all that day.
        """
        on = on or timezone.localdate()
        tomorrow = on + dt.timedelta(days=1)
        superseded = AgreementRelation.objects.filter(
            kind=RelationKind.SUPERSEDES,
            agreement__in=Agreement.objects.listed(),
            agreement__signed__surely_before=tomorrow,
        )
        return self.annotate(
            state=Case(
                When(terminated__surely_before=tomorrow, then=Value(State.TERMINATED)),
                When(pk__in=superseded.values("target"), then=Value(State.SUPERSEDED)),
                When(expires__surely_before=on, then=Value(State.EXPIRED)),
                When(effective__surely_before=tomorrow, then=Value(State.IN_FORCE)),
                When(signed__surely_before=tomorrow, then=Value(State.SIGNED)),
                default=Value(State.UNKNOWN),
                output_field=models.CharField(),
            )
        )

    def in_force(self, on=None):
        return self.with_state(on).filter(state=State.IN_FORCE)

    def between(self, *organizations):
        """Agreements to which every one of ``organizations`` is a party."""
        found = self
        for organization in organizations:
            found = found.filter(Exists(Party.objects.filter(agreement=OuterRef("pk"), organization=organization)))
        return found

    def related_to(self, agreement):
        """Other agreements of the same parties, or on the same topic in the same region; those that share most first.

        Parties weigh more than topics and regions. Those whose relation to it is recorded are left out.
        """
        recorded = AgreementRelation.objects.filter(Q(agreement=agreement) | Q(target=agreement))
        found = self.others_than(agreement).with_shared(agreement, "organizations", "topics", "regions")
        found = found.exclude(pk__in=recorded.values("target")).exclude(pk__in=recorded.values("agreement"))
        of_one_place = Q(shared_topics__gt=0, shared_regions__gt=0)
        found = found.filter(Q(shared_organizations__gt=0) | of_one_place)
        subjects = F("shared_topics") + F("shared_regions")
        return found.order_by("-shared_organizations", subjects.desc(), "-signed", "-pk")

    def incomplete(self):
        """Without a party, a region or a source: what an editor still has to give."""
        return self.originals().filter(Q(parties=None) | Q(regions=None) | Q(source=None)).distinct()

    def for_listing(self):
        """With what a row of a list shows: state, place, parties and their organizations."""
        return self.with_state().select_related("column", "place").prefetch_related("parties__organization", "regions")

    def for_page(self):
        """With everything the page of one agreement shows; of related agreements only those that everybody may read."""
        listed = Agreement.objects.listed()
        return (
            self.with_state()
            .select_related("column", "place", "source")
            .prefetch_related(
                "topics",
                "regions",
                "parties__organization",
                "amounts__unit",
                "milestones__after",
                "milestones__responsible__organization",
                "documents__document",
                Prefetch("relations", AgreementRelation.objects.filter(target__in=listed).select_related("target")),
            )
        )


#: Nothing happens to an agreement before it is signed.
AFTER_SIGNING = {
    "effective": _("It is in force before it is signed. Correct one of the two dates."),
    "expires": _("It expires before it is signed. Correct one of the two dates."),
    "terminated": _("It is terminated before it is signed. Correct one of the two dates."),
}


class Agreement(Publishable, Count, UsesMedia):
    """One commitment, or one batch of them with a bounded count ("60余个协议"): never sixty invented ones."""

    search_kind = "agreement"

    # Identity
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=300, blank=True)
    instrument = models.CharField(_("instrument type"), max_length=20, choices=Instrument)

    # Timeline
    signed = PartialDateField(pgettext_lazy("date", "signed"))
    effective = PartialDateField(_("in force from"))
    expires = PartialDateField(_("expires"))
    terminated = PartialDateField(pgettext_lazy("date", "terminated"))

    # Occasion
    place = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed in")
    )
    occasion = models.CharField(_("occasion"), max_length=200, blank=True)

    # Substance
    summary = models.TextField(_("summary"), blank=True)
    regions = models.ManyToManyField(Region, blank=True, related_name="agreements", verbose_name=_("regions"))
    topics = models.ManyToManyField(Topic, blank=True, related_name="agreements", verbose_name=_("topics"))
    organizations = models.ManyToManyField(
        Organization, through="Party", related_name="agreements", verbose_name=_("parties")
    )

    # Provenance
    source = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    related = models.ManyToManyField(
        "self", symmetrical=False, through="AgreementRelation", related_name="related_from"
    )

    objects = AgreementQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-signed", "-pk"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(instrument__in=Instrument.values),
                name="agreements_agreement_known_instrument",
                violation_error_message=_("Choose the instrument type from the list."),
            ),
            *(
                models.CheckConstraint(
                    condition=never_before(later, "signed"),
                    name=f"agreements_agreement_{later}_after_signed",
                    violation_error_message=message,
                )
                for later, message in AFTER_SIGNING.items()
            ),
        ]
        indexes = [*Publishable.Meta.indexes, models.Index(fields=["signed"], name="agreements_agreement_signed")]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        # The constraints say the same; here the sentence reaches its field.
        for field, message in AFTER_SIGNING.items():
            if surely_before(getattr(self, field), self.signed):
                raise ValidationError({field: message})

    def get_absolute_url(self):
        return reverse("agreement-detail", args=[self.pk])

    def search_document(self):
        parties = list(self.parties.select_related("organization"))
        regions = list(self.regions.all())
        return SearchDocument(
            title=self.title,
            texts=[
                self.title_en,
                self.summary,
                self.occasion,
                *(party.organization.name for party in parties),
                *(region.name for region in regions),
            ],
            url=self.get_absolute_url(),
            dated=self.signed,
            facets={
                "region": [region.pk for region in regions],
                "topic": list(self.topics.values_list("pk", flat=True)),
                "organization": [party.organization_id for party in parties],
                "year": [self.signed[:4]] if self.signed else [],
            },
        )
