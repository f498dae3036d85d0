"""What somebody continues with, which direction is made for them, and what comes after a completed course."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.rules.overdue import REQUIRED

BEGUN, WAITING, NOTHING_DUE, NEW = "begun", "waiting", "nothing_due", "new"
FOR_BUSINESS, FOR_TECHNICIANS = "technology-for-business", "business-for-technicians"
_MADE_FOR = {"business": FOR_BUSINESS, "technology": FOR_TECHNICIANS}


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


def made_for(side: str) -> str:
    """The direction whose courses are made for people of this side; empty where both or neither of them is."""
    return _MADE_FOR.get(side, "")


def suggestion(standings: Iterable[S], side: str) -> S | None:
    """The first course that is neither begun nor asked of somebody of this side: one made for them, else another."""
    own = made_for(side)
    fresh = [
        standing for standing in standings if standing.status == NOT_STARTED and not standing.requirement
    ]
    return min(fresh, key=lambda standing: standing.direction != own, default=None)


def after(standings: Sequence[S], side: str) -> S | None:
    """What to offer somebody who has just completed a course: what is asked of them, what they have begun, or a
    suggestion. None where they have completed all there is.
    """
    left = [standing for standing in standings if standing.status != COMPLETED]
    asked = [standing for standing in left if standing.requirement]
    if asked:
        return min(asked, key=urgency)
    begun = [standing for standing in left if standing.status == IN_PROGRESS]
    return max(begun, key=lambda standing: standing.changed_at or 0, default=None) or suggestion(left, side)
