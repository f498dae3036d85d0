"""What can happen to a job: it is claimed, it ends, it fails, it is taken back from the dead.

Two workers never run one turn twice: a claim is one conditional UPDATE. A claim is a lease that
the worker prolongs while it lives, so what a killed worker held runs again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from traceback import format_exception

from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobs.models import Heartbeat, ScheduledRun
from jobs.schedule import Job, retry_delay

LEASE = timedelta(seconds=30)
# A worker that has been silent for so long is dead: it breathes every five seconds.
DEAD_AFTER = timedelta(seconds=45)
MOST_ATTEMPTS = 5
KEEP_HEARTBEATS = timedelta(days=7)
KEEP_FINISHED_TASKS = timedelta(days=30)


def breathe(*, worker: str, started_at: datetime, now: datetime) -> None:
    Heartbeat.objects.update_or_create(
        worker=worker,
        defaults={"seen_at": now, "stopped_at": None},
        create_defaults={"started_at": started_at, "seen_at": now},
    )


def stop(*, worker: str, now: datetime) -> None:
    """This worker ended in good order: nothing of it needs to be recovered."""
    Heartbeat.objects.filter(worker=worker).update(seen_at=now, stopped_at=now)


def forget_old(*, now: datetime) -> None:
    """Remove heartbeats of a week ago and finished tasks of a month ago."""
    Heartbeat.objects.filter(seen_at__lt=now - KEEP_HEARTBEATS).delete()
    DBTaskResult.objects.filter(
        status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED],
        finished_at__lt=now - KEEP_FINISHED_TASKS,
    ).delete()


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


def due_names(*, now: datetime) -> list[str]:
    """The jobs whose turn has come, longest due first. One query."""
    return list(
        ScheduledRun.objects.filter(due_at__lte=now).order_by("due_at").values_list("name", flat=True)
    )


def claim_job(job: Job, *, now: datetime) -> bool:
    """True if the turn is ours: it is due and nobody holds it."""
    free = Q(held_until__isnull=True) | Q(held_until__lt=now)
    return bool(
        ScheduledRun.objects.filter(free, name=job.name, due_at__lte=now).update(
            held_until=now + LEASE, started_at=now
        )
    )


def hold_job(job: Job, *, claimed_at: datetime, now: datetime) -> None:
    """Prolong the lease of a job that takes longer."""
    _ours(job, claimed_at).update(held_until=now + LEASE)


def finish_job(job: Job, *, claimed_at: datetime, now: datetime) -> None:
    _ours(job, claimed_at).update(
        held_until=None, finished_at=now, due_at=job.next_after(now), failures=0, error=""
    )


def fail_job(job: Job, *, claimed_at: datetime, error: BaseException, now: datetime) -> None:
    """The job is due again after a pause that grows with every failure."""
    run = _ours(job, claimed_at).first()
    if run is not None:
        failures = run.failures + 1
        _ours(job, claimed_at).update(
            held_until=None,
            finished_at=now,
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


def retry_task(task: DBTaskResult, *, error: BaseException, now: datetime) -> bool:
    """Put a failed task back with a pause; after the fifth attempt it stays failed. True: it comes back."""
    attempts = len(task.worker_ids)
    if attempts >= MOST_ATTEMPTS:
        task.set_failed(error)
        return False
    task.status = TaskResultStatus.READY
    task.run_after = now + retry_delay(attempts)
    task.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    task.traceback = "".join(format_exception(error))
    task.save(update_fields=["status", "run_after", "exception_class_path", "traceback"])
    return True


class WorkerDied(Exception):
    """The worker that ran the task was killed, and it was the task's last attempt."""


def recover_tasks(*, backend: str, now: datetime) -> int:
    """Take back the tasks that killed workers left running; how many."""
    alive = set(
        Heartbeat.objects.filter(seen_at__gte=now - DEAD_AFTER, stopped_at__isnull=True).values_list(
            "worker", flat=True
        )
    )
    count = 0
    with transaction.atomic():
        left = DBTaskResult.objects.running().filter(backend_name=backend).select_for_update(skip_locked=True)
        for task in left:
            if task.worker_ids and task.worker_ids[-1] in alive:
                continue
            # not for people: operators read it in the log
            retry_task(task, error=WorkerDied("the worker was killed while it ran this"), now=now)
            count += 1
    return count


def died_unnoticed(*, now: datetime) -> bool:
    """True if a worker was killed since the last start: its row is there, it did not say goodbye."""
    dead = Heartbeat.objects.filter(stopped_at__isnull=True, seen_at__lt=now - DEAD_AFTER)
    return bool(dead.update(stopped_at=now))
