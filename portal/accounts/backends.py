from django.contrib.auth.backends import ModelBackend

from .models import User

__all__ = ["MemberBackend"]


class MemberBackend(ModelBackend):
    """Loads the user of a session together with what is asked of them beside the password, in one query."""

    def get_user(self, user_id):
        user = User.objects.with_second_factor().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
