"""Nobody takes a release further while somebody changes what is in it."""

from django.db import connection

from portal.publishing import life


class LocksRelease:
    """For the admin of what belongs to a release: whoever is about to change it has that for themselves until then."""

    def get_object(self, request, object_id, from_field=None):
        one = super().get_object(request, object_id, from_field)
        if one and request.method == "POST" and connection.in_atomic_block:
            try:
                life.lock(one.release)
            except life.Refused:
                return None
            one = super().get_object(request, object_id, from_field)
        return one
