"""What can happen while somebody takes a course. One verb, one transaction; every answer updates the record with it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from courses.models import CourseRecord, Criterion, Evidence, Published
from courses.published import PublishedLesson
from courses.queries.criteria import newest_criterion
from courses.rules import record_facts
from courses.rules.completion import COMPLETED, Rule
from people.models import Employee
from quizzes import actions as quizzes
from quizzes.models import Answer, Attempt, Bank, QuestionVersion
from quizzes.rules import ordering

RECORDS_AT_ONCE = 20
"""Refreshed in one transaction, while others wait to write: 18 ms of CPU on SQLite, measured with 30,000."""


class LessonHasChecks(Exception):
    """A lesson with checks is completed by answering them, not by saying that it was read."""


class NoQuiz(Exception):
    """The course has no quiz, or its bank is smaller than the quiz."""


class UnknownCheck(Exception):
    """The lesson asks no such question (any more)."""


class Answered(NamedTuple):
    """What came of an answer to a check: its row, and the record, which keeps the answer that counts."""

    answer: Answer
    record: CourseRecord

    @property
    def latest(self) -> Mapping[str, Any]:
        """The answer that counts, as the record keeps it."""
        latest: Mapping[str, Any] = self.record.progress["latest"][str(self.answer.question_key)]
        return latest


@dataclass(frozen=True)
class CourseRef:
    """Which course something happens in, and the rule that holds now."""

    page_id: int
    key: str
    criterion_id: int
    rule: Rule

    @classmethod
    def of(cls, row: Published) -> "CourseRef":
        """Of the row of a course or of one of its lessons."""
        shown = row.shown
        return cls(
            page_id=shown.course_page_id if isinstance(shown, PublishedLesson) else shown.page_id,
            key=str(row.course_key),
            criterion_id=shown.criterion_id,
            rule=shown.rule,
        )


@transaction.atomic
def begin_course(*, employee: Employee, course: Published, now: datetime) -> CourseRecord:
    """The person has begun the course. Beginning again changes nothing."""
    return _record(employee, CourseRef.of(course), now=now)


@transaction.atomic
def answer_check(
    *,
    employee: Employee,
    lesson: Published,
    question_key: str,
    version_id: int,
    key: uuid.UUID,
    chosen: Sequence[str],
    unsure: bool,
    confidence: int | None,
    age: timedelta | None = None,
    seen: uuid.UUID | None = None,
    now: datetime,
) -> Answered:
    """Store an answer to a check of a lesson and what follows from it.

    `age` is how long ago it was given, None where nobody measured it: then it comes after everything
    that is stored. `seen` is the key of the newest answer to this check that the person's page knew.

    Raises:
        UnknownCheck: the lesson does not ask this question.
        quizzes.UnknownOption, quizzes.NothingChosen, quizzes.AlreadyAnswered: nothing was stored.
    """
    if question_key not in lesson.as_lesson.questions:
        raise UnknownCheck(question_key)
    version = QuestionVersion.objects.filter(pk=version_id, question_key=question_key).first()
    if version is None:
        raise UnknownCheck(question_key)
    ref = CourseRef.of(lesson)
    # The record first: on PostgreSQL its lock puts the answers of one person in order.
    record = _record(employee, ref, now=now)
    now = max(now, record.started_at)
    answer, is_new = quizzes.record_answer(
        employee_id=employee.pk,
        version=version,
        key=key,
        chosen=chosen,
        unsure=unsure,
        confidence=confidence,
        context_key=uuid.UUID(ref.key),
        now=now,
        given_at=ordering.given_at(
            now=now, age=age or timedelta(0), knew=_knew(record, question_key, age=age, seen=seen)
        ),
    )
    if is_new:
        record_facts.add_answer(record.progress, vars(answer))
        _store(record, ref)
    return Answered(answer, record)


def _knew(
    record: CourseRecord, question_key: str, *, age: timedelta | None, seen: uuid.UUID | None
) -> datetime | None:
    """When the newest answer was given that a person knew of who sends another one."""
    latest = record.progress["latest"].get(question_key, {})
    if age is None or str(seen) == latest.get("key"):
        return datetime.fromisoformat(latest["given"]) if "given" in latest else None
    if seen is None:
        return None
    mine = Answer.objects.filter(employee=record.employee_id, key=seen, question_key=question_key)
    return mine.values_list("given_at", flat=True).first()


@transaction.atomic
def read_lesson(*, employee: Employee, lesson: Published, now: datetime) -> CourseRecord:
    """The person says that they have read a lesson without checks. Saying it again changes nothing.

    Raises:
        LessonHasChecks: nothing was stored.
    """
    if lesson.as_lesson.questions:
        raise LessonHasChecks(lesson.slug)
    ref = CourseRef.of(lesson)
    record = _record(employee, ref, now=now)
    now = max(now, record.started_at)
    if str(lesson.key) not in record.progress["reads"]:
        Evidence.objects.create(
            employee=employee,
            course_id=ref.page_id,
            course_key=ref.key,
            lesson_id=lesson.as_lesson.page_id,
            lesson_key=lesson.key,
            kind=Evidence.Kind.READ,
            at=now,
        )
        record_facts.add_read(record.progress, str(lesson.key), now)
        _store(record, ref)
    return record


@transaction.atomic
def start_quiz(*, employee: Employee, course: Published, after: int | None = None, now: datetime) -> Attempt:
    """An attempt at the quiz of a course: the open one, else a new draw. Begins the course too.

    `after` is the number of the newest finished attempt that the person's page knew: one that has been
    begun since is what the page asked for, and is returned.

    Raises:
        NoQuiz: there is none, or it is not ready; nothing was stored.
    """
    quiz = course.as_course.quiz
    if quiz is None or not quiz.available:
        raise NoQuiz(course.course_slug)
    record = _record(employee, CourseRef.of(course), now=now)
    return quizzes.start_attempt(
        employee=employee,
        quiz_key=course.course_key,
        bank=Bank.objects.get(pk=quiz.bank_id),
        question_count=quiz.questions,
        pass_percent=quiz.pass_percent,
        locale_id=course.locale_id,
        after=after,
        now=max(now, record.started_at),
    )


@transaction.atomic
def answer_quiz(
    *,
    employee: Employee,
    course: Published,
    attempt: Attempt,
    position: int,
    key: uuid.UUID,
    chosen: Sequence[str],
    unsure: bool,
    confidence: int | None,
    now: datetime,
) -> Answer:
    """Store an answer to a question of an attempt; the last one scores it and may complete the course.

    Raises what `quizzes.answer_question` raises; then nothing was stored.
    """
    ref = CourseRef.of(course)
    record = _record(employee, ref, now=now)
    answer = quizzes.answer_question(
        attempt=attempt,
        position=position,
        key=key,
        chosen=chosen,
        unsure=unsure,
        confidence=confidence,
        now=now,
    )
    attempt.refresh_from_db()
    # Attempts end one after the other: a result that is missing is that of the attempt which ended now.
    if attempt.finished_at is not None and len(record.progress["results"]) < attempt.number:
        record_facts.add_result(
            record.progress, attempt.finished_at, attempt.score_percent or 0, bool(attempt.passed)
        )
        _store(record, ref)
    return answer


def refresh_open_records(*, course_key: str, between: Callable[[], object] = lambda: None) -> int:
    """Bring records that are in progress to the newest criterion; how many changed.

    Who completed stays completed by the criterion of their time. In pieces of `RECORDS_AT_ONCE`, each a
    transaction of its own, so that nobody waits long for the right to write; `between` is called after
    each. Interrupted, it goes on where it was.
    """
    newest = newest_criterion(course_key)
    if newest is None:
        return 0
    # Asked once, without the right to write: a piece finds its records by their keys.
    waiting = list(_in_progress_by_another(newest).order_by("pk").values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(waiting), RECORDS_AT_ONCE):
        changed += _refresh(course_key, waiting[start : start + RECORDS_AT_ONCE])
        between()
    return changed


def _in_progress_by_another(criterion: Criterion) -> QuerySet[CourseRecord]:
    return CourseRecord.objects.filter(
        course_key=criterion.course_key, status=CourseRecord.Status.IN_PROGRESS
    ).exclude(criterion=criterion)


@transaction.atomic
def _refresh(course_key: str, keys: Sequence[int]) -> int:
    # Asked anew for each piece: the course may be published again meanwhile, and an answer bring a record along.
    criterion = newest_criterion(course_key)
    if criterion is None:
        return 0
    records = list(_in_progress_by_another(criterion).filter(pk__in=keys).select_for_update().order_by("pk"))
    rule = Rule.from_json(criterion.rule)
    for record in records:
        record.criterion = criterion
        for name, value in record_facts.columns(rule, record.progress).items():
            setattr(record, name, value)
    CourseRecord.objects.bulk_update(records, ["criterion", *record_facts.COLUMNS])
    return len(records)


def _record(employee: Employee, ref: CourseRef, *, now: datetime) -> CourseRecord:
    """The person's record in a course, locked; made together with the evidence of beginning."""
    record = _locked(employee, ref)
    if record is not None:
        return record
    kept = record_facts.empty()
    record_facts.add_started(kept, now)
    # Asked in its turn: a newer one may have come while this waited for it.
    newest = newest_criterion(ref.key)
    rule = ref.rule if newest is None else Rule.from_json(newest.rule)
    try:
        with transaction.atomic():
            Evidence.objects.create(
                employee=employee,
                course_id=ref.page_id,
                course_key=ref.key,
                kind=Evidence.Kind.STARTED,
                at=now,
            )
            return CourseRecord.objects.create(
                employee=employee,
                course_id=ref.page_id,
                course_key=ref.key,
                criterion_id=ref.criterion_id if newest is None else newest.pk,
                progress=kept,
                **record_facts.columns(rule, kept),
            )
    except IntegrityError:
        # Another device began the course in the same moment.
        record = _locked(employee, ref)
        if record is None:
            raise
        return record


def _locked(employee: Employee, ref: CourseRef) -> CourseRecord | None:
    # Ordered by the key alone: the model's own order would join the employee, and lock that row too.
    return (
        CourseRecord.objects.select_for_update()
        .filter(employee=employee, course_key=ref.key)
        .order_by("pk")
        .first()
    )


def _store(record: CourseRecord, ref: CourseRef) -> None:
    """Write what follows from the record's progress. A completed course keeps date and criterion.

    One that was brought to a newer rule while this waited for its turn to write goes on by that one.
    """
    rule = ref.rule
    if record.status == COMPLETED or record.criterion_id > ref.criterion_id:
        rule = Rule.from_json(record.criterion.rule)
    else:
        record.criterion_id = ref.criterion_id
    for name, value in record_facts.columns(rule, record.progress).items():
        setattr(record, name, value)
    record.save()
