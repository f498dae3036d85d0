"""Answering: stored once, never changed, acknowledged after commit."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from quizzes.models import Answer, Attempt, Drawn, QuestionVersion
from quizzes.rules import grading
from quizzes.rules.given import NothingChosen, UnknownOption, accepted


class AttemptClosed(Exception):
    """The attempt is finished; its answers stay as they are."""


class AlreadyAnswered(Exception):
    """The question was answered before, with another key, or the key stored another answer.

    `answer` is what is stored.
    """

    def __init__(self, answer: Answer) -> None:
        # not for people: the edge has its own words
        super().__init__(f"Answered at {answer.answered_at:%Y-%m-%d %H:%M:%S}.")
        self.answer = answer


def record_answer(
    *,
    employee_id: int,
    version: QuestionVersion,
    key: UUID,
    chosen: Collection[str],
    unsure: bool,
    confidence: int | None,
    context_key: UUID,
    drawn: Drawn | None = None,
    now: datetime,
    given_at: datetime | None = None,
) -> tuple[Answer, bool]:
    """The stored answer, and whether this call stored it.

    The same answer with the same `key` again returns the first one and moves nothing. A check in a
    lesson (`drawn` is None) may be answered again with a new key; a drawn question is answered once.
    Confidence belongs to an answer, so it is dropped with "I'm not sure". `given_at` is now where
    nothing is said about it. One INSERT in a savepoint; one more query only when something is in the way.

    Raises:
        NothingChosen, UnknownOption: nothing was stored.
        AlreadyAnswered: the drawn question has an answer with another key, or the key belongs to
            another answer or to another question.
        ValueError: confidence is not 1, 2 or 3, or the kind cannot be answered.
    """
    try:
        offered = [option["key"] for option in version.payload["options"]]
        keys = accepted(version.kind, offered, [str(key) for key in chosen], unsure)
        correct = [option["key"] for option in version.payload["options"] if option["correct"]]
        is_correct = grading.grade(version.kind, correct, keys, unsure)
        if confidence not in {None, 1, 2, 3}:
            # not for people: the form offers three levels
            raise ValueError(f"{confidence!r} is no level of confidence.")
        # Insert first, ask afterwards: the unique constraints decide between two at once.
        with transaction.atomic():
            answer = Answer.objects.create(
                key=key,
                employee_id=employee_id,
                version=version,
                question_key=version.question_key,
                drawn=drawn,
                context_key=context_key,
                chosen=keys,
                is_unsure=unsure,
                is_correct=is_correct,
                confidence=None if unsure else confidence,
                answered_at=now,
                given_at=given_at or now,
            )
    except (IntegrityError, NothingChosen, UnknownOption):
        # A retry may also arrive after the question was published anew with other options: the key decides.
        stored = _in_the_way(employee_id, version, key, drawn)
        if stored is None:
            raise
        if stored.key != key or not _says(stored, version, chosen, unsure, confidence):
            raise AlreadyAnswered(stored) from None
        return stored, False
    return answer, True


@transaction.atomic
def answer_question(
    *,
    attempt: Attempt,
    position: int,
    key: UUID,
    chosen: Collection[str],
    unsure: bool,
    confidence: int | None,
    now: datetime,
) -> Answer:
    """The stored answer to a drawn question; the last one closes the attempt.

    Score and pass are computed from the stored answers and the criterion kept with the attempt; `attempt`
    carries them afterwards. No answer is earlier than the attempt and no end earlier than an answer,
    whatever the clock says. Four queries and a savepoint, one query more with the last answer.

    Raises:
        Drawn.DoesNotExist: no such position.
        AttemptClosed: the attempt was finished without this question.
        NothingChosen, UnknownOption, AlreadyAnswered: as `record_answer`.
    """
    # The lock lets two devices answer one after the other, so that exactly one of them sees the last gap.
    attempt = _locked(attempt)
    drawn = Drawn.objects.select_related("version").get(attempt=attempt, position=position)
    if attempt.finished_at is not None:
        return _stored_in(drawn, key, chosen, unsure, confidence)
    at = max(now, attempt.started_at)
    answer, is_new = record_answer(
        employee_id=attempt.employee_id,
        version=drawn.version,
        key=key,
        chosen=chosen,
        unsure=unsure,
        confidence=confidence,
        context_key=attempt.quiz_key,
        drawn=drawn,
        now=at,
    )
    if is_new:
        _close_if_complete(attempt, now)
    return answer


def _in_the_way(employee_id: int, version: QuestionVersion, key: UUID, drawn: Drawn | None) -> Answer | None:
    """What is stored by this key or for this drawn question, the latter first; None if there is nothing."""
    same_key = Q(employee_id=employee_id, key=key)
    answers = list(Answer.objects.filter(same_key | Q(drawn=drawn) if drawn else same_key))
    return min(answers, key=lambda answer: drawn is None or answer.drawn_id != drawn.pk, default=None)


def _says(
    answer: Answer, version: QuestionVersion, chosen: Collection[str], unsure: bool, confidence: int | None
) -> bool:
    """Whether a stored answer is the one that was sent: an acknowledgement names its content, not only its key."""
    sent = version.pk, sorted({str(key) for key in chosen}), unsure, None if unsure else confidence
    return sent == (answer.version_id, answer.chosen, answer.is_unsure, answer.confidence)


def _locked(attempt: Attempt) -> Attempt:
    """The same object with the row's present state, locked until the transaction ends. One query."""
    fresh = Attempt.objects.select_for_update(of=("self",), no_key=True).get(pk=attempt.pk)
    for name in ("finished_at", "correct_count", "score_percent", "passed"):
        setattr(attempt, name, getattr(fresh, name))
    return attempt


def _close_if_complete(attempt: Attempt, now: datetime) -> None:
    answers = list(Answer.objects.filter(drawn__attempt=attempt).values_list("is_correct", "answered_at"))
    if len(answers) < attempt.question_count:
        return
    attempt.finished_at = max(now, attempt.started_at, *(answered_at for _is_correct, answered_at in answers))
    attempt.correct_count = sum(is_correct for is_correct, _answered_at in answers)
    attempt.score_percent = grading.score_percent(attempt.correct_count, attempt.question_count)
    attempt.passed = grading.passes(attempt.score_percent, attempt.pass_percent)
    attempt.save(update_fields=["finished_at", "correct_count", "score_percent", "passed"])


def _stored_in(
    drawn: Drawn, key: UUID, chosen: Collection[str], unsure: bool, confidence: int | None
) -> Answer:
    """The answer in a finished attempt, if this key stored it."""
    answer = Answer.objects.filter(drawn=drawn).first()
    if answer is None:
        raise AttemptClosed
    if answer.key != key or not _says(answer, drawn.version, chosen, unsure, confidence):
        raise AlreadyAnswered(answer)
    return answer
