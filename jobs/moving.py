"""For migrations that move a model or a task from one app to another: tables and rows stay where they are."""

from collections.abc import Callable
from typing import Any

from django.db.migrations import RunPython


def taken_over(models: list[str], *, by: str, of: str) -> RunPython:
    """Content types follow their models, and with them the rights that groups hold and what logs refer to.

    `models` in lower case. Where nothing was migrated before, there are none yet, and none is made.
    """

    def renamed(now: str, then: str) -> Callable[[Any, Any], None]:
        def rename(apps: Any, schema_editor: Any) -> None:
            types = apps.get_model("contenttypes", "ContentType").objects.using(
                schema_editor.connection.alias
            )
            types.filter(app_label=then, model__in=models).update(app_label=now)

        return rename

    return RunPython(renamed(by, of), renamed(of, by), elidable=True)


def task_taken_over(name: str, *, by: str, of: str) -> RunPython:
    """What waits for its turn is found where the task stands now. `by` and `of` are modules."""

    def renamed(now: str, then: str) -> Callable[[Any, Any], None]:
        def rename(apps: Any, schema_editor: Any) -> None:
            results = apps.get_model("django_tasks_database", "DBTaskResult").objects
            waiting = results.using(schema_editor.connection.alias).filter(task_path=f"{then}.{name}")
            waiting.update(task_path=f"{now}.{name}")

        return rename

    return RunPython(renamed(by, of), renamed(of, by), elidable=True)
