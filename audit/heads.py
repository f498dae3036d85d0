"""Heads of the audit log, kept outside the database: one line a day in a file of the data folder.

Whoever owns the database and not the folder can write the whole log anew, and not these lines. The same
line stands in the worker's log, so an operator who sends logs to another machine has it there as well.
"""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

NAME = "audit-heads.txt"
LINES = 400  # a little more than a year


def path() -> Path:
    """Where the lines stand: an instant, a space, NUMBER:SEAL."""
    path: Path = settings.DATA / NAME
    return path


def kept() -> list[str]:
    """The heads of this folder, the oldest first; none where no night has passed yet."""
    try:
        lines = path().read_text().splitlines()
    except FileNotFoundError:
        return []
    return [line.split()[-1] for line in lines if line.strip()]


def keep(head: str, *, now: datetime) -> None:
    """Add today's head. The file is replaced in one step, so that it is never half a file."""
    try:
        lines = path().read_text().splitlines()
    except FileNotFoundError:
        lines = []
    partial = path().with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join([*lines, f"{now.isoformat(timespec='seconds')} {head}"][-LINES:]) + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path())


def put_aside(*, now: datetime) -> Path | None:
    """Rename the file, since its lines belong to a database that was replaced. The new path; None without a file."""
    aside = path().with_name(f"audit-heads-until-{now:%Y-%m-%d-%H%M%S}.txt")
    try:
        path().rename(aside)
    except FileNotFoundError:
        return None
    return aside
