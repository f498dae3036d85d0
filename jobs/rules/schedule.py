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
# Clocks of two machines that differ by less are taken for the same. A clock that differs more from what was
# written was put back or forward.
SKEW = timedelta(minutes=1)
# The lease of a job lasts this long, and a worker without a heartbeat for DEAD_AFTER is dead. A worker prolongs
# the lease and sends a heartbeat every five seconds.
LEASE = timedelta(seconds=30)
DEAD_AFTER = timedelta(seconds=45)
# An import stores its progress at least this often; otherwise another worker takes it over. Shorter than the time
# after which a worker counts as dead (DEAD_AFTER, less one heartbeat): then its task comes again, and finds it free.
SILENT_AFTER = timedelta(seconds=35)
# A task, or something under way, that failed so often is left alone.
MOST_ATTEMPTS = 5
# Whatever the clock says: whoever was seen to tell something new less long ago than this lives. Longer than
# writing may have to wait for SQLite.
QUIET = timedelta(seconds=25)


@dataclass(frozen=True)
class Job:
    """A function, named by its dotted path, and how often it runs."""

    name: str
    function: str
    when: str

    @property
    def every(self) -> timedelta | None:
        """The interval of "every N seconds"; None for a cron line."""
        match = _EVERY.fullmatch(self.when)
        return timedelta(**{f"{match[2]}s": int(match[1])}) if match else None

    def next_after(self, now: datetime) -> datetime:
        """The first turn after `now`. Cron lines are read in the time zone of `now`, which is UTC."""
        if self.every is not None:
            return now + self.every
        return next(CronSim(self.when, now))

    def retry_after(self, now: datetime, failures: int) -> datetime:
        """When to try again after so many failures in a row; never later than the next turn."""
        return min(self.next_after(now), now + _pause(failures))

    def longest_rest(self, failures: int) -> timedelta | None:
        """How long it may wait for its turn; None for a cron line, whose turn is a time of the day."""
        rests = [self.every, _pause(failures) if failures else None]
        return min((rest for rest in rests if rest is not None), default=None)

    def is_due(self, due_at: datetime, *, failures: int, now: datetime, waited: timedelta) -> bool:
        """Whether its turn has come: by the clock, or since the clock cannot be believed.

        A turn further away than any turn can be was written before the clock was put back. `waited` is how
        long the worker has seen this turn to come, by a clock that nobody puts back.
        """
        later = now + SKEW
        latest = self.retry_after(later, failures) if failures else self.next_after(later)
        rest = self.longest_rest(failures)
        return due_at <= now or due_at > latest or (rest is not None and waited >= rest)


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


def _pause(failures: int) -> timedelta:
    return FIRST_RETRY * (1 << min(max(failures, 1) - 1, 20))


def is_free(held_until: datetime | None, *, now: datetime, unchanged: timedelta) -> bool:
    """Whether nobody holds a turn any more. `unchanged`: how long the lease has been seen as it is.

    The clock alone takes nothing away from a worker that lives, since it prolongs its lease.
    """
    if held_until is None:
        return True
    is_over = held_until < now or held_until > now + LEASE + SKEW
    return unchanged >= LEASE or (is_over and unchanged >= QUIET)


def is_dead(seen_at: datetime, *, now: datetime, unchanged: timedelta) -> bool:
    """Whether a worker that did not stop in good order is gone. `unchanged`: how long it has been seen silent.

    A heartbeat in the future does not count: it was sent before the clock was put back.
    """
    is_none = seen_at < now - DEAD_AFTER or seen_at > now + SKEW
    return unchanged >= DEAD_AFTER or (is_none and unchanged >= QUIET)


def is_too_far(run_after: datetime, *, attempts: int, now: datetime) -> bool:
    """Whether a task that is tried again waits longer than it was told: the clock was put back."""
    return run_after > now + retry_delay(attempts) + SKEW


def retry_delay(attempts: int) -> timedelta:
    """How long a background task waits after so many attempts: 10 s, 40 s, 160 s, about 11 minutes."""
    return timedelta(seconds=10 * 4 ** (max(attempts, 1) - 1))
