"""Home: the next step first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from authoring.shown import waiting_for
from courses import queries
from courses.models import Direction
from courses.queries import Standing, answers_for
from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.rules.next_step import BEGUN, NOTHING_DUE, made_for, next_step, suggestion, urgency
from courses.rules.overdue import OVERDUE
from gates import kept_pages
from glossary.published import WordCard
from glossary.queries import word_of_the_week
from people.queries import today

SOON = 30  # days from which on a page counts them


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    day, side = today(now), request.user.side
    standings = queries.standings(request.user, now=now)
    state, course = next_step(standings)
    asked = sorted((standing for standing in standings if standing.requirement), key=urgency)
    step = course and (_begun(course) if state == BEGUN else _waiting(course))
    context = {
        "step": step,
        "open_quizzes": open_quizzes(standings, step.button_url if step else ""),
        "is_nothing_due": state == NOTHING_DUE,
        "directions": directions(side),
        "asked": asked_courses(asked, day),
        "word": both_voices(word_of_the_week(day)),
        "suggested": suggested(standings, side),
        "has_courses": bool(standings),
        "answers": answers_for(request.user),
        "waiting": waiting_for(request.user),
    }
    return render(request, "home.html", context)


@dataclass(frozen=True)
class Step:
    """The course to go on with, or to begin with."""

    direction: str
    code: str
    about: str  # of which course it is, or why it stands here; may be empty
    title: str
    url: str
    objective: str
    how_far: str  # in words; empty if it is not begun
    lessons_done: int
    lesson_count: int
    extent: str  # in words, where it is not begun
    button: str
    button_url: str


def _begun(course: Standing) -> Step:
    step, quiz = _waiting(course), course.open_quiz
    if course.next_number:
        how_far = _("Lesson %(number)s of %(total)s, about %(left)s minutes left in the course") % {
            "number": course.next_number,
            "total": course.lesson_count,
            "left": course.minutes_left,
        }
    elif quiz:
        how_far = _("All lessons done. Question %(position)s of %(asked)s waits.") % vars(quiz)
        button = _("Resume at question %(position)s") % vars(quiz)
        return replace(step, how_far=how_far, url=quiz.url, button=button, button_url=quiz.url)
    else:
        how_far = _("All lessons done, the quiz is left")
    return replace(step, how_far=how_far, button=course.next_label, button_url=course.next_url)


def _waiting(course: Standing) -> Step:
    is_a_part = course.next_title != course.title
    return Step(
        direction=course.direction,
        code=course.code,
        about=course.title if is_a_part else _("Required for you") if course.is_required else "",
        title=course.next_title,
        url=course.next_url,
        objective=f"{capfirst(course.next_objective)}{'.' if course.next_number else ''}",
        how_far="",
        lessons_done=course.lessons_done,
        lesson_count=course.lesson_count,
        extent=_("%(lessons)s lessons, %(minutes)s minutes in all")
        % {"lessons": course.lesson_count, "minutes": course.minutes},
        button=_("Open the course"),
        button_url=course.url,
    )


@dataclass(frozen=True)
class WaitingQuiz:
    """A quiz that somebody began and did not finish; `words` say which question waits."""

    url: str
    course: str
    words: str


def open_quizzes(standings: Iterable[Standing], button_url: str) -> list[WaitingQuiz]:
    """Those that wait, without the one that the button of home leads to already."""
    return [
        WaitingQuiz(quiz.url, standing.title, _("Question %(position)s of %(asked)s waits") % vars(quiz))
        for standing in standings
        if (quiz := standing.open_quiz) and quiz.url != button_url
    ]


@dataclass(frozen=True)
class DirectionButton:
    """A way into the catalogue. `is_primary`: one's own direction, or either where both are."""

    direction: Direction
    is_primary: bool


