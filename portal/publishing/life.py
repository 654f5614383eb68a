"""The steps of a record's life. Each is whole or not at all, and refuses what the state of the record forbids.

Who may take a step is asked in ``steps``; ``by`` is who takes it (None: the portal itself, loading its demo or a file).
"""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.vocabulary.models import Column

from . import copying, corrections, letters, snapshots
from .models import Status
from .reviews import Decision, Level, Review, Round
from .revisions import Revision, RevisionStep, revise
from .slips import why_no_slip
from .words import findings_in, forbidden_in, told

__all__ = [
    "Refused",
    "approve",
    "begin_working_copy",
    "changed_in_public",
    "discard",
    "lock",
    "mend",
    "publish",
    "publish_bundle",
    "send_back",
    "submit",
    "take_back",
    "withdraw",
]


#: Sent within the transaction of a step that changes what readers see, as its last act, with the ``record``: what they
#: find by must change with it, even if the process is killed right after its COMMIT.
changed_in_public = Signal()


class Refused(Exception):
    """Why a step cannot be taken, in the editor's words."""


@transaction.atomic
def submit(record, by, note=""):
    """A draft goes to its reviewers; to who publishes, where no review is needed."""
    lock(record)
    if record.status != Status.DRAFT:
        raise Refused(_("It is no draft any more; somebody submitted it meanwhile."))
    _check_words(record)
    _check_column(record)
    _move(record, by, status=Status.IN_REVIEW)
    revise(record, by, RevisionStep.SUBMITTED, note)
    letters.ask(record)


@transaction.atomic
def take_back(record, by):
    """What is in review, or waits for its hour, becomes a draft again; reviews begin anew."""
    lock(record)
    if record.status != Status.IN_REVIEW and not record.is_scheduled():
        raise Refused(_("It is not in review any more. Look at it again."))
    _move(record, by, status=Status.DRAFT, reviews_passed=0)
    _tell(record)


@transaction.atomic
def approve(record, by, level, comment=""):
    """Pass the review of ``level``, which is the one that the reviewer saw: twice sent, it is given once."""
    lock(record)
    standing = _round(record)
    _check_reviewer(standing, by, level)
    _write_review(standing, by, level, Decision.APPROVED, comment)
    _move(record, reviews_passed=level)
    letters.ask(record)


@transaction.atomic
def send_back(record, by, level, comment):
    """Back to its author as a draft, with the ``comment`` that says what is to be changed.

    ``level`` is the review that the person saw, or publication: who publishes may send it back instead.
    """
    lock(record)
    standing = _round(record)
    if level != Level.PUBLICATION or not standing.is_complete:
        _check_reviewer(standing, by, level)
    if not comment.strip():
        raise Refused(_("Say what is to be changed."))
    _write_review(standing, by, level, Decision.RETURNED, comment)
    _move(record, status=Status.DRAFT, reviews_passed=0)
    letters.tell_returned(record, by, comment)


@transaction.atomic
def publish(record, by, at=None, note=""):
    """Make a record public at ``at`` (now), or what its working copy says at once. Returns the public record.

    Raises Refused where reviews are missing, or where somebody else has done it meanwhile.
    """
    stood = record.status, record.reviews_passed
    lock(record)
    if record.status == Status.PUBLISHED:
        raise Refused(_("It was public already."))
    if (record.status, record.reviews_passed) != stood:
        raise Refused(_("It was changed meanwhile. Look at it again."))
    _check_clock(record)
    _check_words(record)
    _check_column(record)
    if record.reviews_passed < record.reviews_needed and record.status != Status.WITHDRAWN:
        raise Refused(_("It needs %d reviews before it is published.") % record.reviews_needed)
    note = note or _note_of(record)
    _check_note(note)
    if record.working_copy_of_id:
        return _replace(record, by, note, at=at)
    _make_public(record, by, at)
    record.save()  # what is derived from a record is written by `save`
    revise(record, by, RevisionStep.PUBLISHED, note)
    letters.tell_published(record, by)
    _tell(record)
    return record


