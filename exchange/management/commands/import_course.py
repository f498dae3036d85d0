"""`manage.py import_course FOLDER`: load a course from files."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exchange.importing import import_course
from exchange.importing.actions import import_folder
from exchange.importing.course import NoCatalogue


class Command(BaseCommand):
    help = "Load a course from a folder of Markdown and YAML. The same folder again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and store nothing")
        parser.add_argument("--json", action="store_true", help="print the three lists as JSON")

    def handle(self, *args: Any, folder: Path, dry_run: bool, json: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder. Nothing was imported.")
        try:
            now = timezone.now()
            lists = (
                import_course(folder, now=now, dry_run=True).as_lists()
                if dry_run
                else import_folder(folder, now=now)
            )
        except NoCatalogue as error:
            raise CommandError(str(error)) from error
        if json:
            self.stdout.write(_as_json({name: lists[name] for name in ("imported", "unchanged", "reported")}))
            return
        for name in lists["imported"]:
            self.stdout.write(f"imported   {name}")
        for name in lists["unchanged"]:
            self.stdout.write(f"unchanged  {name}")
        for entry in lists["reported"]:
            self.stdout.write(f"reported   {entry['file']}, line {entry['line']}: {entry['reason']}")


def _as_json(lists: dict[str, Any]) -> str:
    return json.dumps(lists, ensure_ascii=False, indent=2)
