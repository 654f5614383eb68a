"""The roles of the office as permission groups; what a column allows in addition is set on the column.

They are made anew after every migration: what is written here holds, and who needs more makes a role beside them.
"""

from contextlib import suppress

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, transaction

__all__ = ["ROLES", "make_roles", "make_roles_after_migration"]

ARTICLES = ["articles.article", "articles.citation"]
AGREEMENTS = [
    "agreements.agreement", "agreements.party", "agreements.amount", "agreements.milestone",
    "agreements.agreementdocument", "agreements.agreementrelation",
]  # fmt: skip
INDICATORS, FIGURES = ["stats.indicator", "stats.release"], ["stats.series", "stats.observation"]
#: What sources announce; it is cancelled, never deleted.
CALENDAR = ["stats.announcement"]
#: What figures must be to one another, and what was found of those that are not; it is decided, never written.
RULES, FINDINGS = ["stats.rule"], ["stats.finding"]
PAGES = ["pages.page"]
#: What is reviewed and published.
PUBLISHED = ["articles.article", "agreements.agreement", *INDICATORS, *PAGES]
FILES = ["media.image", "media.document"]
CONTENT = [*ARTICLES, *AGREEMENTS, *INDICATORS, *FIGURES, *PAGES, *FILES]
BUNDLES, WORDS, BIN = ["publishing.bundle"], ["publishing.word"], ["publishing.trashedrecord"]
NAMES = ["vocabulary.organization", "vocabulary.topic"]
REGIONS = ["vocabulary.region", "vocabulary.succession", "vocabulary.groupmember"]
UNITS_AND_COLUMNS = ["vocabulary.unit", "vocabulary.column"]
SITE = ["pages.menuitem", "pages.imprint", "pages.hotline", "pages.responsibility", "pages.licence"]
LETTERS = ["pages.feedback"]
PEOPLE = ["accounts.user"]
#: What everybody at the desk looks at.
AROUND = [
    *CALENDAR,
    *RULES,
    *FINDINGS,
    *NAMES,
    "vocabulary.region",
    *UNITS_AND_COLUMNS,
    *BUNDLES,
    *WORDS,
    *BIN,
    *LETTERS,
    *PEOPLE,
]

WRITE = ["view", "add", "change", "delete"]

#: Role → kinds → what it may do with them. A role has what is written here and nothing else.
ROLES = {
    "编辑": [
        ([*CONTENT, *AROUND], ["view"]),
        ([*ARTICLES, *AGREEMENTS, *FILES], WRITE),
        ([*NAMES, *BUNDLES], ["add", "change"]),
        (LETTERS, ["change"]),
    ],
    "审核": [
        ([*CONTENT, *AROUND], ["view"]),
        (PUBLISHED, ["review"]),
    ],
    # Mends what is written, adds nothing.
    "发布": [
        ([*CONTENT, *AROUND], ["view"]),
        ([*ARTICLES, *AGREEMENTS, *INDICATORS, *PAGES, *FILES, *FINDINGS, *LETTERS], ["change"]),
        (PUBLISHED, ["publish"]),
        (BUNDLES, WRITE),
    ],
    "统计": [
        ([*CONTENT, *AROUND], ["view"]),
        ([*INDICATORS, *FIGURES, *RULES, "media.document"], WRITE),
        (FINDINGS, ["change"]),
        (CALENDAR, ["add", "change"]),
        # Who published a figure.
        (["vocabulary.organization"], ["add", "change"]),
    ],
    "管理员": [
        ([*CONTENT, *AROUND], ["view"]),
        ([*CONTENT, *RULES, *NAMES, *REGIONS, *UNITS_AND_COLUMNS, *SITE, *BUNDLES, *WORDS, "auth.group"], WRITE),
        (PUBLISHED, ["review", "publish"]),
        (LETTERS, ["change", "delete"]),
        ([*CALENDAR, *PEOPLE], ["add", "change"]),
        (FINDINGS, ["change"]),
        (["admin.logentry"], ["view"]),
    ],
}


def make_roles(using=DEFAULT_DB_ALIAS):
    """Make the groups of ROLES with exactly their permissions; a second time changes nothing. Returns them by name.

    Raises LookupError where the database does not know one of the permissions yet.
    """
    known = {
        (app, model, code.removesuffix(f"_{model}")): pk
        for pk, app, model, code in Permission.objects.using(using).values_list(
            "pk", "content_type__app_label", "content_type__model", "codename"
        )
    }
    rights = {
        role: {known[(*kind.split("."), verb)] for kinds, verbs in grants for kind in kinds for verb in verbs}
        for role, grants in ROLES.items()
    }
    with transaction.atomic(using):
        groups = _groups(using)
        _give(using, {(groups[role].pk, right) for role, some in rights.items() for right in some})
    return groups


def _groups(using):
    rows = Group.objects.using(using)
    rows.bulk_create([Group(name=role) for role in ROLES], ignore_conflicts=True)
    found = {group.name: group for group in rows.filter(name__in=ROLES)}
    return {role: found[role] for role in ROLES}


def _give(using, wanted):
    """Make ``wanted``, pairs of group and permission, all that these groups have."""
    rows = Group.permissions.through.objects.using(using)
    of_roles = rows.filter(group__name__in=ROLES)
    held = {(group, right): pk for pk, group, right in of_roles.values_list("pk", "group", "permission")}
    if surplus := [pk for pair, pk in held.items() if pair not in wanted]:
        rows.filter(pk__in=surplus).delete()
    rows.bulk_create(rows.model(group_id=group, permission_id=right) for group, right in wanted - held.keys())


def make_roles_after_migration(using, apps=apps, **kwargs):
    """For ``post_migrate`` of the last app: permissions are made app by app, its own perhaps after this."""
    create_permissions(using=using, apps=apps, **kwargs)
    with suppress(LookupError):  # migrated halfway: the roles come with the rest
        apps.get_model("auth", "Group")
        make_roles(using)
