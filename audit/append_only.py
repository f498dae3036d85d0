"""Tables that the database itself keeps: rows are added, never changed and never removed.

Discipline in Python is forgotten one day; a trigger is not. Retention and erasure are the one
exception: they open the maintenance door inside their own transaction (see `maintenance`).

A model says `append_only = True`. Its triggers come with the migration that makes the table
(`AppendOnly`), and after every `migrate` whatever is missing is made again: to add a column with a
default, to alter one or to add a constraint, Django builds an SQLite table anew, without its triggers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, connections, models, transaction
from django.db.migrations.operations.base import Operation

DOOR = "people_maintenancedoor"

_SQLITE = """
CREATE TRIGGER {name} BEFORE {VERB} ON "{table}"
WHEN NOT EXISTS (SELECT 1 FROM {door})
BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION bothways_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM {door}) THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'restrict_violation';
END $$
"""
_POSTGRES = """
CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON "{table}"
FOR EACH ROW EXECUTE FUNCTION bothways_append_only()
"""


# Every table and the triggers on it; on PostgreSQL those that somebody switched off do not count.
_SQLITE_FOUND = "SELECT tbl_name, CASE type WHEN 'trigger' THEN name END FROM sqlite_master WHERE type IN ('table', 'trigger')"
_POSTGRES_FOUND = """
SELECT c.relname, t.tgname FROM pg_class c
LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled = 'O'
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
"""


def declared() -> list[type[models.Model]]:
    """The models that say `append_only = True`. A model that inherits from one has to say it itself."""
    return [model for model in apps.get_models() if vars(model).get("append_only")]


def triggers(vendor: str, table: str) -> dict[str, str]:
    """What an append-only table has: the name of each trigger, and the statement that makes it."""
    if vendor == "postgresql":
        name = f"{table}_append_only"
        return {name: _POSTGRES.format(name=name, table=table)}
    return {
        f"{table}_no_{verb}": _SQLITE.format(
            name=f"{table}_no_{verb}", table=table, verb=verb, VERB=verb.upper(), door=DOOR
        )
        for verb in ("update", "delete")
    }


def existing_triggers(using: str = "default") -> dict[str, set[str]]:
    """Each table of the database with the names of its triggers. One query."""
    there: dict[str, set[str]] = {}
    with connections[using].cursor() as cursor:
        cursor.execute(_POSTGRES_FOUND if connections[using].vendor == "postgresql" else _SQLITE_FOUND)
        for table, trigger in cursor.fetchall():
            there.setdefault(table, set()).update([trigger] if trigger else [])
    return there


def make_again(using: str = "default") -> list[str]:
    """Make the triggers that are missing on the tables that are there; their names.

    One query where nothing is missing.
    """
    connection = connections[using]
    existing = existing_triggers(using)
    tables = [model._meta.db_table for model in declared()]
    missing = {
        name: (table, statement)
        for table in tables
        if table in existing
        for name, statement in triggers(connection.vendor, table).items()
        if name not in existing[table]
    }
    if missing:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(_POSTGRES_FUNCTION.format(door=DOOR))
            for name, (table, statement) in missing.items():
                cursor.execute(_dropping(connection.vendor, name, table))
                cursor.execute(statement)
    return list(missing)


def after_migrations(using: str, **_signal: Any) -> None:
    """The end of every `migrate`: no table that it built anew stays without its triggers."""
    make_again(using)


def _dropping(vendor: str, name: str, table: str) -> str:
    return (
        f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
        if vendor == "postgresql"
        else f"DROP TRIGGER IF EXISTS {name}"
    )


class AppendOnly(Operation):
    """Migration operation: from here on the database refuses UPDATE and DELETE on a model's table."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.model_name], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model's state is unchanged; only the database learns to refuse."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            schema_editor.execute(_POSTGRES_FUNCTION.format(door=DOOR), params=None)
        for name, statement in triggers(vendor, table).items():
            # `make_again` may have made it, where somebody migrated back to before this operation.
            schema_editor.execute(_dropping(vendor, name, table), params=None)
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        vendor = schema_editor.connection.vendor
        for name in triggers(vendor, table):
            schema_editor.execute(_dropping(vendor, name, table), params=None)

    def describe(self) -> str:
        return f"Let the database refuse UPDATE and DELETE on {self.model_name}"


@contextmanager
def maintenance(reason: str) -> Iterator[None]:
    """Within this block, in one transaction, append-only rows may be changed (erasure, retention).

    The door is a row that nobody else sees, since it is removed before the transaction commits.
    """
    from audit.models import MaintenanceDoor

    with transaction.atomic():
        door = MaintenanceDoor.objects.create(reason=reason)
        try:
            yield
        finally:
            if not connection.needs_rollback:
                door.delete()
