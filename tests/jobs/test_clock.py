"""The clock on the wall is set while workers work: plain rules, and laws over any sequence of steps."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobs import restarts
from jobs.rules.schedule import Job, is_dead, is_free, is_too_far
from jobs.rules.watching import Watch
from tests.soak import ROUNDS

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NOT = timedelta()
LOOKS = 0.5  # seconds between two looks at what is due
# Wall clock steps before some of the looks: how many looks to wait, and by how many seconds it is set then.
steps = st.lists(st.tuples(st.integers(0, 30), st.integers(-100_000, 100_000)), max_size=8)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@settings(max_examples=25 * ROUNDS, deadline=None)
@given(steps=steps, every=st.sampled_from([1, 5, 20]), fails=st.booleans())
@example(steps=[(1, -3600)], every=5, fails=False)
@example(steps=[(6, -3)] * 8, every=5, fails=False)  # always a little before the turn
@example(steps=[(1, 100_000), (1, -100_000)], every=20, fails=True)
def test_no_job_rests_longer_than_its_interval_whatever_the_clock_does(
    steps: list[tuple[int, int]], every: int, fails: bool
) -> None:
    job = Job("mail", "a.b", f"every {every} seconds")
    watch, wall, passed = Watch(), NOW, 0.0
    due_at, failures, last_run = NOW, 0, 0.0
    wait = [looks for looks, _by in steps]
    for look in range(sum(wait) + 4 * every):
        if steps and look >= steps[0][0]:
            wall += seconds(steps[0][1])
            steps = [(looks + look, by) for looks, by in steps[1:2]] + steps[2:]
        waited = watch.unchanged_for("mail", due_at, at=passed)
        if job.is_due(due_at, failures=failures, now=wall, waited=waited):
            last_run, failures = passed, failures + fails
            due_at = job.retry_after(wall, failures) if fails else job.next_after(wall)
        assert passed - last_run <= every + LOOKS
        wall, passed = wall + seconds(LOOKS), passed + LOOKS


@settings(max_examples=25 * ROUNDS, deadline=None)
@given(steps=steps, heartbeat=st.floats(0.5, 20))
def test_a_worker_with_heartbeats_is_never_dead_and_one_without_is_dead_soon(
    steps: list[tuple[int, int]], heartbeat: float
) -> None:
    watch, wall, passed = Watch(), NOW, 0.0
    seen_at, lease, sent_at = NOW, NOW + seconds(30), 0.0
    for look, by in [(0, 0), *steps]:
        wall += seconds(by)
        for _ in range(look + 1):
            wall, passed = wall + seconds(LOOKS), passed + LOOKS
            if passed - sent_at >= heartbeat:
                seen_at, lease, sent_at = wall, wall + seconds(30), passed
            silent = watch.unchanged_for("heartbeat", seen_at, at=passed)
            assert not is_dead(seen_at, now=wall, unchanged=silent)
            assert not is_free(lease, now=wall, unchanged=watch.unchanged_for("lease", lease, at=passed))
    # From here on it says nothing any more.
    for _ in range(92):
        wall, passed = wall + seconds(LOOKS), passed + LOOKS
        silent = watch.unchanged_for("heartbeat", seen_at, at=passed)
        held = watch.unchanged_for("lease", lease, at=passed)
    assert is_dead(seen_at, now=wall, unchanged=silent)
    assert is_free(lease, now=wall, unchanged=held)


@pytest.mark.parametrize(
    ("when", "failures", "away", "is_due"),
    [
        ("every 5 seconds", 0, seconds(5), False),
        ("every 5 seconds", 0, seconds(65), False),
        ("every 5 seconds", 0, seconds(66), True),
        ("every 20 minutes", 1, seconds(75), False),
        ("every 20 minutes", 1, seconds(76), True),
        ("17 2 * * *", 0, timedelta(hours=16, minutes=17), False),
        ("17 2 * * *", 0, timedelta(hours=16, minutes=17, seconds=1), True),
        ("17 2 * * *", 2, seconds(90), False),
        ("17 2 * * *", 2, seconds(91), True),
    ],
)
def test_a_turn_further_away_than_any_turn_can_be_has_come(
    when: str, failures: int, away: timedelta, is_due: bool
) -> None:
    answer = Job("a", "b.c", when).is_due(NOW + away, failures=failures, now=NOW, waited=NOT)

    assert answer is is_due


@pytest.mark.parametrize(("waited", "is_due"), [(19, False), (20, True)])
def test_a_turn_has_come_when_it_was_awaited_for_the_whole_interval(waited: int, is_due: bool) -> None:
    job = Job("a", "b.c", "every 20 seconds")

    assert job.is_due(NOW + seconds(20), failures=0, now=NOW, waited=seconds(waited)) is is_due


def test_a_nightly_job_is_not_due_because_it_was_awaited_for_long() -> None:
    job = Job("a", "b.c", "17 2 * * *")

    assert not job.is_due(NOW + seconds(60), failures=0, now=NOW, waited=timedelta(days=2))


@pytest.mark.parametrize(("away", "too_far"), [(70, False), (71, True)])
def test_a_task_waits_no_longer_than_it_was_told(away: int, too_far: bool) -> None:
    assert is_too_far(NOW + seconds(away), attempts=1, now=NOW) is too_far


def test_a_trace_of_killed_web_workers_is_kept_short_and_survives_what_is_no_instant(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(restarts, "MOST_BYTES", 20_000)
    for number in range(700):
        restarts.note(tmp_path, now=NOW + seconds(number))
    with (tmp_path / "web-restarts.txt").open("a") as file:
        file.write("2026-03-02T10:\nnonsense\n2026-03-02T10:00:00\n")

    assert (tmp_path / "web-restarts.txt").stat().st_size <= 20_100
    assert (tmp_path / "web-restarts.txt").stat().st_mode & 0o777 == 0o600
    assert restarts.count(tmp_path, now=NOW + seconds(700), within=seconds(100)) == 100
    assert restarts.count(tmp_path / "gone", now=NOW, within=seconds(100)) == 0


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path) -> None:
    restarts.note(tmp_path / "gone", now=NOW)

    assert restarts.count(tmp_path / "gone", now=NOW, within=seconds(100)) == 0
