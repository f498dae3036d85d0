"""An answer that a form sends, to a check of a lesson or to a question of a quiz: one way through both."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBadRequest

from courses.forms import AnswerForm
from courses.models import Published
from courses.views import outbox
from quizzes.actions import AlreadyAnswered, AttemptClosed, BothChosenAndUnsure, NothingChosen, UnknownOption


@dataclass(frozen=True)
class Refusals:
    """What a page says about an answer that was not stored."""

    unreadable: str
    nothing: str
    both: str
    unknown: str


def answer(
    form: AnswerForm,
    says: Refusals,
    *,
    taken: Callable[[], HttpResponse],
    refused: Callable[[str], HttpResponse],
    told: Callable[[AlreadyAnswered | AttemptClosed], HttpResponse],
) -> HttpResponse:
    """`taken` stores it and answers; `refused` shows the form again with a sentence; `told` shows what was stored."""
    if not form.is_valid():
        return outbox.final(HttpResponseBadRequest(says.unreadable))
    try:
        return taken()
    except BothChosenAndUnsure:
        return refused(says.both)
    except NothingChosen:
        return refused(says.nothing)
    except UnknownOption:
        return refused(says.unknown)
    except (AlreadyAnswered, AttemptClosed) as error:
        return told(error)


def confidence_of(form: AnswerForm, row: Published) -> int | None:
    """How sure somebody said they were, where the course asks."""
    level: int | None = form.cleaned_data["confidence"]
    return level if row.shown.asks_confidence else None
