"""A quarter, day by day, with people who join, move and leave: every week every figure is recomputed.

`BOTHWAYS_QUARTER_PEOPLE=500` runs it with as many people as the proof asks for; here it is smaller.
"""

import os
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import Group

from courses import actions as courses
from people import actions as people
from people.models import Department, Employee
from reports import queries
from reports.queries import ReportQuery
from reports.rules.period import read
from tests.reports.company import at
from tests.reports.slow import Company, by_person

PEOPLE = int(os.environ.get("BOTHWAYS_QUARTER_PEOPLE", "60"))
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
SIDES = ("business", "technology", "both")
pytestmark = [pytest.mark.django_db, pytest.mark.sql]


class Quarter:
    """What happens on each day, by chance that is always the same."""

    def __init__(self, departments: dict[str, Department], pages: list[Any], stands: Any, asked: Any) -> None:
        self.chance = Random(f"quarter {PEOPLE}")
        self.departments, self.pages, self.stands = list(departments.values()), pages, stands
        self.group = Group.objects.get_or_create(name="Employee")[0]
        self.number = 0
        self.open: list[Any] = []
        asked(pages[0], made_on=FIRST, due_on=FIRST + timedelta(days=20))
        asked(pages[1], made_on=FIRST, scope="side", side="technology")
        self.records: dict[tuple[int, int], Any] = {}
        for _ in range(PEOPLE):
            self.join(FIRST - timedelta(days=self.chance.randrange(1, 300)))

    def join(self, on: date) -> None:
        self.number += 1
        person = Employee.objects.create(
            email=f"q{self.number}@example.com", display_name=f"Person {self.number:04}", started_on=on,
            side=self.chance.choice(SIDES), password="!",
        )  # fmt: skip
        person.groups.add(self.group)
        if self.chance.random() < 0.95:
            people.move(person, self.chance.choice(self.departments), on)

    def day(self, on: date) -> None:
        there = [
            one for one in Employee.objects.filter(left_on=None) if one.started_on and one.started_on <= on
        ]
        for person in there:
            dice = self.chance.random()
            if dice < 0.004:
                people.leave(person, on, at(on))
            elif dice < 0.012:
                people.move(person, self.chance.choice(self.departments), on)
            elif dice < 0.05:
                self.learn(person, on)
        if self.chance.random() < PEOPLE / 1500:
            self.join(on)
        if self.chance.random() < 0.12:
            self.change_audiences(on)

    def learn(self, person: Employee, on: date) -> None:
        place = self.chance.randrange(len(self.pages))
        record = self.records.get((person.pk, place))
        if record is None:
            self.records[person.pk, place] = self.stands(person, self.pages[place], started=on)
        elif record.completed_at is None:
            # Late in the evening: in Berlin the day after has begun by 22 o'clock UTC.
            record.status, record.completed_at = "completed", at(on, self.chance.choice((8, 21, 22, 23)))
            record.save()

    def change_audiences(self, on: date) -> None:
        if self.open and self.chance.random() < 0.4:
            courses.close_audience(self.open.pop(self.chance.randrange(len(self.open))), on=on)
            return
        scope = self.chance.choice(("everyone", "side", "department", "department"))
        due_on = self.chance.choice((None, on + timedelta(days=self.chance.randrange(0, 30))))
        self.open.append(
            courses.add_audience(
                course=self.chance.choice(self.pages), scope=scope, now=at(on),
                requirement=self.chance.choice(("required", "required", "recommended")),
                side=self.chance.choice(SIDES[:2]) if scope == "side" else "",
                department=self.chance.choice(self.departments) if scope == "department" else None,
                due_on=due_on,
            )
        )  # fmt: skip


def differences(on: date) -> list[str]:
    """What the report says of a day, beside what the slow way says; empty is right."""
    company, differences = Company(), []
    for recommended in (False, True):
        question = ReportQuery(period=read("2026-q3", on), today=on, recommended=recommended)
        report = queries.basis(on).report(question)
        figures = queries.figures(report, 10)
        slow = company.lines(on, recommended=recommended)
        persons = by_person(slow)
        places = Counter(
            (company.department(person, on), persons[person.pk])
            for person in company.people
            if person.pk in persons
        )
        keys = {number: course.key for number, course in enumerate(report.courses)}
        fast_lines = Counter(
            (line.employee_id, line.course.key, line.due_on, "overdue" if line.is_overdue else line.status,
             line.started_on, line.completed_on)
            for line in queries.lines(report)
        )  # fmt: skip
        slow_lines = Counter(
            (
                line["person"],
                line["course"],
                line["due_on"],
                line["state"],
                line["started"],
                line["completed"],
            )
            for line in slow
        )
        months = Counter(
            (line["completed"].month, line["course"])
            for line in slow
            if line["completed"] and line["completed"] >= FIRST
        )
        fast_months = Counter(
            {(first.month, keys[number]): count for (first, _last), counts in zip(queries.months_of(report), figures.months, strict=True)
             for number, count in counts.items()}
        )  # fmt: skip
        late = sorted((line["due_on"], line["person"]) for line in slow if line["state"] == "overdue")
        longest = queries.lines_of(report, figures.longest_overdue)
        pairs = (
            ("people", Counter(vars(figures.people)), Counter(persons.values())),
            ("places", _flat(figures.departments), places),
            ("courses", _flat({keys[n]: parts for n, parts in figures.courses.items()}),
             Counter((line["course"], line["state"]) for line in slow)),
            ("pairs of places", _flat(figures.pairs_of_departments), Counter((line["department"], line["state"]) for line in slow)),
            ("lines", fast_lines, slow_lines),
            ("months", fast_months, months),
            ("longest overdue", Counter([line.due_on for line in longest]), Counter([due for due, _person in late[:10]])),
        )  # fmt: skip
        differences += [f"{on} {name}: {+fast} ≠ {slow_}" for name, fast, slow_ in pairs if +fast != +slow_]
    return differences


def _figures(on: date) -> Any:
    return queries.figures(queries.basis(on).report(ReportQuery(period=read("", on), today=on)))


def _flat(parts: Any) -> Counter[Any]:
    return Counter({(key, state): count for key, one in parts.items() for state, count in vars(one).items()})


def test_every_week_of_a_quarter_agrees_with_a_slow_recomputation(departments, short_course, stands, asked):
    pages = [short_course(f"T{number}") for number in range(1, 5)]
    quarter = Quarter(departments, pages, stands, asked)

    differing, weeks, overdue, on = [], 0, 0, FIRST
    while on <= LAST:
        quarter.day(on)
        if on.weekday() == 6 or on == LAST:
            differing += differences(on)
            weeks += 1
            overdue += _figures(on).people.overdue
        on += timedelta(days=1)

    assert differing == []
    assert weeks == 14
    assert overdue > 0
    # Seen from later, last quarter's figures are those of its last day, whatever happened since.
    then = queries.figures(queries.basis(LAST).report(ReportQuery(period=read("2026-q3", LAST), today=LAST)))
    for later in range(1, 40):
        quarter.day(LAST + timedelta(days=later))
    today = LAST + timedelta(days=39)
    period = read("2026-q3", today)
    now = queries.figures(queries.basis(period.last).report(ReportQuery(period=period, today=today)))
    assert differences(LAST) == []
    assert (now.people, now.departments, now.courses) == (then.people, then.departments, then.courses)
