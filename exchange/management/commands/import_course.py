"""`manage.py import_course FOLDER`: load a course from files."""

import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.models import Direction
from exchange.importing import import_course
from exchange.importing.actions import import_folder, told_report
from exchange.importing.course import NoCatalogue
from exchange.importing.markdown import AskedCourse
from exchange.importing.report import LISTS


class Command(BaseCommand):
    help = "Load a course from a folder of Markdown and YAML. The same folder again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and store nothing")
        parser.add_argument(
            "--json", action="store_true", help="print the four lists and the remarks as JSON"
        )
        for_markdown = parser.add_argument_group("a folder of plain Markdown, which needs all three")
        for_markdown.add_argument("--title", help="what the course is called")
        for_markdown.add_argument("--code", help="a letter, then letters, figures and hyphens, 12 at most")
        for_markdown.add_argument("--direction", choices=Direction.values, help="for whom it is")

    def handle(self, *args: Any, folder: Path, dry_run: bool, json: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder. Nothing was imported.")
        asked = _asked(options["title"], options["code"], options["direction"])
        try:
            now = timezone.now()
            report = (
                told_report(import_course(folder, now=now, dry_run=True, asked=asked))
                if dry_run
                else import_folder(folder, now=now, asked=asked)
            )
        except NoCatalogue as error:
            raise CommandError(str(error)) from error
        if json:
            self.stdout.write(_as_json({name: report[name] for name in (*LISTS, "remarks")}))
        else:
            self._write(report)
        if report["refusal"]:
            raise CommandError(f"Nothing was imported. {report['refusal']}")

    def _write(self, report: dict[str, Any]) -> None:
        words = zip(LISTS, ("imported", "in part", "unchanged", "not imported"), strict=True)
        for name, state in words:
            for file in report[name] if not report["refusal"] else ():
                self.stdout.write(f"{state:12}  {file}")
        for entry in report["remarks"]:
            line = f", line {entry['line']}" if entry["line"] else ""
            self.stdout.write(f"remark        {entry['file'] or 'the course'}{line}: {entry['reason']}")


def _asked(title: str | None, code: str | None, direction: str | None) -> AskedCourse | None:
    """Raises: CommandError, where only some of the three were given."""
    if not any((title, code, direction)):
        return None
    if not (title and code and direction):
        raise CommandError("Give --title, --code and --direction, all three. Nothing was imported.")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,11}", code):
        raise CommandError("--code is a letter, then letters, figures and hyphens, 12 at most.")
    return AskedCourse(title, code, direction)


def _as_json(lists: dict[str, Any]) -> str:
    return json.dumps(lists, ensure_ascii=False, indent=2)
