"""`manage.py snapshot`: write the empty database from which a first start begins, if it is out of date."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from bothways.operations import snapshot
from gates.private import as_the_operator_likes


class Command(BaseCommand):
    help = "Write site/bothways/operations/snapshot.sql anew if migrations or rights have changed since."

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("The snapshot is made with SQLite; unset DATABASE_URL.")
        if snapshot.is_current():
            return
        snapshot.FILE.unlink(missing_ok=True)
        before = connection.settings_dict["NAME"]
        with tempfile.TemporaryDirectory() as folder:
            connection.close()
            connection.settings_dict["NAME"] = Path(folder) / "empty.sqlite3"
            try:
                call_command("migrate", interactive=False, verbosity=0)
                with as_the_operator_likes():  # it is a file of the source
                    snapshot.write(connection)
            finally:
                connection.close()
                connection.settings_dict["NAME"] = before
        self.stdout.write(f"{snapshot.FILE.name} was written anew.")
