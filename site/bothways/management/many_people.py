"""Thousands of people with records in a dozen courses, to measure against.

A few people learn through the real actions; everybody else gets a copy of all the rows of one of
them, made inside the database. So every record is exactly what the actions write, and 10,000 people
take minutes instead of a night. Instants repeat; nothing that is measured depends on them.
"""

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model
from wagtail.signal_handlers import disable_reference_index_auto_update

from audit import log as audit_log
from bothways.operations import installation
from bothways.operations.demo import company, plans
from bothways.operations.demo.history import Course, Learner
from bothways.operations.demo.making import make_demo
from courses import actions as courses
from courses.models import Audience, CoursePage, CourseRecord, Evidence, Published
from exchange.importing import import_course
from glossary.models import Sense, Word
from glossary.publishing import render_words
from people import actions as people
from people import roles
from people.models import Department, Employee, Membership, Organisation, Side
from people.queries import today
from quizzes.models import Answer, Attempt, Drawn

TEMPLATE = "T2"
PROTOTYPES = 16  # people with a history of their own
CHUNK = 1000  # people copied in one transaction
SIGN_INS = 5  # of each of them, in the audit log
WORDS_AT_ONCE = 100
PREFIX = "bench-"
# How many of a hundred go which way in a course; a third has not begun.
SHARES = {"first": 30, "second": 8, "failed": 4, "part": 18, "begun": 5, "none": 35}

Say = Callable[[str], object]


class NotADemo(Exception):
    """Invented people are never put among real ones."""


class SeededBefore(Exception):
    """There are invented people already, but not so many; more are made only in a fresh data folder."""


@dataclass(frozen=True)
class Seeded:
    employees: int
    courses: int
    records: int
    answers: int
    attempts: int


def seed(
    *, employees: int, courses: int, now: datetime, say: Say, words: int = 0, answers: int = 0
) -> Seeded:
    """So many invented people beside the demo's, so many copies of T2, and at least so many words.

    As many people more as it takes until there are so many answers.

    The second time changes nothing.

    On an empty installation the demo is made first.

    Raises: NotADemo, SeededBefore
    """
    organisation = Organisation.objects.first()
    if organisation is None and Employee.objects.exists():
        raise NotADemo("There are people but no organisation here.")
    if organisation is not None and not organisation.is_demo:
        raise NotADemo(organisation.name)
    there = Employee.objects.filter(email__startswith=PREFIX).count()
    if 0 < there < employees:
        raise SeededBefore(str(there))
    if organisation is None:
        say("Making the demo first …")
        installation.make_tree()
        installation.load_first_courses(say=say, now=now)
        make_demo(now=now)
    make_courses(courses, now=now, say=say)
    make_words(words, now=now, say=say)
    if not there:
        make_people(employees, now=now, say=say, answers=answers)
    return figures()


def figures() -> Seeded:
    """What is there now, the demo's own people and records included. Five SQL queries."""
    return Seeded(
        employees=Employee.objects.count(),
        courses=CoursePage.objects.live().count(),
        records=CourseRecord.objects.count(),
        answers=Answer.objects.count(),
        attempts=Attempt.objects.count(),
    )


# --- Courses


def make_courses(count: int, *, now: datetime, say: Say) -> None:
    """ "Bench course 01" and so on: T2's files under other names, through the importer, once each."""
    for number in range(1, count + 1):
        code = f"BENCH{number:02}"
        if CoursePage.objects.filter(code=code).exists():
            continue
        say(f"Publishing Bench course {number:02} …")
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / code
            write_copy(installation.CONTENT / TEMPLATE, target, code=code, number=number)
            # Wagtail's list of where a page is used costs a quarter of the time and is not measured.
            with transaction.atomic(), disable_reference_index_auto_update():
                import_course(target, now=now)
                ask_for(CoursePage.objects.get(code=code), number, now=now)


