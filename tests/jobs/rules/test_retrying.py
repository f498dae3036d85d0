"""How long a job that failed rests: the very seconds."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.rules.schedule import Job, read, retry_delay

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


def pause(failures: int, when: str = "17 2 * * *") -> timedelta:
    return Job("a", "b.c", when).retry_after(NOW, failures) - NOW


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 15), (1, 15), (2, 30), (3, 60), (4, 120), (5, 240), (11, 15_360)]
)
def test_the_pause_is_fifteen_seconds_and_doubles_with_every_failure(failures: int, seconds: int) -> None:
    assert pause(failures) == timedelta(seconds=seconds)


def test_the_pause_never_goes_beyond_the_next_turn() -> None:
    assert pause(3, "every 61 seconds") == timedelta(seconds=60)
    assert pause(3, "every 60 seconds") == timedelta(seconds=60)
    assert pause(3, "every 59 seconds") == timedelta(seconds=59)
    assert pause(500) == timedelta(hours=16, minutes=2)


def test_doubling_ends_where_a_pause_would_be_half_a_year() -> None:
    yearly = "0 0 1 1 *"

    assert pause(21, yearly) == timedelta(seconds=15 * 2**20)
    assert pause(500, yearly) == timedelta(seconds=15 * 2**20)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 10), (1, 10), (2, 40), (3, 160), (4, 640)])
def test_a_background_task_waits_ten_seconds_and_four_times_longer_each_time(
    attempts: int, seconds: int
) -> None:
    assert retry_delay(attempts) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("when", "every"),
    [
        ("every 5 seconds", timedelta(seconds=5)),
        ("every 1 minute", timedelta(minutes=1)),
        ("17 2 * * *", None),
        ("roughly every 5 seconds", None),
    ],
)
def test_only_an_interval_is_an_interval(when: str, every: timedelta | None) -> None:
    assert Job("a", "b.c", when).every == every


def test_a_table_becomes_jobs_by_name() -> None:
    assert read(
        {"mail": ("people.tasks.mail", "every 5 seconds"), "night": ("jobs.tasks.night", "17 2 * * *")}
    ) == {
        "mail": Job("mail", "people.tasks.mail", "every 5 seconds"),
        "night": Job("night", "jobs.tasks.night", "17 2 * * *"),
    }


def test_a_job_that_would_never_rest_is_told_apart_from_one_that_is_not_understood() -> None:
    with pytest.raises(ValueError, match=r"The schedule of “mail” would never rest: 'every 0 seconds'\."):
        read({"mail": ("a.b", "every 0 seconds")})
    with pytest.raises(ValueError, match=r"The schedule of “mail” is not understood: 'often' "):
        read({"mail": ("a.b", "often")})
