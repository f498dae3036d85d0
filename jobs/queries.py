"""What can be asked about background work."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobs.models import Heartbeat, ScheduledRun


def last_breath() -> datetime | None:
    """When any worker last said that it lives. One query."""
    seen: datetime | None = Heartbeat.objects.aggregate(last=Max("seen_at"))["last"]
    return seen


def failing_jobs(*, at_least: int) -> dict[str, int]:
    """How often in a row each job failed that failed so often. One query."""
    return dict(ScheduledRun.objects.filter(failures__gte=at_least).values_list("name", "failures"))


def unfinished_arguments(task_path: str) -> list[list[Any]]:
    """What a task was asked for with, each time that it still waits or runs. One SQL query."""
    found = DBTaskResult.objects.filter(
        task_path=task_path, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    return [given["args"] for given in found.values_list("args_kwargs", flat=True)]


def tasks_given_up() -> int:
    """Background tasks that failed for good and were not removed yet. One query."""
    return DBTaskResult.objects.failed().count()
