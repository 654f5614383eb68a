"""Who may do what, as it is in the database: what roles allow, whom columns name, who has which role."""

from collections import defaultdict

from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import Count
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.verbs import VERBS
from portal.vocabulary.models import Column, ColumnQuerySet

__all__ = ["rights_page"]

#: The roles in which a column may name groups, with their words.
ROLES = [(name, Column._meta.get_field(name).verbose_name) for name in ColumnQuerySet.ROLES]


def rights_page(request, site):
    """The view at ``/admin/rights/``: for everybody at the desk; people are told to those who may see users."""
    groups = list(Group.objects.order_by("pk"))
    context = {
        **site.each_context(request),
        "title": _("Who may do what"),
        "groups": groups,
        "sections": _sections(site, groups),
        "columns": _columns(),
        "people": _people() if request.user.has_perm("accounts.view_user") else None,
    }
    return TemplateResponse(request, "admin/publishing/rights.html", context)


# Roles ---------------------------------------------------------------------------------------------------------------


def _sections(site, groups):
    """(name, [(kind, [(group, verbs)])]) in the order of the start page: what has a desk, or what a role allows."""
    held = _held()
    sections = []
    for name, labels in site.sections():
        models = [model for label in labels for model in apps.get_app_config(label).get_models()]
        # First what has a desk, then the rows that go with it.
        models.sort(key=lambda model: (labels.index(model._meta.app_label), not site.is_registered(model)))
        kinds = [_kind(model, groups, held[_key(model)]) for model in models if _is_guarded(model, site, held)]
        if kinds:
            sections.append((name, kinds))
    return sections


def _is_guarded(model, site, held):
    """Whether roles say who may do what with it; some kinds have no permissions of their own."""
    return _key(model) in held or (site.is_registered(model) and bool(model._meta.default_permissions))


def _kind(model, groups, roles):
    return str(capfirst(model._meta.verbose_name)), [(group, roles.get(group.pk, [])) for group in groups]


def _key(model):
    return model._meta.app_label, model._meta.model_name


def _held():
    """Kind → group → the words for what it may do with that kind, in the order of VERBS."""
    rows = Group.permissions.through.objects.values_list(
        "permission__content_type__app_label",
        "permission__content_type__model",
        "permission__codename",
        "permission__name",
        "group",
    )
    found = defaultdict(lambda: defaultdict(dict))
    for app, model, code, name, group in rows:
        verb = code.removesuffix(f"_{model}")
        found[app, model][group][verb] = str(VERBS.get(verb, name))
    order = list(VERBS)
    for roles in found.values():
        for group, verbs in roles.items():
            known = [verb for verb in order if verb in verbs]
            roles[group] = [verbs[verb] for verb in [*known, *sorted(verbs.keys() - set(known))]]
    return found


# Columns -------------------------------------------------------------------------------------------------------------


def _columns():
    """The tree of columns, each with the groups that it names, or those of the nearest above it that names any."""
    below = defaultdict(list)
    for column in Column.objects.prefetch_related(*ColumnQuerySet.ROLES):
        below[column.parent_id].append(column)
    return list(_branch(below, None, []))


def _branch(below, parent, above):
    for column in below[parent]:
        line = [column, *above]
        holder = next((one for one in line if _names_any(one)), None)
        yield {
            "column": column,
            "depth": len(above),
            "holder": holder,
            "roles": [(role, list(getattr(holder, name).all()) if holder else []) for name, role in ROLES],
        }
        yield from _branch(below, column.pk, line)


def _names_any(column):
    return any(getattr(column, name).all() for name, _role in ROLES)


# People --------------------------------------------------------------------------------------------------------------


def _people():
    """Who may log in at the desk, with their roles, their second factor, and what was given beside the roles."""
    staff = User.objects.filter(is_active=True, is_staff=True).with_second_factor().order_by("username")
    return staff.prefetch_related("groups").annotate(own_rights=Count("user_permissions"))
