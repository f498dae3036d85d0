"""`manage.py export_course CODE FOLDER`: write a course as files that can be imported again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.models import CoursePage
from exchange.exporting import export_course, write_folder
from gates.private import as_the_operator_likes


class Command(BaseCommand):
    help = "Write the newest drafts of a course into a new folder, in the format of docs/content-format.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the code of the course, such as T2")
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet or is empty")

    def handle(self, *args: Any, code: str, folder: Path, **options: Any) -> None:
        courses = list(CoursePage.objects.filter(code__iexact=code).order_by("locale_id")[:1])
        if not courses:
            raise CommandError(f"There is no course with the code {code}. Nothing was written.")
        export = export_course(courses[0])
        try:
            with as_the_operator_likes():
                write_folder(export, folder)
        except FileExistsError as error:
            raise CommandError(f"{folder} holds files already. Nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error}.") from error
        for name in sorted(export.files):
            self.stdout.write(f"exported   {name}")
        for name, reason in export.lost:
            self.stdout.write(f"left out   {name}: {reason}")
