"""What a fixture costs: only its own work, and only where it is made for every test."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace

import pytest

from tests import pace
from tests.pace import Pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """CPU seconds that are moved by hand."""
    now = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(pace, "cpu_seconds", lambda: now.seconds)
    return now


@contextmanager
def set_up(measured: Pace, name: str, scope: str) -> Iterator[None]:
    """What pytest does while it makes a fixture."""
    making = measured.pytest_fixture_setup(SimpleNamespace(argname=name, scope=scope, baseid="tests/a"))
    next(making)
    yield
    with suppress(StopIteration):
        making.send(None)


def test_a_fixture_of_every_test_may_take_a_third_of_a_second_on_average(clock: SimpleNamespace) -> None:
    measured = Pace()
    for _ in range(pace.FIXTURE_CALLS):
        with set_up(measured, "slow", "function"):
            clock.seconds += 0.4
        with set_up(measured, "quick", "function"):
            clock.seconds += 0.2

    (line,) = measured.dear()

    assert line.startswith("tests/a::slow: 0.40 CPU s on average over 6 tests; 0.3 are allowed.")


def test_whoever_asks_first_does_not_pay_for_what_is_made_once(clock: SimpleNamespace) -> None:
    """A database that has to be migrated made every test that came first look dear."""
    measured = Pace()
    for number in range(pace.FIXTURE_CALLS):
        with set_up(measured, "db", "function"):
            clock.seconds += 0.1
            if number == 0:
                with set_up(measured, "world", "module"):
                    clock.seconds += 3
                    with set_up(measured, "tables", "session"):
                        clock.seconds += 20

    assert measured.dear() == []
    assert measured.fixtures["tests/a::db"] == [6, pytest.approx(0.6)]


def test_a_few_calls_are_no_average(clock: SimpleNamespace) -> None:
    measured = Pace()
    for _ in range(pace.FIXTURE_CALLS - 1):
        with set_up(measured, "slow", "function"):
            clock.seconds += 9

    assert measured.dear() == []
