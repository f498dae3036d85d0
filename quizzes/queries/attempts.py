"""Where a person stands in a quiz: the start card."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q

from quizzes.models import Attempt


@dataclass(frozen=True)
class AttemptSummary:
    """One attempt of a person, as its owner sees it. `next_position` is where an open one goes on."""

    public_id: UUID
    number: int
    asked: int
    answered: int
    next_position: int | None
    started_at: datetime
    finished_at: datetime | None
    correct_count: int | None
    score_percent: int | None
    pass_percent: int
    passed: bool | None


def attempts_of(*, employee_id: int, quiz_key: UUID) -> list[AttemptSummary]:
    """All attempts of a person at a quiz, the latest first. One query."""
    rows = (
        Attempt.objects.filter(employee_id=employee_id, quiz_key=quiz_key)
        .annotate(
            answered=Count("drawn__answer"),
            next_position=Min("drawn__position", filter=Q(drawn__answer__isnull=True)),
        )
        .order_by("-number")
        .values_list(
            "public_id",
            "number",
            "question_count",
            "answered",
            "next_position",
            "started_at",
            "finished_at",
            "correct_count",
            "score_percent",
            "pass_percent",
            "passed",
        )
    )
    return [AttemptSummary(*row) for row in rows]
