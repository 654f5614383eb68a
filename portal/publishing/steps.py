"""Which steps a person may take with a record: the buttons of its form and what their answers obey are one list."""

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from . import rights
from .models import Status
from .reviews import Decision, Round

__all__ = ["Desk", "Step"]


class Step(models.TextChoices):
    """A step by the name that its button bears."""

    SAVE = "save", _("Save draft")
    SUBMIT = "submit", _("Submit for review")
    APPROVE = "approve", _("Approve")
    SEND_BACK = "send_back", _("Send back")
    TAKE_BACK = "take_back", _("Take back to draft")
    PUBLISH = "publish", _("Publish")
    MEND = "mend", _("Publish as a minor change")
    EDIT = "edit", _("Edit")
    DISCARD = "discard", _("Discard working copy")
    CORRECT = "correct", _("Correction…")
    WITHDRAW = "withdraw", _("Withdraw…")
    EMERGENCY = "emergency", _("Withdraw in an emergency…")


class Desk:
    """What ``user`` may do with ``record`` now. ``record`` may be new: then it is a draft that nobody has saved."""

    def __init__(self, user, record):
        self.user, self.record = user, record
        self.may_edit = rights.may_edit(user, record)
        self.may_publish = rights.may_publish(user, record)
        self.round = Round(record) if record.status == Status.IN_REVIEW else None

    @cached_property
    def steps(self):
        """The steps that may be taken, in the order of their buttons."""
        possible = set(self._possible())
        return [step for step in Step if step in possible]

    def may(self, step):
        return step in self.steps

    def returned(self):
        """The review with which a draft came back, or None."""
        if self.record.status != Status.DRAFT:
            return None
        return next((one for one in Round(self.record).reviews.values() if one.decision == Decision.RETURNED), None)

    def _possible(self):
        """Yields what the state of the record leaves to do, for those who may."""
        record = self.record
        if record.status == Status.DRAFT:
            yield from self._with_a_draft()
        elif record.status == Status.IN_REVIEW:
            yield from self._in_review()
        elif record.is_scheduled():
            if self.may_publish:
                yield Step.TAKE_BACK
        else:
            yield from self._once_public()

    def _with_a_draft(self):
        record, needed = self.record, self.record.reviews_needed
        if not self.may_edit:
            return
        yield from (Step.SAVE, Step.SUBMIT)
        if self.may_publish and not needed:
            yield Step.PUBLISH
        if record.working_copy_of_id:
            yield Step.DISCARD
            if self.may_publish and needed and record.working_copy_of.status == Status.PUBLISHED:
                yield Step.MEND

    def _in_review(self):
        if self.round.is_complete:
            if self.may_publish:
                yield from (Step.PUBLISH, Step.SEND_BACK)
        elif rights.may_review(self.user, self.record) and self.round.is_stranger(self.user):
            yield from (Step.APPROVE, Step.SEND_BACK)
        if self.may_edit:
            yield Step.TAKE_BACK

    def _once_public(self):
        record = self.record
        if self.may_edit:
            yield from (Step.EDIT, Step.CORRECT)
        if record.status == Status.WITHDRAWN:
            if self.may_publish:
                yield Step.PUBLISH
        elif record.published_at <= timezone.now():
            if self.may_publish:
                yield Step.WITHDRAW
            elif self.may_edit or rights.may_review(self.user, record):
                yield Step.EMERGENCY
