"""How far a long work with rows has come, said now and then."""

import time
from collections.abc import Callable, Iterable

from bothways.operations.backup.row_format import Table

STEP = 100_000
"""Rows from one sentence to the next: a quarter of a minute, or less."""

Say = Callable[[str], object]


class Progress:
    """Counts rows towards all that there are to do, in whatever steps the work has."""

    def __init__(self, say: Say, *, rows: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._of_all, self._clock = say, rows, clock
        self._done, self._began = 0, clock()

    def follow(self, doing: str, table: Table, rows: int, lots: Iterable[int]) -> int:
        """Do the lots of a table, of which each says how many rows it held; how many it were in all."""
        done = 0
        for count in lots:
            before, done = done, done + count
            self._done += count
            if done // STEP > before // STEP:
                self._say(f"{doing} {table.said}: {done:,} of {rows:,} rows{self._left()}")
        return done

    def _left(self) -> str:
        """An estimate, once there is something to estimate by: all rows cost about the same."""
        spent = self._clock() - self._began
        seconds = spent * (self._of_all - self._done) / self._done if self._done else 0
        if seconds < 60:
            return "; less than a minute left" if self._done < self._of_all else ""
        minutes = round(seconds / 60)
        return f"; about {minutes} {'minute' if minutes == 1 else 'minutes'} left"
