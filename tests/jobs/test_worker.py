"""What the worker does with jobs and tasks, and what is left when one is killed."""

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from jobs import actions, queries
from jobs.models import Heartbeat, ScheduledRun
from jobs.schedule import Job
from jobs.worker import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
CALLS: list[datetime] = []


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def pass_(self, **time):
        self.now += timedelta(**time)


def note(*, now):
    CALLS.append(now)


def fail(*, now):
    CALLS.append(now)
    raise RuntimeError("the printer is on fire")


@task()
def add(first, second):
    CALLS.append(NOW)
    return first + second


@task()
def break_down():
    raise RuntimeError("no such customer")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def worker(settings, clock, monkeypatch):
    """A worker whose tasks and jobs are those of this file."""
    CALLS.clear()
    settings.SCHEDULES = {
        "note": (f"{__name__}.note", "every 20 seconds"),
        "fail": (f"{__name__}.fail", "17 2 * * *"),
    }
    settings.SCHEDULES_AFTER_UNCLEAN_STOP = ["fail"]
    worker = Worker(clock=clock)
    actions.plan(worker.jobs.values(), now=clock.now)
    return worker


@pytest.fixture
def enqueue(settings):
    """Puts a task into the database's queue, as in production."""
    settings.TASKS = {"background": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["background"]}}
    backend = DatabaseBackend("background", {"QUEUES": ["background"]})

    def put(function, *args):
        result = backend.enqueue(function.using(backend="background", queue_name="background"), args, {})
        return DBTaskResult.objects.get(pk=result.id)

    return put


def test_a_job_runs_once_in_each_turn(worker, clock):
    worker.turn()
    worker.turn()
    clock.pass_(seconds=19)
    worker.turn()
    assert CALLS == [NOW]

    clock.pass_(seconds=1)
    worker.turn()

    assert [NOW, NOW + timedelta(seconds=20)] == CALLS


def test_a_nightly_job_waits_for_its_night(worker, clock):
    worker.turn()
    assert ScheduledRun.objects.get(name="fail").due_at == datetime(2026, 3, 3, 2, 17, tzinfo=UTC)

    clock.now = datetime(2026, 3, 3, 2, 17, tzinfo=UTC)
    worker.run_job(worker.jobs["fail"])

    assert CALLS[-1] == clock.now


def test_two_workers_do_not_run_the_same_turn(worker, clock):
    job = worker.jobs["note"]

    assert actions.claim_job(job, now=clock.now) is True
    assert actions.claim_job(job, now=clock.now) is False


def test_a_killed_workers_job_runs_again_when_its_lease_is_over(worker, clock):
    actions.claim_job(worker.jobs["note"], now=clock.now)

    clock.pass_(seconds=29)
    worker.turn()
    assert CALLS == []

    clock.pass_(seconds=2)
    worker.turn()
    assert [clock.now] == CALLS


def test_a_worker_that_lives_keeps_a_long_job(worker, clock):
    job, claimed_at = worker.jobs["note"], clock.now
    actions.claim_job(job, now=claimed_at)

    clock.pass_(seconds=25)
    actions.hold_job(job, claimed_at=claimed_at, now=clock.now)
    clock.pass_(seconds=25)

    assert actions.claim_job(job, now=clock.now) is False


def test_a_worker_that_lost_its_lease_does_not_end_the_turn_of_another(worker, clock):
    job, claimed_at = worker.jobs["note"], clock.now
    actions.claim_job(job, now=claimed_at)
    clock.pass_(seconds=40)
    actions.claim_job(job, now=clock.now)

    actions.finish_job(job, claimed_at=claimed_at, now=clock.now)

    assert ScheduledRun.objects.get(name="note").held_until is not None


def test_a_failed_job_is_kept_with_its_reason_and_tried_again(worker, clock):
    actions.make_due(["fail"], now=clock.now)

    worker.run_job(worker.jobs["fail"])

    run = ScheduledRun.objects.get(name="fail")
    assert (run.failures, run.error) == (1, "RuntimeError: the printer is on fire")
    assert run.due_at == NOW + timedelta(seconds=15)
    assert queries.failing_jobs(at_least=1) == {"fail": 1}


def test_a_job_that_works_again_is_no_longer_failing(worker, clock):
    ScheduledRun.objects.filter(name="note").update(failures=7, error="x")

    worker.run_job(worker.jobs["note"])

    assert queries.failing_jobs(at_least=1) == {}


