"""How the desk writes when something was done, and by whom."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

__all__ = ["moment", "when_and_who"]


def moment(at):
    """Day and time, each of which stays on one line; None where there is none."""
    if at is None:
        return None
    day, time = date_format(timezone.localtime(at), "Y-m-d H:i").split()
    return format_html('<span class="moment"><span>{}</span> <span>{}</span></span>', day, time)


def when_and_who(at, user):
    return format_html("{} · {}", moment(at), user) if user else moment(at)
