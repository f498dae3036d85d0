"""Where people stand: records, audiences, and both put into words for the person."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext

from courses.models import Audience, CourseRecord, Published
from courses.published import CourseCard
from courses.queries.published import published_courses
from courses.rules import record_facts
from courses.rules.completion import (
    COMPLETED,
    IN_PROGRESS,
    NOT_STARTED,
    Assessment,
    Facts,
    Reason,
    Rule,
    assess,
    kept,
)
from courses.rules.overdue import OVERDUE, is_lapsed, is_overdue, strictest
from courses.rules.record_facts import Progress
from gates.rows import decoded, stored_key
from people import queries as people
from people.accounts.backends import aware
from people.models import Employee

_PAST = "SELECT progress, completed_at FROM courses_courserecord WHERE employee_id = %s AND course_key = %s"
_RECORD = "SELECT status, completed_at, progress FROM courses_courserecord WHERE employee_id = %s AND course_key = %s"
_RECORDS = """
SELECT r.course_key, r.status, r.completed_at, r.progress, a.public_id, a.question_count, (
  SELECT min(d.position) FROM quizzes_drawn d LEFT JOIN quizzes_answer g ON g.drawn_id = d.id
  WHERE d.attempt_id = a.id AND g.id IS NULL)
FROM courses_courserecord r
LEFT JOIN quizzes_attempt a
  ON a.employee_id = r.employee_id AND a.quiz_key = r.course_key AND a.finished_at IS NULL
WHERE r.employee_id = %s
"""
_ASKED = """
SELECT a.course_key, a.requirement, a.due_on FROM courses_audience a
LEFT JOIN people_department d ON d.id = a.department_id
WHERE (a.closed_on IS NULL OR a.closed_on > %s) AND (
  a.scope = 'everyone'
  OR (a.scope = 'side' AND a.side IN (%s, %s))
  OR (a.scope = 'department' AND EXISTS (
    SELECT 1 FROM people_membership m JOIN people_department own ON own.id = m.department_id
    WHERE m.employee_id = %s AND m.from_on <= %s AND (m.until_on IS NULL OR m.until_on >= %s)
    AND own.path LIKE d.path || '%%')))
"""


class RecordFacts(NamedTuple):
    """What pages show of a record."""

    status: str
    completed_at: datetime | None
    progress: Progress
    open_attempt: tuple[str, int, int] | None = None  # its public id, its questions, and the next one


def record_of(employee: Employee, course_key: Any) -> RecordFacts | None:
    """A person's record in a course, None before the beginning. 1 SQL query.

    It stands on the way to every course page: by hand it takes 40 µs of CPU, composed by the ORM 800.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, [employee.pk, stored_key(course_key)])
        row = cursor.fetchone()
    if row is None:
        return None
    status, completed_at, progress = row
    return RecordFacts(status, aware(completed_at), decoded(progress))


@lru_cache(maxsize=1000)
def _text_of(stored_key: Any) -> str:
    """A course's key as cards and forms write it; a list reads a dozen of them, each twice."""
    return str(uuid.UUID(str(stored_key)))


class Past(NamedTuple):
    """What a person did in a course, and whether they have completed it, by whatever its rule was then."""

    progress: Progress
    is_complete: bool


def past_of(employee: Employee, course_key: Any) -> Past:
    """What a person did in a course, empty before the beginning. 1 SQL query.

    Only what a lesson shows, without the record around it: this is on the path of every lesson. By hand it
    takes 35 µs of CPU, composed by the ORM 440.
    """
    row = None
    if employee.pk is not None:
        with connection.cursor() as cursor:
            cursor.execute(_PAST, [employee.pk, stored_key(course_key)])
            row = cursor.fetchone()
    if row is None:
        return Past(record_facts.empty(), is_complete=False)
    return Past(decoded(row[0]), row[1] is not None)


