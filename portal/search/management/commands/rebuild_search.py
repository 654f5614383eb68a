from django.core.management.base import BaseCommand

from portal.search.refreshing import rebuild


class Command(BaseCommand):
    help = "Writes the search index anew while the portal serves."

    def handle(self, *args, verbosity=1, **options):
        def progress(kind, done, total):
            if verbosity > 0:
                self.stdout.write(f"{kind}: {done} of {total}")

        counts = rebuild(progress)
        if verbosity > 0:
            self.stdout.write("Search index rebuilt: " + ", ".join(f"{kind} {count}" for kind, count in counts.items()))
