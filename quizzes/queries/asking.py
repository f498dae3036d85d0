"""A question of an attempt and what may be said about its answer before passing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe

from quizzes.models import Drawn, QuestionVersion
from quizzes.rules.grading import MULTIPLE
from quizzes.rules.showing import AnsweredOptions, explained
from quizzes.rules.verdicts import Verdict, verdict_of


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
    """What the person answered and what may be said about it before passing: see `quizzes.rules.showing`."""

    key: UUID
    verdict: Verdict
    confidence: int | None
    whys: tuple[Why, ...]


@dataclass(frozen=True)
class Section:
    """Where a lesson explains it."""

    lesson_slug: str
    title: str
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
    stem: SafeString
    text: str
    is_multiple: bool
    options: tuple[ShownOption, ...]
    answer: GivenAnswer | None
    section: Section


def asked_question(
    *, employee_id: int, quiz_key: UUID, public_id: UUID, position: int
) -> AskedQuestion | None:
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
        )
    )
    row = next((row for row in rows if row[0] == position), None)
    if row is None:
        return None
    _position, version_id, order, key, chosen, is_unsure, is_correct, confidence, attempt_id = row
    kind, payload = QuestionVersion.objects.values_list("kind", "payload").get(pk=version_id)
    open_positions = [other[0] for other in rows if other[3] is None and other[0] != position]
    return AskedQuestion(
        attempt_id=attempt_id,
        public_id=public_id,
        position=position,
        asked=len(rows),
        answered=tuple(other[0] for other in rows if other[3] is not None),
        # The next open one after this, else the first that was left out.
        next_position=min(
            (later for later in open_positions if later > position), default=min(open_positions, default=None)
        ),
        stem=safe(payload["stem"]),
        text=payload["text"],
        is_multiple=kind in MULTIPLE,
        options=_shown(payload, order, chosen or ()),
        answer=given_answer(payload, key, chosen, is_unsure, is_correct, confidence)
        if key is not None
        else None,
        section=section_of(payload),
    )


def _shown(
    payload: Mapping[str, Any], order: Collection[str], chosen: Collection[str]
) -> tuple[ShownOption, ...]:
    html = {option["key"]: option["html"] for option in payload["options"]}
    return tuple(ShownOption(key, safe(html[key]), key in chosen) for key in order)


def given_answer(
    payload: Mapping[str, Any],
    key: UUID,
    chosen: Collection[str],
    is_unsure: bool,
    is_correct: bool,
    confidence: int | None,
) -> GivenAnswer:
    verdict = verdict_of(is_correct=is_correct, is_unsure=is_unsure)
    options = AnsweredOptions.of(payload["options"], chosen)
    told = explained(options, reveals=False, is_correct=is_correct).chosen
    whys = tuple(why_of(option) for option in payload["options"] if option["key"] in told)
    return GivenAnswer(key, verdict, confidence, whys)


def why_of(option: Mapping[str, Any]) -> Why:
    return Why(safe(option["html"]), safe(option["why"]))


def section_of(payload: Mapping[str, Any]) -> Section:
    return Section(payload["lesson_slug"], payload["section"], payload["anchor"])


def safe(html: str) -> SafeString:
    """Payloads hold what `gates` made of the author's text when it was published."""
    return mark_safe(html)
