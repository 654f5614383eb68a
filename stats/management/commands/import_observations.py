import json
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from stats.importing import import_observations

#: Back to the first column of the terminal, and nothing behind it.
CLEAR_LINE = "\r\x1b[K"


class Command(BaseCommand):
    help = "Takes the figures of a table (.csv, .xls, .xlsx, .ods) into a release: the whole file or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--released", metavar="DATE", default="", help="the day of publication: 2026-03-31")
        parser.add_argument("--source", metavar="NAME", default="", help="the organization that published it")
        parser.add_argument("--region", metavar="CODE", default="", help="the region of all figures: 500000")
        parser.add_argument("--indicator", metavar="SLUG", default="", help="the indicator of all figures: gdp")
        parser.add_argument("--period", metavar="PERIOD", default="", help="of tables that say none: 2024, 2024-Q1")
        parser.add_argument("--by", metavar="LOGIN", help="whose figures these are: they go into a draft, for review")
        parser.add_argument("--mapping", metavar="FILE.json", type=Path, help="what columns and names mean")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, file, by, mapping, dry_run, **options):
        user = get_user_model().objects.filter(username=by).first() if by else None
        if by and not user:
            raise CommandError(_("There is no login “%s”.") % by)
        told = {name: options[name] for name in ("released", "source", "region", "indicator", "period")}
        watched = self._tell_progress if self.stderr.isatty() else None
        report = import_observations(file, by=user, mapping=mapping, dry_run=dry_run, progress=watched, **told)
        if watched:
            self.stderr.write(CLEAR_LINE, ending="")
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
        else:
            for line in report.lines():
                self.stdout.write(line)
        if report.rejected:
            raise CommandError(_("Nothing was written: some of it cannot be taken."), returncode=1)

    def _tell_progress(self, progress):
        """One line that is written over and over, for who watches."""
        count = f" {progress.done}/{progress.total}" if progress.total else ""
        self.stderr.write(f"{CLEAR_LINE}{progress.step}…{count}", ending="", style_func=str)
        self.stderr.flush()
