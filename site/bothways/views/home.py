"""Home: the next step first."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses import queries
from courses.models import Direction
from courses.queries import Standing, answers_for
from courses.rules.completion import COMPLETED, IN_PROGRESS
from glossary.published import WordCard
from glossary.queries import word_of_the_week
from people.models import Side
from people.queries import today


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    every = queries.standings(request.user, now=now)
    context = {
        **next_step(every),
        "asked": sorted((one for one in every if one.requirement), key=_urgency),
        "word": both_voices(word_of_the_week(today(now))),
        "other": suggestion(every, request.user.side),
        "has_courses": bool(every),
        "answers": answers_for(request.user),
    }
    return render(request, "home.html", context)


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


def both_voices(word: WordCard | None) -> WordCard | None:
    """The word with one meaning of each side, business first as everywhere; None if a side is missing."""
    if word is None:
        return None
    of_side = {sense.home_side: sense for sense in reversed(word.senses)}
    business, technology = of_side.get("business"), of_side.get("technology")
    return replace(word, senses=(business, technology)) if business and technology else None


def _urgency(standing: Standing) -> tuple[bool, bool, date]:
    return standing.status == COMPLETED, not standing.is_required, standing.due_on or date.max


def suggestion(standings: list[Standing], side: str) -> Standing | None:
    """A course of the other direction than the person's own that they have not begun."""
    own = Direction.TECHNOLOGY_FOR_BUSINESS if side == Side.BUSINESS else Direction.BUSINESS_FOR_TECHNICIANS
    fresh = [one for one in standings if one.status == "not_started" and not one.requirement]
    return next((one for one in fresh if one.direction != own), None)
