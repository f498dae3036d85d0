"""make check: everything that finds faults without a database and a server. All of it runs; any fault fails.

The parts stand in two rows, which run side by side on two cores, the cheapest first.
"""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)] if str(ROOT) not in sys.path else []

from tools.packages import packages  # noqa: E402 - after the path

BIN = Path(sys.executable).parent
# Tests of the house, the look, templates, documents and addresses: none of them needs a database.
HOUSE = ("tests/house", "tests/site/test_templates.py")
HTTPS = {
    "BOTHWAYS_URL": "https://learn.example.com",
    "SECRET_KEY": "x" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
}


def rows():
    """Name → command and environment, for each of the two rows."""
    path = {"PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}"}
    pytest = [sys.executable, "-m", "pytest", "--quiet", "--no-header", "-p", "no:cacheprovider"]
    return (
        {
            "ruff": ([BIN / "ruff", "check", "--quiet", "."], {}),
            "format": ([BIN / "ruff", "format", "--check", "--quiet", "."], {}),
            "layers": ([BIN / "lint-imports"], path),
            "djlint": ([BIN / "djlint", ".", "--lint", "--quiet"], {}),
            "house": ([*pytest, *HOUSE], {}),
        },
        {
            "django": ([sys.executable, "tools/django_checks.py"], HTTPS | path),
            "mypy": ([BIN / "mypy", *packages()], {}),
        },
    )


class Report:
    """A line for each part as it ends, and what a faulty one said before it."""

    def __init__(self):
        self.faulty = []
        self.lock = threading.Lock()

    def run(self, row):
        for name, (command, extra) in row.items():
            began = time.monotonic()
            done = subprocess.run(
                command, cwd=ROOT, env={**os.environ, **extra}, capture_output=True, text=True, check=False
            )
            with self.lock:
                if done.returncode != 0:
                    self.faulty.append(name)
                    sys.stdout.write(done.stdout + done.stderr)
                word = "well" if done.returncode == 0 else "FAULTY"
                sys.stdout.write(f"{name:12} {word:7} {time.monotonic() - began:5.1f} s\n")
                sys.stdout.flush()


def main():
    began = time.monotonic()
    report = Report()
    threads = [threading.Thread(target=report.run, args=(row,)) for row in rows()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    word = f"FAULTY: {', '.join(report.faulty)}" if report.faulty else "well"
    sys.stdout.write(f"{'together':12} {word:7} {time.monotonic() - began:5.1f} s\n")
    return 1 if report.faulty else 0


if __name__ == "__main__":
    sys.exit(main())
