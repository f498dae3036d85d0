"""Home: the next step first."""

from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses import queries
from courses.completion import COMPLETED, IN_PROGRESS
from courses.models import Direction
from courses.queries import Standing, answers_for
from glossary.queries import word_of_the_week
from people import places
from people.models import Side
from people.queries import today


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    every = queries.standings(request.user, now=now)
    context = {
        **next_step(every),
        "asked": [_due(one) for one in sorted((one for one in every if one.requirement), key=_urgency)],
        "tail": _tail(both_voices(word_of_the_week(today(now))), suggestion(every, request.user.side)),
        "has_courses": bool(every),
        "answers": answers_for(request.user),
    }
    return render(request, "home.html", context)


_rows = places.Kept(most=4000)  # one for each course, and for each day on which somebody completed it
_tails = places.Kept()


class _Due(NamedTuple):
    """What a row of the list shows, and nothing else: it is kept for everybody with the same."""

    url: str
    title: str
    status: str
    requirement: str
    is_overdue: bool
    is_lapsed: bool
    due_on: date | None
    completed_on: date | None
    lessons_done: int
    lessons_needed: int


def _due(standing: Standing) -> str:
    """A course in the list of what is asked, rendered once for everybody who sees the same."""
    row = _Due(*(getattr(standing, name) for name in _Due._fields))
    return _rows.rendered((get_language(), row), "components/due.html", {"course": row})


def _tail(word: dict[str, Any] | None, other: Standing | None) -> str:
    """The word of the week and a course of the other direction, rendered once for everybody who sees both."""
    looks = other and other.looks
    key = get_language(), str(word), looks
    return _tails.rendered(key, "components/home_tail.html", {"word": word, "other": looks})


def next_step(standings: list[Standing]) -> dict[str, Any]:
    """What to continue: the course touched last, else the one due first, else nothing."""
    begun = [one for one in standings if one.status == IN_PROGRESS]
    if begun:
        # Overdue ones first would hide what the person was just reading; the list beside it says what is due.
        return {"step": max(begun, key=lambda one: one.changed_at or 0), "state": "begun"}
    waiting = sorted((one for one in standings if one.is_required and one.status != COMPLETED), key=_urgency)
    if waiting:
        return {"step": waiting[0], "state": "waiting"}
    if any(one.status == COMPLETED for one in standings):
        return {"step": None, "state": "nothing_due"}
    return {"step": None, "state": "new"}


def both_voices(word: dict[str, Any] | None) -> dict[str, Any] | None:
    """The word with one meaning of each side, business first as everywhere; None if a side is missing."""
    if word is None:
        return None
    of_side = {sense["home_side"]: sense for sense in reversed(word["senses"])}
    senses = [of_side.get("business"), of_side.get("technology")]
    return {**word, "senses": senses} if all(senses) else None


def _urgency(standing: Standing) -> tuple[bool, bool, date]:
    return standing.status == COMPLETED, not standing.is_required, standing.due_on or date.max


def suggestion(standings: list[Standing], side: str) -> Standing | None:
    """A course of the other direction than the person's own that they have not begun."""
    own = Direction.TECHNOLOGY_FOR_BUSINESS if side == Side.BUSINESS else Direction.BUSINESS_FOR_TECHNICIANS
    fresh = [one for one in standings if one.status == "not_started" and not one.requirement]
    return next((one for one in fresh if one.direction != own), None)
