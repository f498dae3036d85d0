"""Jobs and tasks for a worker to run, what was called, and a clock that can be set."""

from datetime import UTC, datetime, timedelta

from django_tasks import task

from jobs.interruption import stop_if_asked
from jobs.models import ScheduledRun

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


def run_of(name):
    return ScheduledRun.objects.get(name=name)


def look_again(worker, clock, **time):
    clock.pass_(**time)
    worker.recover()
