from django.core.management.base import BaseCommand

from portal.roles import make_roles


class Command(BaseCommand):
    help = "Makes the roles of the office, with exactly their permissions; a second run changes nothing."

    def handle(self, **options):
        for name, group in make_roles().items():
            self.stdout.write(f"{name}  {group.permissions.count()}")