def test_jobs_that_are_no_longer_in_the_settings_are_forgotten(worker, clock):
    actions.plan([Job("other", "a.b", "every 5 seconds")], now=clock.now)

    assert list(ScheduledRun.objects.values_list("name", flat=True)) == ["other"]


def test_planning_again_moves_no_turn(worker, clock):
    due = dict(ScheduledRun.objects.values_list("name", "due_at"))

    clock.pass_(hours=3)
    actions.plan(worker.jobs.values(), now=clock.now)

    assert dict(ScheduledRun.objects.values_list("name", "due_at")) == due


def test_a_task_is_run_once_and_its_result_kept(worker, enqueue):
    row = enqueue(add, 2, 3)

    worker.run_task(actions.claim_task(backend="background", worker="w", now=NOW))

    row.refresh_from_db()
    assert (row.status, row.return_value) == (TaskResultStatus.SUCCESSFUL, 5)
    assert actions.claim_task(backend="background", worker="w", now=NOW) is None


def test_a_task_of_another_backend_is_left_alone(worker, enqueue):
    row = enqueue(add, 2, 3)
    DBTaskResult.objects.filter(pk=row.pk).update(backend_name="default")

    assert actions.claim_task(backend="background", worker="w", now=NOW) is None


def test_a_failed_task_comes_back_later_and_stays_failed_after_the_fifth_attempt(worker, enqueue, clock):
    row = enqueue(break_down)
    waits = []
    for _ in range(5):
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=NOW)
        worker.run_task(actions.claim_task(backend="background", worker="w", now=NOW))
        row.refresh_from_db()
        waits.append((row.status, row.run_after - NOW))

    assert waits[:4] == [(TaskResultStatus.READY, timedelta(seconds=s)) for s in (10, 40, 160, 640)]
    assert row.status == TaskResultStatus.FAILED
    assert "no such customer" in row.traceback
    assert queries.tasks_given_up() == 1


def test_a_task_whose_worker_was_killed_is_taken_back(worker, enqueue, clock):
    row = enqueue(add, 2, 3)
    actions.breathe(worker="killed", started_at=NOW, now=NOW)
    actions.claim_task(backend="background", worker="killed", now=NOW)
    assert actions.recover_tasks(backend="background", now=NOW + timedelta(seconds=30)) == 0

    taken = actions.recover_tasks(backend="background", now=NOW + timedelta(seconds=46))

    row.refresh_from_db()
    assert (taken, row.status) == (1, TaskResultStatus.READY)


def test_a_task_of_a_living_worker_is_not_taken_away(worker, enqueue, clock):
    enqueue(add, 2, 3)
    actions.breathe(worker="busy", started_at=NOW, now=NOW)
    actions.claim_task(backend="background", worker="busy", now=NOW)

    actions.breathe(worker="busy", started_at=NOW, now=NOW + timedelta(hours=1))

    assert actions.recover_tasks(backend="background", now=NOW + timedelta(hours=1)) == 0


def test_a_killed_worker_makes_the_database_be_looked_at_once(worker, clock):
    actions.breathe(worker="killed", started_at=NOW, now=NOW)
    clock.pass_(seconds=50)

    worker.recover()
    worker._recovered = float("-inf")
    ScheduledRun.objects.filter(name="fail").update(due_at=NOW + timedelta(days=1))
    worker.recover()

    assert ScheduledRun.objects.get(name="fail").due_at == NOW + timedelta(days=1)
    assert not actions.died_unnoticed(now=clock.now)


def test_a_worker_that_said_goodbye_is_not_taken_for_dead(worker, clock):
    actions.breathe(worker="gone", started_at=NOW, now=NOW)
    actions.stop(worker="gone", now=NOW)

    assert not actions.died_unnoticed(now=NOW + timedelta(minutes=5))


def test_old_heartbeats_and_finished_tasks_are_removed(worker, enqueue, clock):
    actions.breathe(worker="old", started_at=NOW, now=NOW)
    row = enqueue(add, 2, 3)
    DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.SUCCESSFUL, finished_at=NOW)

    actions.forget_old(now=NOW + timedelta(days=6))
    assert Heartbeat.objects.count() == 1
    actions.forget_old(now=NOW + timedelta(days=31))

    assert (Heartbeat.objects.count(), DBTaskResult.objects.count()) == (0, 0)
