"""Who should have done what on a day: the population first, then what audiences ask of it."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from courses.models import Audience
from courses.rules.codes import code_order
from courses.rules.overdue import REQUIRED, strictest
from courses.rules.reach import reaches
from people import roles
from people.finding import finding
from people.models import Department, Side
from people.queries import organisation
from reports.queries.team import TEAM
from reports.rules.figures import Ask, Profile
from reports.rules.period import Period

CHUNK = 1000  # rows taken from the database at once


@dataclass(frozen=True)
class ReportQuery:
    """What somebody asks a report: a period, and filters that narrow it."""

    period: Period
    today: date
    department: int | None = None
    members_now: bool = False  # the department's people of today, not those of the period's last day
    course: str = ""  # its key
    direction: str = ""
    side: str = ""
    manager: int | None = None
    all_levels: bool = True
    recommended: bool = False  # also what is only recommended
    states: tuple[str, ...] = ()  # of the lines that are listed; every one where none is named
    person: str = ""  # words of a name, number or e-mail address
    order: str = ""  # of the lines: a column, with "-" before it from the end

    @property
    def on(self) -> date:
        return self.period.last


@dataclass(frozen=True)
class CourseName:
    key: str
    code: str
    title: str
    direction: str

    @cached_property
    def name(self) -> str:
        return f"{self.code} {self.title}"


class PlacedDepartment(NamedTuple):
    """A department and how many stand above it."""

    pk: int
    name: str
    depth: int


@dataclass(frozen=True)
class Departments:
    """All departments, by id."""

    names: dict[int, str]
    paths: dict[int, str]

    def under(self, department: int) -> list[int]:
        """A department and all below it."""
        path = self.paths.get(department)
        return [pk for pk, other in self.paths.items() if path is not None and other.startswith(path)]

    def parent(self, department: int) -> int | None:
        above = self.paths[department][: -Department.steplen]
        return next((pk for pk, path in self.paths.items() if path == above), None) if above else None

    def name(self, department: int) -> str:
        return self.names.get(department, "")

    @cached_property
    def full_names(self) -> dict[int, str]:
        """Each with those above it: "Commercial / Sales"."""
        of_path = {path: self.names[pk] for pk, path in self.paths.items()}
        steps = Department.steplen
        return {
            pk: " / ".join(of_path[path[:end]] for end in range(steps, len(path) + 1, steps))
            for pk, path in self.paths.items()
        }

    @cached_property
    def labels(self) -> dict[int, str]:
        """What tells each from every other: its name, or all above it too where another has the same name."""
        times = Counter(self.names.values())
        return {pk: self.full_names[pk] if times[name] > 1 else name for pk, name in self.names.items()}

    @cached_property
    def in_order(self) -> list[PlacedDepartment]:
        """As the chart shows them."""
        return [
            PlacedDepartment(pk, self.names[pk], len(path) // Department.steplen - 1)
            for pk, path in sorted(self.paths.items(), key=lambda item: item[1])
        ]


@dataclass(frozen=True)
class Report:
    """A question with all it takes to answer it."""

    question: ReportQuery
    departments: Departments
    courses: list[CourseName]  # all that anybody is asked on that day; their position is their number
    chosen: list[int]  # numbers of those that the question is about
    audiences: list[Audience]
    _asks: dict[Profile, dict[int, Ask]] = field(default_factory=dict)

    def asks(self, profile: Profile) -> dict[int, Ask]:
        """Number of the course → what is asked of such people, by code."""
        if profile not in self._asks:
            self._asks[profile] = self._asked(profile)
        return self._asks[profile]

    def _asked(self, profile: Profile) -> dict[int, Ask]:
        paths = self.departments.paths
        path = paths.get(profile.department, "")
        strictest_asks = strictest(
            (str(row.course_key), row.requirement, row.due_on)
            for row in self.audiences
            if reaches(
                row.scope,
                row.side,
                paths[row.department_id] if row.department_id else "",
                person_side=profile.side,
                person_department_path=path,
            )
        )
        asked = {}
        for number in self.chosen:
            requirement, due_on = strictest_asks.get(self.courses[number].key, ("", None))
            if requirement == REQUIRED or (requirement and self.question.recommended):
                asked[number] = Ask(requirement, due_on)
        return asked


@dataclass(frozen=True)
class Basis:
    """What is the same for every question about a day: departments, courses, and what audiences ask."""

    departments: Departments
    courses: list[CourseName]
    audiences: list[Audience]

    def report(self, question: ReportQuery) -> Report:
        chosen = [
            number
            for number, course in enumerate(self.courses)
            if question.course in ("", course.key) and question.direction in ("", course.direction)
        ]
        return Report(question, self.departments, self.courses, chosen, self.audiences)


def basis(on: date) -> Basis:
    """What audiences asked on a day, of courses that are live. 2 SQL queries, and the organisation's."""
    rows = list(Department.objects.order_by("path").values_list("pk", "name", "path"))
    departments = Departments({pk: name for pk, name, _ in rows}, {pk: path for pk, _, path in rows})
    audiences = list(
        Audience.objects.filter(
            Q(closed_on__isnull=True) | Q(closed_on__gt=on), made_at__lt=end_of(on), course__live=True
        )
        .select_related("course")
        .only("course_key", "scope", "side", "department_id", "requirement", "due_on",
              "course__code", "course__title", "course__short_title", "course__direction")
    )  # fmt: skip
    named = {
        str(row.course_key): CourseName(
            str(row.course_key),
            row.course.code,
            row.course.short_title or row.course.title,
            row.course.direction,
        )
        for row in audiences
    }
    return Basis(departments, sorted(named.values(), key=lambda course: code_order(course.code)), audiences)


