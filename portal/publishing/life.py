"""The steps of a record's life. Each is whole or not at all, and refuses what the state of the record forbids.

Who may take a step is asked in ``steps``; ``by`` is who takes it (None: the portal itself, loading its demo or a file).
"""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from . import copying, corrections, letters, snapshots
from .comparing import changed_characters
from .models import Status
from .reviews import Decision, Review, Round
from .revisions import Revision, RevisionStep, revise
from .words import forbidden_in, told

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
    "save",
    "send_back",
    "submit",
    "take_back",
    "withdraw",
]


#: Sent within the transaction of a step that changes what readers see, as its last act, with the ``record``: what they
#: find by must change with it, even if the process is killed right after its COMMIT.
changed_in_public = Signal()

#: Characters that a publisher may mend without reviews: a name, a date, a slip of the pen; not a sentence.
A_SLIP = 20


class Refused(Exception):
    """Why a step cannot be taken, in the editor's words."""


def save(record, by, note=""):
    """Keep what was saved as a revision. Returns it, or None where nothing changed."""
    return revise(record, by, note=note)


@transaction.atomic
def submit(record, by, note=""):
    """A draft goes to its reviewers; to who publishes, where no review is needed."""
    _check_words(record)
    _move(record, by, Status.DRAFT, Status.IN_REVIEW, _("It is no draft any more; somebody submitted it meanwhile."))
    revise(record, by, RevisionStep.SUBMITTED, note)
    letters.ask(record)


@transaction.atomic
def take_back(record, by):
    """What is in review, or waits for its hour, becomes a draft again; reviews begin anew."""
    if record.is_scheduled():
        taken = _rows(record).filter(status=Status.PUBLISHED, published_at__gt=timezone.now())
    else:
        taken = _rows(record).filter(status=Status.IN_REVIEW)
    if not taken.update(status=Status.DRAFT, reviews_passed=0):
        raise Refused(_("It is not in review any more. Look at it again."))
    _reload(record, by)
    _tell(record)


@transaction.atomic
def approve(record, by, level, comment=""):
    """Pass the review of ``level``, which is the one that the reviewer saw: twice sent, it is given once."""
    _check_reviewer(record, by, level)
    passed = _rows(record).filter(status=Status.IN_REVIEW, reviews_passed=level - 1)
    if not passed.update(reviews_passed=F("reviews_passed") + 1):
        raise Refused(_("This review has been given already."))
    _write_review(record, by, level, Decision.APPROVED, comment)
    _reload(record, by=None)
    letters.ask(record)


@transaction.atomic
def send_back(record, by, level, comment):
    """Back to its author as a draft, with the ``comment`` that says what is to be changed.

    ``level`` is the review that the person saw, or publication: who publishes may send it back instead.
    """
    passed = level - 1
    if level <= record.reviews_needed:
        _check_reviewer(record, by, level)
    else:
        passed = record.reviews_passed
    if not comment.strip():
        raise Refused(_("Say what is to be changed."))
    back = _rows(record).filter(status=Status.IN_REVIEW, reviews_passed=passed)
    if not back.update(status=Status.DRAFT, reviews_passed=0):
        raise Refused(_("It is not in review any more. Look at it again."))
    _write_review(record, by, level, Decision.RETURNED, comment)
    _reload(record, by=None)
    letters.tell_returned(record, by, comment)


@transaction.atomic
def publish(record, by, at=None, note=""):
    """Make a record public at ``at`` (now), or what its working copy says at once. Returns the public record.

    Raises Refused where reviews are missing, or where somebody else has done it meanwhile.
    """
    _check_clock(record)
    _check_words(record)
    if record.reviews_passed < record.reviews_needed and record.status != Status.WITHDRAWN:
        raise Refused(_("It needs %d reviews before it is published.") % record.reviews_needed)
    note = note or _note_of(record)
    if record.working_copy_of_id:
        return _replace(record, by, note, at=at)
    waiting = _rows(record).filter(status__in=[Status.DRAFT, Status.IN_REVIEW, Status.WITHDRAWN])
    taken = waiting.filter(reviews_passed=record.reviews_passed).update(
        status=Status.PUBLISHED,
        published_at=at or timezone.now(),
        reviews_passed=0,
        withdrawal_reason="",
        withdrawn_at=None,
    )
    if not taken:
        raise Refused(_("It was public already."))
    _reload(record, by)
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
    _check_words(copy)
    lock(copy.original)
    before, after = snapshots.take(copy.original), snapshots.take(copy)
    characters = changed_characters(before, after)
    if characters is None or characters > A_SLIP:
        said = _("A minor change is one of the text, of at most %d characters. Submit this for review.")
        raise Refused(said % A_SLIP)
    return _replace(copy, by, note, minor=True)


