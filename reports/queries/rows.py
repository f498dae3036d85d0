"""One line per person and course: what the list on the page, the CSV and the XLSX all consist of."""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection

from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.rules.overdue import OVERDUE, state_of, was_late
from people.queries import today
from reports.queries.population import CourseName, Report, end_of, instant, key_value, population, streamed
from reports.rules.figures import Late, Profile
from reports.rules.order import NAME, is_by_name, sorted_lines


class Line(NamedTuple):
    employee_id: int
    name: str
    email: str
    employee_number: str
    department: str
    side: str
    course: CourseName
    requirement: str
    due_on: date | None
    status: str  # not overdue: that stands beside it
    is_overdue: bool
    started_on: date | None
    completed_on: date | None
    days_over: int
    department_path: str
    manager: str

    @property
    def code(self) -> str:
        return self.course.code

    @property
    def state(self) -> str:
        return OVERDUE if self.is_overdue else self.status

    @property
    def was_late(self) -> bool | None:
        """Whether it was completed after its due date."""
        return was_late(self.completed_on, self.due_on)


class Stood(NamedTuple):
    """When a course was begun and completed, as the database writes instants; empty for never."""

    started: str
    completed: str


NOWHERE = Stood("", "")


class Person(NamedTuple):
    """Somebody whom the question is about, with what they began and completed, by the number of the course."""

    employee_id: int
    name: str
    email: str
    employee_number: str | None
    side: str
    department: int  # of which what is asked of them depends
    counted_in: int  # the department under which they are counted
    manager: str | None
    stands: dict[int, Stood]


def lines(report: Report, *, only: Collection[int] = ()) -> Iterator[Line]:
    """Every line of the question in its order. 1 SQL query.

    People by name and their courses by code are read as they are used. For any other column all lines are
    kept first, about 310 bytes each with eight courses a person, and 450 while they are sorted.
    `only`: ids of the employees to whom it is narrowed; empty is everybody.
    """
    order = report.question.order
    if is_by_name(order):
        return _lines_by_name(report, only)
    return iter(sorted_lines(_lines_by_name(report, only), order))


def _lines_by_name(report: Report, only: Collection[int]) -> Iterator[Line]:
    if not report.chosen:
        return
    question, departments = report.question, report.departments
    on, wanted = question.on, question.states
    day = _days()
    for person in _people(report, only):
        for index, ask in report.asks(Profile(person.side, person.department)).items():
            started, completed = person.stands.get(index, NOWHERE)
            status = COMPLETED if completed else IN_PROGRESS if started else NOT_STARTED
            state = state_of(status, ask.requirement, ask.due_on, on)
            if wanted and state not in wanted:
                continue
            late = state == OVERDUE
            yield Line(
                person.employee_id, person.name, person.email, person.employee_number or "",
                departments.labels.get(person.counted_in, ""), person.side, report.courses[index],
                ask.requirement, ask.due_on, status, late,
                day(started) if started else None,
                day(completed) if completed else None,
                (on - ask.due_on).days if late and ask.due_on else 0,
                departments.full_names.get(person.counted_in, ""), person.manager or "",
            )  # fmt: skip


def lines_of(report: Report, late: list[Late]) -> list[Line]:
    """The lines of some overdue courses, in their order. 1 SQL query, none where nothing is overdue."""
    if not late:
        return []
    line_of = {
        (line.employee_id, line.course.key): line
        for line in lines(report, only={overdue.employee_id for overdue in late})
        if line.is_overdue  # and was not completed since it was counted
    }
    keys = [(overdue.employee_id, report.courses[overdue.number].key) for overdue in late]
    return [line_of[key] for key in keys if key in line_of]


def page_of(report: Report, start: int, most: int) -> list[Line]:
    """Some of the lines, from `start` on. 1 SQL query."""
    return list(islice(lines(report), start, start + most))


def _people(report: Report, only: Collection[int]) -> Iterator[Person]:
    """Each person with what was begun and completed by the last day, by name."""
    until = instant(end_of(report.question.on))
    keys = {str(key_value(report.courses[number].key)): number for number in report.chosen}
    people, of_people = population(report)
    gather = "string_agg({}, ';')" if connection.vendor == "postgresql" else "group_concat({}, ';')"
    said = (
        "CAST(course_key AS text) || ',' || CAST(started_at AS text) || ',' || "
        "CASE WHEN completed_at < %s THEN CAST(completed_at AS text) ELSE '' END"
    )
    ids = ", ".join(str(int(pk)) for pk in only)
    sql = (
        "SELECT p.id, p.name, p.email, p.employee_number, p.side, p.department, p.counted_in, "  # noqa: S608
        "boss.display_name, r.stands "
        f"FROM ({people}) p LEFT JOIN people_employee boss ON boss.id = p.manager_id LEFT JOIN (SELECT employee_id, {gather.format(said)} AS stands "
        "FROM courses_courserecord "
        f"WHERE started_at < %s AND CASE WHEN course_key IN ({', '.join(['%s'] * len(keys))}) "
        "THEN 1 END = 1"  # a plain condition would cost SQLite the index that holds all it needs
        f"{f' AND employee_id IN ({ids})' if ids else ''} GROUP BY employee_id"
        f") r ON r.employee_id = p.id{f' WHERE p.id IN ({ids})' if ids else ''} "
        f"ORDER BY p.sort_key{' DESC' if report.question.order == f'-{NAME}' else ''}, p.name, p.id"
    )
    # The people stand first in the text of the query.
    values = [*of_people, until, until, *[key_value(report.courses[number].key) for number in report.chosen]]
    for row in streamed(sql, values):
        stands: dict[int, Stood] = {}
        if row[8]:
            for record in row[8].split(";"):
                key, started, completed = record.split(",")
                if key in keys:
                    stands[keys[key]] = Stood(started, completed)
        yield Person._make((*row[:8], stands))


def _days() -> Callable[[str], date]:
    """A function: instant as the database writes it → day where the company is. Each minute is computed once."""
    known: dict[str, date] = {}

    def day(text: str) -> date:
        minute = text[:16]
        if minute not in known:
            known[minute] = today(datetime.fromisoformat(minute).replace(tzinfo=UTC))
        return known[minute]

    return day