def end_of(day: date) -> datetime:
    """The instant at which a day ends where the company is: what happened before it happened by that day."""
    company = organisation()
    zone = company.zone if company else None
    midnight = datetime.combine(day + timedelta(days=1), time())
    return midnight.replace(tzinfo=zone) if zone else midnight.astimezone()


def instant(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def key_value(key: str) -> Any:
    """A key as the database holds it."""
    return uuid.UUID(key) if connection.features.has_native_uuid_field else uuid.UUID(key).hex


# The membership of somebody that holds on a day, joined by its id: so it is looked for once, whatever asks for it.
_BELONGS = """ LEFT JOIN people_membership {name} ON {name}.id = (
  SELECT m.id FROM people_membership m WHERE m.employee_id = e.id
  AND m.from_on <= %s AND (m.until_on IS NULL OR m.until_on >= %s) ORDER BY m.from_on DESC, m.id DESC LIMIT 1)"""
_THERE = """ WHERE (e.started_on IS NULL OR e.started_on <= %s) AND (e.left_on IS NULL OR e.left_on >= %s)
AND e.id IN (SELECT g.employee_id FROM people_employee_groups g JOIN auth_group r ON r.id = g.group_id
             WHERE r.name = %s)"""


def population(report: Report) -> tuple[str, list[Any]]:
    """SQL of who is counted: id, name, sort_key, email, employee_number, side, manager_id, department, counted_in.

    It is part of a query.

    There are employees who worked here on the last day and take courses. The department is that of
    the last day. They are counted in it too, unless the question is about the department's people of today.
    """
    question = report.question
    on = question.on
    joins = _BELONGS.format(name="at_end")
    values: list[Any] = [on, on]
    membership = "at_end"
    if question.members_now:
        joins += _BELONGS.format(name="now_in")
        values += [question.today, question.today]
        membership = "now_in"
    sql = (
        "SELECT e.id, e.display_name AS name, e.sort_key, e.email, e.employee_number, e.side, e.manager_id, "  # noqa: S608 - our own text
        "COALESCE(at_end.department_id, 0) AS department, "
        f"COALESCE({membership}.department_id, 0) AS counted_in FROM people_employee e{joins}{_THERE}"
    )
    values += [on, on, roles.EMPLOYEE]
    if question.side:
        sql += " AND e.side IN (%s, %s)"
        values += [question.side, Side.BOTH]
    if question.manager is not None:
        team = TEAM if question.all_levels else "SELECT id FROM people_employee WHERE manager_id = %s"
        sql += f" AND e.id IN ({team}) AND e.id <> %s"
        values += [question.manager, question.manager]
    if question.department is not None:
        below = report.departments.under(question.department) or [0]
        sql += f" AND {membership}.department_id IN ({', '.join(map(str, below))})"
    for words in finding(question.person):
        one = "e.find_key LIKE %s ESCAPE '~'"  # not for people: SQL
        sql += f" AND ({' OR '.join([one] * len(words))})"
        values += words
    return sql, values


def streamed(sql: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows as they are asked for: PostgreSQL keeps them on its side, SQLite makes them one by one."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(sql, values)
            while rows := cursor.fetchmany(CHUNK):
                yield from rows
    else:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            while rows := cursor.fetchmany(CHUNK):
                yield from rows
