"""Long work rests after half a second of it, and ends between two pieces when its worker is asked to stop."""

from types import SimpleNamespace

import pytest

from jobs import pauses
from jobs.interruption import Interrupted, stops_when


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """`now` is what passed; `rests` is how long was slept each time, and sleeping lets time pass."""
    clock = SimpleNamespace(now=100.0, rests=[])

    def sleep(seconds: float) -> None:
        clock.rests.append(seconds)
        clock.now += seconds

    monkeypatch.setattr(pauses, "time", SimpleNamespace(monotonic=lambda: clock.now, sleep=sleep))
    return clock


def test_there_is_a_rest_after_half_a_second_of_work_and_longer_than_anybody_waits_to_look_again(
    clock: SimpleNamespace,
) -> None:
    pause, rested_at = pauses.Pauses(), []

    for piece in range(1, 13):
        clock.now += 0.125
        before = len(clock.rests)
        pause()
        if len(clock.rests) > before:
            rested_at.append(piece)

    assert rested_at == [5, 10]
    assert clock.rests == [0.15, 0.15]
    assert min(clock.rests) > 0.1


def test_pieces_that_are_longer_than_that_have_a_rest_after_each(clock: SimpleNamespace) -> None:
    pause = pauses.Pauses()

    for _piece in range(3):
        clock.now += 0.75
        pause()

    assert len(clock.rests) == 3


def test_who_is_asked_to_stop_does_not_rest_first(clock: SimpleNamespace) -> None:
    pause = pauses.Pauses()
    clock.now += 60

    with stops_when(lambda: True), pytest.raises(Interrupted):
        pause()

    assert clock.rests == []
