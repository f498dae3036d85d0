"""How people and courses are counted. Plain Python, no database.

People who are asked the same and stand the same are one `Alike`: what they completed and began is a
number with a bit per course. Every figure of a report is a sum over these, so that counting by
person and by course cannot come apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from courses.completion import COMPLETED, IN_PROGRESS, NOT_STARTED, is_overdue

OVERDUE = "overdue"
STATES = (COMPLETED, IN_PROGRESS, NOT_STARTED, OVERDUE)


class Profile(NamedTuple):
    """What decides who is asked what: the side, and the department on the last day of the period."""

    side: str
    department: int  # 0: in none


class Ask(NamedTuple):
    requirement: str
    due_on: date | None


class Alike(NamedTuple):
    profile: Profile
    place: int  # the department under which they are counted
    completed: int
    begun: int
    people: int


@dataclass
class Parts:
    """So many people, or so many courses of people, in each state. Whoever is overdue is in no other part."""

    completed: int = 0
    in_progress: int = 0
    not_started: int = 0
    overdue: int = 0

    def add(self, state: str, count: int) -> None:
        setattr(self, state, getattr(self, state) + count)

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(*(getattr(self, name) + getattr(other, name) for name in STATES))

    @property
    def total(self) -> int:
        return self.completed + self.in_progress + self.not_started + self.overdue

    @property
    def percent(self) -> int:
        """Whole per cent completed, rounded down, so that 100 always means everybody."""
        return 100 * self.completed // self.total if self.total else 0


@dataclass
class Figures:
    """`people`: each person once. `pairs`: each course of each person once, by course and by department."""

    people: Parts = field(default_factory=Parts)
    places: dict[int, Parts] = field(default_factory=lambda: defaultdict(Parts))
    courses: dict[int, Parts] = field(default_factory=lambda: defaultdict(Parts))
    pairs_of_places: dict[int, Parts] = field(default_factory=lambda: defaultdict(Parts))
    late: Counter[date] = field(default_factory=Counter)  # due on → overdue courses

    @property
    def pairs(self) -> Parts:
        return sum(self.courses.values(), Parts())


def state_of(status: str, due_on: date | None, on: date) -> str:
    """The status, or overdue: the one state under which a course of a person is counted."""
    return OVERDUE if is_overdue(status, due_on, on) else status


def status_of(bit: int, completed: int, begun: int) -> str:
    return COMPLETED if completed & bit else IN_PROGRESS if begun & bit else NOT_STARTED


def person_state(states: Iterable[str]) -> str:
    """One state for a person with several courses: overdue before all, completed only with every course."""
    found = set(states)
    if OVERDUE in found:
        return OVERDUE
    if found == {COMPLETED}:
        return COMPLETED
    return IN_PROGRESS if found & {COMPLETED, IN_PROGRESS} else NOT_STARTED


def count(groups: Iterable[Alike], asks: Mapping[Profile, Mapping[int, Ask]], on: date) -> Figures:
    """All figures of a day. `asks`: profile → number of the course → what is asked. Nothing asked: not counted."""
    figures = Figures()
    known: dict[tuple[Profile, int, int], tuple[str, list[tuple[int, str]]]] = {}
    for group in groups:
        asked = asks.get(group.profile)
        if not asked:
            continue
        key = (group.profile, group.completed, group.begun)
        if key not in known:
            states = [
                (number, state_of(status_of(1 << number, group.completed, group.begun), ask.due_on, on))
                for number, ask in asked.items()
            ]
            known[key] = person_state(state for _number, state in states), states
        whole, states = known[key]
        figures.people.add(whole, group.people)
        figures.places[group.place].add(whole, group.people)
        for number, state in states:
            figures.courses[number].add(state, group.people)
            figures.pairs_of_places[group.place].add(state, group.people)
            if state == OVERDUE:
                due_on = asked[number].due_on
                figures.late[due_on] += group.people  # type: ignore[index]  # nobody is overdue without a day
    return figures
