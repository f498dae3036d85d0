"""Since when something stands as it is, by a clock that nobody puts back or forward. Plain Python."""

from collections.abc import Hashable
from datetime import timedelta


class Watch:
    """What one process saw, and when, in seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, tuple[object, float]] = {}

    def unchanged_for(self, what: Hashable, state: object, *, at: float) -> timedelta:
        """How long `what` has been seen in this state; nothing when it is seen so for the first time."""
        seen = self._seen.get(what)
        if seen is None or seen[0] != state:
            self._seen[what] = (state, at)
            return timedelta()
        return timedelta(seconds=at - seen[1])
