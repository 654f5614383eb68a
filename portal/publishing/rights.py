"""Who may do what with a record: a permission of the role, and the column's own list where it has one."""

from portal.vocabulary.models import Column

__all__ = ["columns_allowing", "columns_open_to", "may_edit", "may_publish", "may_review"]


def may_edit(user, record):
    """Whether ``user`` may write this record, or a version of it."""
    return _may(user, record, "change", "editors")


def may_review(user, record):
    """Whether ``user`` may review records of this kind and column; of this very record says ``reviews.Round``."""
    return _may(user, record, "review", "reviewers")


def may_publish(user, record):
    """Whether ``user`` may publish and withdraw this record."""
    return _may(user, record, "publish", "publishers")


def _may(user, record, verb, role):
    """A version that changes the column needs the right in both."""
    options = record._meta
    if not (user.is_active and user.is_staff and user.has_perm(f"{options.app_label}.{verb}_{options.model_name}")):
        return False
    columns = {one.column_id for one in (record, record.original) if one.column_id}
    if not columns or user.is_superuser:
        return True
    return columns <= columns_allowing(user, role)


def columns_open_to(user):
    """Primary keys of the columns whose unpublished records ``user`` may see."""
    return _asked_once(user, "open", Column.objects.open_to, user)


def columns_allowing(user, role):
    """Primary keys of the columns in which ``user`` may act as ``role``."""
    return _asked_once(user, role, Column.objects.allowing, user, role)


def _asked_once(user, name, ask, *about):
    """Asked once for a user, who lives as long as a request, as Django keeps what their roles allow: a list costs the
    same for any number of records, and none of its queries repeats the rules of all columns.
    """
    known = user.__dict__.setdefault("columns", {})
    if name not in known:
        known[name] = set(ask(*about).values_list("pk", flat=True))
    return known[name]
