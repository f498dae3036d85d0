"""A stop-watch for promises about time that also holds on a busy machine."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_QUIET_SECONDS: Final = 0.012
"""What `_loop` takes on the machine on which the promises were measured (2 cores, nothing else running)."""


def _loop() -> float:
    started = time.process_time()
    total = 0
    for number in range(200_000):
        total += number % 7
    return time.process_time() - started


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fails when the block takes more CPU seconds than it may on a quiet machine.

    CPU time and not wall time, because tests run beside each other; scaled by a known loop before and after,
    because neighbours also slow the CPU itself down (caches, clock).
    """
    before = _loop()
    started = time.process_time()
    yield
    used = time.process_time() - started
    slowness = max(1.0, (before + _loop()) / 2 / _QUIET_SECONDS)
    assert used / slowness < seconds, (
        f"{used:.2f} CPU seconds on a machine {slowness:.1f} times slower than quiet"
    )
