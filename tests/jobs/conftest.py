"""A worker whose jobs and tasks are those of `tests.jobs.working`."""

import pytest
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from jobs import actions
from jobs.worker import Worker
from tests.jobs import working
from tests.jobs.working import CALLS, Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def worker(settings, clock, monkeypatch):
    """A worker that has run nothing yet."""
    CALLS.clear()
    settings.SCHEDULES = {
        "note": (f"{working.__name__}.note", "every 20 seconds"),
        "fail": (f"{working.__name__}.fail", "17 2 * * *"),
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
