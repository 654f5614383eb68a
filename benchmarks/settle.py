"""Where and how it is measured: a portal of its own, seconds of processor, a table."""

import contextlib
import os
import resource
import sys
import tempfile
import warnings
from typing import NamedTuple

__all__ = ["Line", "cpu", "portal", "same_portal", "show"]


class Line(NamedTuple):
    """A line of the table: what was measured, its ``figure`` (a ratio unless ``unit`` says else), the most allowed."""

    what: str
    figure: float
    limit: float | None = None
    seconds: float = 0
    unit: str = "×"


@contextlib.contextmanager
def portal():
    """Within it the models can be imported, on an SQLite file that is thrown away. Once in a process."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-", ignore_cleanup_errors=True) as folder:
        os.environ |= {"PORTAL_DEBUG": "1", "PORTAL_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "portal.settings"}
        os.environ.pop("PORTAL_DATABASE_URL", None)
        same_portal()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield folder


def same_portal():
    """Makes the models ready, on the database of the process that began this one."""
    import django
    from django.conf import settings

    warnings.filterwarnings("ignore", "No directory at")  # style sheets are not asked for
    settings.DEBUG = False  # else every statement is kept
    django.setup()


def cpu(work, best_of=3):
    """Seconds of processor that ``work()`` takes, its child processes too: what else runs here does not count."""
    taken = []
    for _ in range(best_of):
        before = _spent()
        work()
        taken.append(_spent() - before)
    return min(taken)


def _spent():
    uses = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def show(lines):
    """Print the table; exit with 1 where a limit was passed."""
    is_over = False
    for line in lines:
        limit = f"≤ {line.limit:g} {line.unit}" if line.limit else ""
        passed = line.limit is not None and line.figure > line.limit
        is_over |= passed
        print(
            f"{line.what:<76} {line.figure:>8.1f} {line.unit:<3} {limit:<9} {line.seconds:>7.1f} s  {'!' * passed}",
            flush=True,
        )
    sys.exit(is_over)