@transaction.atomic
def withdraw(record, by, reason, replacement_url="", note=""):
    """Take a public record back, with the reason that its page gives; ``note`` tells the office of an emergency.

    What is only scheduled was never public: withdrawn, it would come out at its hour, as a record that was.
    """
    taken = _rows(record).filter(status=Status.PUBLISHED, published_at__lte=timezone.now(), working_copy_of=None)
    if not taken.update(
        status=Status.WITHDRAWN,
        withdrawn_at=timezone.now(),
        withdrawal_reason=reason,
        replacement_url=replacement_url,
    ):
        raise Refused(_("It is not public."))
    _reload(record, by)
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
    if not Revision.objects.of(record).exists():
        revise(record, None, note=_("As it was found"))
    return copying.working_copy(record, by)


@transaction.atomic
def discard(copy):
    """Throw a working copy away. What was saved of it stays among the revisions."""
    if not copy.working_copy_of_id or not _rows(copy).filter(status=Status.DRAFT).exists():
        raise Refused(_("It is no draft any more. Take it back first."))
    copy.delete()


# What the steps have in common ---------------------------------------------------------------------------------------


def _rows(record):
    return type(record)._base_manager.filter(pk=record.pk)


def lock(record):
    """Others who change this record wait until the transaction is over; on SQLite there is one writer at a time.

    ``record`` is then what they left: it was read before they were done, and will be saved whole.
    """
    if connection.features.has_select_for_update:
        list(_rows(record).select_for_update().values_list("pk"))
    record.refresh_from_db()


def _move(record, by, before, after, refusal):
    """From one status to the next, where it is in the first: a conditional update, of which one can succeed."""
    if not _rows(record).filter(status=before).update(status=after, updated_at=timezone.now()):
        raise Refused(refusal)
    _reload(record, by)


def _reload(record, by):
    record.refresh_from_db()
    if by:
        record.updated_by = by
    record.save(update_fields=["updated_by", "updated_at"])


def _check_reviewer(record, by, level):
    standing = Round(record)
    if record.status != Status.IN_REVIEW or standing.submitted is None:
        raise Refused(_("It is not in review any more. Look at it again."))
    if level != standing.next_level or standing.is_complete:
        raise Refused(_("This review has been given already."))
    if not standing.is_stranger(by):
        raise Refused(_("Author and reviewers are different people, and each level is another person's."))


def _write_review(record, by, level, decision, comment):
    submitted = Round(record).submitted
    if submitted is None:
        raise Refused(_("It is not in review any more. Look at it again."))
    Review.objects.create(revision=submitted, level=level, decision=decision, reviewer=by, comment=comment.strip())


def _check_clock(record):
    if record.offline_at and record.offline_at <= timezone.now():
        raise Refused(_("Its time to go offline has passed. Change that first."))


def _check_words(record):
    if found := forbidden_in(record):
        raise Refused(" ".join(told(found)))


def _note_of(record):
    """What the author said of this version when it was saved or submitted last."""
    revisions = Revision.objects.of(record)
    public = revisions.filter(step__in=[RevisionStep.PUBLISHED, RevisionStep.WITHDRAWN]).last()
    said = Revision.objects.since(record, public.number if public else 0).exclude(note="").exclude(made_by=None).last()
    return said.note if said else ""


def _replace(copy, by, note, minor=False, at=None):
    """What is live becomes what the copy says: rows change their owner, fields are copied, the copy goes.

    A withdrawn record is public again ``at`` this moment (now); what is live keeps the one of its first publication.
    """
    record = copy.working_copy_of
    lock(record)
    if not _rows(copy).filter(status=copy.status, reviews_passed=copy.reviews_passed).exists():
        raise Refused(_("This working copy was published, sent back or thrown away meanwhile."))
    again = record.status == Status.WITHDRAWN
    copying.take_over(record, copy)
    if again:
        record.status, record.published_at = Status.PUBLISHED, at or timezone.now()
        record.withdrawn_at, record.withdrawal_reason, record.replacement_url = None, "", ""
    record.updated_by = by
    try:
        record.validate_constraints()
    except ValidationError as error:  # an address that somebody else was given meanwhile
        raise Refused(" ".join(error.messages)) from error
    record.save()
    revise(record, by, RevisionStep.PUBLISHED, note, minor)
    if by and not minor:
        corrections.publish_drafts_of(record, by)
    letters.tell_published(record, by)
    _tell(record)
    return record


def _tell(record):
    changed_in_public.send(sender=type(record), record=record)
