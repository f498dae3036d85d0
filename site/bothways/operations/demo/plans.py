"""Who does what and when, in days before the demo is made: decided here, carried out in `history`.

Each of the twelve courses is asked of somebody, chosen by somebody, or both. What somebody does in a course is
the same in every demo and depends on nothing but their name and the course.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from bothways.operations.demo import company

SEED = "bothways demo 1"


@dataclass(frozen=True)
class Plan:
    """One person's way through the course, as far as it goes."""

    begins: int  # days ago
    pace: float  # days between two sittings, on average
    lessons: int = 0  # done from the first to the last check
    checks: int = 0  # answered in the lesson after those
    misses: tuple[int, ...] = ()  # answers that were not right, per finished attempt at the quiz
    in_quiz: int | None = None  # answers in an attempt that is still open


@dataclass(frozen=True)
class Move:
    mailbox: str
    department: str
    days_ago: int


ALL_LESSONS = 99
# Somebody who changed department after completing, and two whose new department was due earlier. One of them
# still reports to manager@, whose team has somebody overdue by that.
MOVES = (
    Move("sindre.hakonsrud", company.OPERATIONS, 75),
    Move("dilnoza.yusupjonova", company.LOGISTICS, 30),
    Move("rashid.almutawakkil", company.LOGISTICS, 20),
)
# Last day at work, days ago: one had completed the course, one was in the middle of it.
LEAVERS = {"ewelina.szczepanczyk": 45, "omar.belkacemi": 20}

FIXED: Mapping[str, Plan | None] = {
    "employee": Plan(begins=13, pace=2, lessons=2, checks=1),
    "technician": None,
    "admin": None,
    "outsider": None,
    "hr": Plan(begins=40, pace=4, lessons=4),
    "manager": Plan(begins=125, pace=3, lessons=ALL_LESSONS, misses=(1,)),
    "author": Plan(begins=170, pace=1, lessons=ALL_LESSONS, misses=(0,)),
    "reviewer": Plan(begins=160, pace=2, lessons=ALL_LESSONS, misses=(3, 1)),
    "steward-business": Plan(begins=174, pace=2, lessons=ALL_LESSONS, misses=(1,)),
    "steward-technology": Plan(begins=172, pace=1, lessons=ALL_LESSONS, misses=(0,)),
    # The team of manager@.
    "eleni.karavasili": Plan(begins=110, pace=3, lessons=ALL_LESSONS, misses=(0,)),
    "kerstin.aldenhoven": Plan(begins=95, pace=4, lessons=ALL_LESSONS, misses=(4, 1)),
    "minhchau.dang": Plan(begins=30, pace=4, lessons=3),
    "rashid.almutawakkil": None,
    "bronwen.llewellynpryce": Plan(begins=50, pace=4, lessons=ALL_LESSONS, misses=(3,)),
    "nour.alsaqqaf": Plan(begins=28, pace=2, lessons=ALL_LESSONS, in_quiz=3),
    # Who moved and who left.
    "sindre.hakonsrud": Plan(begins=130, pace=3, lessons=ALL_LESSONS, misses=(1,)),
    "dilnoza.yusupjonova": Plan(begins=62, pace=6, lessons=3, checks=1),
    "ewelina.szczepanczyk": Plan(begins=140, pace=4, lessons=ALL_LESSONS, misses=(2, 0)),
    "omar.belkacemi": Plan(begins=48, pace=5, lessons=2),
}

# The cast in the courses after the first. Who is not named here does what chance says; None: nothing at all.
FIXED_ELSEWHERE: Mapping[str, Mapping[str, Plan | None]] = {
    "employee": {"T5": Plan(begins=75, pace=2, lessons=ALL_LESSONS, misses=(1,))},
    "technician": {},
    "admin": {},
    "outsider": {},
    "hr": {"B1": Plan(begins=90, pace=3, lessons=ALL_LESSONS, misses=(2, 0))},
    "manager": {
        "T1": Plan(begins=70, pace=3, lessons=ALL_LESSONS, misses=(1,)),
        "T5": Plan(begins=12, pace=2, lessons=2, checks=1),
    },
    "author": {
        "B2": Plan(begins=60, pace=2, lessons=ALL_LESSONS, misses=(1,)),
        "B6": Plan(begins=20, pace=3, lessons=3),
    },
    "reviewer": {"T4": Plan(begins=45, pace=2, lessons=ALL_LESSONS, misses=(1,))},
    "steward-business": {"T3": Plan(begins=80, pace=3, lessons=ALL_LESSONS, misses=(3, 1))},
    "steward-technology": {"B2": Plan(begins=100, pace=2, lessons=ALL_LESSONS, misses=(0,))},
}

# How many of a hundred go which way.
_BUSINESS = {
    "first": 31,
    "second": 12,
    "third": 3,
    "failed": 5,
    "quiz": 2,
    "part": 21,
    "begun": 4,
    "none": 22,
}
_LOGISTICS = {
    "first": 38,
    "second": 14,
    "third": 2,
    "failed": 6,
    "quiz": 0,
    "part": 20,
    "begun": 4,
    "none": 16,
}
_TECHNOLOGY = {
    "first": 14,
    "second": 4,
    "third": 1,
    "failed": 2,
    "quiz": 1,
    "part": 13,
    "begun": 3,
    "none": 62,
}


