"""A table that only grows is said to be one twice: by its model and by a migration."""

from django.db.migrations.loader import MigrationLoader

from people import append_only
from people.append_only import AppendOnly


def test_migrations_and_models_name_the_same_tables() -> None:
    """Where only the model says it, a fresh database has its triggers too; where only a migration does, none come back."""
    made = {
        f"{app}.{operation.model_name.lower()}"
        for (app, _name), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    }
    said = {model._meta.label_lower for model in append_only.declared()}

    assert sorted(made - said) == [], (
        "these models lack `append_only = True`: after an upgrade their triggers may be gone"
    )
    assert sorted(said - made) == [], "these models need a migration with the operation AppendOnly(…)"
