"""What the worker does with jobs and tasks, and what is left when one is killed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from jobs import actions, current, queries, restarts
from jobs.interruption import stop_if_asked
from jobs.models import Heartbeat, ScheduledRun
from jobs.schedule import Job
from jobs.worker import Trouble, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
CALLS: list[datetime] = []


class Clock:
    def __init__(self):
        self.now, self.passed = NOW, 0.0

    def __call__(self):
        return self.now

    def monotonic(self):
        return self.passed

    def pass_(self, **time):
        self.now += timedelta(**time)
        self.passed += timedelta(**time).total_seconds()

    def step(self, **time):
        """Somebody sets the clock on the wall; no time passes."""
        self.now += timedelta(**time)


def note(*, now):
    CALLS.append(now)


def fail(*, now):
    CALLS.append(now)
    raise RuntimeError("the printer is on fire")


@task()
def in_pieces():
    for _piece in range(3):
        if CALLS and callable(CALLS[0]):
            CALLS.pop()()
        CALLS.append("a piece")
        stop_if_asked()


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
    worker = Worker(clock=clock, monotonic=clock.monotonic)
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

    clock.pass_(hours=16, minutes=17)
    worker.turn()

    assert CALLS[-1] == clock.now == datetime(2026, 3, 3, 2, 17, tzinfo=UTC)


def run_of(name):
    return ScheduledRun.objects.get(name=name)


def test_two_workers_do_not_run_the_same_turn(worker, clock):
    seen, by_another = run_of("note"), run_of("note")

    assert actions.claim_job(seen, now=clock.now) is True
    assert actions.claim_job(by_another, now=clock.now) is False


def test_a_turn_that_another_worker_ran_meanwhile_is_not_run_again(worker, clock):
    """It was seen to be due, and is due no more: whatever the clock says, the row is another one."""
    seen = run_of("note")
    worker.run_job(run_of("note"))

    for due_at in (NOW, NOW + timedelta(hours=2)):
        ScheduledRun.objects.filter(name="note").update(due_at=due_at)
        assert worker.run_job(seen) is False

    assert [NOW] == CALLS


def test_a_killed_workers_job_runs_again_when_its_lease_is_over(worker, clock):
    actions.claim_job(run_of("note"), now=clock.now)
    worker.turn()

    clock.pass_(seconds=29)
    worker.turn()
    assert CALLS == []

    clock.pass_(seconds=2)
    worker.turn()
    assert [clock.now] == CALLS


def test_a_worker_that_lives_keeps_a_long_job(worker, clock):
    job, claimed_at = worker.jobs["note"], clock.now
    actions.claim_job(run_of("note"), now=claimed_at)
    worker.turn()

    for _ in range(10):
        clock.pass_(seconds=20)
        actions.hold_job(job, claimed_at=claimed_at, now=clock.now)
        worker.turn()

    assert CALLS == []


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_worker_that_lives_keeps_its_job_when_the_clock_is_set(worker, clock, hours):
    """The lease seems to be over, or to last for an hour, until its holder prolongs it by the new clock."""
    job, claimed_at = worker.jobs["note"], clock.now
    actions.claim_job(run_of("note"), now=claimed_at)
    worker.turn()

    clock.step(hours=hours)
    for _ in range(10):
        clock.pass_(seconds=20)
        worker.turn()
        actions.hold_job(job, claimed_at=claimed_at, now=clock.now)

    assert CALLS == []


def test_a_lease_that_was_taken_before_the_clock_was_put_back_ends_as_any_other(worker, clock):
    actions.claim_job(run_of("note"), now=clock.now)
    clock.step(hours=-1)
    worker.turn()

    clock.pass_(seconds=24)
    worker.turn()
    assert CALLS == []
    clock.pass_(seconds=1)
    worker.turn()

    assert [clock.now] == CALLS


@pytest.mark.parametrize("hours", [-1, -2, 1])
def test_a_clock_that_is_set_stops_no_job(worker, clock, hours):
    worker.turn()

    clock.step(hours=hours)
    clock.pass_(seconds=20)
    worker.turn()

    assert [NOW, clock.now] == CALLS


def test_a_worker_that_starts_after_the_clock_was_put_back_runs_what_is_due_too_late(worker, clock):
    worker.turn()
    clock.step(hours=-1)
    fresh = Worker(clock=clock, monotonic=clock.monotonic)

    fresh.turn()

    assert [NOW, clock.now] == CALLS


def test_a_clock_that_is_a_little_behind_another_machines_runs_nothing_twice(worker, clock):
    worker.turn()
    clock.step(seconds=-30)
    fresh = Worker(clock=clock, monotonic=clock.monotonic)

    fresh.turn()

    assert [NOW] == CALLS


def test_a_turn_ends_no_earlier_than_it_began(worker, clock):
    job, claimed_at = worker.jobs["note"], clock.now
    actions.claim_job(run_of("note"), now=claimed_at)
    clock.step(hours=-1)

    actions.finish_job(job, claimed_at=claimed_at, now=clock.now)

    run = run_of("note")
    assert (run.finished_at, run.succeeded_at) == (NOW, NOW)
    assert run.due_at == NOW - timedelta(hours=1) + timedelta(seconds=20)


def test_a_worker_that_lost_its_lease_does_not_end_the_turn_of_another(worker, clock):
    job, claimed_at = worker.jobs["note"], clock.now
    actions.claim_job(run_of("note"), now=claimed_at)
    clock.pass_(seconds=40)
    actions.claim_job(run_of("note"), now=clock.now)

    actions.finish_job(job, claimed_at=claimed_at, now=clock.now)

    assert ScheduledRun.objects.get(name="note").held_until is not None


def test_a_failed_job_is_kept_with_its_reason_and_tried_again(worker, clock):
    actions.make_due(["fail"], now=clock.now)

    worker.run_job(run_of("fail"))

    run = ScheduledRun.objects.get(name="fail")
    assert (run.failures, run.error) == (1, "RuntimeError: the printer is on fire")
    assert run.due_at == NOW + timedelta(seconds=15)
    assert queries.failing_jobs(at_least=1) == {"fail": 1}


def test_a_job_that_works_again_is_no_longer_failing(worker, clock):
    ScheduledRun.objects.filter(name="note").update(failures=7, error="x")

    worker.run_job(run_of("note"))

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


def test_a_worker_that_is_to_stop_leaves_a_long_task_after_the_piece_at_hand_and_the_next_one_goes_on(
    worker, enqueue
):
    row = enqueue(in_pieces)
    CALLS.append(worker.stop)  # asked in the midst of the first piece

    worker.run_task(actions.claim_task(backend="background", worker="w", now=NOW))
    row.refresh_from_db()
    assert (row.status, row.worker_ids, CALLS) == (TaskResultStatus.READY, [], ["a piece"])
    Worker(clock=worker.clock).run_task(actions.claim_task(backend="background", worker="next", now=NOW))

    row.refresh_from_db()
    assert (row.status, row.worker_ids) == (TaskResultStatus.SUCCESSFUL, ["next"])
    assert CALLS == ["a piece"] * 4


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


def look_again(worker, clock, **time):
    clock.pass_(**time)
    worker.recover()


@pytest.fixture
def held(worker, enqueue):
    """A task of another worker that has just breathed, and that ours has seen."""
    row = enqueue(add, 2, 3)
    actions.breathe(worker="other", started_at=NOW, now=NOW)
    actions.claim_task(backend="background", worker="other", now=NOW)
    worker.recover()
    return row


def test_a_task_whose_worker_was_killed_is_ready_at_once_when_that_is_noticed(worker, held, clock):
    look_again(worker, clock, seconds=44)
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING

    look_again(worker, clock, seconds=10)

    held.refresh_from_db()
    assert (held.status, held.run_after) == (TaskResultStatus.READY, clock.now)
    assert Heartbeat.objects.get(worker="other").was_killed


def test_a_task_that_kills_one_worker_after_the_other_waits_and_is_given_up(worker, enqueue, clock):
    row = enqueue(add, 2, 3)
    waits = []
    for number in range(5):
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=NOW)
        actions.claim_task(backend="background", worker=f"killed{number}", now=NOW)
        actions.recover_tasks(backend="background", now=NOW)
        row.refresh_from_db()
        waits.append((row.status, (row.run_after - NOW).total_seconds()))

    assert waits[:4] == [(TaskResultStatus.READY, seconds) for seconds in (0, 40, 160, 640)]
    assert row.status == TaskResultStatus.FAILED


def test_a_task_of_a_living_worker_is_not_taken_away(worker, held, clock):
    for _ in range(20):
        clock.pass_(seconds=30)
        actions.breathe(worker="other", started_at=NOW, now=clock.now)
        worker.recover()

    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_kills_no_worker(worker, held, clock, hours):
    """Its last breath seems an hour old, or to come in an hour, until it draws the next."""
    clock.step(hours=hours)
    look_again(worker, clock, seconds=11)
    actions.breathe(worker="other", started_at=NOW, now=clock.now)
    look_again(worker, clock, seconds=24)

    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


def test_a_breath_in_the_future_is_none(worker, held, clock):
    """The worker died, and then the clock was put back."""
    clock.step(hours=-1)
    assert queries.last_breath(now=clock.now) is None

    look_again(worker, clock, seconds=25)

    assert DBTaskResult.objects.get().status == TaskResultStatus.READY


def test_a_task_that_waits_for_its_next_try_does_not_wait_for_the_clock(worker, enqueue, clock):
    failed, deferred = enqueue(break_down), enqueue(add, 1, 1)
    worker.run_task(actions.claim_task(backend="background", worker="w", now=NOW))
    DBTaskResult.objects.filter(pk=deferred.pk).update(run_after=NOW + timedelta(days=3), worker_ids=[])
    clock.step(hours=-1)

    worker.recover()

    failed.refresh_from_db()
    deferred.refresh_from_db()
    assert (failed.run_after, deferred.run_after) == (clock.now, NOW + timedelta(days=3))


def test_a_killed_worker_makes_the_database_be_looked_at_once(worker, clock):
    actions.breathe(worker="killed", started_at=NOW, now=NOW)
    worker.recover()
    look_again(worker, clock, seconds=50)
    assert run_of("fail").due_at == clock.now

    ScheduledRun.objects.filter(name="fail").update(due_at=NOW + timedelta(days=1))
    look_again(worker, clock, seconds=50)

    assert run_of("fail").due_at == NOW + timedelta(days=1)


def test_a_worker_that_draws_breath_after_all_is_not_buried(worker, clock):
    actions.breathe(worker="slow", started_at=NOW, now=NOW)
    seen = queries.breaths()
    actions.breathe(worker="slow", started_at=NOW, now=NOW + timedelta(seconds=50))

    assert actions.bury(seen, now=NOW + timedelta(seconds=50)) == 0
    assert queries.alive() == {"slow"}


def test_a_worker_that_was_taken_for_dead_and_breathes_again_was_not_killed(worker):
    actions.breathe(worker="slow", started_at=NOW, now=NOW)
    actions.bury(queries.breaths(), now=NOW)

    actions.breathe(worker="slow", started_at=NOW, now=NOW)

    assert queries.alive() == {"slow"}
    assert not Heartbeat.objects.get().was_killed


def test_a_worker_that_said_goodbye_is_not_taken_for_dead(worker, clock):
    actions.breathe(worker="gone", started_at=NOW, now=NOW)
    actions.stop(worker="gone", now=NOW)

    worker.recover()
    look_again(worker, clock, minutes=5)

    assert not Heartbeat.objects.get().was_killed


@pytest.mark.parametrize("seconds", [-3600, -61, 61, 3600])
def test_a_clock_that_jumps_is_said_once_and_noted(worker, clock, caplog, seconds):
    actions.breathe(worker=worker.name, started_at=NOW, now=NOW)
    clock.step(seconds=seconds)

    for _ in range(3):
        worker.look_at_the_clock()

    said = [record.getMessage() for record in caplog.records if "clock-jumped" in record.getMessage()]
    assert said == [f"worker={worker.name} outcome=clock-jumped seconds={seconds:+d}"]
    found = queries.clock_jumped_within(timedelta(hours=1), now=clock.now)
    assert (found.at, found.seconds) == (clock.now, seconds)
    assert queries.clock_jumped_within(timedelta(hours=1), now=clock.now + timedelta(hours=2)) is None


def test_a_clock_that_is_corrected_by_seconds_and_a_long_job_are_no_jump(worker, clock, caplog):
    clock.step(seconds=-59)
    worker.look_at_the_clock()
    clock.pass_(hours=1)
    worker.look_at_the_clock()

    assert "clock-jumped" not in caplog.text


def test_who_was_killed_lately_is_counted(worker, clock, tmp_path, django_assert_num_queries):
    for name in ("first", "second", "living"):
        actions.breathe(worker=name, started_at=NOW, now=NOW)
    actions.bury([("first", NOW), ("second", NOW)], now=NOW)
    actions.stop(worker="living", now=NOW)
    restarts.note(tmp_path, now=NOW)

    with django_assert_num_queries(1):
        lately = queries.restarts_within(timedelta(hours=1), now=NOW + timedelta(minutes=59), folder=tmp_path)
    later = queries.restarts_within(timedelta(hours=1), now=NOW + timedelta(minutes=61), folder=tmp_path)

    assert (lately.background, lately.web) == (2, 1)
    assert (later.background, later.web) == (0, 0)


def test_how_long_ago_each_job_ended_well(worker, clock, django_assert_num_queries):
    worker.run_job(run_of("note"))
    worker.run_job(run_of("fail"))
    clock.pass_(minutes=3)

    with django_assert_num_queries(1):
        found = queries.last_successes(now=clock.now)

    assert found == {"note": timedelta(minutes=3), "fail": None}
    assert queries.last_successes(now=NOW - timedelta(hours=1))["note"] == timedelta()


def test_how_many_tasks_wait_and_for_how_long(worker, enqueue, django_assert_num_queries):
    assert queries.task_queue(now=NOW) == queries.TaskQueue(0, None)
    for minutes in (5, 2):
        row = enqueue(add, 2, 3)
        DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=NOW - timedelta(minutes=minutes))
    row = enqueue(add, 2, 3)
    DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.SUCCESSFUL)

    with django_assert_num_queries(1):
        found = queries.task_queue(now=NOW)

    assert found == queries.TaskQueue(2, timedelta(minutes=5))


def test_a_job_knows_its_worker(worker, clock, monkeypatch):
    names = []
    monkeypatch.setitem(globals(), "note", lambda *, now: names.append(current.worker()))

    worker.turn()

    assert (names, current.worker()) == ([worker.name], "")


def test_old_heartbeats_and_finished_tasks_are_removed(worker, enqueue, clock):
    actions.breathe(worker="old", started_at=NOW, now=NOW)
    row = enqueue(add, 2, 3)
    DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.SUCCESSFUL, finished_at=NOW)

    actions.forget_old(now=NOW + timedelta(days=6))
    assert Heartbeat.objects.count() == 1
    actions.forget_old(now=NOW + timedelta(days=31))

    assert (Heartbeat.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_a_database_that_is_away_is_told_once_a_minute_and_its_end_too(caplog):
    clock = iter([0, 2, 4, 59, 61, 63, 65]).__next__
    trouble = Trouble("w", clock)

    for _turn in range(5):
        trouble.note(OperationalError("gone\naway"))
    trouble.is_over()
    trouble.is_over()

    assert caplog.messages == [
        "worker=w outcome=database-error errors=1 error='gone away'",
        "worker=w outcome=database-error errors=5 error='gone away'",
        "worker=w outcome=database-is-back errors=5 seconds=63",
    ]
