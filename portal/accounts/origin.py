"""Where a request came from."""

from ipaddress import ip_address

from django.conf import settings

__all__ = ["address_of"]


def address_of(request):
    """The address of who sent ``request``, as text; None where none was told.

    Each of our own proxies (PORTAL_PROXIES) writes at the end of X-Forwarded-For whom it heard; what stands before that
    anybody may have written.
    """
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    heard = [*told, request.META.get("REMOTE_ADDR", "")]
    try:
        address = ip_address(heard[-1 - min(settings.TRUSTED_PROXIES, len(told))])
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
