"""What can be drawn, and what a person has seen."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from quizzes.models import Bank, Drawn, Purpose, Question, QuestionVersion
from quizzes.rules.drawing import Candidate
from quizzes.rules.grading import ANSWERABLE


def _current_versions() -> Any:
    newer = QuestionVersion.objects.filter(question=OuterRef("question"), number__gt=OuterRef("number"))
    return QuestionVersion.objects.filter(~Exists(newer))


def candidates(*, bank_id: int, locale_id: int | None = None) -> list[Candidate]:
    """The current version of every question of a bank; what cannot be drawn says so itself. One query."""
    versions = _current_versions().filter(question__bank_id=bank_id)
    if locale_id is not None:
        versions = versions.filter(question__locale_id=locale_id)
    rows = versions.order_by("question_id").values_list(
        "pk", "question_key", "payload__outcome", "purpose", "kind", "question__live"
    )
    return [
        Candidate(pk, str(key), str(outcome or ""), purpose, kind, live)
        for pk, key, outcome, purpose, kind, live in rows
    ]


def know_their_versions(questions: Iterable[Question]) -> None:
    """Each of these knows its current version from now on. One query."""
    asked = list(questions)
    current = {row.question_id: row for row in _current_versions().filter(question__in=asked)}
    for question in asked:
        question.current_version = current.get(question.pk)


def drawable_count(bank: Bank, *, locale_id: int | None = None) -> int:
    """How many different questions a quiz from this bank could ask today. One query."""
    questions = _current_versions().filter(
        question__bank=bank, question__live=True, purpose=Purpose.QUIZ, kind__in=ANSWERABLE
    )
    if locale_id is not None:
        questions = questions.filter(question__locale_id=locale_id)
    return questions.aggregate(number=Count("question_key", distinct=True))["number"]


def banks_with_figures() -> QuerySet[Bank]:
    """Banks with `ready` (what a quiz could draw today, over all languages) and `all`. One query."""
    ready = Q(questions__live=True, questions__purpose=Purpose.QUIZ, questions__kind__in=ANSWERABLE)
    return Bank.objects.annotate(
        ready=Count("questions__translation_key", filter=ready, distinct=True),
        all=Count("questions", distinct=True),
    )


def seen_questions(*, employee_id: int, quiz_key: UUID) -> dict[str, int]:
    """Key of each question the person was asked in this quiz → number of the latest attempt. One query."""
    rows = (
        Drawn.objects.filter(attempt__employee_id=employee_id, attempt__quiz_key=quiz_key)
        .values_list("version__question_key")
        .annotate(Max("attempt__number"))
        .order_by()
    )
    return {str(key): number for key, number in rows}


def payloads(version_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Version id → payload. One query."""
    return dict(QuestionVersion.objects.filter(pk__in=version_ids).values_list("pk", "payload"))
