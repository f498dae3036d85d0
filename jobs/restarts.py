"""A trace of web workers that ended without saying goodbye: a line each in a file of the data folder.

Not in the database: whoever notices is gunicorn's parent process, which has no connection and must not
wait for one.
"""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from jobs.rules.schedule import SKEW

NAME = "web-restarts.txt"
MOST_BYTES = 50_000


def note(folder: Path, *, now: datetime) -> None:
    """Another one was killed. A disk that is full keeps nobody from being started again."""
    path = folder / NAME
    with suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            file.write(f"{now.isoformat()}\n")
        if path.stat().st_size > MOST_BYTES:
            newest = path.read_text(encoding="ascii").splitlines(keepends=True)[-200:]
            fresh = folder / f"{NAME}.new"
            fresh.touch(mode=0o600)
            fresh.write_text("".join(newest), encoding="ascii")
            fresh.replace(path)


def count(folder: Path, *, now: datetime, within: timedelta) -> int:
    """How many there were within that time; 0 where the file cannot be read."""
    try:
        lines = (folder / NAME).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return sum(now - within <= at <= now + SKEW for at in map(_instant, lines) if at is not None)


def _instant(line: str) -> datetime | None:
    """None for a line that was cut short."""
    try:
        at = datetime.fromisoformat(line)
    except ValueError:
        return None
    return at if at.tzinfo else None
