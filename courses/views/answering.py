"""Takes an answer that a form sent, to a check of a lesson or to a question of a quiz."""

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
    store: Callable[[], HttpResponse],
    show_error: Callable[[str], HttpResponse],
    show_stored: Callable[[AlreadyAnswered | AttemptClosed], HttpResponse],
) -> HttpResponse:
    """Store an answer that somebody sent, and return the page to show.

    `store` stores it and returns the next page. `show_error` shows the form again with a sentence.
    `show_stored` is called if nothing more can be stored, and shows the answer that counts.
    """
    if not form.is_valid():
        return outbox.final(HttpResponseBadRequest(says.unreadable))
    try:
        return store()
    except BothChosenAndUnsure:
        return show_error(says.both)
    except NothingChosen:
        return show_error(says.nothing)
    except UnknownOption:
        return show_error(says.unknown)
    except (AlreadyAnswered, AttemptClosed) as error:
        return show_stored(error)


def confidence_of(form: AnswerForm, row: Published) -> int | None:
    """How sure somebody said they were, where the course asks."""
    level: int | None = form.cleaned_data["confidence"]
    return level if row.shown.asks_confidence else None
