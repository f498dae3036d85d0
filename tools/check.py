"""make check: everything that finds faults without running the suite. All of it runs; any fault fails."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
HTTPS = {
    "BOTHWAYS_URL": "https://learn.example.com",
    "SECRET_KEY": "x" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
}
MANAGE = [sys.executable, "manage.py"]
CHECKS = {
    "ruff": ([BIN / "ruff", "check", "--quiet", "."], {}),
    "format": ([BIN / "ruff", "format", "--check", "--quiet", "."], {}),
    "layers": ([BIN / "lint-imports"], {"PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}"}),
    "templates": ([BIN / "djlint", ".", "--lint", "--quiet"], {}),
    "django": ([*MANAGE, "check", "--fail-level", "WARNING"], {}),
    "deploy": ([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], HTTPS),
    "migrations": ([*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
    "mypy": (
        [
            BIN / "mypy",
            "gates",
            "jobs",
            "people",
            "glossary",
            "quizzes",
            "courses",
            "reports",
            "site/bothways",
        ],
        {},
    ),
}


def main():
    faulty = []
    for name, (command, extra) in CHECKS.items():
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **extra}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            faulty.append(name)
            sys.stdout.write(done.stdout + done.stderr)
        word = "well" if done.returncode == 0 else "FAULTY"
        sys.stdout.write(f"{name:12} {word:7} {time.monotonic() - began:5.1f} s\n")
        sys.stdout.flush()
    return 1 if faulty else 0


sys.exit(main())
