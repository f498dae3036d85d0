"""Home: the next step first."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses import queries
from courses.models import Direction
from courses.queries import Standing, answers_for
from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from glossary.published import WordCard
from glossary.queries import word_of_the_week
from people.models import Side
from people.queries import today


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    standings = queries.standings(request.user, now=now)
    asked = sorted((standing for standing in standings if standing.requirement), key=_urgency)
    context = {
        **next_step(standings),
        "asked": [asked_course(standing) for standing in asked],
        "word": both_voices(word_of_the_week(today(now))),
        "other": suggestion(standings, request.user.side),
        "has_courses": bool(standings),
        "answers": answers_for(request.user),
    }
    return render(request, "home.html", context)


@dataclass(frozen=True)
class AskedCourse:
    """A row of "Asked of you": the day that counts, and how far the person is in words. day: may be empty."""

    url: str
    title: str
    day: str
    state: str  # of the tag `status`, which has words of its own where `words` is empty
    words: str


def asked_course(standing: Standing) -> AskedCourse:
    """A course that is asked of somebody, as the list on home tells it."""
    state, words = _how_far(standing)
    return AskedCourse(standing.url, standing.title, _day_of(standing), state, words)


def _day_of(standing: Standing) -> str:
    """When it was completed, else when it is due. A recommendation past its day tells its day in words."""
    if standing.status == COMPLETED and standing.completed_on:
        return _written(standing.completed_on)
    if standing.due_on and not standing.is_lapsed:
        return _written(standing.due_on, "D j M")
    return ""


def _how_far(standing: Standing) -> tuple[str, str]:
    """The state of a course in the list, and words for it where those of the state alone do not do."""
    if standing.is_overdue or standing.status == COMPLETED:
        return "overdue" if standing.is_overdue else COMPLETED, ""
    figures = {"done": standing.lessons_done, "needed": standing.lessons_needed}
    if standing.is_lapsed and standing.due_on:
        day = _written(standing.due_on, "j M")
        if standing.status == IN_PROGRESS:
            said = _("Was recommended by %(day)s, %(done)s of %(needed)s lessons")
            return IN_PROGRESS, said % {**figures, "day": day}
        return NOT_STARTED, _("Was recommended by %(day)s, not started") % {"day": day}
    if standing.status == IN_PROGRESS:
        return IN_PROGRESS, _("In progress, %(done)s of %(needed)s lessons") % figures
    if standing.is_required:
        return NOT_STARTED, _("Required, not started")
    return NOT_STARTED, _("Recommended, not started")


def _written(day: date, pattern: str = "DATE_FORMAT") -> str:
    return _written_in(get_language(), day, pattern)


@lru_cache(maxsize=500)
def _written_in(_language: str | None, day: date, pattern: str) -> str:
    """Remembered, since a list of a dozen days took an eighth of the page."""
    return date_format(day, pattern)


def next_step(standings: list[Standing]) -> dict[str, Any]:
    """What to continue: the course touched last, else the one due first, else nothing."""
    begun = [standing for standing in standings if standing.status == IN_PROGRESS]
    if begun:
        # Overdue ones first would hide what the person was just reading; the list beside it says what is due.
        return {"step": max(begun, key=lambda standing: standing.changed_at or 0), "state": "begun"}
    waiting = [standing for standing in standings if standing.is_required and standing.status != COMPLETED]
    if waiting:
        return {"step": min(waiting, key=_urgency), "state": "waiting"}
    if any(standing.status == COMPLETED for standing in standings):
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
    return next(
        (
            standing
            for standing in standings
            if standing.status == NOT_STARTED and not standing.requirement and standing.direction != own
        ),
        None,
    )
