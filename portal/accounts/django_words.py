"""What Django says and has not yet been given Chinese words for: collected here, translated beside our own strings.

Nothing imports this file; ``make messages`` reads it. Delete a line when Django's own catalogue has the string.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

ADMIN = [
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Error:"),
    _("Forgotten your login credentials?"),
    _("In case you’ve forgotten, you are:"),
]


def shortest_password(length):
    return ngettext(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        length,
    )
