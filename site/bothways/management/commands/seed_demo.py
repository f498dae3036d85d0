"""`manage.py seed_demo --employees 10000`: many invented people with records, for measuring."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bothways.management import many_people
from courses.queries import record_differences


class Command(BaseCommand):
    help = "Fill a demo, or an empty installation, with many invented people and copies of a course."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--employees", type=int, required=True, help="how many people beside the demo's")
        parser.add_argument("--courses", type=int, default=12, help="how many copies of T2 (default: 12)")
        parser.add_argument(
            "--words", type=int, default=0, help="as many words in all, by copies of those there"
        )
        parser.add_argument(
            "--answers", type=int, default=0, help="more people, until there are so many answers"
        )
        parser.add_argument("--verify", action="store_true", help="recompute every record afterwards")

    def handle(
        self,
        *args: Any,
        employees: int,
        courses: int,
        words: int,
        answers: int,
        verify: bool,
        **options: Any,
    ) -> None:
        if employees < 1 or not 0 <= courses <= 99:
            raise CommandError("At least one employee, and from 0 to 99 courses.")
        begun = time.monotonic()
        try:
            seeded = many_people.seed(
                employees=employees,
                courses=courses,
                words=words,
                answers=answers,
                now=timezone.now(),
                say=self.say,
            )
        except many_people.NotADemo as error:
            raise CommandError(
                f"This is a real installation ({error}). Invented people are made only in a demo or an empty one; "
                "choose another folder with BOTHWAYS_DATA. Nothing was changed."
            ) from error
        except many_people.SeededBefore as error:
            raise CommandError(
                f"There are {error} invented people here already; more are made only in a fresh folder. Nothing was changed."
            ) from error
        self.say(
            f"{seeded.employees} people, {seeded.courses} courses, {seeded.records} records, {seeded.answers} answers, "
            f"{seeded.attempts} attempts; it took {time.monotonic() - begun:.0f} s."
        )
        if verify:
            differences = sum(1 for _difference in record_differences())
            self.say(f"{differences} differences")
            if differences:
                raise CommandError("Stored figures differ from the answers.")

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
