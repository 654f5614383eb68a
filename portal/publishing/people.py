"""Who may take a step with a record: the rules of ``rights``, asked of all people at once."""

from types import SimpleNamespace

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q

from portal.vocabulary.models import Column

__all__ = ["publishers_of", "reviewers_of"]

#: Stands for each person in turn where a question about one user is asked: from the query of groups up through those
#: of the groups that a column names, of the column that holds and of columns to that of people.
EACH = SimpleNamespace(
    is_superuser=False, groups=Group.objects.filter(user=OuterRef(OuterRef(OuterRef(OuterRef("pk")))))
)


def reviewers_of(record):
    """Users of whom ``rights.may_review`` is true."""
    return _who_may(record, "review", "reviewers")


def publishers_of(record):
    """Users of whom ``rights.may_publish`` is true."""
    return _who_may(record, "publish", "publishers")


def _who_may(record, verb, role):
    options = record._meta
    right = f"{options.app_label}.{verb}_{options.model_name}"
    people = get_user_model().objects.with_perm(right, backend="portal.accounts.backends.MemberBackend")
    for column in {one.column_id for one in (record, record.original) if one.column_id}:
        allowing = Column.objects.allowing(EACH, role).filter(pk=column)
        people = people.filter(Q(is_superuser=True) | Exists(allowing))
    return people.filter(is_staff=True)
