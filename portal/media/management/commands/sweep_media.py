from django.core.management.base import BaseCommand

from portal.media.sweeping import sweep


class Command(BaseCommand):
    help = "Removes stored files that neither a picture, a document nor the recycle bin names any more."

    def handle(self, **options):
        swept = sweep()
        self.stdout.write(f"{len(swept)} files removed")
