"""One line per person and course: what the list on the page, the CSV and the XLSX all consist of."""

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, tzinfo
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction

from courses.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from people.queries import organisation
from reports.figures import OVERDUE, Profile, state_of
from reports.queries.population import CourseName, Report, end_of, instant, key_value, population

CHUNK = 1000


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


def lines(report: Report, *, due_until: date | None = None) -> Iterator[Line]:
    """Every line of the question, people by name and their courses by code. 1 SQL query, read as it is used.

    `due_until`: only what is overdue since that day or longer.
    """
    if not report.chosen:
        return
    question, names = report.question, report.departments.names
    on, wanted = question.on, question.state
    found = organisation()
    zone = found.zone if found else None
    day = _days(zone)
    for pk, name, email, number, side, department, place, stands in _people(report, due_until):
        for index, ask in report.asks(Profile(side, department)).items():
            if due_until is not None and (ask.due_on is None or ask.due_on > due_until):
                continue
            started, completed = stands.get(index, ("", ""))
            status = COMPLETED if completed else IN_PROGRESS if started else NOT_STARTED
            state = state_of(status, ask.due_on, on)
            if wanted not in ("", state):
                continue
            late = state == OVERDUE
            yield Line(
                pk, name, email, number or "", names.get(place, ""), side, report.courses[index],
                ask.requirement, ask.due_on, status, late,
                day(started) if started else None,
                day(completed) if completed else None,
                (on - ask.due_on).days if late and ask.due_on else 0,
            )  # fmt: skip


def longest_overdue(report: Report, due_until: date | None, most: int) -> list[Line]:
    """The courses that are overdue for longest, then by name. 1 SQL query, none where nothing is overdue."""
    if due_until is None:
        return []
    late = lines(report, due_until=due_until)
    return heapq.nsmallest(most, late, key=lambda line: (line.due_on, line.name, line.employee_id))


def page_of(report: Report, start: int, most: int) -> list[Line]:
    """Some of the lines, from `start` on. 1 SQL query."""
    return list(islice(lines(report), start, start + most))


Stood = tuple[int, str, str, str | None, str, int, int, dict[int, tuple[str, str]]]


def _people(report: Report, due_until: date | None) -> Iterator[Stood]:
    """Each person with what was begun and completed by the last day, by name."""
    until = instant(end_of(report.question.on))
    numbers = report.chosen
    if due_until is not None:
        numbers = sorted(_late_courses(report, due_until))
        if not numbers:
            return
    keys = {str(key_value(report.courses[number].key)): number for number in numbers}
    people, of_people = population(report)
    gather = "string_agg({}, ';')" if connection.vendor == "postgresql" else "group_concat({}, ';')"
    said = (
        "CAST(course_key AS text) || ',' || CAST(started_at AS text) || ',' || "
        "CASE WHEN completed_at < %s THEN CAST(completed_at AS text) ELSE '' END"
    )
    sql = (
        "SELECT p.id, p.name, p.email, p.employee_number, p.side, p.department, p.place, r.stands "  # noqa: S608
        f"FROM ({people}) p LEFT JOIN (SELECT employee_id, {gather.format(said)} AS stands, "
        "COUNT(CASE WHEN completed_at < %s THEN 1 END) AS completed FROM courses_courserecord "
        f"WHERE started_at < %s AND CASE WHEN course_key IN ({', '.join(['%s'] * len(keys))}) "
        "THEN 1 END = 1 GROUP BY employee_id"  # a plain condition would cost SQLite the index that holds all it needs
        ") r ON r.employee_id = p.id"
    )
    # The people stand first in the text of the query.
    values = [*of_people, until, until, until, *[key_value(report.courses[number].key) for number in numbers]]
    if due_until is not None:
        sql += " WHERE COALESCE(r.completed, 0) < %s"
        values.append(len(numbers))
    for row in _streamed(f"{sql} ORDER BY p.name, p.id", values):
        stands: dict[int, tuple[str, str]] = {}
        if row[7]:
            for one in row[7].split(";"):
                key, started, completed = one.split(",")
                if key in keys:
                    stands[keys[key]] = started, completed
        yield (*row[:7], stands)


def _late_courses(report: Report, due_until: date) -> set[int]:
    """Numbers of the courses that any audience wanted by that day or earlier."""
    early = {str(row.course_key) for row in report.audiences if row.due_on and row.due_on <= due_until}
    return {number for number in report.chosen if report.courses[number].key in early}


def _streamed(sql: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
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


def _days(zone: tzinfo | None) -> Callable[[str], date]:
    """A function: instant as the database writes it → day where the company is. Each minute is computed once."""
    known: dict[str, date] = {}

    def day(text: str) -> date:
        minute = text[:16]
        if minute not in known:
            known[minute] = datetime.fromisoformat(minute).replace(tzinfo=UTC).astimezone(zone or UTC).date()
        return known[minute]

    return day