@transaction.atomic
def publish_bundle(bundle, by):
    """Publish what of ``bundle`` is not public yet, at one moment: all of it, or nothing. Returns the records.

    Raises Refused with the name of the first record that cannot be published.
    """
    now = timezone.now()
    waiting = [record for record in bundle.records() if record.status in {Status.DRAFT, Status.IN_REVIEW}]
    if not waiting:
        raise Refused(_("It holds nothing that waits to be published."))
    published = []
    for record in waiting:
        try:
            published.append(publish(record, by, at=now))
        except Refused as refused:
            raise Refused(_("“%(title)s”: %(reason)s") % {"title": record, "reason": refused}) from refused
    return published


@transaction.atomic
def mend(copy, by, note=""):
    """Publish a slip of the pen without reviews: kept as a minor change, which readers are not told of."""
    lock(copy)
    if copy.status != Status.DRAFT or copy.original.status != Status.PUBLISHED:
        raise Refused(_("It was changed meanwhile. Look at it again."))
    _check_words(copy)
    revisions = Revision.objects.of(copy)
    reviewed = revisions.public().last() or revisions.first()
    if why := why_no_slip(reviewed.snapshot, snapshots.take(copy.original), snapshots.take(copy)):
        raise Refused(why)
    return _replace(copy, by, note, minor=True)


@transaction.atomic
def withdraw(record, by, reason, replacement_url="", note=""):
    """Take a public record back, with the reason that its page gives; ``note`` tells the office of an emergency.

    What is only scheduled was never public: withdrawn, it would come out at its hour, as a record that was.
    """
    lock(record)
    if record.status != Status.PUBLISHED or record.is_scheduled():
        raise Refused(_("It is not public."))
    record.status, record.withdrawn_at = Status.WITHDRAWN, timezone.now()
    record.withdrawal_reason, record.replacement_url = reason, replacement_url
    record.updated_by = by
    record.save()
    revise(record, by, RevisionStep.WITHDRAWN, note)
    letters.tell_withdrawn(record, by, note)
    _tell(record)


@transaction.atomic
def begin_working_copy(record, by):
    """The working copy of a public or withdrawn record: the one that it has, or a new one."""
    lock(record)
    if copy := type(record).objects.filter(working_copy_of=record).first():
        return copy
    if record.status not in {Status.PUBLISHED, Status.WITHDRAWN}:
        raise Refused(_("It is a draft: write in it directly."))
    if record.is_scheduled():
        raise Refused(_("It waits for its hour. Take it back first."))
    if not Revision.objects.of(record).exists():
        revise(record, None, note=_("As it was found"))
    return copying.working_copy(record, by)


@transaction.atomic
def discard(copy):
    """Throw a working copy away. What was saved of it stays among the revisions."""
    lock(copy)
    if not copy.working_copy_of_id or copy.status != Status.DRAFT:
        raise Refused(_("It is no draft any more. Take it back first."))
    copy.delete()


# What the steps have in common ---------------------------------------------------------------------------------------


def lock(record):
    """Others who change this record or its working copy wait until the transaction is over; on SQLite there is one
    writer at a time. ``record`` is then what they left: it was read before they were done, and will be saved whole.

    A record is locked before its working copy, everywhere: so nobody waits for one who waits for them. Raises Refused
    where it is gone.
    """
    if connection.features.has_select_for_update:
        for pk in (record.working_copy_of_id, record.pk):
            list(type(record)._base_manager.filter(pk=pk).select_for_update(of=("self",)).values_list("pk"))
    try:
        record.refresh_from_db()
    except type(record).DoesNotExist as gone:
        raise Refused(_("It is not there any more: it was published, thrown away or deleted meanwhile.")) from gone


