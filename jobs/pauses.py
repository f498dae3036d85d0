"""Rests between pieces of long work, so that whoever waits to write gets their turn."""

import time

from jobs.interruption import stop_if_asked


class Pauses:
    """Called between pieces of work: after half a second of it, a moment for whoever waits to write.
    A worker that is asked to stop ends its task here (Raises: jobs.interruption.Interrupted).

    Whoever finds SQLite busy looks again every tenth of a second; without pauses they would meet the next
    transaction each time, and wait for seconds to sign in. So they wait for half a second and a piece at
    most. With a rest after each of fifty small pieces, the work would mostly rest.
    """

    def __init__(self) -> None:
        self.last = time.monotonic()

    def __call__(self) -> None:
        stop_if_asked()
        if time.monotonic() - self.last > 0.5:
            time.sleep(0.15)
            self.last = time.monotonic()
