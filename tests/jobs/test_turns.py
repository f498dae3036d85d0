"""Each scheduled job runs once in its turn, whoever is killed and however the clock is set."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs import actions, current, queries
from jobs.models import ScheduledRun
from jobs.rules.schedule import Job
from jobs.worker import Worker
from tests.jobs import working
from tests.jobs.working import CALLS, NOW, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


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


def test_how_long_ago_each_job_ended_well(worker, clock, django_assert_num_queries):
    worker.run_job(run_of("note"))
    worker.run_job(run_of("fail"))
    clock.pass_(minutes=3)

    with django_assert_num_queries(1):
        successes = queries.last_successes(now=clock.now)

    assert successes == {"note": timedelta(minutes=3), "fail": None}
    assert queries.last_successes(now=NOW - timedelta(hours=1))["note"] == timedelta()


def test_a_job_knows_its_worker(worker, clock, monkeypatch):
    names = []
    monkeypatch.setattr(working, "note", lambda *, now: names.append(current.worker()))

    worker.turn()

    assert (names, current.worker()) == ([worker.name], "")
