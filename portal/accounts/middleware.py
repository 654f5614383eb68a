from urllib.parse import urlencode

from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from .second_factor import is_admitted

__all__ = ["admin_language", "second_factor"]


def second_factor(get_response):
    """The gate of the second factor: a session that has not given it counts as anonymous, in every view.

    ``request.claimant`` is the user whose password was right, for the pages that ask for the code.
    """
    login, logout, enter = (reverse(name) for name in ("admin:login", "admin:logout", "second_factor_enter"))

    def counted(request):
        user = get_user(request)
        return user if user.is_anonymous or is_admitted(user, request.session) else AnonymousUser()

    def middleware(request):
        request.claimant = request.user
        if request.path != logout:  # who came halfway may leave
            request.user = SimpleLazyObject(lambda: counted(request))
        if request.path == login and request.claimant.is_authenticated and request.user.is_anonymous:
            return HttpResponseRedirect(f"{enter}?{urlencode({'next': request.GET.get('next', '')})}")
        return get_response(request)

    return middleware


def admin_language(get_response):
    """Speak the user's own language in the admin; public pages never vary by who reads them."""
    admin_root = reverse("admin:index")

    def middleware(request):
        if request.path.startswith(admin_root) and request.claimant.is_authenticated:
            with translation.override(request.claimant.language):
                response = get_response(request)
                if hasattr(response, "render"):  # a TemplateResponse is rendered later, outside this block
                    response.render()
                return response
        return get_response(request)

    return middleware
