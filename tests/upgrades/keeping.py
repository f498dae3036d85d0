"""What every `make_….py` needs: a clock that is moved by hand, and the files in which a company is kept."""

import lzma
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """What the old code takes for the present; every look at it is a little later than the last."""

    def __init__(self) -> None:
        self.instant = datetime(2025, 11, 3, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.instant += timedelta(milliseconds=7)
        return self.instant

    def go_to(self, *day: int, hour: int = 9) -> datetime:
        later = datetime(*day, hour, tzinfo=UTC)
        assert later > self.instant, "a company's history goes on, never back"
        self.instant = later
        return later


def keep(name: str, *, checkout: Path, data: Path, target: Path, periods: Sequence[str]) -> None:
    """The database, the files, the backup and HR's exports of a finished company, as small as they get."""
    manage = [sys.executable, "manage.py"]
    for command in ("verify_records", "verify_audit"):
        subprocess.run([*manage, command], check=True, cwd=checkout)
    backup = target / f"{name}-backup.zip"
    backup.unlink(missing_ok=True)
    subprocess.run([*manage, "backup", str(backup)], check=True, cwd=checkout)
    with closing(sqlite3.connect(data / "bothways.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        database.execute("VACUUM")
    packed = lzma.compress((data / "bothways.sqlite3").read_bytes(), preset=9)
    (target / f"{name}.sqlite3.xz").write_bytes(packed)
    with tarfile.open(target / f"{name}-files.tar.xz", "w:xz", preset=9) as archive:
        archive.add(data / "media", arcname="media")
    (target / f"{name}-exports.json").write_text(exports(checkout, periods), encoding="utf-8")


def exports(checkout: Path, periods: Sequence[str]) -> str:
    """What `exports.py` prints with the code of a checkout."""
    command = [sys.executable, str(Path(__file__).with_name("exports.py")), str(checkout), *periods]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
