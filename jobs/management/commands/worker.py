"""`manage.py worker`: scheduled jobs and background tasks, until it is told to stop."""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from jobs.worker import Worker


class Command(BaseCommand):
    help = "Run scheduled jobs and background tasks. Ctrl-C or SIGTERM ends the job at hand and stops."
    # Django's checks are for whoever changes the code (`make check`); here they would load every view.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker()

        def stop(number: int, frame: FrameType | None) -> None:
            worker.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        worker.run()
