"""What can be drawn, and what a person has seen."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from quizzes.models import Bank, Drawn, Purpose, Question, QuestionVersion
from quizzes.rules.drawing import Candidate
from quizzes.rules.grading import ANSWERABLE


def _current_versions() -> Any:
    newer = QuestionVersion.objects.filter(question=OuterRef("question"), number__gt=OuterRef("number"))
    return QuestionVersion.objects.filter(~Exists(newer))


def _drawable_versions() -> Any:
    """What `Candidate.can_be_drawn` says of one, for the database."""
    return _current_versions().filter(question__live=True, purpose=Purpose.QUIZ, kind__in=ANSWERABLE)


def candidates(*, bank_id: int, locale_id: int) -> list[Candidate]:
    """The current version of every question of a bank in one language; what cannot be drawn says so itself.

    One query.
    """
    versions = _current_versions().filter(question__bank_id=bank_id, question__locale_id=locale_id)
    rows = versions.order_by("question_id").values_list(
        "pk", "question_key", "payload__outcome", "purpose", "kind", "question__live"
    )
    return [
        Candidate(pk, str(key), str(outcome or ""), purpose, kind, live)
        for pk, key, outcome, purpose, kind, live in rows
    ]


def attach_current_versions(questions: Iterable[Question]) -> None:
    """Set `current_version` of each question. One query."""
    asked = list(questions)
    current = {row.question_id: row for row in _current_versions().filter(question__in=asked)}
    for question in asked:
        question.current_version = current.get(question.pk)


def drawable_counts(bank_ids: Collection[int]) -> Counter[tuple[int, int]]:
    """Bank and language → how many different questions a quiz from it could ask today. One query."""
    rows = (
        _drawable_versions()
        .filter(question__bank__in=bank_ids)
        .values_list("question__bank_id", "question__locale_id")
        .annotate(Count("question_key", distinct=True))
        .order_by()
    )
    return Counter({(bank_id, locale_id): number for bank_id, locale_id, number in rows})


def banks_with_figures() -> QuerySet[Bank]:
    """Banks with `ready` (questions that a quiz could ask today, in whichever language) and `all`. One query."""
    ready = (
        _drawable_versions()
        .filter(question__bank=OuterRef("pk"))
        .order_by()
        .values("question__bank")
        .annotate(number=Count("question_key", distinct=True))
        .values("number")
    )
    return Bank.objects.annotate(ready=Coalesce(Subquery(ready), 0), all=Count("questions", distinct=True))


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
