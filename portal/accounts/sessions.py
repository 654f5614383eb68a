"""Sessions that end: SESSION_COOKIE_AGE after the last request, and SESSION_LONGEST after the login whatever happens.

The engine of SESSION_ENGINE. Django's own expiry is the first rule, for each request of a member renews it.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

__all__ = ["SessionStore"]

BEGUN = "begun"
#: A session is renewed, and written, at most once in so long.
RENEWED = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    def load(self):
        row = self._get_session_from_db()
        data = self.decode(row.session_data) if row else {}
        now = timezone.now()
        if BEGUN in data and now.timestamp() - data[BEGUN] >= settings.SESSION_LONGEST.total_seconds():
            self._session_key = None
            return {}
        if BEGUN in data and row.expire_date - now < timedelta(seconds=self.get_session_cookie_age()) - RENEWED:
            self.modified = True
        return data

    def save(self, must_create=False):
        data = self._get_session(no_load=must_create)
        if SESSION_KEY in data:
            data.setdefault(BEGUN, int(timezone.now().timestamp()))
        super().save(must_create)
