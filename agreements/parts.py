"""What an agreement consists of. Nothing outside an agreement points at one of these rows."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.media.models import Document
from portal.vocabulary.dates import PartialDateField, bounds
from portal.vocabulary.models import Organization
from portal.vocabulary.quantities import Count, Quantity

from .codelists import AmountKind, Basis, DocumentKind, MilestoneKind, PartyRole, RelationKind

#: Days from one milestone to another: more is a slip of the finger.
A_CENTURY = 36525


class Party(Count):
    agreement = models.ForeignKey("agreements.Agreement", models.CASCADE, related_name="parties")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="participations",
        verbose_name=_("organization"),
        error_messages={"required": _("Choose the organization; a party without a name cannot sign.")},
    )
    role = models.CharField(_("role"), max_length=12, choices=PartyRole, default=PartyRole.SIGNATORY)
    side = models.CharField(
        _("side"), max_length=20, blank=True, help_text=_("甲方, 乙方, or the region it speaks for.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organization", "role"],
                name="agreements_party_once",
                violation_error_message=_("This organization is a party in this role already."),
            )
        ]

    def __str__(self):
        return str(self.organization)


class Amount(Quantity):
    agreement = models.ForeignKey("agreements.Agreement", models.CASCADE, related_name="amounts")
    kind = models.CharField(_("what"), max_length=20, choices=AmountKind)
    label = models.CharField(
        _("label"), max_length=60, blank=True, help_text=_("Its name where the kind says too little.")
    )
    basis = models.CharField(_("basis"), max_length=8, choices=Basis, default=Basis.AGREED)
    stated = PartialDateField(_("as of"))

    class Meta:
        verbose_name = _("amount")
        verbose_name_plural = _("amounts")
        ordering = ["pk"]
        constraints = [
            *Quantity.Meta.constraints,
            models.CheckConstraint(
                condition=Q(mantissa__isnull=False) | Q(value_low__isnull=False),
                name="agreements_amount_has_value",
                violation_error_message=_("Give the value, or both ends of the range."),
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.printed}".strip()

    @property
    def name(self):
        return self.label or self.get_kind_display()

    @property
    def key(self):
        """The stable name by which a citation points at it: amount:total_investment:agreed."""
        return f"amount:{self.kind}:{self.basis}"


class Milestone(models.Model):
    """Something that happened or was promised: at a date, or so many days after another milestone."""

    agreement = models.ForeignKey("agreements.Agreement", models.CASCADE, related_name="milestones")
    kind = models.CharField(_("what"), max_length=16, choices=MilestoneKind)
    label = models.CharField(_("label"), max_length=60, blank=True)
    date = PartialDateField(_("date"))
    after = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name=_("after"),
        help_text=_("The milestone of this agreement from which the days are counted."),
    )
    offset_days = models.PositiveIntegerField(_("days after it"), null=True, blank=True)
    responsible = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, related_name="promises", verbose_name=_("responsible party")
    )
    due = PartialDateField(_("due"), help_text=_("Where it is a promise."))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(after=None) | ~Q(after=F("pk")),
                name="agreements_milestone_after_another",
                violation_error_message=_("A milestone cannot come after itself."),
            ),
            models.CheckConstraint(
                condition=Q(after=None) | Q(offset_days__isnull=False),
                name="agreements_milestone_after_by_days",
                violation_error_message=_("Say how many days after the other milestone."),
            ),
        ]

    def __str__(self):
        return self.label or self.get_kind_display()

    def clean(self):
        super().clean()
        if self.after_id and self.agreement_id and self.after.agreement_id != self.agreement_id:
            raise ValidationError({"after": _("Choose a milestone of this same agreement.")})
        if self.offset_days is not None:
            try:
                MaxValueValidator(A_CENTURY)(self.offset_days)
            except ValidationError as refused:
                raise ValidationError({"offset_days": refused}) from None

    def save(self, **kwargs):
        self.date = self.resolved_date() or self.date
        super().save(**kwargs)
        self._move_followers(moved={self.pk})

    def _move_followers(self, moved):
        """What counts its days from this one moves with it; once, should two name one another."""
        for follower in self.followers.exclude(pk__in=moved):
            moved.add(follower.pk)
            if (date := follower.resolved_date()) and date != follower.date:
                follower.date = date
                super(Milestone, follower).save(update_fields=["date"])
                follower._move_followers(moved)

    def resolved_date(self):
        """The date that the offset gives, where the other milestone's day is known; else "".

        That day is asked of the database: a form that changes both milestones has read the other one before it did.
        """
        if not self.after_id or self.offset_days is None:
            return ""
        day = Milestone.objects.filter(pk=self.after_id).values_list("date", flat=True).first() or ""
        if len(day) != len("2026-03-31"):
            return ""
        return (bounds(day)[0] + dt.timedelta(days=self.offset_days)).isoformat()

    @property
    def key(self):
        return f"milestone:{self.kind}"


class AgreementDocument(models.Model):
    agreement = models.ForeignKey("agreements.Agreement", models.CASCADE, related_name="documents")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("document"))
    kind = models.CharField(_("kind"), max_length=8, choices=DocumentKind, default=DocumentKind.TEXT)
    title = models.CharField(_("title"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "document"],
                name="agreements_agreementdocument_once",
                violation_error_message=_("This document is attached already."),
            )
        ]

    def __str__(self):
        return self.title or str(self.document)

    def save(self, **kwargs):
        super().save(**kwargs)
        self.agreement.refresh_media_uses()

    def delete(self, **kwargs):
        deleted = super().delete(**kwargs)
        self.agreement.refresh_media_uses()
        return deleted


class AgreementRelation(models.Model):
    agreement = models.ForeignKey("agreements.Agreement", models.CASCADE, related_name="relations")
    kind = models.CharField(_("relation"), max_length=12, choices=RelationKind)
    target = models.ForeignKey(
        "agreements.Agreement", models.PROTECT, related_name="incoming_relations", verbose_name=_("the other agreement")
    )

    class Meta:
        verbose_name = _("related agreement")
        verbose_name_plural = _("related agreements")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "kind", "target"],
                name="agreements_agreementrelation_once",
                violation_error_message=_("This relation is recorded already."),
            ),
            models.CheckConstraint(
                condition=~Q(agreement=F("target")),
                name="agreements_agreementrelation_to_another",
                violation_error_message=_("An agreement cannot relate to itself."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.target}"

    def clean(self):
        super().clean()
        if self.agreement_id and self.target_id == self.agreement.original.pk:  # in a working copy, too
            raise ValidationError(_("An agreement cannot relate to itself."))
