"""The roles of the office as permission groups; what a column allows in addition is set on the column."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

__all__ = ["ROLES", "make_roles"]

CONTENT = [
    "articles.article", "articles.citation",
    "agreements.agreement", "agreements.party", "agreements.amount", "agreements.milestone",
    "agreements.agreementdocument", "agreements.agreementrelation",
    "stats.indicator", "stats.series", "stats.release", "stats.observation",
    "media.image", "media.document", "publishing.bundle",
]  # fmt: skip
NAMES = ["vocabulary.organization", "vocabulary.topic"]
STRUCTURE = [
    "vocabulary.region", "vocabulary.succession", "vocabulary.groupmember", "vocabulary.unit", "vocabulary.column",
    "pages.page", "pages.menuitem", "pages.imprint", "pages.hotline", "pages.responsibility", "pages.licence",
]  # fmt: skip
READ = [
    "vocabulary.region",
    "vocabulary.unit",
    "vocabulary.column",
    "pages.page",
    "accounts.user",
    "publishing.trashedrecord",
]

LETTERS = ["pages.feedback"]

EVERYTHING = ["view", "add", "change", "delete"]

#: Role → kinds → what it may do with them. A role has what is written here and nothing else.
ROLES = {
    "编辑": [
        (CONTENT, EVERYTHING),
        (NAMES, ["view", "add", "change"]),
        (LETTERS, ["view", "change"]),
        (READ, ["view"]),
    ],
    "审核": [(CONTENT, ["view", "change"]), (NAMES, ["view"]), (LETTERS, ["view"]), (READ, ["view"])],
    "管理员": [
        (CONTENT, EVERYTHING),
        (NAMES, EVERYTHING),
        (STRUCTURE, EVERYTHING),
        (LETTERS, ["view", "change", "delete"]),
        (["publishing.trashedrecord"], ["view"]),
        (["accounts.user"], ["view", "add", "change"]),
        (["auth.group"], EVERYTHING),
    ],
}


@transaction.atomic
def make_roles():
    """Make the groups of ROLES with exactly their permissions; a second time changes nothing. Returns them by name."""
    known = {
        (app, model, code.removesuffix(f"_{model}")): pk
        for pk, app, model, code in Permission.objects.values_list(
            "pk", "content_type__app_label", "content_type__model", "codename"
        )
    }
    groups = {}
    for role, grants in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        group.permissions.set(
            known[(*kind.split("."), verb)] for kinds, verbs in grants for kind in kinds for verb in verbs
        )
        groups[role] = group
    return groups
