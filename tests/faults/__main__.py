"""``python -m tests.faults``: on SQLite and on PostgreSQL. Prints a table; fails where a reader saw a mixture."""

import argparse
import logging
import os
import random
import subprocess
import sys
import tempfile
import warnings

DATABASES = ("SQLite", "PostgreSQL")
LINE = "{:<11} {:<48} {:>5} {:>5} {:>5} {:>5} {:>5}"


def main():
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, action="append", help="both, unless one is named")
    parser.add_argument("--kills", type=int, default=100, help="at moments of publications of one record: %(default)s")
    parser.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        sys.exit(bool(run(options.database[0], options.kills)))
    print(LINE.format("database", "what was published; how it was killed", "kills", "old", "new", "mixed", "s"))
    # Settings are read once in a process.
    each = [sys.executable, "-u", "-m", "tests.faults", "--run", "--kills", str(options.kills), "--database"]
    failed = [name for name in options.database or DATABASES if subprocess.run([*each, name]).returncode]
    sys.exit(bool(failed))


def run(database, kills):
    """On a database of its own, made for this and thrown away. Returns the number of mixtures."""
    with tempfile.TemporaryDirectory(prefix="portal-faults-", ignore_cleanup_errors=True) as folder:
        os.environ |= {"PORTAL_DEBUG": "1", "PORTAL_DATA_DIR": folder, "PORTAL_EMAIL_URL": "dummymail://"}
        os.environ.pop("PORTAL_DATABASE_URL", None)
        if database == "PostgreSQL":
            from tests.databases import start_postgresql  # noqa: PLC0415 (only this run needs it)

            warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
            os.environ["PORTAL_DATABASE_URL"] = start_postgresql(f"{folder}/postgresql")
        import django  # noqa: PLC0415 (reads the settings)
        from django.core.management import call_command  # noqa: PLC0415

        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        django.setup()
        logging.disable()  # a page that is not there yet is asked for on purpose
        call_command("migrate", verbosity=0)
        return _kill(database, kills)


def _kill(database, kills):
    from .imports import kill_imports  # noqa: PLC0415 (imports models)
    from .killing import kill_at_moments, kill_from_outside  # noqa: PLC0415 (imports models)
    from .office import AgreementDesk, ArticleDesk, BundleDesk, Office  # noqa: PLC0415
    from .server import Server  # noqa: PLC0415

    office, server, chance = Office(), Server(), random.Random(database)
    desks = [AgreementDesk(office), ArticleDesk(office), BundleDesk(office)]

    def tallies():
        for desk in desks:
            yield kill_at_moments(server, desk, kills // 5 if isinstance(desk, BundleDesk) else kills // 2)
            yield kill_from_outside(server, desk, kills // 10, chance)
        yield from kill_imports(server, kills // 2, kills // 10, chance)

    server.start()
    try:
        return sum(_tell(database, tally) for tally in tallies())
    finally:
        server.stop()


def _tell(database, tally):
    """Print the line of a tally; returns the number of mixtures."""
    counts = (tally.kills, tally.old, tally.new, len(tally.mixed), round(tally.seconds))
    print(LINE.format(database, tally.name, *counts))
    for one in tally.mixed:
        print(f"  {one}"[:500])
    return len(tally.mixed)


if __name__ == "__main__":
    main()