def write_copy(source: Path, target: Path, *, code: str, number: int) -> None:
    """The files of a course with other keys: code, title, address, and the names of its questions."""
    shutil.copytree(source, target)
    names = re.compile(rf"\b{TEMPLATE.lower()}-(?=[a-z])")
    for path in [*target.glob("*.md"), *target.glob("*.yaml")]:
        text = names.sub(f"{code.lower()}-", path.read_text(encoding="utf-8"))
        if path.name == "course.yaml":
            for field, value in {
                "code": code,
                "title": f"Bench course {number:02}",
                "short_title": f"Bench course {number:02}",
                "slug": f"bench-course-{number:02}",
            }.items():
                text = re.sub(rf"^{field}:.*$", f"{field}: {value}", text, count=1, flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")


def ask_for(page: CoursePage, number: int, *, now: datetime) -> None:
    """Required by the day of one side, recommended to the other; the sides take turns."""
    required, other = (Side.BUSINESS, Side.TECHNOLOGY) if number % 2 else (Side.TECHNOLOGY, Side.BUSINESS)
    due_on = today(now) + timedelta(days=7 * number - 28)
    for side, requirement, due in (
        (required, Audience.Requirement.REQUIRED, due_on),
        (other, Audience.Requirement.RECOMMENDED, None),
    ):
        courses.add_audience(
            course=page, scope=Audience.Scope.SIDE, side=side, requirement=requirement, due_on=due, now=now
        )


# --- Words


def make_words(count: int, *, now: datetime, say: Say) -> None:
    """Copies of the published words under other names, until there are so many."""
    originals = list(Word.objects.filter(senses__live=True).distinct().order_by("pk"))
    missing = count - len(originals)
    if missing <= 0:
        return
    say(f"Publishing {missing} words …")
    for start in range(0, missing, WORDS_AT_ONCE):
        numbers = range(start, min(start + WORDS_AT_ONCE, missing))
        with transaction.atomic():
            copies = [word_copy(originals[number % len(originals)], number) for number in numbers]
            render_words([word.pk for word in copies], now=now)


def word_copy(original: Word, number: int) -> Word:
    """A word with the texts of another: its live meanings, without versions, signatures and relations."""
    word = Word.objects.get(pk=original.pk)
    word.pk, word.translation_key = None, uuid4()
    word.lemma, word.slug = f"{original.lemma} {number:04}", f"{original.slug}-{number:04}"
    word.save()
    for sense in original.senses.filter(live=True):
        sense.pk, sense.translation_key, sense.word = None, uuid4(), word
        sense.latest_revision = sense.live_revision = None
        # Not `save()`, which lists what refers to what: that is not measured.
        Sense.objects.bulk_create([sense])
    return word


# --- People


def make_people(count: int, *, now: datetime, say: Say, answers: int = 0) -> None:
    started_on = today(now) - timedelta(days=700)
    departments = {row.name: row for row in Department.objects.filter(name__in=company.DEPARTMENTS)}
    prototypes = [
        people.hire(
            department=departments[department_of(number)], started_on=started_on, now=now, **described(number)
        )
        for number in range(1, min(PROTOTYPES, max(count // 4, 1), count) + 1)
    ]
    say(f"{len(prototypes)} people learn through the real actions …")
    let_learn(prototypes, now=now)
    count = max(count, people_for(answers, prototypes))
    spans: dict[type[Model], int] = {
        model: (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1 for model in (Attempt, Drawn)
    }
    for first in range(len(prototypes) + 1, count + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, count + 1))
        with transaction.atomic():
            hired = hire_many(numbers, departments, started_on)
            copy_histories(
                [
                    (number, person.pk, prototypes[number % len(prototypes)].pk)
                    for number, person in zip(numbers, hired, strict=True)
                ],
                spans,
            )
            signed_in = [
                audit_log.Draft(audit_log.Verb.SIGNED_IN, f"employee:{person.pk}") for person in hired
            ]
            audit_log.record_many(signed_in * SIGN_INS, actor=None, now=now)
        if numbers[-1] == count or (first // CHUNK) % 3 == 0:
            say(f"{numbers[-1]} of {count} people …")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [Attempt, Drawn]):
                cursor.execute(statement)
            cursor.execute("ANALYZE")  # what autovacuum would do within a minute


def people_for(answers: int, prototypes: list[Employee]) -> int:
    """How many invented people it takes until there are so many answers, when each has those of a prototype."""
    held = Counter(Answer.objects.filter(employee__in=prototypes).values_list("employee_id", flat=True))
    there, number = Answer.objects.count(), len(prototypes)
    while held and there < answers:
        number += 1
        there += held[prototypes[number % len(prototypes)].pk]
    return number


def described(number: int) -> dict[str, Any]:
    """What is known of one invented person, apart from days and department."""
    side = Side.TECHNOLOGY if department_of(number) in company.TECHNICAL else Side.BUSINESS
    return {
        "email": f"{PREFIX}{number:05}@example.com",
        "display_name": f"Bench Person {number:05}",
        "side": side,
        "employee_number": f"BENCH-{number:05}",
    }


def department_of(number: int) -> str:
    names = list(company.DEPARTMENTS)
    return names[number % len(names)]


@transaction.atomic
def let_learn(prototypes: list[Employee], *, now: datetime) -> None:
    rows = Published.objects.filter(slug="", page__live=True).order_by("pk")
    for course in [Course.read(row) for row in rows]:
        for person in prototypes:
            chance = Random(f"{plans.SEED}/{person.email}/{course.row.course_slug}")  # noqa: S311 - always the same
            plan = plans.some_plan(chance, SHARES, worked_days=700)
            if plan is not None:
                Learner(person, course, plan, now=now, end=now - timedelta(hours=1)).learn()


def hire_many(numbers: range, departments: Mapping[str, Department], started_on: date) -> list[Employee]:
    """The rows that `people.actions.hire` writes, for many at once. Nobody has a password."""
    hired = Employee.objects.bulk_create(
        Employee(started_on=started_on, password=make_password(None), **described(number))
        for number in numbers
    )
    Membership.objects.bulk_create(
        Membership(employee=person, department=departments[department_of(number)], from_on=started_on)
        for number, person in zip(numbers, hired, strict=True)
    )
    group = Group.objects.get(name=roles.EMPLOYEE)
    through = Employee.groups.through
    through.objects.bulk_create(through(employee_id=person.pk, group_id=group.pk) for person in hired)
    return hired


# --- Copying


def copy_histories(twins: list[tuple[int, int, int]], spans: dict[type[Model], int]) -> None:
    """Give each person every row of another one. `twins`: number, person, whose rows.

    Attempts and drawn questions get the id `number × span + old id`, so that what points at them is
    found by the same sum; a span is larger than every id from before, so no two are the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE twin (number bigint, person bigint, original bigint)")
        cursor.executemany("INSERT INTO twin VALUES (%s, %s, %s)", twins)
        attempt, drawn = f"t.number * {spans[Attempt]} + ", f"t.number * {spans[Drawn]} + "
        public_id = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
        of_person = "{table} o JOIN twin t ON t.original = o.employee_id"
        of_attempt = "{table} o JOIN quizzes_attempt a ON a.id = o.attempt_id JOIN twin t ON t.original = a.employee_id"
        person = {"employee_id": "t.person"}
        for model, rows, changed in (
            (Evidence, of_person, person),
            (Attempt, of_person, {**person, "id": f"{attempt}o.id", "public_id": public_id}),
            (Drawn, of_attempt, {"id": f"{drawn}o.id", "attempt_id": f"{attempt}o.attempt_id"}),
            (Answer, of_person, {**person, "drawn_id": f"{drawn}o.drawn_id"}),
            (CourseRecord, of_person, person),
        ):
            table = connection.ops.quote_name(model._meta.db_table)
            columns = [
                field.column
                for field in model._meta.concrete_fields
                if field.column and (not field.primary_key or field.column in changed)
            ]
            quoted = [connection.ops.quote_name(column) for column in columns]
            values = [changed.get(column, f"o.{name}") for column, name in zip(columns, quoted, strict=True)]
            # In the order of the originals: of two answers to one question the later row is the later one.
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(quoted)}) "  # noqa: S608 - names of our own tables
                f"SELECT {', '.join(values)} FROM {rows.format(table=table)} ORDER BY t.number, o.id"
            )
        cursor.execute("DROP TABLE twin")
