"""``python -m benchmarks``: every measurement, each in a process of its own; fails where one passed its limit."""

import subprocess
import sys

#: Settings are read once in a process, and memory is measured by process.
MEASUREMENTS = ("imports", "downloads")

failed = [
    name for name in MEASUREMENTS if subprocess.run([sys.executable, "-u", "-m", f"benchmarks.{name}"]).returncode
]
sys.exit(bool(failed))
