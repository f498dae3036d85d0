"""Stored figures against what the rows say: 0 differences is the promise."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from courses.models import CourseRecord, Evidence
from courses.queries.criteria import REFRESHES, stale_records
from courses.rules import record_facts
from courses.rules.completion import Rule
from jobs.queries import unfinished_arguments
from jobs.snapshots import one_snapshot
from people.models import Employee
from quizzes.models import Answer, Attempt


def record_differences(chunk: int = 100) -> Iterator[str]:
    """Sentences about stored figures that differ from what the rows say; none is the promise.

    All is read as it was at one instant, and what is held at a time is what `chunk` people did. 5 SQL
    queries per `chunk` people, and at most 5 more. Nothing may be written while the sentences are taken.
    """
    with one_snapshot():
        behind = _behind()
        last = 0
        while people := list(
            Employee.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:chunk]
        ):
            last = people[-1]
            yield from _differences_of(people, behind)
        lost = Evidence.objects.exclude(
            Exists(
                CourseRecord.objects.filter(employee=OuterRef("employee"), course_key=OuterRef("course_key"))
            )
        )
        for employee_id, course_key in lost.order_by().values_list("employee_id", "course_key").distinct():
            # not for people: verify_records tells it to operators
            yield f"employee {employee_id} has evidence in {course_key} but no record"


def _differences_of(people: Sequence[int], behind: Container[int]) -> Iterator[str]:
    records = CourseRecord.objects.filter(employee__in=people).select_related("criterion").order_by("pk")
    evidence = _grouped(
        Evidence.objects.filter(employee__in=people)
        .order_by("pk")
        .values_list("employee_id", "course_key", "kind", "lesson_key", "at")
    )
    answers = _grouped(
        Answer.objects.filter(employee__in=people, drawn__isnull=True)
        .order_by("pk")
        .values_list(
            "employee_id", "context_key", "question_key", "version_id", "chosen", "is_unsure", "is_correct",
            "confidence", "answered_at", "key", "given_at",
        )
    )  # fmt: skip
    attempts = _grouped(
        # In the order in which they ended, which is that of their numbers: the clock may have been put back.
        Attempt.objects.filter(employee__in=people, finished_at__isnull=False)
        .order_by("number")
        .values_list("employee_id", "quiz_key", "finished_at", "score_percent", "passed")
    )
    for record in records:
        key = (record.employee_id, str(record.course_key))
        yield from _differences(record, evidence.get(key, []), answers.get(key, []), attempts.get(key, []))
        if record.pk in behind:
            # not for people: verify_records tells it to operators
            yield f"{_named(record)}: it is in progress by criterion {record.criterion.number}, not by the newest"


def _behind() -> set[int]:
    """Records in progress by an older criterion, but for courses whose refreshing still waits or runs."""
    coming = {str(arguments[0]) for arguments in unfinished_arguments(REFRESHES)}
    stale = stale_records().values_list("pk", "course_key")
    return {pk for pk, course_key in stale if str(course_key) not in coming}


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int, str], list[tuple[Any, ...]]]:
    """The rows of each person in each course, in the order in which they come."""
    grouped = defaultdict(list)
    for employee_id, course_key, *row in rows:
        grouped[employee_id, str(course_key)].append(tuple(row))
    return grouped


_ANSWER = (
    "question_key", "version_id", "chosen", "is_unsure", "is_correct", "confidence", "answered_at", "key", "given_at",
)  # fmt: skip


def _differences(record: CourseRecord, evidence: Any, answers: Any, attempts: Any) -> Iterator[str]:
    kept = record_facts.rebuild(
        started=next((at for kind, _lesson, at in evidence if kind == Evidence.Kind.STARTED), None),
        reads=[(str(lesson), at) for kind, lesson, at in evidence if kind == Evidence.Kind.READ],
        answers=[dict(zip(_ANSWER, row, strict=True)) for row in answers],
        results=attempts,
    )
    expected = record_facts.columns(Rule.from_json(record.criterion.rule), kept)
    name = _named(record)
    if kept != record.progress:
        yield f"{name}: the stored progress differs from the rows"  # not for people: operators
    for column, value in expected.items():
        if getattr(record, column) != value:
            # not for people: operators
            yield f"{name}: {column} is {getattr(record, column)!r}, the rows say {value!r}"


def _named(record: CourseRecord) -> str:
    # not for people: verify_records tells it to operators
    return f"record {record.pk} (employee {record.employee_id}, course {record.course_key})"
