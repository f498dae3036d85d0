"""A check written in one place: its question, options and reasons, as a draft in its bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.models import Locale

from quizzes.models import Bank, Kind, Option, Purpose, Question


@dataclass(frozen=True)
class WrittenOption:
    text: str
    is_correct: bool
    explanation: str


@transaction.atomic
def write_check(
    *,
    bank: Bank,
    stem: str,
    options: Sequence[WrittenOption],
    author: Any,
    question: Question | None = None,
) -> Question:
    """A new check of the bank, or a new draft of one. What is missing stops publishing, never this.

    Options keep their keys by position, so that answers to a published check stay answers to it.
    """
    is_new = question is None
    if question is None:
        question = Question(
            bank=bank, code=free_code(bank), purpose=Purpose.CHECK, locale=Locale.get_default(), live=False
        )
        before: list[Option] = []
    else:
        question = question.get_latest_revision_as_object() if question.latest_revision_id else question
        before = list(question.options.all())
    question.stem = stem
    if question.kind in {Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE}:
        several = sum(option.is_correct for option in options) > 1
        question.kind = Kind.MULTIPLE_CHOICE if several else Kind.SINGLE_CHOICE
    kept = []
    for position, written in enumerate(options):
        option = before[position] if position < len(before) else Option()
        option.sort_order = position
        option.text, option.is_correct, option.explanation = (
            written.text,
            written.is_correct,
            written.explanation,
        )
        kept.append(option)
    question.options = kept
    if is_new:
        question.save()
    question.save_revision(user=author, clean=False)
    return Question.objects.get(pk=question.pk)


def free_code(bank: Bank) -> str:
    """The next code for a check of the bank: t2-check-3."""
    start = f"{bank.slug[:40]}-check-"
    number = Question.objects.filter(code__startswith=start).count() + 1
    while Question.objects.filter(code=f"{start}{number}").exists():
        number += 1
    return f"{start}{number}"