def _move(record, by=None, **to):
    """From one status to the next; ``by`` is who wrote something, not who read it."""
    for name, value in to.items():
        setattr(record, name, value)
    record.updated_by = by or record.updated_by
    record.save(update_fields=[*to, "updated_by", "updated_at"])


def _round(record):
    """Where ``record`` stands in its reviews. Raises Refused where it is in none."""
    standing = Round(record)
    if record.status != Status.IN_REVIEW or standing.submitted is None:
        raise Refused(_("It is not in review any more. Look at it again."))
    return standing


def _check_reviewer(standing, by, level):
    if level != standing.next_level or standing.is_complete:
        raise Refused(_("This review has been given already."))
    if not standing.is_stranger(by):
        raise Refused(_("Author and reviewers are different people, and each level is another person's."))


def _write_review(standing, by, level, decision, comment):
    Review.objects.create(
        revision=standing.submitted, level=level, decision=decision, reviewer=by, comment=comment.strip()
    )


def _check_clock(record):
    if record.offline_at and record.offline_at <= timezone.now():
        raise Refused(_("Its time to go offline has passed. Change that first."))


def _check_words(record):
    if found := forbidden_in(record):
        raise Refused(" ".join(told(found)))


def _check_note(note):
    """What was changed is told to readers, too."""
    found = findings_in(Revision(note=note), ["note"])
    if forbidden := [finding for finding in found if finding.word.is_forbidden]:
        raise Refused(" ".join(told(forbidden)))


def _check_column(record):
    """What was sent back in one column does not evade its reviews in another."""
    submitted = Round(record).submitted
    place = submitted and submitted.snapshot["rows"][0]["fields"].get("column")
    column = Column.objects.filter(pk=place, review_levels__gt=record.reviews_needed).first() if place else None
    if column:
        raise Refused(_("It was submitted in “%s”, which demands more reviews. Put it back there.") % column)


def _note_of(record):
    """What the author said of this version when it was saved or submitted last, in the column where it comes out.

    Readers are told it; what was said in another column was not said for them.
    """
    said = Revision.objects.of(record).filter(made_at__gte=record.created_at).exclude(note="").exclude(made_by=None)
    said = said.filter(snapshot__rows__0__fields__column=record.column_id)
    if public := said.filter(step__in=[RevisionStep.PUBLISHED, RevisionStep.WITHDRAWN]).last():
        said = said.filter(number__gt=public.number)
    last = said.exclude(step=RevisionStep.RESTORED).last()
    return last.note if last else ""


def _make_public(record, by, at):
    """A record is public ``at`` this moment (now), whatever it was before."""
    record.status, record.published_at, record.reviews_passed = Status.PUBLISHED, at or timezone.now(), 0
    record.withdrawn_at, record.withdrawal_reason, record.replacement_url = None, "", ""
    record.updated_by = by


def _replace(copy, by, note, minor=False, at=None):
    """What is live becomes what the copy says: rows change their owner, fields are copied, the copy goes.

    A withdrawn record is public again ``at`` this moment (now); what is live keeps the one of its first publication.
    """
    record = copy.working_copy_of
    if record.status not in {Status.PUBLISHED, Status.WITHDRAWN} or record.is_scheduled():
        raise Refused(_("The record that it is a working copy of is not public any more."))
    copying.take_over(record, copy)
    _make_public(record, by, at if record.status == Status.WITHDRAWN else record.published_at)
    try:
        record.validate_constraints()
    except ValidationError as error:  # an address that somebody else was given meanwhile
        raise Refused(" ".join(error.messages)) from error
    record.save()
    revise(record, by, RevisionStep.PUBLISHED, note, minor)
    if by and not minor:
        try:
            corrections.publish_drafts_of(record, by)
        except ValidationError as error:  # a forbidden word
            raise Refused(" ".join(error.messages)) from error
    letters.tell_published(record, by)
    _tell(record)
    return record


def _tell(record):
    changed_in_public.send(sender=type(record), record=record)
