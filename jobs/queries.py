"""What can be asked about background work."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Count, Min, Q
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobs import restarts
from jobs.models import Heartbeat, ScheduledRun, Stage, Underway
from jobs.rules.schedule import DEAD_AFTER, MOST_ATTEMPTS, SILENT_AFTER, SKEW

IN_WORK = (Stage.READING, Stage.IMPORTING)


@dataclass(frozen=True)
class Restarts:
    """Processes that ended without saying goodbye, and were started again."""

    background: int
    web: int


@dataclass(frozen=True)
class TaskQueue:
    """Background tasks that wait, those that are to be tried again included."""

    waiting: int
    oldest: timedelta | None  # how long the one that was asked for first has waited


@dataclass(frozen=True)
class Jump:
    """The clock of a worker's machine was put forward, or back where `seconds` is below 0."""

    at: datetime
    seconds: int


def last_heartbeat(*, now: datetime) -> datetime | None:
    """When the last heartbeat of any worker came. One query.

    A heartbeat in the future does not count: it was sent before the clock was put back.
    """
    return (
        Heartbeat.objects.filter(seen_at__lte=now + SKEW)
        .order_by("-seen_at")
        .values_list("seen_at", flat=True)
        .first()
    )


def heartbeats() -> list[tuple[str, datetime]]:
    """The workers that did not stop in good order, and when each sent its last heartbeat. One query."""
    return list(Heartbeat.objects.filter(stopped_at__isnull=True).values_list("worker", "seen_at"))


def alive() -> frozenset[str]:
    """The workers that neither stopped in good order nor were found dead. One query."""
    return frozenset(worker for worker, _seen_at in heartbeats())


def scheduled_runs() -> list[ScheduledRun]:
    """All jobs that have a turn, longest due first. One query."""
    return list(ScheduledRun.objects.order_by("due_at"))


def restarts_within(within: timedelta, *, now: datetime, folder: Path) -> Restarts:
    """How many workers were killed within that time. `folder` is the data folder. One query and one file."""
    killed = Heartbeat.objects.filter(
        was_killed=True, stopped_at__gte=now - within, stopped_at__lte=now + SKEW
    )
    return Restarts(background=killed.count(), web=restarts.count(folder, now=now, within=within))


def clock_jumped_within(within: timedelta, *, now: datetime) -> Jump | None:
    """The last time that a worker saw the clock jump, if that was within that time. One query."""
    heartbeat = (
        Heartbeat.objects.filter(clock_jumped_at__gte=now - within, clock_jumped_at__lte=now + SKEW)
        .order_by("-clock_jumped_at")
        .first()
    )
    return (
        Jump(heartbeat.clock_jumped_at, heartbeat.clock_jumped_by)
        if heartbeat and heartbeat.clock_jumped_at
        else None
    )


def last_successes(*, now: datetime) -> dict[str, timedelta | None]:
    """How long ago each job last ended well; None for one that never did since this was noted. One query."""
    runs = ScheduledRun.objects.order_by("name").values_list("name", "succeeded_at")
    return {name: max(now - at, timedelta()) if at else None for name, at in runs}


def task_queue(*, now: datetime) -> TaskQueue:
    """How many background tasks wait, and how long the oldest of them has. One query."""
    figures = DBTaskResult.objects.filter(status=TaskResultStatus.READY).aggregate(
        waiting=Count("pk"), oldest_at=Min("enqueued_at")
    )
    oldest_at = figures["oldest_at"]
    return TaskQueue(figures["waiting"], max(now - oldest_at, timedelta()) if oldest_at else None)


def failing_jobs(*, at_least: int) -> dict[str, int]:
    """How often in a row each job failed that failed so often. One query."""
    return dict(ScheduledRun.objects.filter(failures__gte=at_least).values_list("name", "failures"))


def unfinished_arguments(task_path: str) -> list[list[Any]]:
    """What a task was asked for with, each time that it still waits or runs. One SQL query."""
    tasks = DBTaskResult.objects.filter(
        task_path=task_path, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    return [given["args"] for given in tasks.values_list("args_kwargs", flat=True)]


def tasks_given_up() -> int:
    """Background tasks that failed for good and were not removed yet. One query."""
    return DBTaskResult.objects.failed().count()


@dataclass(frozen=True)
class Bar:
    """A progress bar."""

    value: int
    most: int


@dataclass(frozen=True)
class Progress:
    """How far something is, for its page. `waits`: nobody has begun with it, or goes on with it just now."""

    done: int
    total: int
    waits: bool
    worker_is_silent: bool

    @property
    def waits_for_its_turn(self) -> bool:
        """Nothing was done yet; what waits between two pieces says how far it is."""
        return self.waits and not self.done

    @property
    def percent(self) -> int:
        return round(self.done / self.total * 100) if self.total else 0

    @property
    def bar(self) -> Bar | None:
        """What the bar shows: nothing done while it waits, None where nobody knows yet how much there is to do."""
        if self.waits:
            return Bar(0, 1)
        return Bar(self.done, self.total) if self.total else None


def progress(item: Underway, *, now: datetime) -> Progress:
    """How far something is. One query."""
    seen = last_heartbeat(now=now)
    is_silent = seen is None or seen < now - DEAD_AFTER
    return Progress(min(item.done, item.total), item.total, not item.hand, is_silent)


def abandoned(model: type[Underway], *, now: datetime) -> list[int]:
    """Imports and copies whose holder was killed or met an error, so that somebody must go on. One query.

    Rows of an earlier version have no `told_at`, and no task in the queue goes on with them either.
    """
    begun = ~Q(hand="") | Q(tries__gt=0)
    rows = model._default_manager.filter(stage__in=IN_WORK, tries__lt=MOST_ATTEMPTS)
    return list(rows.filter((begun & silent(now)) | Q(told_at=None)).values_list("pk", flat=True))


def out_of_attempts(model: type[Underway], *, now: datetime) -> list[int]:
    """Imports and copies that five attempts did not bring forward. One query."""
    idle = Q(hand="") | silent(now)
    rows = model._default_manager.filter(idle, stage__in=IN_WORK, tries__gte=MOST_ATTEMPTS)
    return list(rows.values_list("pk", flat=True))


def silent(now: datetime) -> Q:
    """A time in the future was written before the clock was put back, so its writer counts as silent too."""
    return Q(told_at__lt=now - SILENT_AFTER) | Q(told_at__gt=now + SKEW)
