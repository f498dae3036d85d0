"""Tables that the database itself keeps: rows are added, never changed and never removed.

Discipline in Python is forgotten one day; a trigger is not. Retention and erasure are the one
exception: they open the maintenance door inside their own transaction (see `maintenance`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.migrations.operations.base import Operation

DOOR = "people_maintenancedoor"

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON "{table}"
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
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON "{table}"
FOR EACH ROW EXECUTE FUNCTION bothways_append_only()
"""


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
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_POSTGRES_FUNCTION.format(door=DOOR), params=None)
            schema_editor.execute(_POSTGRES.format(table=table), params=None)
        else:
            for verb in ("update", "delete"):
                schema_editor.execute(_SQLITE.format(table=table, verb=verb, VERB=verb.upper(), door=DOOR))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP TRIGGER {table}_append_only ON "{table}"')
        else:
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")

    def describe(self) -> str:
        return f"Let the database refuse UPDATE and DELETE on {self.model_name}"


@contextmanager
def maintenance(reason: str) -> Iterator[None]:
    """Within this block, in one transaction, append-only rows may be changed (erasure, retention).

    The door is a row that nobody else sees, since it is removed before the transaction commits.
    """
    from people.models import MaintenanceDoor

    with transaction.atomic():
        door = MaintenanceDoor.objects.create(reason=reason)
        try:
            yield
        finally:
            if not connection.needs_rollback:
                door.delete()
