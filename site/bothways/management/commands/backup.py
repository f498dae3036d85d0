"""`manage.py backup FILE`."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bothways.operations.backup import CannotBackUp, make_backup
from bothways.sizes import size_in_words


class Command(BaseCommand):
    help = "Write everything this installation knows into FILE, while it runs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="for example /backups/bothways-2026-11-22.zip")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        began = time.monotonic()
        try:
            backup = make_backup(Path(file), now=timezone.now(), say=self.stdout.write)
        except CannotBackUp as reason:
            raise CommandError(str(reason)) from reason
        except OSError as error:
            raise CommandError(
                f"{file} could not be written: {error.strerror}. There is no backup."
            ) from error
        size = size_in_words(Path(file).stat().st_size)
        self.stdout.write(
            f"{file}: {backup.rows:,} rows and {backup.files} files, {size}, "
            f"in {time.monotonic() - began:.0f} s. Keep it where only you can read it."
        )
        if backup.missing:
            raise CommandError(missing_files(backup.missing))


def missing_files(names: tuple[str, ...], most: int = 10) -> str:
    """Which uploaded files are not there, what is safe, and what to do."""
    listed = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    what = (
        "an uploaded file that a row names"
        if len(names) == 1
        else f"{len(names)} uploaded files that rows name"
    )
    return (
        f"The backup was made and holds everything but {what}: {listed}. Do the uploads lie on another machine? "
        "Back up there, or let all machines share one folder of uploads. Was something deleted by hand? An "
        "earlier backup may have it."
    )
