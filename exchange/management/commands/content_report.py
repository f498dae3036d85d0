"""`manage.py content_report`: how much stands in the files of the curriculum."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange.content_files import Totals, read_curriculum, totals


class Command(BaseCommand):
    help = "Count what stands in the files of the curriculum. Reads no database and changes nothing."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=settings.BASE_DIR / "content")
        parser.add_argument("--json", action="store_true", help="print the totals as JSON")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder. Nothing was counted.")
        curriculum = read_curriculum(folder)
        counted = totals(curriculum)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(counted), ensure_ascii=False, indent=2))
        else:
            self._table(counted)
        for error in curriculum.errors:
            self.stderr.write(f"not counted: {error}")

    def _table(self, counted: Totals) -> None:
        self.stdout.write(f"{'':8}lessons  words  questions  checks  probes  diagrams  kinds")
        for row in counted.by_course:
            kinds = ", ".join(f"{count} {kind}" for kind, count in row.questions.items())
            self.stdout.write(
                f"{row.code:8}{row.lessons:7}{row.words:7}{sum(row.questions.values()):11}{row.checks:8}"
                f"{row.probes:8}{row.diagrams:10}  {kinds}"
            )
        self.stdout.write(
            f"{'total':8}{counted.lessons:7}{counted.words:7}{counted.questions:11}{counted.checks:8}"
            f"{counted.probes:8}{counted.diagrams:10}  "
            + ", ".join(f"{count} {kind}" for kind, count in counted.by_kind.items())
        )
        self.stdout.write(
            f"{counted.courses} courses. {counted.terms} terms with {counted.senses} senses, "
            f"{counted.false_friends} of them false friends; {counted.complete_terms} complete, "
            f"{counted.terms - counted.complete_terms} with an empty field."
        )
