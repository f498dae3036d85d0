"""Which statuses a list shows. Plain Python."""

from collections.abc import Iterable

from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.rules.overdue import OVERDUE

NOT_COMPLETED = "not_completed"
EVERY_STATUS = (OVERDUE, NOT_STARTED, IN_PROGRESS, COMPLETED)
_OPEN = (OVERDUE, NOT_STARTED, IN_PROGRESS)


def shown(asked: Iterable[str]) -> tuple[str, ...]:
    """The statuses that a list shows; none and all of them are the same: (), nothing is narrowed."""
    names = set(asked)
    if NOT_COMPLETED in names:
        names |= set(_OPEN)
    statuses = tuple(status for status in EVERY_STATUS if status in names)
    return () if len(statuses) == len(EVERY_STATUS) else statuses


def named(statuses: tuple[str, ...]) -> tuple[str, ...]:
    """The same in as few names as there are: the three open ones are *not completed*."""
    return (NOT_COMPLETED,) if statuses == _OPEN else statuses
