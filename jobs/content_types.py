"""For migrations that move a model from one app to another, in state only: its table stays where it is."""

from typing import Any

from django.db.migrations import RunPython


def taken_over(models: list[str], *, by: str, of: str) -> RunPython:
    """Content types follow their models, and with them the rights that groups hold and what logs refer to.

    `models` in lower case. Where nothing was migrated before, there are none yet, and none is made.
    """

    def renamed(now: str, then: str) -> Any:
        def rename(apps: Any, schema_editor: Any) -> None:
            types = apps.get_model("contenttypes", "ContentType").objects.using(
                schema_editor.connection.alias
            )
            types.filter(app_label=then, model__in=models).update(app_label=now)

        return rename

    return RunPython(renamed(by, of), renamed(of, by), elidable=True)
