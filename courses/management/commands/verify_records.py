"""`manage.py verify_records`: recompute every stored figure from the answers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.queries import record_differences


class Command(BaseCommand):
    help = "Recompute every course record from the answers and compare. Must report 0 differences."

    def handle(self, *args: Any, **options: Any) -> None:
        differences = list(record_differences())
        for difference in differences[:100]:
            self.stdout.write(difference)
        self.stdout.write(f"{len(differences)} differences")
        if differences:
            raise CommandError(
                "Stored figures differ from the answers. The answers are right and were not changed."
            )
