"""What the worker does by itself, and when: the rules of settings.SCHEDULES.

Plain Python: no clock and no database, so that every boundary can be tested.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cronsim import CronSim, CronSimError

_EVERY = re.compile(r"every (\d+) (second|minute)s?")
# A job that failed is tried again after this long, doubled with every failure up to the next turn.
FIRST_RETRY = timedelta(seconds=15)


@dataclass(frozen=True)
class Job:
    """A function, named by its dotted path, and how often it runs."""

    name: str
    function: str
    when: str

    @property
    def every(self) -> timedelta | None:
        """The interval of "every N seconds"; None for a cron line."""
        found = _EVERY.fullmatch(self.when)
        return timedelta(**{f"{found[2]}s": int(found[1])}) if found else None

    def next_after(self, now: datetime) -> datetime:
        """The first turn after `now`. Cron lines are read in the time zone of `now`, which is UTC."""
        if self.every is not None:
            return now + self.every
        return next(CronSim(self.when, now))

    def retry_after(self, now: datetime, failures: int) -> datetime:
        """When to try again after so many failures in a row; never later than the next turn."""
        return min(self.next_after(now), now + FIRST_RETRY * (1 << min(max(failures, 1) - 1, 20)))


def read(schedules: dict[str, tuple[str, str]]) -> dict[str, Job]:
    """The jobs of a settings table, by name.

    Raises: ValueError for a line that is neither "every N seconds" nor five cron fields.
    """
    jobs = {}
    for name, (function, when) in schedules.items():
        job = Job(name, function, when)
        if job.every is None:
            try:
                CronSim(when, datetime(2026, 1, 1))  # noqa: DTZ001 - only its form is looked at
            except CronSimError as error:
                # not for people: whoever writes the settings reads it at the start
                raise ValueError(
                    f"The schedule of “{name}” is not understood: {when!r} ({error})."
                ) from error
        elif not job.every:
            # not for people: as above
            raise ValueError(f"The schedule of “{name}” would never rest: {when!r}.")
        jobs[name] = job
    return jobs


def retry_delay(attempts: int) -> timedelta:
    """How long a background task waits after so many attempts: 10 s, 40 s, 160 s, about 11 minutes."""
    return timedelta(seconds=10 * 4 ** (max(attempts, 1) - 1))