def asked_of(employee: Employee, today: date) -> dict[str, tuple[str, date | None]]:
    """What audiences ask of a person: course key → (requirement, due date). 1 SQL query.

    A department's audience reaches everybody who is in it or below it on that day. Required wins
    over recommended; of several due dates the earliest counts. On home, the catalogue and every course: by
    hand it takes 60 µs of CPU, composed by the ORM 1,140.
    """
    sides = employee.sides
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [today, sides[0], sides[-1], employee.pk, today, today])
        return strictest(
            (_text_of(key), requirement, _day(due_on)) for key, requirement, due_on in cursor.fetchall()
        )


def _day(value: Any) -> date | None:
    """SQLite hands out dates as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class OpenQuiz:
    """An attempt that somebody began and did not finish, and the question it goes on with."""

    url: str
    position: int
    asked: int


@dataclass(frozen=True)
class Standing:
    """Where a person stands in one course, in figures and in words that only the person reads.

    Words that not every list shows are put together when they are read: translating them takes a fifth of the
    time of a list.
    """

    course_key: str
    code: str
    title: str
    short_title: str
    slug: str
    url: str
    direction: str
    summary: str
    minutes: int
    lesson_count: int
    status: str
    is_overdue: bool
    is_lapsed: bool
    requirement: str
    due_on: date | None
    completed_on: date | None
    reasons: tuple[Reason, ...] = field(hash=False)  # a part of what is equal, but mappings have no hash
    lessons_done: int
    lessons_needed: int
    best_score_percent: int | None
    quiz_passed: bool
    next_url: str
    next_title: str
    next_objective: str
    next_number: int
    minutes_left: int
    changed_at: datetime | None
    open_quiz: OpenQuiz | None = None  # only in lists, and until the quiz is passed

    @property
    def looks(self) -> "Standing":
        """What a list shows of it: equal for people who see the same row."""
        return replace(self, changed_at=None, open_quiz=None)

    @property
    def reason(self) -> str:
        return " ".join(gettext(reason.private) % reason.values for reason in self.reasons)

    @property
    def next_label(self) -> str:
        """What the link to `next_url` says."""
        if self.status == COMPLETED:
            return gettext("Look again")
        if self.next_number:
            return gettext("Continue lesson %(number)d") % {"number": self.next_number}
        return gettext("See the course") if self.next_url == self.url else gettext("Take the quiz")

    @property
    def state(self) -> str:
        """The status, or overdue: what icon and colour show."""
        return OVERDUE if self.is_overdue else self.status

    @property
    def is_required(self) -> bool:
        return self.requirement == Audience.Requirement.REQUIRED


def standings(employee: Employee, *, now: datetime) -> list[Standing]:
    """Where a person stands in every course they may see, in the order of the codes. 3 SQL queries."""
    today = people.today(now)
    rows = published_courses(employee)
    of_person = _records_of(employee)
    asked = asked_of(employee, today)
    standings = []
    for card in (row.course_card for row in rows):
        record = of_person.get(card.key)
        standing = _standing(card, record, asked.get(card.key), today)
        if record and record.open_attempt and card.quiz_url and not standing.quiz_passed:
            public_id, questions, position = record.open_attempt
            url = f"{card.quiz_url}{public_id}/{position}/"
            standing = replace(standing, open_quiz=OpenQuiz(url, position, questions))
        standings.append(standing)
    return standings


def _records_of(employee: Employee) -> dict[str, RecordFacts]:
    """All records of a person, by course, each with the attempt at its quiz that is open. 1 SQL query.

    Home begins with it: by hand it takes 35 µs of CPU, composed by the ORM 415.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [employee.pk])
        return {
            _text_of(key): RecordFacts(
                status,
                aware(completed_at),
                decoded(progress),
                (str(uuid.UUID(str(attempt))), asked, position) if position else None,
            )
            for key, status, completed_at, progress, attempt, asked, position in cursor.fetchall()
        }


_STATUSES = "SELECT course_key, status, started_at FROM courses_courserecord WHERE employee_id = %s"


