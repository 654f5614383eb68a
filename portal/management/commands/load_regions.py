import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import demo
from portal.vocabulary.importing import import_regions


class Command(BaseCommand):
    help = "Loads administrative divisions, their history and groups of regions from a folder of CSV files."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=Path(demo.__file__).parent / "regions")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, folder, dry_run, **options):
        report = import_regions(folder, dry_run=dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
        else:
            counts = "new: {new}, revised: {revised}, same: {same}, written: {written}"
            self.stdout.write(counts.format(**report.as_dict()))
            for item in report.rejected:
                self.stdout.write("{file}:{row} {column}: {reason}".format(**item))
        if report.rejected:
            raise CommandError(_("Nothing was written: some rows cannot be taken."), returncode=1)
