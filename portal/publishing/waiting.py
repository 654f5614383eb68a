"""Records for which somebody is waited: the same rules as ``steps``, asked of many records at once."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest

from .models import Status
from .reviews import Decision, Review
from .revisions import Revision, RevisionStep
from .rights import columns_allowing

__all__ = ["sent_back", "to_publish", "to_review"]


def to_review(records, user):
    """Those of ``records`` whose next review ``user`` may give: of others' writing, and not reviewed by them before."""
    lacking = _in_review(records, user, "review", "reviewers").filter(reviews_passed__lt=F("needed"))
    wrote = _revisions(records.model).filter(made_by=user, made_at__gte=OuterRef("created_at"))
    return lacking.exclude(created_by=user).exclude(Exists(wrote)).exclude(_reviewed(records.model, reviewer=user))


def to_publish(records, user):
    """Those of ``records`` that have passed their reviews and that ``user`` may publish."""
    return _in_review(records, user, "publish", "publishers").filter(reviews_passed__gte=F("needed"))


def sent_back(records, user):
    """Drafts of ``user`` that came back from their review with a comment."""
    returned = _reviewed(records.model, decision=Decision.RETURNED)
    return records.filter(returned, status=Status.DRAFT, created_by=user)


def _in_review(records, user, verb, role):
    options = records.model._meta
    if not (user.is_staff and user.has_perm(f"{options.app_label}.{verb}_{options.model_name}")):
        records = records.none()
    columns = columns_allowing(user, role)
    allowed = [Q(**{f"{key}column": None}) | Q(**{f"{key}column__in": columns}) for key in ("", "working_copy_of__")]
    levels = [Coalesce(F(f"{key}column__review_levels"), 0) for key in ("", "working_copy_of__")]
    return records.filter(*allowed, status=Status.IN_REVIEW).alias(needed=Greatest(*levels))


def _revisions(model):
    """Revisions of the record that the outer query is about; a working copy's are its original's."""
    record = Coalesce(OuterRef("working_copy_of_id"), OuterRef("pk"))
    return Revision.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id=record)


def _reviewed(model, **condition):
    """Whether the outer record has such a review in the round that was begun last."""
    later = Revision.objects.filter(
        content_type=OuterRef("revision__content_type"),
        object_id=OuterRef("revision__object_id"),
        number__gt=OuterRef("revision__number"),
        step=RevisionStep.SUBMITTED,
    )
    record = Coalesce(OuterRef("working_copy_of_id"), OuterRef("pk"))
    kind = ContentType.objects.get_for_model(model)
    reviews = Review.objects.filter(revision__content_type=kind, revision__object_id=record, **condition)
    of_this_version = reviews.filter(revision__made_at__gte=OuterRef("created_at"))
    return Exists(of_this_version.exclude(Exists(later)))
