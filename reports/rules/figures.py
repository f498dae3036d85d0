"""How people and courses are counted. Plain Python, no database.

Where a person stands in all courses is one number. Each course takes four of its bits (`WIDTH`), which hold
0: not begun, 1: begun, 2: completed before the period of the report, 3 and more: completed in its first
month, its second, and so on. So 0x301 says: course 0 is begun, course 1 is not, and course 2 was completed
in the first month. Every figure of a report is counted from these numbers, so that the figures by person,
by course and by month always agree.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.rules.overdue import OVERDUE, is_overdue, state_of
from reports.rules.period import MOST_MONTHS

STATES = (COMPLETED, IN_PROGRESS, NOT_STARTED, OVERDUE)
BEGUN, COMPLETED_BEFORE, COMPLETED_IN_FIRST = 1, 2, 3  # and 4 in the second month, up to the last
# Bits of a course: enough for the last month of the longest period. With fewer a late month would count for
# the next course.
WIDTH = (COMPLETED_IN_FIRST + MOST_MONTHS - 1).bit_length()
EVERY_BIT = (1 << WIDTH) - 1
COURSES_OF_A_NUMBER = 63 // WIDTH  # the database's numbers have 63 bits and a sign


class Profile(NamedTuple):
    """What decides who is asked what: the side, and the department on the last day of the period."""

    side: str
    department: int  # 0: in none


class Ask(NamedTuple):
    requirement: str
    due_on: date | None


class Stand(NamedTuple):
    """Where a person stands in every course."""

    employee_id: int
    sort_key: str  # of the name
    profile: Profile
    counted_in: int  # the department under which they are counted
    courses: int  # `WIDTH` bits for each number of a course


_Standings = dict[int, list[Stand]]  # `courses` → the people who stand so


class Late(NamedTuple):
    """A course with which somebody is late; sorts by how long, then by name."""

    due_on: date
    sort_key: str  # of the name
    employee_id: int
    number: int  # of the course


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
        return whole_percent(self.completed, self.total)


@dataclass
class Figures:
    """`people`: each person once. `pairs`: each course of each person once, by course and by department."""

    people: Parts = field(default_factory=Parts)
    departments: dict[int, Parts] = field(default_factory=dict)
    courses: dict[int, Parts] = field(default_factory=dict)
    pairs_of_departments: dict[int, Parts] = field(default_factory=dict)
    months: list[Counter[int]] = field(default_factory=list)  # number of the course → completions
    longest_overdue: list[Late] = field(default_factory=list)

    @property
    def pairs(self) -> Parts:
        return sum(self.courses.values(), Parts())


def whole_percent(part: int, whole: int) -> int:
    """A share in whole per cent: 100 only for everybody, and 0 only for nobody."""
    if part == 0 or whole == 0:
        return 0
    if part == whole:
        return 100
    return min(max((200 * part + whole) // (2 * whole), 1), 99)


def status_of(stand: int) -> str:
    """The status that the bits of one course say."""
    return COMPLETED if stand > BEGUN else IN_PROGRESS if stand else NOT_STARTED


def person_state(states: Iterable[str]) -> str:
    """One state for a person with several courses: overdue before all, completed only with every course."""
    distinct = set(states)
    if OVERDUE in distinct:
        return OVERDUE
    if distinct == {COMPLETED}:
        return COMPLETED
    return IN_PROGRESS if distinct & {COMPLETED, IN_PROGRESS} else NOT_STARTED


def count(
    stands: Iterable[Stand],
    asks: Callable[[Profile], Mapping[int, Ask]],
    on: date,
    *,
    months: int = 0,
    most: int = 0,
) -> Figures:
    """All figures of a day. `asks`: number of the course → what is asked of such people; nothing: not counted.

    `months`: how many of them the standings tell apart; `most`: how many overdue courses are named.

    Raises: ValueError for more months than the bits of a course tell apart.
    """
    if months > MOST_MONTHS:
        raise ValueError(f"{months} months are looked at; at most {MOST_MONTHS} can be told apart.")
    figures = Figures(months=[Counter() for _ in range(months)])
    alike: defaultdict[tuple[Profile, int], _Standings] = defaultdict(lambda: defaultdict(list))
    for person in stands:
        if asks(person.profile):
            alike[person.profile, person.counted_in][person.courses].append(person)
    late = []
    for (profile, department), standings in alike.items():
        asked = asks(profile)
        _add(figures, standings, asked, department, on)
        if most:
            late += [
                (due_on, number, people)
                for courses, people in standings.items()
                for due_on, number in _late(asked, courses, on)
            ]
    figures.longest_overdue = _longest_overdue(late, most)
    return figures


def _longest_overdue(late: list[tuple[date, int, list[Stand]]], most: int) -> list[Late]:
    """The first so many of those who are late: only those of the earliest days are put in the order of names."""
    overdue: list[Late] = []
    for due_on, of_the_day in groupby(sorted(late, key=itemgetter(0)), key=itemgetter(0)):
        for _day, number, people in of_the_day:
            overdue += [Late(due_on, person.sort_key, person.employee_id, number) for person in people]
        if len(overdue) >= most:
            break
    return heapq.nsmallest(most, overdue)


def _late(asked: Mapping[int, Ask], courses: int, on: date) -> list[tuple[date, int]]:
    """Due day and number of each course that such a person is late with."""
    return [
        (ask.due_on, number)
        for number, ask in asked.items()
        if ask.due_on is not None
        and is_overdue(status_of(courses >> WIDTH * number & EVERY_BIT), ask.requirement, ask.due_on, on)
    ]


def _add(
    figures: Figures, standings: _Standings, asked: Mapping[int, Ask], department: int, on: date
) -> None:
    """Count the people of one profile and department."""
    people_of_bits = {number: [0] * (EVERY_BIT + 1) for number in asked}  # bits of a course → people
    states = {
        number: [state_of(status_of(bits), ask.requirement, ask.due_on, on) for bits in range(EVERY_BIT + 1)]
        for number, ask in asked.items()
    }
    people, pairs = Parts(), Parts()
    for courses, people_alike in standings.items():
        seen, count_ = set(), len(people_alike)
        for number, of_bits in people_of_bits.items():
            bits = courses >> WIDTH * number & EVERY_BIT
            of_bits[bits] += count_
            seen.add(states[number][bits])
        people.add(person_state(seen), count_)
    for number, of_bits in people_of_bits.items():
        parts = figures.courses.setdefault(number, Parts())
        for bits, count_ in enumerate(of_bits):
            parts.add(states[number][bits], count_)
            pairs.add(states[number][bits], count_)
            if count_ and bits >= COMPLETED_IN_FIRST:
                figures.months[bits - COMPLETED_IN_FIRST][number] += count_
    figures.people += people
    figures.departments[department] = figures.departments.get(department, Parts()) + people
    figures.pairs_of_departments[department] = figures.pairs_of_departments.get(department, Parts()) + pairs
