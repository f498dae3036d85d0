"""`manage.py migrate`: as Django's, but an empty SQLite database starts from the snapshot."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from bothways import snapshot
from bothways.startup import RESTORING


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        everything = not options["app_label"] and not any(
            options[name] for name in ("fake", "fake_initial", "plan", "check_unapplied", "prune")
        )
        if (
            everything
            and connection.vendor == "sqlite"
            and not set(connection.introspection.table_names()) - {RESTORING}
            and snapshot.is_current()
        ):
            snapshot.load(connection)
        super().handle(*args, **options)