def _chosen(hundredth: int) -> dict[str, int]:
    """Of people whom nobody asked so many in a hundred take the course; most of them complete it."""
    parts = {"first": 45, "second": 14, "third": 3, "failed": 6, "quiz": 3, "part": 24, "begun": 5}
    return {way: part * hundredth for way, part in parts.items()} | {"none": 100 * (100 - hundredth)}


@dataclass(frozen=True)
class Asking:
    """Who is asked to take a course. `due_in` counts days from the day the demo is made."""

    requirement: str
    side: str = ""  # of one side, or
    department: str = ""  # of a department with those below it
    due_in: int | None = None
    asked_ago: int = 150


@dataclass(frozen=True)
class Taken:
    """How a course is taken: whom it is asked of, and how many of each side go which way."""

    business: Mapping[str, int]
    technology: Mapping[str, int]
    asked: tuple[Asking, ...] = ()
    departments: Mapping[str, Mapping[str, int]] = field(
        default_factory=dict
    )  # where it is other than the side


FIRST = "T2"
COURSES: Mapping[str, Taken] = {
    "T2": Taken(
        _BUSINESS,
        _TECHNOLOGY,
        (
            Asking("required", side="business", due_in=21, asked_ago=180),
            Asking("recommended", side="technology", asked_ago=180),
            Asking("required", department=company.LOGISTICS, due_in=-9, asked_ago=150),
        ),
        {company.LOGISTICS: _LOGISTICS},
    ),
    "B2": Taken(_chosen(4), _BUSINESS, (Asking("required", side="technology", due_in=35),)),
    "T5": Taken(
        _chosen(22),
        _chosen(6),
        (Asking("required", department=company.FINANCE, due_in=12, asked_ago=90),),
        {company.FINANCE: _BUSINESS},
    ),
    "T4": Taken(_chosen(30), _chosen(8), (Asking("recommended", side="business", asked_ago=120),)),
    "B1": Taken(_chosen(5), _chosen(34), (Asking("recommended", side="technology", asked_ago=130),)),
    "T1": Taken(_chosen(20), _chosen(2)),
    "B6": Taken(_chosen(3), _chosen(34)),
    "T3": Taken(_chosen(14), _chosen(6)),
    "B4": Taken(_chosen(3), _chosen(28)),
    "T6": Taken(_chosen(10), _chosen(5)),
    "B3": Taken(_chosen(2), _chosen(25)),
    "B5": Taken(_chosen(3), _chosen(25)),
}
"""In the order in which their history is told."""


def plan_for(mailbox: str, department: str, *, worked_days: int, code: str = FIRST) -> Plan | None:
    """What somebody does in a course; the same for the same person every time. None: nothing at all."""
    if code == FIRST and mailbox in FIXED:
        return FIXED[mailbox]
    if code != FIRST and mailbox in FIXED_ELSEWHERE:
        return FIXED_ELSEWHERE[mailbox].get(code)
    key = mailbox if code == FIRST else f"{mailbox}/{code}"
    chance = Random(f"{SEED}/{key}/plan")  # noqa: S311 - a demo must be the same every time
    taken = COURSES[code]
    side = taken.technology if department in company.TECHNICAL else taken.business
    shares = taken.departments.get(department, side)
    return some_plan(chance, shares, worked_days=worked_days)


def some_plan(chance: Random, shares: Mapping[str, int] = _BUSINESS, *, worked_days: int) -> Plan | None:
    """A plan by chance: `shares` says how many of a hundred go which way."""
    way = chance.choices(list(shares), weights=list(shares.values()))[0]
    return None if way == "none" else _plan(way, chance, latest=min(worked_days - 3, 175))


def _plan(way: str, chance: Random, *, latest: int) -> Plan:
    pace = 1 if way == "quiz" else chance.choice([1, 2, 3, 3, 4, 6])
    earliest = {"first": 35, "second": 45, "third": 55, "failed": 30, "quiz": 26, "part": 6, "begun": 2}[way]
    begins = chance.randint(min(earliest, latest), latest) if way != "quiz" else min(latest, 26)
    if way == "begun":
        return Plan(begins, pace)
    if way == "part":
        return Plan(min(begins, 120), pace, lessons=chance.randint(0, 4), checks=chance.randint(1, 2))
    few, many = chance.choice([0, 0, 1]), chance.choice([2, 2, 3, 3, 4, 5])
    misses = {
        "first": (few,),
        "second": (many, few),
        "third": (many, 2, few),
        "failed": (many,),
        "quiz": (),
    }[way]
    return Plan(
        begins,
        pace,
        lessons=ALL_LESSONS,
        misses=misses,
        in_quiz=chance.randint(1, 6) if way == "quiz" else None,
    )


def worked_days(mailbox: str, *, leads: bool) -> int:
    """How long ago somebody who is not of the cast started, in days: some came within the half year."""
    chance = Random(f"{SEED}/{mailbox}/start")  # noqa: S311 - a demo must be the same every time
    if leads:
        return chance.randint(1800, 5400)
    if mailbox in FIXED or chance.random() > 0.16:
        return chance.randint(300, 3600)
    return chance.randint(15, 175)