def directions(side: str) -> list[DirectionButton]:
    """Both directions, first the one whose courses are made for this side."""
    own = made_for(side)
    return [
        DirectionButton(direction, is_primary=own in ("", direction))
        for direction in sorted(Direction, key=lambda direction: bool(own) and direction != own)
    ]


@dataclass(frozen=True)
class Suggested:
    """A course to begin that nobody asked for, and the words that say why it stands there."""

    course: Standing
    why: str


def suggested(standings: Iterable[Standing], side: str) -> Suggested | None:
    """None where each course is begun or asked of the person."""
    course, own = suggestion(standings, side), made_for(side)
    if course is None:
        return None
    if not own:
        why = _("Of interest to both sides.")
    else:
        why = _("Made for your side.") if course.direction == own else _("From the other direction.")
    return Suggested(course, why)


@dataclass(frozen=True)
class AskedCourse:
    """A row of "Asked of you": the day that counts with a word for what it is, how far off it is, and how far the
    person is, in words. `day` and `distance` may be empty.
    """

    url: str
    title: str
    day: str
    distance: str
    state: str  # of the tag `status`, which has words of its own where `words` is empty
    words: str


def asked_courses(standings: Sequence[Standing], day: date) -> list[AskedCourse]:
    """Courses that are asked of somebody, as the list on home tells them on this day."""
    return [
        AskedCourse(
            standing.url, standing.title, _day_of(standing), _distance_of(standing, day), *_how_far(standing)
        )
        for standing in standings
    ]


_days = kept_pages.Kept(most=4000)


def _written(day: date) -> str:
    """As `date_format`, whose dozen calls took an eighth of the page."""
    key = get_language(), day
    return _days.get(key) or _days.put(key, date_format(day))


def _day_of(standing: Standing) -> str:
    """When it was completed, else when it is due. A recommendation past its day tells its day in words."""
    if standing.status == COMPLETED and standing.completed_on:
        return _("done %(day)s") % {"day": _written(standing.completed_on)}
    if standing.due_on is None or standing.is_lapsed:
        return ""
    day = {"day": _written(standing.due_on)}
    return _("due %(day)s") % day if standing.is_required else _("by %(day)s") % day


def _distance_of(standing: Standing, day: date) -> str:
    """How many days are left or over; empty where the day is far off or does not count any more."""
    if standing.due_on is None or standing.is_lapsed or standing.status == COMPLETED:
        return ""
    days = (standing.due_on - day).days
    if days < 0:
        return ngettext("%(days)s day over", "%(days)s days over", -days) % {"days": -days}
    if days > SOON:
        return ""
    if days < 2:
        return _("tomorrow") if days else _("today")
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


def _how_far(standing: Standing) -> tuple[str, str]:
    """The state of a course in the list, and words for it where those of the state alone do not do."""
    if standing.state in {OVERDUE, COMPLETED}:
        return standing.state, ""
    figures = {"done": standing.lessons_done, "needed": standing.lessons_needed}
    if standing.is_lapsed and standing.due_on:
        day = _written(standing.due_on)
        if standing.status == IN_PROGRESS:
            words = _("Was recommended by %(day)s, %(done)s of %(needed)s lessons")
            return IN_PROGRESS, words % {**figures, "day": day}
        return NOT_STARTED, _("Was recommended by %(day)s, not started") % {"day": day}
    if standing.status == IN_PROGRESS:
        return IN_PROGRESS, _("In progress, %(done)s of %(needed)s lessons") % figures
    if standing.is_required:
        return NOT_STARTED, _("Required, not started")
    return NOT_STARTED, _("Recommended, not started")


def both_voices(word: WordCard | None) -> WordCard | None:
    """The word with one meaning of each side, business first as everywhere; None if a side is missing."""
    if word is None:
        return None
    of_side = {sense.home_side: sense for sense in reversed(word.senses)}
    business, technology = of_side.get("business"), of_side.get("technology")
    return replace(word, senses=(business, technology)) if business and technology else None
