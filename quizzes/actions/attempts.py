"""Beginning a quiz."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from people.models import Employee
from quizzes import queries
from quizzes.models import Attempt, Bank, Drawn
from quizzes.rules import drawing
from quizzes.rules.availability import is_begun


class BankTooSmall(Exception):
    """The bank holds fewer questions that can be drawn than the quiz asks."""

    def __init__(self, *, needed: int, available: int) -> None:
        # not for people: the edge has its own words
        super().__init__(f"{needed} questions are needed and {available} can be drawn.")
        self.needed = needed
        self.available = available


@transaction.atomic
def start_attempt(
    *,
    employee: Employee,
    quiz_key: UUID,
    bank: Bank,
    question_count: int,
    pass_percent: int,
    now: datetime,
    locale_id: int,
    after: int | None = None,
    seed: int | None = None,
) -> Attempt:
    """The person's open attempt at a quiz, begun and drawn now if there is none.

    However often and from however many devices it is called at once, there is one open attempt. The
    number of questions and the pass mark are kept with it. With `after`, an attempt of a greater number
    is returned even if it is finished: a click that arrives twice or late begins nothing. Only questions
    in the language `locale_id` are drawn; `seed` repeats a draw.

    Raises:
        BankTooSmall: fewer than `question_count` questions can be drawn. Nothing was stored.
    """
    # All starts of one person wait here for each other; the unique constraints are the second net.
    Employee.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=employee.pk)
    attempts = Attempt.objects.filter(employee=employee, quiz_key=quiz_key).order_by("-number")
    last = attempts.first()
    if last is not None and is_begun(
        number=last.number, is_finished=last.finished_at is not None, after=after
    ):
        return last

    pool = queries.candidates(bank_id=bank.pk, locale_id=locale_id)
    seen = queries.seen_questions(employee_id=employee.pk, quiz_key=quiz_key)
    seed = secrets.randbits(62) if seed is None else seed
    try:
        drawn = drawing.draw(seed=seed, pool=pool, seen=seen, count=question_count)
    except ValueError:
        raise BankTooSmall(needed=question_count, available=len(drawing.drawable(pool))) from None

    attempt = Attempt.objects.create(
        employee=employee,
        bank=bank,
        quiz_key=quiz_key,
        number=last.number + 1 if last else 1,
        seed=seed,
        pass_percent=pass_percent,
        question_count=question_count,
        # A clock that was put back makes no attempt earlier than the one before it.
        started_at=max(now, last.finished_at) if last and last.finished_at else now,
    )
    payloads = queries.payloads([candidate.version_id for candidate in drawn])
    Drawn.objects.bulk_create(
        Drawn(
            attempt=attempt,
            position=position,
            version_id=candidate.version_id,
            option_order=_option_order(payloads[candidate.version_id], seed),
        )
        for position, candidate in enumerate(drawn, start=1)
    )
    return attempt


def _option_order(payload: dict, seed: int) -> list[str]:
    keys = [option["key"] for option in payload["options"]]
    return drawing.shuffled(seed, keys) if payload["shuffle"] else keys
