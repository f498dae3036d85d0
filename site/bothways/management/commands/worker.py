"""`manage.py worker`: as the jobs' own, but it begins nothing on a database that is half restored."""

from typing import Any

from django.core.management.base import CommandError

from bothways.startup import NotReady, assert_wholly_restored, close_data_folder
from jobs.management.commands import worker


class Command(worker.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            assert_wholly_restored()
        except NotReady as reason:
            raise CommandError(str(reason)) from reason
        close_data_folder()
        super().handle(*args, **options)
