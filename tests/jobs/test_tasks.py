"""A task runs once, comes back when it failed or its worker was killed, and is given up in the end."""

from datetime import timedelta

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobs import actions, queries
from jobs.models import Heartbeat
from jobs.worker import Worker
from tests.jobs.working import CALLS, NOW, add, break_down, in_pieces, look_again

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.fixture
def held(worker, enqueue):
    """A task of another worker that has just sent a heartbeat, and that ours has seen."""
    row = enqueue(add, 2, 3)
    actions.record_heartbeat(worker="other", started_at=NOW, now=NOW)
    actions.claim_task(backend="background", worker="other", now=NOW)
    worker.recover()
    return row


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
        actions.record_heartbeat(worker="other", started_at=NOW, now=clock.now)
        worker.recover()

    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_kills_no_worker(worker, held, clock, hours):
    """Its last heartbeat seems an hour old, or to come in an hour, until it sends the next."""
    clock.step(hours=hours)
    look_again(worker, clock, seconds=11)
    actions.record_heartbeat(worker="other", started_at=NOW, now=clock.now)
    look_again(worker, clock, seconds=24)

    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


def test_a_heartbeat_in_the_future_does_not_count(worker, held, clock):
    """The worker died, and then the clock was put back."""
    clock.step(hours=-1)
    assert queries.last_heartbeat(now=clock.now) is None

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


def test_how_many_tasks_wait_and_for_how_long(worker, enqueue, django_assert_num_queries):
    assert queries.task_queue(now=NOW) == queries.TaskQueue(0, None)
    for minutes in (5, 2):
        row = enqueue(add, 2, 3)
        DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=NOW - timedelta(minutes=minutes))
    row = enqueue(add, 2, 3)
    DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.SUCCESSFUL)

    with django_assert_num_queries(1):
        queue = queries.task_queue(now=NOW)

    assert queue == queries.TaskQueue(2, timedelta(minutes=5))
