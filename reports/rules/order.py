"""In which order the lines of a list stand. Plain Python."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Protocol, TypeVar

from courses.rules.codes import code_order
from people.rules.names import folded
from reports.rules.statuses import EVERY_STATUS

NAME = "name"


class Sortable(Protocol):
    """What a line has for its columns."""

    @property
    def employee_number(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def requirement(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def state(self) -> str: ...
    @property
    def days_over(self) -> int: ...
    @property
    def started_on(self) -> date | None: ...
    @property
    def completed_on(self) -> date | None: ...


AnyLine = TypeVar("AnyLine", bound=Sortable)

# Name of the column → what is compared; None stands last in either direction.
_KEYS: dict[str, Callable[[Any], Any]] = {
    "number": lambda line: (
        (len(line.employee_number), line.employee_number) if line.employee_number else None
    ),
    "department": lambda line: folded(line.department) or None,
    "course": lambda line: code_order(line.code),
    "asked": lambda line: line.requirement == "recommended",
    "due": lambda line: line.due_on,
    "status": lambda line: EVERY_STATUS.index(line.state),
    "days": lambda line: line.days_over or None,
    "begun": lambda line: line.started_on,
    "completed": lambda line: line.completed_on,
}
COLUMNS = (NAME, *_KEYS)
ORDERS = frozenset([*COLUMNS, *(f"-{name}" for name in COLUMNS)])


def is_by_name(order: str) -> bool:
    """True for orders in which the database hands out people, so that no line has to be kept."""
    return order.lstrip("-") in ("", NAME)


def sorted_lines(lines: Iterable[AnyLine], order: str) -> list[AnyLine]:
    """All lines by a column; those that are equal in it keep the order in which they come."""
    key = _KEYS[order.lstrip("-")]
    keyed = [(key(line), line) for line in lines]
    filled = [pair for pair in keyed if pair[0] is not None]
    filled.sort(key=lambda pair: pair[0], reverse=order.startswith("-"))
    return [line for _key, line in filled] + [line for value, line in keyed if value is None]
