"""Stored figures against what the rows say: 0 differences is the promise."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from courses import records
from courses.completion import Rule
from courses.models import CourseRecord, Evidence
from quizzes.models import Answer, Attempt


def record_differences(chunk: int = 500) -> Iterator[str]:
    """Sentences about stored figures that differ from what the rows say; none is the promise.

    4 SQL queries per `chunk` records.
    """
    last = 0
    seen: set[tuple[int, str]] = set()
    while batch := list(
        CourseRecord.objects.filter(pk__gt=last).select_related("criterion").order_by("pk")[:chunk]
    ):
        last = batch[-1].pk
        people = {record.employee_id for record in batch}
        evidence = _grouped(
            Evidence.objects.filter(employee__in=people).values_list(
                "employee_id", "course_key", "kind", "lesson_key", "at"
            )
        )
        answers = _grouped(
            Answer.objects.filter(employee__in=people, drawn__isnull=True).values_list(
                "employee_id", "context_key", "question_key", "version_id", "chosen", "is_unsure", "is_correct",
                "confidence", "answered_at",
            )
        )  # fmt: skip
        attempts = _grouped(
            Attempt.objects.filter(employee__in=people, finished_at__isnull=False)
            .order_by("finished_at", "pk")
            .values_list("employee_id", "quiz_key", "finished_at", "score_percent", "passed"),
            keep_order=True,
        )
        for record in batch:
            key = (record.employee_id, str(record.course_key))
            seen.add(key)
            yield from _differences(
                record, evidence.get(key, []), answers.get(key, []), attempts.get(key, [])
            )
    for employee_id, course_key in Evidence.objects.values_list("employee_id", "course_key").distinct():
        if (employee_id, str(course_key)) not in seen:
            # not for people: verify_records tells it to operators
            yield f"employee {employee_id} has evidence in {course_key} but no record"


def _grouped(rows: Any, *, keep_order: bool = False) -> dict[tuple[int, str], list[tuple[Any, ...]]]:
    if not keep_order:
        rows = rows.order_by("pk")
    keyed = sorted(
        ((row[0], str(row[1]), position, row[2:]) for position, row in enumerate(rows)),
        key=itemgetter(0, 1, 2),
    )
    return {key: [row[3] for row in group] for key, group in groupby(keyed, key=itemgetter(0, 1))}


_ANSWER = ("question_key", "version_id", "chosen", "is_unsure", "is_correct", "confidence", "answered_at")


def _differences(record: CourseRecord, evidence: Any, answers: Any, attempts: Any) -> Iterator[str]:
    progress = records.rebuild(
        started=next((at for kind, _lesson, at in evidence if kind == Evidence.Kind.STARTED), None),
        reads=[(str(lesson), at) for kind, lesson, at in evidence if kind == Evidence.Kind.READ],
        answers=[dict(zip(_ANSWER, row, strict=True)) for row in answers],
        results=attempts,
    )
    expected = records.columns(records.standing(Rule.from_json(record.criterion.rule), progress))
    # not for people: verify_records tells it to operators
    name = f"record {record.pk} (employee {record.employee_id}, course {record.course_key})"
    if progress != record.progress:
        yield f"{name}: the stored progress differs from the rows"  # not for people: operators
    for column, value in expected.items():
        if getattr(record, column) != value:
            # not for people: operators
            yield f"{name}: {column} is {getattr(record, column)!r}, the rows say {value!r}"
