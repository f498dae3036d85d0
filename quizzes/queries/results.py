"""A finished attempt, for its owner. The one place from which right options leave, and only after passing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Min, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString

from quizzes.models import Attempt, Drawn
from quizzes.queries.asking import Section, Why, given_answer, safe, section_of, why_of
from quizzes.rules.showing import AnsweredOptions, quiz_reveals, right
from quizzes.rules.verdicts import Verdict


@dataclass(frozen=True)
class QuestionResult:
    """One question of a finished attempt. `right` is empty until the person has passed the quiz."""

    position: int
    stem: SafeString
    text: str
    verdict: Verdict
    confidence: int | None
    chosen: tuple[SafeString, ...]
    whys: tuple[Why, ...]
    right: tuple[Why, ...]
    outcome: str
    section: Section

    @property
    def is_correct(self) -> bool:
        return self.verdict == Verdict.CORRECT

    @property
    def is_sure_but_not_right(self) -> bool:
        """Worth a minute first: what we are sure of, we say in meetings."""
        return self.verdict == Verdict.NOT_QUITE and self.confidence == 3


@dataclass(frozen=True)
class AttemptResult:
    """A finished attempt as its owner sees it; an open one has `finished_at` None and `next_position`."""

    public_id: UUID
    number: int
    correct_count: int
    asked: int
    score_percent: int
    pass_percent: int
    passed: bool
    finished_at: datetime | None
    has_passed: bool
    newest_finished: int  # the number of the person's last finished attempt at this quiz
    next_position: int | None = None
    questions: tuple[QuestionResult, ...] = field(default=())

    @property
    def reveals(self) -> bool:
        """The right options may be shown."""
        return quiz_reveals(passed=self.passed, has_passed=self.has_passed)


def result(*, employee_id: int, quiz_key: UUID, public_id: UUID) -> AttemptResult | None:
    """The person's own attempt with all its questions; None if there is no such attempt. Two queries."""
    theirs = Attempt.objects.filter(employee_id=employee_id, quiz_key=quiz_key, finished_at__isnull=False)
    newest = theirs.order_by("-number").values("number")[:1]
    attempt = (
        Attempt.objects.filter(public_id=public_id, employee_id=employee_id, quiz_key=quiz_key)
        .annotate(
            has_passed=Exists(theirs.filter(passed=True)),
            newest_finished=Coalesce(Subquery(newest), 0),
            next_position=Min("drawn__position", filter=Q(drawn__answer__isnull=True)),
        )
        .first()
    )
    if attempt is None:
        return None
    summary = AttemptResult(
        public_id=public_id,
        number=attempt.number,
        correct_count=attempt.correct_count or 0,
        asked=attempt.question_count,
        score_percent=attempt.score_percent or 0,
        pass_percent=attempt.pass_percent,
        passed=bool(attempt.passed),
        finished_at=attempt.finished_at,
        has_passed=attempt.has_passed,
        newest_finished=attempt.newest_finished,
        next_position=attempt.next_position,
        questions=(),
    )
    if attempt.finished_at is None:
        return summary
    rows = (
        Drawn.objects.filter(attempt=attempt)
        .order_by("position")
        .values_list(
            "position",
            "option_order",
            "version__payload",
            "answer__chosen",
            "answer__is_unsure",
            "answer__is_correct",
            "answer__confidence",
            "answer__key",
        )
    )
    questions = tuple(_question_result(*row, reveals=summary.reveals) for row in rows)
    return AttemptResult(**{**summary.__dict__, "questions": questions})


def _question_result(
    position: int,
    order: list[str],
    payload: Mapping[str, Any],
    chosen: list[str],
    is_unsure: bool,
    is_correct: bool,
    confidence: int | None,
    key: UUID,
    *,
    reveals: bool,
) -> QuestionResult:
    given = given_answer(payload, key, chosen, is_unsure, is_correct, confidence)
    by_key = {option["key"]: option for option in payload["options"]}
    options = AnsweredOptions.of((by_key[option] for option in order), chosen)
    return QuestionResult(
        position=position,
        stem=safe(payload["stem"]),
        text=payload["text"],
        verdict=given.verdict,
        confidence=confidence,
        chosen=tuple(safe(by_key[option]["html"]) for option in order if option in chosen),
        whys=given.whys,
        right=tuple(why_of(by_key[option]) for option in right(options, reveals=reveals)),
        outcome=payload["outcome"],
        section=section_of(payload),
    )
