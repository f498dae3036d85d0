"""`manage.py import_glossary content/terms`: load words from YAML files."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from glossary.importing import import_glossary
from jobs.pauses import Pauses


class Command(BaseCommand):
    help = "Load the words of a folder. Every file is imported, unchanged or reported with its line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would happen and change nothing."
        )
        parser.add_argument("--json", action="store_true", help="Write the report as JSON.")

    def handle(
        self, *args: Any, folder: Path, dry_run: bool, json: bool, verbosity: int, **options: Any
    ) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        report = import_glossary(folder, now=timezone.now(), dry_run=dry_run, between=Pauses())
        if json:
            self.stdout.write(_as_json(report))
            return
        for outcome in report.outcomes:
            if outcome.state == "reported" or verbosity > 0:
                self.stdout.write(str(outcome))
        if verbosity > 0:
            counts = ", ".join(
                f"{report.count(state)} {state}" for state in ("imported", "unchanged", "reported")
            )
            self.stdout.write(f"{counts}{' (dry run, nothing was changed)' if dry_run else ''}")


def _as_json(report: Any) -> str:
    return json.dumps(report.as_lists(), ensure_ascii=False, indent=2)
