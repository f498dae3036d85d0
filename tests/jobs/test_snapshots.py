"""What is read as of one instant, while another process commits. Real threads, real commits."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection

from jobs.models import ScheduledRun
from jobs.snapshots import one_snapshot
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def commit(name: str) -> None:
    """By somebody else, on a connection of their own, who is not kept waiting."""
    (problem,) = at_once(lambda: ScheduledRun.objects.create(name=name, due_at=NOW))
    assert isinstance(problem, ScheduledRun), problem


def names() -> list[str]:
    return list(ScheduledRun.objects.order_by("pk").values_list("name", flat=True))


def test_what_others_commit_is_not_seen_inside_and_they_need_not_wait() -> None:
    commit("before")

    with one_snapshot():
        commit("before the first reading")
        seen = [names()]
        commit("between two readings")
        seen.append(names())

    assert seen == [["before"], ["before"]]
    assert names() == ["before", "before the first reading", "between two readings"]


def test_nothing_can_be_written_inside_and_everything_afterwards() -> None:
    with pytest.raises(DatabaseError), one_snapshot():
        ScheduledRun.objects.create(name="inside", due_at=NOW)

    ScheduledRun.objects.create(name="afterwards", due_at=NOW)

    assert names() == ["afterwards"]
    assert connection.get_autocommit()