@dataclass(frozen=True)
class OfferedCourse:
    """What decides whether somebody goes on with a course. `changed_at` is when they began it."""

    title: str
    url: str
    direction: str
    status: str
    requirement: str
    due_on: date | None
    changed_at: datetime | None


def offered_courses(employee: Employee, *, now: datetime) -> list[OfferedCourse]:
    """Every course that a person may see, in the order of the codes. 3 SQL queries.

    A lesson of a completed course names the next one: by the status that its record keeps this takes a third of
    the time of `standings`, which judges every course anew.
    """
    asked = asked_of(employee, people.today(now))
    with connection.cursor() as cursor:
        cursor.execute(_STATUSES, [employee.pk])
        records = {str(uuid.UUID(str(key))): (status, aware(at)) for key, status, at in cursor.fetchall()}
    offered = []
    for row in published_courses(employee):
        key, card = str(row.course_key), row.course_card
        status, begun_at = records.get(key, (NOT_STARTED, None))
        requirement, due_on = asked.get(key, ("", None))
        offered.append(
            OfferedCourse(card.title, card.url, card.direction, status, requirement, due_on, begun_at)
        )
    return offered


def standing_in(
    course: Published, record: RecordFacts | None, employee: Employee, *, now: datetime
) -> Standing:
    """Where a person stands in one course whose row and record are at hand. 1 SQL query."""
    today = people.today(now)
    return _standing(course.course_card, record, asked_of(employee, today).get(str(course.course_key)), today)


def assessment_of(rule: Rule, record: CourseRecord | RecordFacts | None) -> Assessment:
    """By today's rule; what was completed by an earlier one stays completed. No SQL."""
    if record is None:
        return assess(rule, Facts())
    return kept(assess(rule, record_facts.facts(record.progress)), record.completed_at)


def _standing(
    card: CourseCard,
    record: RecordFacts | None,
    asked: tuple[str, date | None] | None,
    today: date,
) -> Standing:
    assessment = assessment_of(card.rule, record)
    status = assessment.status
    requirement, due_on = asked or ("", None)
    done = set(assessment.lessons_done)
    left = [(number, lesson) for number, lesson in enumerate(card.lessons, start=1) if lesson.key not in done]
    number, url, title, objective = 0, card.url, card.title, card.summary
    if left and status == IN_PROGRESS:
        number, lesson = left[0]
        url, title, objective = lesson.url, lesson.title, lesson.objective
    elif card.quiz_url and status == IN_PROGRESS:
        url, title = card.quiz_url, gettext("Quiz: %(course)s") % {"course": card.short_title}
    return Standing(
        course_key=card.key,
        code=card.code,
        title=card.title,
        short_title=card.short_title,
        slug=card.slug,
        url=card.url,
        direction=card.direction,
        summary=card.summary,
        minutes=card.minutes,
        lesson_count=len(card.lessons),
        status=status,
        is_overdue=is_overdue(status, requirement, due_on, today),
        is_lapsed=is_lapsed(status, requirement, due_on, today),
        requirement=requirement,
        due_on=due_on,
        completed_on=people.today(assessment.completed_at) if assessment.completed_at else None,
        reasons=assessment.reasons,
        lessons_done=assessment.lessons_needed_done,
        lessons_needed=assessment.lessons_needed,
        best_score_percent=assessment.best_score_percent,
        quiz_passed=assessment.quiz_passed,
        next_url=url,
        next_title=title,
        next_objective=objective,
        next_number=number,
        minutes_left=sum(lesson.minutes for _number, lesson in left)
        if status != NOT_STARTED
        else card.minutes,
        changed_at=_last_change(record),
    )


def _last_change(record: RecordFacts | None) -> datetime | None:
    """When the person last did something in the course: the newest instant of the progress."""
    if record is None:
        return None
    progress = record.progress
    instants = [progress["started"], *progress["reads"].values(), *progress["answered"].values()]
    instants += [result[0] for result in progress["results"]]
    return max(datetime.fromisoformat(instant) for instant in instants if instant)
