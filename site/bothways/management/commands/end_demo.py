"""`manage.py end_demo`: keep what was written, leave the demo people behind."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bothways.operations.end_demo import CannotEndDemo, end_demo


class Command(BaseCommand):
    help = "Start a fresh database with the demo's content but none of its people and records."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            aside = end_demo(now=timezone.now())
        except CannotEndDemo as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(
            f"The demo's database is kept as {aside}. Start the real installation with: make serve"
        )
