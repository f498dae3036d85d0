"""How many people stand where: counted in SQL, people who stand alike at once."""

from collections import Counter
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection

from reports.figures import Alike, Figures, Profile, count
from reports.period import months, months_before
from reports.queries.population import Report, end_of, instant, key_value, population

BITS = 60  # courses that fit into one number of the database
MONTHS_SHOWN = 6


def figures(report: Report) -> Figures:
    """Every figure of the question's last day. 1 SQL query, none where nothing is asked of anybody."""
    if not report.chosen:
        return Figures()
    groups = _groups(report)
    asks = {profile: report.asks(profile) for profile in {group.profile for group in groups}}
    return count(groups, asks, report.question.on)


def _groups(report: Report) -> list[Alike]:
    until = instant(end_of(report.question.on))
    chunks = [
        [number for number in report.chosen if number // BITS == chunk]
        for chunk in range(len(report.courses) // BITS + 1)
    ]
    bits, sums, bit_values = [], [], []
    for place, numbers in enumerate(chunks):
        cases = "".join(" WHEN %s THEN %s" for _ in numbers)
        bits.append(f"CASE course_key{cases} ELSE 0 END AS bit{place}" if numbers else f"0 AS bit{place}")
        for number in numbers:
            bit_values += [key_value(report.courses[number].key), 1 << (number % BITS)]
        sums.append(
            f"CAST(SUM(CASE WHEN completed_at < %s THEN bit{place} ELSE 0 END) AS bigint) AS done{place}"
        )
        sums.append(f"CAST(SUM(bit{place}) AS bigint) AS begun{place}")
    columns = [f"{name}{place}" for place in range(len(chunks)) for name in ("done", "begun")]
    found = ", ".join(f"COALESCE({column}, 0)" for column in columns)
    people, values = population(report)
    keys = [key_value(report.courses[number].key) for number in report.chosen]
    sql = (
        f"SELECT p.side, p.department, p.place, {found}, COUNT(*) FROM ({people}) p LEFT JOIN ("  # noqa: S608 - our own text
        f"SELECT employee_id, {', '.join(sums)} FROM ("
        f"SELECT employee_id, completed_at, {', '.join(bits)} FROM courses_courserecord "
        f"WHERE started_at < %s AND course_key IN ({', '.join(['%s'] * len(keys))})) one GROUP BY employee_id"
        f") r ON r.employee_id = p.id GROUP BY p.side, p.department, p.place, {', '.join(columns)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *[until] * len(chunks), *bit_values, until, *keys])
        rows = cursor.fetchall()
    return [
        Alike(
            Profile(row[0], row[1]),
            row[2],
            _joined(row[3:-1:2]),
            _joined(row[4:-1:2]),
            row[-1],
        )
        for row in rows
    ]


def _joined(numbers: tuple[int, ...]) -> int:
    return sum(number << (BITS * place) for place, number in enumerate(numbers))


def latest_due(found: Figures, wanted: int) -> date | None:
    """The due day up to which there are at least so many overdue courses; None where none is overdue. No SQL."""
    days = sorted(found.late)
    totals = accumulate(found.late[day] for day in days)
    return next(
        (day for day, total in zip(days, totals, strict=True) if total >= wanted), days[-1] if days else None
    )


def completions_by_month(report: Report) -> list[tuple[date, Counter[int]]]:
    """First day of each month of the period, and number of the course → completions in it. 1 SQL query.

    Counted are the courses that are asked of the people of the report, where they were completed in
    the period. Without a period: the last six months.
    """
    period = report.question.period
    first = period.first or months_before(period.last, MONTHS_SHOWN - 1)
    spans = months(first, period.last)
    counts: list[tuple[date, Counter[int]]] = [(begin, Counter()) for begin, _end in spans]
    if not report.chosen:
        return counts
    people, values = population(report)
    ends = [instant(end_of(end)) for _begin, end in spans]
    cases = " ".join(f"WHEN r.completed_at < %s THEN {place}" for place in range(len(ends)))
    keys = [key_value(report.courses[number].key) for number in report.chosen]
    sql = (
        f"SELECT p.side, p.department, r.course_key, CASE {cases} END AS span, COUNT(*) FROM ({people}) p "  # noqa: S608
        "JOIN courses_courserecord r ON r.employee_id = p.id WHERE r.completed_at >= %s AND r.completed_at < %s "
        f"AND r.course_key IN ({', '.join(['%s'] * len(keys))}) "
        "GROUP BY p.side, p.department, r.course_key, span"
    )
    start = instant(end_of(first - timedelta(days=1)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*ends, *values, start, ends[-1], *keys])
        rows: list[Any] = cursor.fetchall()
    numbers = {str(key_value(report.courses[number].key)): number for number in report.chosen}
    for side, department, key, span, completions in rows:
        number = numbers[str(key)]
        if number in report.asks(Profile(side, department)):
            counts[span][1][number] += completions
    return counts
