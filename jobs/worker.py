"""The background worker: one process that sends heartbeats, keeps the schedule and runs tasks.

Everything it knows stands in the database, so that a killed worker loses nothing: its leases run
out, its tasks are taken back, and what it did in an open transaction never happened.

How long something lasts it measures by a clock that nobody puts back or forward. What stands in the
database was written by the clock on the wall, of this machine or another one: see `jobs.rules.schedule`.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import TaskContext, TaskResult
from django_tasks_db.models import DBTaskResult

from jobs import actions, current, queries
from jobs.interruption import Interrupted, stops_when
from jobs.models import ScheduledRun
from jobs.rules import schedule
from jobs.rules.watching import Watch

log = logging.getLogger("jobs")
HEARTBEAT_SECONDS = 5
REST_SECONDS = 0.5
RECOVERY_SECONDS = 10
TOLD_AGAIN_SECONDS = 60
JUMP_WORTH_SAYING = timedelta(minutes=1)
# One job may take this long. After that the worker counts as stuck and stops its heartbeats, which turns
# the health page red and lets another worker take the job.
LONGEST_JOB_SECONDS = 60 * 60


class Trouble:
    """A database that is away: one line when it begins, one each minute while it lasts, one when it is over."""

    def __init__(self, worker: str, monotonic: Callable[[], float]) -> None:
        self.worker, self.monotonic = worker, monotonic
        self.began: float | None = None
        self.told, self.errors = 0.0, 0
        self._lock = threading.Lock()  # heartbeats have a thread of their own

    def note(self, error: Exception) -> None:
        with self._lock:
            at = self.monotonic()
            self.errors += 1
            if self.began is None:
                self.began = at
            elif at - self.told < TOLD_AGAIN_SECONDS:
                return
            self.told = at
            log.error(
                "worker=%s outcome=database-error errors=%d error=%r",
                self.worker, self.errors, " ".join(str(error).split())[:300],
            )  # fmt: skip

    def is_over(self) -> None:
        with self._lock:
            if self.began is not None:
                log.warning(
                    "worker=%s outcome=database-is-back errors=%d seconds=%.0f",
                    self.worker, self.errors, self.monotonic() - self.began,
                )  # fmt: skip
            self.began, self.errors = None, 0


class Worker:
    """Runs until `stop()`; then ends the job at hand, or the piece at hand of a long task, and returns."""

    def __init__(
        self,
        *,
        backend: str = "background",
        clock: Callable[[], datetime] = timezone.now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.backend = backend
        self.clock, self.monotonic = clock, monotonic
        self.name = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.jobs = schedule.read(settings.SCHEDULES)
        self.started_at = clock()
        self._trouble = Trouble(self.name, monotonic)
        # Named by whoever began us: asked only now, it might be gone already.
        self.parent = int(os.environ.get("BOTHWAYS_SUPERVISED") or 0) or None
        self._stopping = threading.Event()
        self._at_work: tuple[schedule.Job, datetime] | None = None
        self._turned = monotonic()
        self._recovered = float("-inf")
        self._watch = Watch()
        self._looked = (clock(), monotonic())

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        actions.plan(self.jobs.values(), now=self.clock())
        actions.record_heartbeat(worker=self.name, started_at=self.started_at, now=self.clock())
        actions.forget_old(now=self.clock())
        heartbeats = threading.Thread(target=self._send_heartbeats, name="heartbeats", daemon=True)
        heartbeats.start()
        log.info("worker=%s outcome=started jobs=%s", self.name, ",".join(self.jobs))
        while not self._stopping.is_set():
            self._turned = self.monotonic()
            if self.parent is not None and os.getppid() != self.parent:
                log.warning("worker=%s outcome=stopping reason=parent-is-gone", self.name)
                break
            if not self._turn_safely():
                self._stopping.wait(REST_SECONDS)
        self._stopping.set()
        heartbeats.join(timeout=HEARTBEAT_SECONDS)
        actions.stop(worker=self.name, now=self.clock())
        log.info("worker=%s outcome=stopped", self.name)

    def _turn_safely(self) -> bool:
        """A database that is away for a moment must not end the worker: it rests and tries again."""
        try:
            close_old_connections()
            busy = self.turn()
        except DatabaseError as error:
            self._trouble.note(error)
            connection.close()
            self._stopping.wait(2)
            return False
        self._trouble.is_over()
        return busy

    def turn(self) -> bool:
        """Run what is due: at most every scheduled job once and one task. True if there was anything."""
        self.look_at_the_clock()
        self.recover()
        busy = False
        for run in queries.scheduled_runs():
            if run.name in self.jobs and not self._stopping.is_set() and self._may_begin(run):
                busy = self.run_job(run) or busy
        task = actions.claim_task(backend=self.backend, worker=self.name, now=self.clock())
        if task is not None:
            self.run_task(task)
            busy = True
        return busy

    def look_at_the_clock(self) -> None:
        """Say it once when the clock on the wall went otherwise than time passes; a machine that slept, too."""
        now, at = self.clock(), self.monotonic()
        jump = (now - self._looked[0]) - timedelta(seconds=at - self._looked[1])
        self._looked = (now, at)
        if abs(jump) > JUMP_WORTH_SAYING:
            seconds = round(jump.total_seconds())
            log.warning("worker=%s outcome=clock-jumped seconds=%+d", self.name, seconds)
            actions.note_jump(worker=self.name, seconds=seconds, now=now)

    def recover(self) -> None:
        """Every ten seconds: notice workers that were killed, and take back what they held."""
        at = self.monotonic()
        if at - self._recovered < RECOVERY_SECONDS:
            return
        self._recovered = at
        seen, now = queries.heartbeats(), self.clock()
        dead = [
            (worker, seen_at)
            for worker, seen_at in seen
            if worker != self.name
            and schedule.is_dead(
                seen_at, now=now, unchanged=self._watch.unchanged_for(("heartbeat", worker), seen_at, at=at)
            )
        ]
        if actions.mark_killed(dead, now=now):
            log.warning("worker=%s outcome=unclean-stop-noticed", self.name)
            actions.make_due(settings.SCHEDULES_AFTER_UNCLEAN_STOP, now=now)
        taken = actions.recover_tasks(backend=self.backend, now=now)
        if taken:
            log.warning("worker=%s outcome=recovered tasks=%d", self.name, taken)
        actions.hasten_tasks(backend=self.backend, now=now)

    def _may_begin(self, run: ScheduledRun) -> bool:
        """The turn has come, and nobody holds it."""
        now, at = self.clock(), self.monotonic()
        waited = self._watch.unchanged_for(("turn", run.name), run.due_at, at=at)
        unchanged = self._watch.unchanged_for(("lease", run.name), run.held_until, at=at)
        job = self.jobs[run.name]
        return job.is_due(run.due_at, failures=run.failures, now=now, waited=waited) and schedule.is_free(
            run.held_until, now=now, unchanged=unchanged
        )

    def run_job(self, run: ScheduledRun) -> bool:
        """True if the turn was ours, whether or not it went well. The row as it was when its turn had come."""
        job, now = self.jobs[run.name], self.clock()
        if not actions.claim_job(run, now=now):
            return False
        self._at_work = (job, now)
        began = time.monotonic()
        try:
            with current.at_work(self.name):
                import_string(job.function)(now=now)
        except Exception as error:  # any failure of a job is logged, kept and tried again
            self._at_work = None
            log.exception("job=%s outcome=failed seconds=%.3f", job.name, time.monotonic() - began)
            actions.fail_job(job, claimed_at=now, error=error, now=self.clock())
        else:
            self._at_work = None
            actions.finish_job(job, claimed_at=now, now=self.clock())
            # A job that runs every few seconds would fill the log with nothing.
            level = logging.DEBUG if job.every else logging.INFO
            log.log(level, "job=%s outcome=done seconds=%.3f", job.name, time.monotonic() - began)
        return True

    def run_task(self, row: DBTaskResult) -> None:
        began = time.monotonic()
        attempt = len(row.worker_ids)
        try:
            task, result = row.task, cast(TaskResult[Any], row.task_result)
            context = (TaskContext(task_result=result),) if task.takes_context else ()
            with stops_when(self._stopping.is_set):
                row.set_successful(task.call(*context, *result.args, **result.kwargs))
        except Interrupted:
            actions.give_back_task(row)
            log.info(
                "task=%s id=%s attempt=%d outcome=interrupted seconds=%.3f",
                row.task_path, row.pk, attempt, time.monotonic() - began,
            )  # fmt: skip
        except Exception as error:  # any failure of a task is logged, kept and tried again
            again = actions.retry_task(row, error=error, now=self.clock())
            log.exception(
                "task=%s id=%s attempt=%d outcome=%s seconds=%.3f",
                row.task_path, row.pk, attempt, "retry" if again else "given-up", time.monotonic() - began,
            )  # fmt: skip
        else:
            log.info(
                "task=%s id=%s attempt=%d outcome=done seconds=%.3f",
                row.task_path, row.pk, attempt, time.monotonic() - began,
            )  # fmt: skip

    def _send_heartbeats(self) -> None:
        """A thread of its own with a connection of its own, so that a long job does not look like death."""
        while not self._stopping.wait(HEARTBEAT_SECONDS):
            if self.monotonic() - self._turned > LONGEST_JOB_SECONDS:
                log.error("worker=%s outcome=stuck", self.name)
                break
            try:
                close_old_connections()
                now = self.clock()
                actions.record_heartbeat(worker=self.name, started_at=self.started_at, now=now)
                if self._at_work is not None:
                    job, claimed_at = self._at_work
                    actions.hold_job(job, claimed_at=claimed_at, now=now)
            except DatabaseError as error:
                self._trouble.note(error)
                connection.close()
        connection.close()
