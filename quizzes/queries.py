"""What can be asked about questions, attempts and answers. Every function states its number of SQL queries.

Nothing here tells which option is right, except `result` for somebody who has passed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString, mark_safe

from quizzes.drawing import Candidate
from quizzes.grading import ANSWERABLE, MULTIPLE
from quizzes.models import Attempt, Bank, Drawn, Purpose, QuestionVersion

CORRECT, NOT_QUITE, UNSURE = "correct", "not_quite", "unsure"


# --- Drawing ------------------------------------------------------------------------------------------


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
        Candidate(pk, str(key), str(outcome or ""), purpose, kind, live) for pk, key, outcome, purpose, kind, live in rows
    ]


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
        ready=Count("questions__translation_key", filter=ready, distinct=True), all=Count("questions", distinct=True)
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


# --- The start card -----------------------------------------------------------------------------------


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


def open_attempt(*, employee_id: int, quiz_key: UUID) -> AttemptSummary | None:
    """The attempt that a person has begun and not finished. One query."""
    return next((attempt for attempt in attempts_of(employee_id=employee_id, quiz_key=quiz_key) if not attempt.finished_at), None)


# --- A question and its feedback ----------------------------------------------------------------------


@dataclass(frozen=True)
class ShownOption:
    """An option as it stands on the page: nothing tells whether it is right."""

    id: str
    text: SafeString
    checked: bool = False


@dataclass(frozen=True)
class Why:
    """An option and its explanation."""

    text: SafeString
    why: SafeString


@dataclass(frozen=True)
class GivenAnswer:
    """What the person answered and what may be said about it before passing.

    `whys` explains only options that the person chose; after an answer that was not quite right it
    explains only chosen options that are not right, so that nothing gives the right ones away.
    """

    key: UUID
    verdict: str
    confidence: int | None
    whys: tuple[Why, ...]


@dataclass(frozen=True)
class Place:
    """Where a lesson explains it."""

    lesson_slug: str
    section: str
    anchor: str


@dataclass(frozen=True)
class AskedQuestion:
    """One question of an attempt, as its page shows it."""

    attempt_id: int
    public_id: UUID
    position: int
    asked: int
    answered: tuple[int, ...]
    next_position: int | None
    is_finished: bool
    stem: SafeString
    text: str
    is_multiple: bool
    options: tuple[ShownOption, ...]
    answer: GivenAnswer | None
    place: Place


def asked_question(*, employee_id: int, quiz_key: UUID, public_id: UUID, position: int) -> AskedQuestion | None:
    """A question of the person's own attempt; None if there is no such attempt or position. Two queries."""
    rows = list(
        Drawn.objects.filter(
            attempt__public_id=public_id, attempt__employee_id=employee_id, attempt__quiz_key=quiz_key
        )
        .order_by("position")
        .values_list(
            "position",
            "version_id",
            "option_order",
            "answer__key",
            "answer__chosen",
            "answer__is_unsure",
            "answer__is_correct",
            "answer__confidence",
            "attempt_id",
            "attempt__finished_at",
        )
    )
    row = next((row for row in rows if row[0] == position), None)
    if row is None:
        return None
    _position, version_id, order, key, chosen, is_unsure, is_correct, confidence, attempt_id, finished_at = row
    kind, payload = QuestionVersion.objects.values_list("kind", "payload").get(pk=version_id)
    open_positions = [other[0] for other in rows if other[3] is None and other[0] != position]
    return AskedQuestion(
        attempt_id=attempt_id,
        public_id=public_id,
        position=position,
        asked=len(rows),
        answered=tuple(other[0] for other in rows if other[3] is not None),
        # The next open one after this, else the first that was left out.
        next_position=min((place for place in open_positions if place > position), default=min(open_positions, default=None)),
        is_finished=finished_at is not None,
        stem=_safe(payload["stem"]),
        text=payload["text"],
        is_multiple=kind in MULTIPLE,
        options=_shown(payload, order, chosen or ()),
        answer=_given(payload, key, chosen, is_unsure, is_correct, confidence) if key is not None else None,
        place=_place(payload),
    )


def _shown(payload: Mapping[str, Any], order: Collection[str], chosen: Collection[str]) -> tuple[ShownOption, ...]:
    html = {option["key"]: option["html"] for option in payload["options"]}
    return tuple(ShownOption(key, _safe(html[key]), key in chosen) for key in order)


def _given(
    payload: Mapping[str, Any], key: UUID, chosen: Collection[str], is_unsure: bool, is_correct: bool, confidence: int | None
) -> GivenAnswer:
    verdict = UNSURE if is_unsure else CORRECT if is_correct else NOT_QUITE
    whys = tuple(
        _why(option)
        for option in payload["options"]
        if option["key"] in chosen and option["correct"] == is_correct
    )
    return GivenAnswer(key, verdict, confidence, whys)


def _why(option: Mapping[str, Any]) -> Why:
    return Why(_safe(option["html"]), _safe(option["why"]))


def _place(payload: Mapping[str, Any]) -> Place:
    return Place(payload["lesson_slug"], payload["section"], payload["anchor"])


def _safe(html: str) -> SafeString:
    """Payloads hold what `gates` made of the author's text when it was published."""
    return mark_safe(html)


# --- The result ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuestionResult:
    """One question of a finished attempt. `right` is empty until the person has passed the quiz."""

    position: int
    stem: SafeString
    text: str
    verdict: str
    confidence: int | None
    chosen: tuple[SafeString, ...]
    whys: tuple[Why, ...]
    right: tuple[Why, ...]
    outcome: str
    place: Place

    @property
    def is_correct(self) -> bool:
        return self.verdict == CORRECT

    @property
    def is_sure_but_not_right(self) -> bool:
        """Worth a minute first: what we are sure of, we say in meetings."""
        return self.verdict == NOT_QUITE and self.confidence == 3


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
    next_position: int | None = None
    questions: tuple[QuestionResult, ...] = field(default=())

    @property
    def reveals(self) -> bool:
        """The right options may be shown: this person has passed this quiz."""
        return self.passed or self.has_passed


def result(*, employee_id: int, quiz_key: UUID, public_id: UUID) -> AttemptResult | None:
    """The person's own attempt with all its questions; None if there is no such attempt. Two queries."""
    passed = Attempt.objects.filter(employee_id=employee_id, quiz_key=quiz_key, passed=True)
    attempt = (
        Attempt.objects.filter(public_id=public_id, employee_id=employee_id, quiz_key=quiz_key)
        .annotate(
            has_passed=Exists(passed),
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
    given = _given(payload, key, chosen, is_unsure, is_correct, confidence)
    by_key = {option["key"]: option for option in payload["options"]}
    right = [by_key[option] for option in order if by_key[option]["correct"]] if reveals else []
    return QuestionResult(
        position=position,
        stem=_safe(payload["stem"]),
        text=payload["text"],
        verdict=given.verdict,
        confidence=confidence,
        chosen=tuple(_safe(by_key[option]["html"]) for option in order if option in chosen),
        whys=given.whys,
        right=tuple(map(_why, right)),
        outcome=payload["outcome"],
        place=_place(payload),
    )
