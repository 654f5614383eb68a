"""What is settled before any view sees a request, and what every answer carries."""

from csp.constants import NONCE
from django.core.exceptions import BadRequest
from django.urls import reverse

#: What SecurityMiddleware has no setting for; a constant needs no package. A view may say otherwise.
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
#: The editor's import map is an inline script; it and the second factor make pictures in the page.
ADMIN_POLICY = {"script-src": [NONCE], "img-src": ["data:", "blob:"]}


def headers(get_response):
    """Complete the headers of every answer; widen the content security policy in the admin alone."""
    admin_root, logout = reverse("admin:index"), reverse("admin:logout")

    def middleware(request):
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith(admin_root):
            response._csp_update = ADMIN_POLICY
        if request.path == logout and request.method == "POST" and response.status_code < 400:
            # What the browser kept of unsaved work stays on no shared machine.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def utf8_only(get_response):
    """Refuse with 400 a request that says it is written otherwise than in UTF-8, as all our pages and forms are.

    Django would read its parameters by the codec that it names; some of Python's make text that no database takes.
    """

    def middleware(request):
        if request.content_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise BadRequest("Write the request in UTF-8.")
        return get_response(request)

    return middleware
