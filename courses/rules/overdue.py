"""What is asked of somebody, and when it is overdue. Days are those of the organisation."""

from collections.abc import Iterable
from datetime import date

from courses.rules.completion import COMPLETED

OVERDUE = "overdue"
REQUIRED = "required"
RECOMMENDED = "recommended"


def _is_past(status: str, due_on: date | None, today: date) -> bool:
    return status != COMPLETED and due_on is not None and due_on < today


def is_overdue(status: str, requirement: str, due_on: date | None, today: date) -> bool:
    """True from the day after the due date, unless completed; only what is required is ever overdue.

    Who did not take up a recommendation owes nothing: see `is_lapsed`.
    """
    return requirement == REQUIRED and _is_past(status, due_on, today)


def state_of(status: str, requirement: str, due_on: date | None, today: date) -> str:
    """The status, or overdue: the one state that is shown and counted."""
    return OVERDUE if is_overdue(status, requirement, due_on, today) else status


def was_late(completed_on: date | None, due_on: date | None) -> bool | None:
    """Whether a course was completed after its due date; None where it is not completed or has none."""
    return None if completed_on is None or due_on is None else completed_on > due_on


def is_lapsed(status: str, requirement: str, due_on: date | None, today: date) -> bool:
    """True from the day after the one by which it was only recommended, unless completed."""
    return requirement == RECOMMENDED and _is_past(status, due_on, today)


def strictest(asks: Iterable[tuple[str, str, date | None]]) -> dict[str, tuple[str, date | None]]:
    """What several audiences ask of one person: course key → (requirement, due date).

    Required wins over recommended; of several due dates of the same kind the earliest counts.
    """
    asked: dict[str, tuple[str, date | None]] = {}
    # Recommended first, so that required overwrites it; within each the latest first.
    for course_key, requirement, due_on in sorted(
        asks, key=lambda ask: (ask[1] == REQUIRED, -(ask[2] or date.max).toordinal())
    ):
        asked[course_key] = (requirement, due_on)
    return asked
