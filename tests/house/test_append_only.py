"""A table that only grows is said to be one twice: by its model and by a migration."""

from django.db.migrations.loader import MigrationLoader

from audit import append_only
from audit.append_only import AppendOnly


def test_migrations_and_models_name_the_same_tables() -> None:
    """Where only the model says it, a fresh database has its triggers too; where only a migration does, none come back."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    made = set()
    for app, name in loader.disk_migrations:
        for operation in loader.disk_migrations[app, name].operations:
            if isinstance(operation, AppendOnly):
                state = loader.project_state((app, name)).apps.get_model(app, operation.model_name)
                made.add(state._meta.db_table)
    said = {model._meta.db_table for model in append_only.declared()}

    assert sorted(made - said) == [], (
        "these models lack `append_only = True`: after an upgrade their triggers may be gone"
    )
    assert sorted(said - made) == [], "these models need a migration with the operation AppendOnly(…)"
