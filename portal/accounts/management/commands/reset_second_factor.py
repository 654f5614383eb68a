from django.core.management.base import BaseCommand, CommandError

from portal.accounts import second_factor
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Takes app and backup codes from a user who lost both, and ends the sessions: for when no administrator can."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, username, **options):
        users = User.objects.filter(username=username)
        if not users:
            raise CommandError(f"There is no user {username}.")
        removed = second_factor.remove(users[0])
        users.end_sessions()
        self.stdout.write(f"{username}: {'the second factor is removed' if removed else 'there was none'}")
