"""What a member has in the pocket: an authenticator app that was told a secret."""

import base64
import re
import time

from django.urls import reverse
from django_otp.oath import TOTP


class Phone:
    """An app with the secret of ``page`` (the HTML on which one enrols)."""

    def __init__(self, page):
        secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1]
        self.key = base64.b32decode(secret.replace(" ", ""))

    def code(self, later=0):
        """What the app shows now, or ``later`` times half a minute from now: the portal takes each once."""
        app = TOTP(self.key)
        app.time = time.time() + 30 * later
        return f"{app.token():06d}"


def enrol(client):
    """Enrol who is logged in at ``client``. Returns the phone and the backup codes; the phone's first code is used."""
    address = reverse("second_factor_enrol")
    phone = Phone(client.get(address).content.decode())
    page = client.post(address, {"code": phone.code()}).content.decode()
    return phone, re.findall(r"<code>(\d{4} \d{4} \d{4})</code>", page)
