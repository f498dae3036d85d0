"""What somebody continues with, and which course of the other direction they are shown."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.rules.overdue import REQUIRED

BEGUN, WAITING, NOTHING_DUE, NEW = "begun", "waiting", "nothing_due", "new"


class Stands(Protocol):
    """Where somebody stands in one course: see `courses.queries.Standing`."""

    @property
    def status(self) -> str: ...
    @property
    def requirement(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def changed_at(self) -> datetime | None: ...
    @property
    def direction(self) -> str: ...


S = TypeVar("S", bound=Stands)


def urgency(standing: Stands) -> tuple[bool, bool, date]:
    """Sorts what is asked of somebody: what is left first, required before recommended, by due date."""
    return standing.status == COMPLETED, standing.requirement != REQUIRED, standing.due_on or date.max


def next_step(standings: Sequence[S]) -> tuple[str, S | None]:
    """The course touched last, else the required one that is due first; or that there is none, and why.

    Overdue courses do not come first: that would hide what the person was just reading, and the list of what
    is asked says what is overdue.
    """
    begun = [standing for standing in standings if standing.status == IN_PROGRESS]
    if begun:
        return BEGUN, max(begun, key=lambda standing: standing.changed_at or 0)
    waiting = [
        standing
        for standing in standings
        if standing.requirement == REQUIRED and standing.status != COMPLETED
    ]
    if waiting:
        return WAITING, min(waiting, key=urgency)
    if any(standing.status == COMPLETED for standing in standings):
        return NOTHING_DUE, None
    return NEW, None


def suggestion(standings: Iterable[S], own_direction: str) -> S | None:
    """The first course of another direction than one's own that is neither begun nor asked of one."""
    return next(
        (
            standing
            for standing in standings
            if standing.status == NOT_STARTED
            and not standing.requirement
            and standing.direction != own_direction
        ),
        None,
    )
