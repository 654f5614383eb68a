"""What a permission allows, in the language in use: Django keeps the names of permissions in English."""

from django.utils.translation import gettext_lazy as _

__all__ = ["VERBS", "permission_label"]

#: By the beginning of a permission's code, in the order of work.
VERBS = {
    "view": _("view"),
    "add": _("add"),
    "change": _("change"),
    "delete": _("delete"),
    "review": _("review"),
    "publish": _("publish"),
}


def permission_label(permission):
    """A permission in the language in use: 文章 | 文章 · 修改."""
    verb = permission.codename.partition("_")[0]
    return f"{permission.content_type} · {VERBS.get(verb, permission.name)}"
