"""When jobs run: plain rules."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from jobs.rules.schedule import Job, read, retry_delay

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "next_turn"),
    [
        ("every 5 seconds", datetime(2026, 3, 2, 10, 15, 5, tzinfo=UTC)),
        ("every 1 second", datetime(2026, 3, 2, 10, 15, 1, tzinfo=UTC)),
        ("every 2 minutes", datetime(2026, 3, 2, 10, 17, tzinfo=UTC)),
        ("17 2 * * *", datetime(2026, 3, 3, 2, 17, tzinfo=UTC)),
        ("15 10 * * *", datetime(2026, 3, 3, 10, 15, tzinfo=UTC)),
        ("0 6 * * MON", datetime(2026, 3, 9, 6, 0, tzinfo=UTC)),
    ],
)
def test_the_next_turn_comes_after_now(when, next_turn):
    assert Job("a", "b.c", when).next_after(NOW) == next_turn


@pytest.mark.parametrize(
    "when", ["every day", "every 0 seconds", "every -1 seconds", "99 2 * * *", "", "* * *"]
)
def test_a_line_that_is_not_understood_stops_the_start(when):
    with pytest.raises(ValueError, match="The schedule of “mail”"):
        read({"mail": ("people.tasks.deliver_mail", when)})


def test_every_job_of_the_settings_can_be_read():
    jobs = read(settings.SCHEDULES)

    assert set(jobs) == set(settings.SCHEDULES)
    assert set(settings.SCHEDULES_AFTER_UNCLEAN_STOP) <= set(jobs)


@pytest.mark.parametrize(
    ("when", "failures", "pause"),
    [
        ("every 20 minutes", 0, timedelta(seconds=15)),
        ("every 20 minutes", 1, timedelta(seconds=15)),
        ("every 20 minutes", 2, timedelta(seconds=30)),
        ("every 20 minutes", 3, timedelta(seconds=60)),
        ("every 20 minutes", 7, timedelta(minutes=16)),
        # The next turn comes first.
        ("every 20 minutes", 8, timedelta(minutes=20)),
        ("every 5 seconds", 1, timedelta(seconds=5)),
        ("17 2 * * *", 500, timedelta(hours=16, minutes=2)),
        # Doubled twenty times at most: what fails for years is still tried in half a year.
        ("0 0 1 1 *", 500, timedelta(seconds=15 * 1_048_576)),
    ],
)
def test_a_failed_job_is_tried_again_after_a_pause_that_doubles_up_to_its_next_turn(when, failures, pause):
    assert Job("a", "b.c", when).retry_after(NOW, failures) == NOW + pause


def test_pauses_between_attempts_grow():
    delays = [retry_delay(attempt) for attempt in range(1, 5)]

    assert delays == [timedelta(seconds=seconds) for seconds in (10, 40, 160, 640)]
