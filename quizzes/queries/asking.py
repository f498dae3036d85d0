"""A question of an attempt and what may be said about its answer before passing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.safestring import SafeString, mark_safe

from gates.rows import decoded, stored_key
from gates.typography import unbroken_html
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


LAST_POSITION = 32_767  # what its column holds; a larger number in an address is more than SQLite reads
_ASKED = """
SELECT d.position, d.attempt_id, d.option_order, v.kind, CASE WHEN d.position = %s THEN v.payload END,
  a.key, a.chosen, a.is_unsure, a.is_correct, a.confidence
FROM quizzes_attempt t
JOIN quizzes_drawn d ON d.attempt_id = t.id
JOIN quizzes_questionversion v ON v.id = d.version_id
LEFT JOIN quizzes_answer a ON a.drawn_id = d.id
WHERE t.public_id = %s AND t.employee_id = %s AND t.quiz_key = %s
ORDER BY d.position
"""


class _DrawnRow(NamedTuple):
    """A question that was drawn, as stored; `payload` only of the one that is asked for."""

    position: int
    attempt_id: int
    option_order: Any
    kind: str
    payload: Any
    key: Any  # of the answer: None while there is none
    chosen: Any
    is_unsure: Any
    is_correct: Any
    confidence: int | None


def asked_question(
    *, employee_id: int, quiz_key: UUID, public_id: UUID, position: int
) -> AskedQuestion | None:
    """A question of the person's own attempt; None if there is no such attempt or position. 1 SQL query.

    By hand: composed by the ORM, it and a second one for the question took a third of the page.
    """
    if position > LAST_POSITION:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [position, stored_key(public_id), employee_id, stored_key(quiz_key)])
        rows = [_DrawnRow(*row) for row in cursor.fetchall()]
    row = next((row for row in rows if row.position == position), None)
    if row is None:
        return None
    payload = decoded(row.payload)
    open_positions = [other.position for other in rows if other.key is None and other is not row]
    return AskedQuestion(
        attempt_id=row.attempt_id,
        public_id=public_id,
        position=position,
        asked=len(rows),
        answered=tuple(other.position for other in rows if other.key is not None),
        # The next open one after this, else the first that was left out.
        next_position=min(
            (later for later in open_positions if later > position), default=min(open_positions, default=None)
        ),
        stem=safe(payload["stem"]),
        text=payload["text"],
        is_multiple=row.kind in MULTIPLE,
        options=_shown(payload, decoded(row.option_order), decoded(row.chosen) or ()),
        answer=_given(payload, row) if row.key is not None else None,
        section=section_of(payload),
    )


def _given(payload: Mapping[str, Any], row: _DrawnRow) -> GivenAnswer:
    return given_answer(
        payload,
        UUID(str(row.key)),
        decoded(row.chosen),
        bool(row.is_unsure),
        bool(row.is_correct),
        row.confidence,
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
    """Payloads hold what `gates` made of the author's text when it was published.

    Figures are joined to their units here and not there, so that payloads of all versions stay as they were written.
    """
    return mark_safe(unbroken_html(html))
