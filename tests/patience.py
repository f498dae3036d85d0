"""Waiting for the right thing, however slow the machine is."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(true: Callable[[], Found], seconds: float = 90) -> Found:
    """What `true` gives as soon as it is anything. Fails when it never is; a quick machine waits for nothing."""
    ends = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < ends, "It never came true."
        time.sleep(0.05)
    return found
