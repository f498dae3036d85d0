"""The meter of the write lock: outermost transactions only, from BEGIN to COMMIT, each with its statements."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection, connections, transaction

from tests.lock_times import LockTimes

Meter = Callable[[], AbstractContextManager[LockTimes]]
pytestmark = pytest.mark.django_db(transaction=True)


def work(seconds: float) -> None:
    """CPU time, however busy the machine is."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_what_is_done_in_the_lock_counts_and_what_comes_before_or_after_the_commit_does_not(
    lock_times: Meter,
) -> None:
    with lock_times() as times:
        work(0.05)
        with transaction.atomic():
            transaction.on_commit(lambda: work(0.3))
            ask()
            with transaction.atomic(savepoint=False):
                ask()
                work(0.02)
        work(0.3)

    assert len(times.turns) == 1
    assert times.longest.statements == 2
    assert 0.02 <= times.longest.seconds < 0.3
    assert times.longest.where.startswith("tests/tools/test_lock_times.py:")
    assert times.too_long() == []


def test_a_long_one_is_named_and_waiting_is_not_working(lock_times: Meter) -> None:
    with lock_times() as times:
        with transaction.atomic():
            work(0.25)
        with transaction.atomic():
            threading.Event().wait(0.01)

    assert len(times.too_long()) == 1
    assert "0 statements" in times.too_long()[0]
    assert times.turns[1].seconds < 0.2


def test_what_follows_a_commit_has_turns_of_its_own(lock_times: Meter) -> None:
    def later() -> None:
        with transaction.atomic():
            ask()

    with lock_times() as times, transaction.atomic():
        ask()
        ask()
        transaction.on_commit(later)

    assert [turn.statements for turn in times.turns] == [2, 1]


def test_one_that_is_undone_and_one_of_another_thread_count_too(lock_times: Meter) -> None:
    def elsewhere() -> None:
        with transaction.atomic():
            ask()
        connections.close_all()

    with lock_times() as times:
        with pytest.raises(ValueError, match="no"), transaction.atomic():
            ask()
            raise ValueError("no")
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()

    assert [turn.statements for turn in times.turns] == [1, 1]


def test_in_a_transaction_that_stands_already_the_outermost_inside_counts(lock_times: Meter) -> None:
    with transaction.atomic():
        with lock_times() as times, transaction.atomic():
            ask()
        ask()

    assert len(times.turns) == 1
    assert times.longest.statements == 2  # with the end of its savepoint


def test_nothing_seen_is_no_good_news(lock_times: Meter) -> None:
    with lock_times() as times:
        ask()

    with pytest.raises(AssertionError, match="Nothing was written"):
        times.too_long()
