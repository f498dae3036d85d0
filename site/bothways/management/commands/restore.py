"""`manage.py restore FILE`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bothways.management.commands.prepare import one_clear_sentence
from bothways.operations.backup import CannotRestore, restore
from people.models import Organisation


class Command(BaseCommand):
    help = "Fill an empty installation from a backup, and compare every table with it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="for example /backups/bothways-2026-11-22.zip")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            with one_clear_sentence():
                counts = restore(Path(file), say=self.stdout.write)
        except CannotRestore as reason:
            raise CommandError(str(reason)) from reason
        except KeyboardInterrupt as interrupt:
            raise CommandError(
                "Interrupted. Nothing starts on what is half there: run the same command again, and it goes on."
            ) from interrupt
        start = "run" if Organisation.objects.filter(is_demo=True).exists() else "serve"
        self.stdout.write(
            f"Restored {counts['rows']:,} rows and {counts['files']} files; every table is as in the backup. "
            f"Start it with: make {start}"
        )
