"""What can happen to a job: it is claimed, it ends, it fails, it is recovered from a worker that was killed.

Two workers never run one turn twice: a claim is one conditional UPDATE of the row as it was seen. A claim
is a lease that the worker prolongs while it lives, so what a killed worker held runs again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from traceback import format_exception

from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobs.models import Heartbeat, ScheduledRun
from jobs.removal import remove
from jobs.rules.schedule import LEASE, MOST_ATTEMPTS, Job, is_too_far, retry_delay

KEEP_HEARTBEATS = timedelta(days=7)
KEEP_FINISHED_TASKS = timedelta(days=30)


def record_heartbeat(*, worker: str, started_at: datetime, now: datetime) -> None:
    Heartbeat.objects.update_or_create(
        worker=worker,
        defaults={"seen_at": now, "stopped_at": None, "was_killed": False},
        create_defaults={"started_at": started_at, "seen_at": now},
    )


def stop(*, worker: str, now: datetime) -> None:
    """This worker ended in good order: nothing of it needs to be recovered."""
    Heartbeat.objects.filter(worker=worker).update(seen_at=now, stopped_at=now)


def note_jump(*, worker: str, seconds: int, now: datetime) -> None:
    """The clock was put forward, or back where `seconds` is below 0. The health page tells it."""
    Heartbeat.objects.filter(worker=worker).update(clock_jumped_at=now, clock_jumped_by=seconds)


def forget_old(*, now: datetime) -> None:
    """Remove heartbeats of a week ago and finished tasks of a month ago."""
    remove(Heartbeat.objects.filter(seen_at__lt=now - KEEP_HEARTBEATS))
    finished = DBTaskResult.objects.filter(status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
    remove(finished.filter(finished_at__lt=now - KEEP_FINISHED_TASKS))


def plan(jobs: Iterable[Job], *, now: datetime) -> None:
    """Give every job of the settings its row; a new job is due at once, jobs no longer named go."""
    jobs = list(jobs)
    ScheduledRun.objects.bulk_create(
        [ScheduledRun(name=job.name, due_at=now if job.every else job.next_after(now)) for job in jobs],
        ignore_conflicts=True,
    )
    ScheduledRun.objects.exclude(name__in=[job.name for job in jobs]).delete()


def make_due(names: Iterable[str], *, now: datetime) -> None:
    ScheduledRun.objects.filter(name__in=list(names)).update(due_at=now)


def claim_job(seen: ScheduledRun, *, now: datetime) -> bool:
    """True if the turn is ours: nobody claimed, held, ended or moved it since the row was read."""
    as_seen = ScheduledRun.objects.filter(
        pk=seen.pk, due_at=seen.due_at, held_until=seen.held_until, started_at=seen.started_at
    )
    return bool(as_seen.update(held_until=now + LEASE, started_at=now))


def hold_job(job: Job, *, claimed_at: datetime, now: datetime) -> None:
    """Prolong the lease of a job that takes longer."""
    _ours(job, claimed_at).update(held_until=now + LEASE)


def finish_job(job: Job, *, claimed_at: datetime, now: datetime) -> None:
    ended_at = max(now, claimed_at)
    _ours(job, claimed_at).update(
        held_until=None, finished_at=ended_at, succeeded_at=ended_at, due_at=job.next_after(now), failures=0,
        error="",
    )  # fmt: skip


def fail_job(job: Job, *, claimed_at: datetime, error: BaseException, now: datetime) -> None:
    """The job is due again after a pause that grows with every failure."""
    run = _ours(job, claimed_at).first()
    if run is not None:
        failures = run.failures + 1
        _ours(job, claimed_at).update(
            held_until=None,
            finished_at=max(now, claimed_at),
            due_at=job.retry_after(now, failures),
            failures=failures,
            error=f"{type(error).__name__}: {error}"[:2000],
        )


def _ours(job: Job, claimed_at: datetime) -> QuerySet[ScheduledRun]:
    """The run, unless its lease ran out and somebody else has begun it since."""
    return ScheduledRun.objects.filter(name=job.name, started_at=claimed_at, held_until__isnull=False)


def claim_task(*, backend: str, worker: str, now: datetime) -> DBTaskResult | None:
    """The next background task, now ours; None if nothing is ready."""
    ready = DBTaskResult.objects.ready().filter(backend_name=backend)
    if not ready.exists():  # asked without the write lock, which is dear on SQLite
        return None
    with transaction.atomic():
        task = ready.get_locked()
        if task is not None:
            task.claim(worker)
    return task


def retry_task(
    task: DBTaskResult, *, error: BaseException, now: datetime, pause: timedelta | None = None
) -> bool:
    """Put a failed task back with a pause; after the fifth attempt it stays failed. True: it comes back."""
    attempts = len(task.worker_ids)
    if attempts >= MOST_ATTEMPTS:
        task.set_failed(error)
        return False
    task.status = TaskResultStatus.READY
    task.run_after = now + (retry_delay(attempts) if pause is None else pause)
    task.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    task.traceback = "".join(format_exception(error))
    task.save(update_fields=["status", "run_after", "exception_class_path", "traceback"])
    return True


def give_back_task(task: DBTaskResult) -> None:
    """It waits as if this attempt had never been: its worker was asked to stop between two pieces of it."""
    task.status = TaskResultStatus.READY
    task.worker_ids = task.worker_ids[:-1]
    task.save(update_fields=["status", "worker_ids"])


class WorkerDied(Exception):
    """The worker that ran the task was killed, and it was the task's last attempt."""


def recover_tasks(*, backend: str, now: datetime) -> int:
    """Take back the tasks that killed workers left running; how many.

    The first time it is ready at once, since that was not its fault; if another worker dies of it, it waits
    as any task that failed. 2 SQL queries where there is none.
    """
    alive = set(Heartbeat.objects.filter(stopped_at__isnull=True).values_list("worker", flat=True))
    running = DBTaskResult.objects.running().filter(backend_name=backend)
    left = [pk for pk, workers in running.values_list("pk", "worker_ids") if not alive & set(workers[-1:])]
    if not left:  # asked without the write lock, which is dear on SQLite
        return 0
    with transaction.atomic():
        for task in running.filter(pk__in=left).select_for_update(skip_locked=True):
            # not for people: operators read it in the log
            error = WorkerDied("the worker was killed while it ran this")
            again = task.exception_class_path.endswith(f".{WorkerDied.__name__}")
            retry_task(task, error=error, now=now, pause=None if again else timedelta())
    return len(left)


def hasten_tasks(*, backend: str, now: datetime) -> int:
    """Tasks that would be tried again later than they were told are ready now: the clock was put back. How many."""
    waiting = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, backend_name=backend, run_after__gt=now
    )
    late = [
        pk
        for pk, run_after, workers in waiting.values_list("pk", "run_after", "worker_ids")
        if workers and is_too_far(run_after, attempts=len(workers), now=now)
    ]
    return waiting.filter(pk__in=late).update(run_after=now) if late else 0


def mark_killed(heartbeats: Iterable[tuple[str, datetime]], *, now: datetime) -> int:
    """Mark workers as killed, except one that has sent another heartbeat meanwhile. How many were marked."""
    as_seen = [Q(worker=worker, seen_at=seen_at) for worker, seen_at in heartbeats]
    if not as_seen:
        return 0
    dead = Heartbeat.objects.filter(reduce(or_, as_seen), stopped_at__isnull=True)
    return dead.update(stopped_at=now, was_killed=True)
