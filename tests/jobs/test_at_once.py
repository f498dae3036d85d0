"""Two workers want the same task at the same moment. Real threads, real commits."""

import time

import pytest
from django_tasks import task
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from jobs import actions
from tests.at_once import at_once
from tests.jobs.working import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]


@task()
def work():
    """Nothing: here it is only taken."""


def test_of_two_workers_at_once_one_takes_the_task(settings, monkeypatch):
    settings.TASKS = {"background": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["background"]}}
    backend = DatabaseBackend("background", {"QUEUES": ["background"]})
    backend.enqueue(work.using(backend="background", queue_name="background"), (), {})
    claim = DBTaskResult.claim

    def slowly(self, worker):
        time.sleep(0.3)  # long enough for another worker to look, if it may
        claim(self, worker)

    monkeypatch.setattr(DBTaskResult, "claim", slowly)

    taken = at_once(
        *[
            lambda name=name: actions.claim_task(backend="background", worker=name, now=NOW)
            for name in ("first", "second")
        ]
    )

    assert sorted(type(one).__name__ for one in taken) == ["DBTaskResult", "NoneType"]
    assert len(DBTaskResult.objects.get().worker_ids) == 1
