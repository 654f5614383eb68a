"""A login that was tried with wrong passwords is locked for a while: that login alone, whoever tries from wherever.

django-axes counts; here is asked what it counted. It keeps one row for each address and browser.
"""

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.utils import timezone

__all__ = ["failures_of", "locked_page", "locked_until", "unlock"]


def _counted(username):
    """The rows that count against ``username`` (a text or an expression) now."""
    return AccessAttempt.objects.filter(
        username=username, attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME
    )


def failures_of(username):
    """How many failures count against ``username`` now, as a subquery; ``username`` is an OuterRef."""
    per_name = _counted(username).order_by().values("username")
    return Coalesce(Subquery(per_name.annotate(total=Sum("failures_since_start")).values("total")), 0)


def locked_until(username):
    """The moment from which ``username`` may be tried again; None where it may be tried now.

    Nobody is told whether there is such a user: a name that nobody has is counted alike.
    """
    counted = 0
    for attempt in _counted(username).order_by("-attempt_time"):
        counted += attempt.failures_since_start
        if counted >= settings.AXES_FAILURE_LIMIT:  # when this one is too old, the newer ones are too few
            return attempt.attempt_time + settings.AXES_COOLOFF_TIME
    return None


def unlock(username):
    """Forget what was counted against ``username``; whether there was anything."""
    return AccessAttempt.objects.filter(username=username).delete()[0] > 0


def locked_page(request, response=None, credentials=None):
    """What is answered instead of ``response`` to who tries a locked login (AXES_LOCKOUT_CALLABLE)."""
    username = (credentials or {}).get("username") or ""
    context = admin.site.each_context(request) | {"username": username, "until": locked_until(username)}
    return render(request, "accounts/locked.html", context, status=429)
