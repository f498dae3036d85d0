"""`manage.py migrate`: as Django's, but one at a time, and an empty SQLite database starts from the snapshot."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from bothways.operations import snapshot
from bothways.operations.turns import alone
from bothways.startup import RESTORING


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if options["plan"] or options["check_unapplied"]:  # which only look
            super().handle(*args, **options)
            return
        with alone(connection, self.stdout.write):
            self.migrate(connection, *args, **options)

    def migrate(self, connection: Any, *args: Any, **options: Any) -> None:
        everything = not options["app_label"] and not any(
            options[name] for name in ("fake", "fake_initial", "prune")
        )
        if (
            everything
            and connection.vendor == "sqlite"
            and not set(connection.introspection.table_names()) - {RESTORING}
            and snapshot.is_current()
        ):
            snapshot.load(connection)
        super().handle(*args, **options)
