"""Whether a worker lives, what it leaves when it is killed, and what it says of clock and database."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobs import actions, queries, restarts
from jobs.models import Heartbeat, ScheduledRun
from jobs.worker import Trouble
from tests.jobs.working import NOW, add, look_again, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def test_a_killed_worker_makes_the_database_be_looked_at_once(worker, clock):
    actions.record_heartbeat(worker="killed", started_at=NOW, now=NOW)
    worker.recover()
    look_again(worker, clock, seconds=50)
    assert run_of("fail").due_at == clock.now

    ScheduledRun.objects.filter(name="fail").update(due_at=NOW + timedelta(days=1))
    look_again(worker, clock, seconds=50)

    assert run_of("fail").due_at == NOW + timedelta(days=1)


def test_a_worker_that_sends_a_heartbeat_after_all_is_not_marked_as_killed(worker, clock):
    actions.record_heartbeat(worker="slow", started_at=NOW, now=NOW)
    seen = queries.heartbeats()
    actions.record_heartbeat(worker="slow", started_at=NOW, now=NOW + timedelta(seconds=50))

    assert actions.mark_killed(seen, now=NOW + timedelta(seconds=50)) == 0
    assert queries.alive() == {"slow"}


def test_a_worker_that_was_taken_for_dead_and_sends_heartbeats_again_was_not_killed(worker):
    actions.record_heartbeat(worker="slow", started_at=NOW, now=NOW)
    actions.mark_killed(queries.heartbeats(), now=NOW)

    actions.record_heartbeat(worker="slow", started_at=NOW, now=NOW)

    assert queries.alive() == {"slow"}
    assert not Heartbeat.objects.get().was_killed


def test_a_worker_that_said_goodbye_is_not_taken_for_dead(worker, clock):
    actions.record_heartbeat(worker="gone", started_at=NOW, now=NOW)
    actions.stop(worker="gone", now=NOW)

    worker.recover()
    look_again(worker, clock, minutes=5)

    assert not Heartbeat.objects.get().was_killed


@pytest.mark.parametrize("seconds", [-3600, -61, 61, 3600])
def test_a_clock_that_jumps_is_said_once_and_noted(worker, clock, caplog, seconds):
    actions.record_heartbeat(worker=worker.name, started_at=NOW, now=NOW)
    clock.step(seconds=seconds)

    for _ in range(3):
        worker.look_at_the_clock()

    said = [record.getMessage() for record in caplog.records if "clock-jumped" in record.getMessage()]
    assert said == [f"worker={worker.name} outcome=clock-jumped seconds={seconds:+d}"]
    jump = queries.clock_jumped_within(timedelta(hours=1), now=clock.now)
    assert (jump.at, jump.seconds) == (clock.now, seconds)
    assert queries.clock_jumped_within(timedelta(hours=1), now=clock.now + timedelta(hours=2)) is None


def test_a_clock_that_is_corrected_by_seconds_and_a_long_job_are_no_jump(worker, clock, caplog):
    clock.step(seconds=-59)
    worker.look_at_the_clock()
    clock.pass_(hours=1)
    worker.look_at_the_clock()

    assert "clock-jumped" not in caplog.text


def test_who_was_killed_lately_is_counted(worker, clock, tmp_path, django_assert_num_queries):
    for name in ("first", "second", "living"):
        actions.record_heartbeat(worker=name, started_at=NOW, now=NOW)
    actions.mark_killed([("first", NOW), ("second", NOW)], now=NOW)
    actions.stop(worker="living", now=NOW)
    restarts.note(tmp_path, now=NOW)

    with django_assert_num_queries(1):
        lately = queries.restarts_within(timedelta(hours=1), now=NOW + timedelta(minutes=59), folder=tmp_path)
    later = queries.restarts_within(timedelta(hours=1), now=NOW + timedelta(minutes=61), folder=tmp_path)

    assert (lately.background, lately.web) == (2, 1)
    assert (later.background, later.web) == (0, 0)


def test_old_heartbeats_and_finished_tasks_are_removed(worker, enqueue, clock):
    actions.record_heartbeat(worker="old", started_at=NOW, now=NOW)
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
