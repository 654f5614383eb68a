"""What keeps floods and robots from the feedback form, without a third party and without keeping anybody's address."""

import logging
from ipaddress import ip_network

from django.core import signing
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from portal.accounts.origin import address_of

__all__ = ["PER_HOUR", "Stamp", "is_flood", "network_of"]

#: Messages that one network may send in an hour.
PER_HOUR = 5
HOUR = 3600
#: From where no reader comes: the proxy on the same machine, and what a wrong number of proxies makes nameless.
NOT_A_READER = {"127.0.0.1", "::/64", "unknown"}

logger = logging.getLogger(__name__)


def network_of(request):
    """Where ``request`` came from, as text: an IPv4 address, or the /64 that is one household's in IPv6.

    What is no address is one network for all.
    """
    address = address_of(request)
    if address is None:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if ":" in address else address


def is_flood(request):
    """Count one more message from the network of ``request``; whether it is beyond PER_HOUR.

    The cache alone holds the number, under a hash that only this portal can make, and forgets it after an hour.
    """
    network = network_of(request)
    key = f"pages.feedback.{salted_hmac('portal.pages.guarding', network).hexdigest()}"
    cache.add(key, 0, timeout=HOUR)
    try:
        flood = cache.incr(key) > PER_HOUR
    except ValueError:  # the hour ended between the two lines
        cache.set(key, 1, timeout=HOUR)
        return False
    if flood and network in NOT_A_READER:
        logger.warning("Feedback is refused to everybody who comes through %s. Is PORTAL_PROXIES set right?", network)
    return flood


class Stamp:
    """The signed moment at which a form was handed out. A robot sends at once, or one form for ever."""

    YOUNGEST = 3
    OLDEST = 24 * HOUR
    signer = signing.TimestampSigner(salt="portal.pages.feedback")

    @classmethod
    def new(cls):
        return cls.signer.sign("form")

    @classmethod
    def is_valid(cls, stamp):
        """Whether it is ours and of the last day."""
        try:
            cls.signer.unsign(stamp, max_age=cls.OLDEST)
        except signing.BadSignature:
            return False
        return True

    @classmethod
    def is_too_young(cls, stamp):
        """Whether nobody could have written anything since; ``stamp`` is a valid one."""
        try:
            cls.signer.unsign(stamp, max_age=cls.YOUNGEST)
        except signing.SignatureExpired:
            return False
        return True
