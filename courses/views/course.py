"""A course: what it is for, its lessons with where the person stands, and the way in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import actions, queries
from courses.forms import new_key
from courses.models import Published, SessionKind
from courses.published import CourseQuiz
from courses.queries import RecordFacts, Standing
from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.views import outbox
from courses.views.following import following
from gates import kept_pages

_SESSION_PLANS = {
    SessionKind.BROWN_BAG: gettext_lazy("Session plan: brown bag"),
    SessionKind.TOUR: gettext_lazy("Session plan: tour"),
    SessionKind.OFFICE_HOUR: gettext_lazy("Session plan: office hour"),
}


@dataclass(frozen=True)
class LessonStanding:
    """A lesson with where the person stands in it; `is_now` marks the one to go on with."""

    number: int
    title: str
    objective: str
    url: str
    minutes: int
    status: str
    is_now: bool


@dataclass(frozen=True)
class Asked:
    """What an audience asks of the person. `due_on` is None where no day is set, or none counts any more."""

    label: str
    due_on: date | None
    text: str


@dataclass(frozen=True)
class CourseStanding:
    """Where the person stands, as the page of the course shows it."""

    may_start: bool
    next_url: str  # what to go on with; empty before the beginning and after the end
    next_label: str
    minutes_text: str
    state: str
    reason: str
    completed_on: date | None
    asked: Asked | None
    quiz_state: str
    best_score_percent: int | None


@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    row = queries.published_course(course, request.user)
    record = queries.record_of(request.user, row.course_key)
    standing = queries.standing_in(row, record, request.user, now=timezone.now())
    context = {
        "course": row.as_course,
        "parts": _parts(row),
        "standing": course_standing(row.as_course.minutes, row.as_course.quiz, standing),
        "lessons_text": lessons_text(len(row.as_course.lessons), has_quiz=row.as_course.quiz is not None),
        "lessons": [_lesson_row(row, lesson) for lesson in _lessons(row, record, standing)],
        "following": following(request.user) if standing.status == COMPLETED else None,
        "key": new_key(),
    }
    return render(request, "courses/course.html", context)


_kept = kept_pages.Kept()
PARTS = ("head", "outcomes", "facts", "words")


def _parts(row: Published) -> dict[str, SafeString]:
    """What is the same for everybody on the page of a course, rendered once in this process."""
    return {name: _rendered(row, name, {"course": row.as_course}) for name in PARTS}


def _lesson_row(row: Published, lesson: LessonStanding) -> SafeString:
    return _rendered(row, "lesson", {"lesson": lesson}, lesson.number, lesson.status, lesson.is_now)


def _rendered(row: Published, name: str, context: dict[str, Any], *state: Any) -> SafeString:
    key = row.pk, row.rendered_at, get_language(), name, *state
    return mark_safe(_kept.rendered(key, f"courses/course/{name}.html", context))


def _lessons(row: Published, record: RecordFacts | None, standing: Standing) -> list[LessonStanding]:
    done = set(queries.assessment_of(row.as_course.rule, record).lessons_done)
    answered = record.progress["answered"] if record else {}
    lessons = []
    is_now_found = False
    for number, lesson in enumerate(row.as_course.lessons, start=1):
        begun = any(check in answered for check in lesson.checks)
        status = COMPLETED if lesson.key in done else IN_PROGRESS if begun else NOT_STARTED
        is_now = status != COMPLETED and not is_now_found and standing.status == IN_PROGRESS
        is_now_found = is_now_found or is_now
        lessons.append(
            LessonStanding(number, lesson.title, lesson.objective, lesson.url, lesson.minutes, status, is_now)
        )
    return lessons


def course_standing(minutes: int, quiz: CourseQuiz | None, standing: Standing) -> CourseStanding:
    in_progress = standing.status == IN_PROGRESS
    return CourseStanding(
        may_start=standing.status == NOT_STARTED,
        next_url=standing.next_url if in_progress else "",
        next_label=standing.next_label if in_progress else "",
        minutes_text=minutes_text(minutes, standing.minutes_left if in_progress else 0),
        state=standing.state,
        reason=standing.reason,
        completed_on=standing.completed_on,
        asked=asked_of(standing),
        quiz_state=quiz_state(quiz, standing),
        best_score_percent=standing.best_score_percent,
    )


def minutes_text(minutes: int, left: int) -> str:
    """How long the course takes, and the rest of it, where `left` is not 0."""
    if left:
        return _("%(minutes)s minutes in all, about %(left)s left") % {"minutes": minutes, "left": left}
    return _("%(minutes)s minutes in all") % {"minutes": minutes}


def lessons_text(count: int, *, has_quiz: bool) -> str:
    if has_quiz:
        words = ngettext("One lesson, one quiz", "%(count)s lessons, one quiz", count)
    else:
        words = ngettext("One lesson", "%(count)s lessons", count)
    return words % {"count": count}


def quiz_state(quiz: CourseQuiz | None, standing: Standing) -> str:
    """A quiz that was not passed yet is in progress; one that was, stays so when the pass mark is raised."""
    if quiz is None or standing.best_score_percent is None:
        return NOT_STARTED
    return COMPLETED if standing.quiz_passed else IN_PROGRESS


def asked_of(standing: Standing) -> Asked | None:
    """None where no audience asks for the course."""
    if not standing.requirement:
        return None
    if standing.is_lapsed:
        text = _("was recommended by %(day)s") % {"day": date_format(standing.due_on)}
        return Asked(_("Asked of you"), None, text)
    label = _("Due") if standing.due_on else _("Asked of you")
    text = _("required for you") if standing.is_required else _("recommended for you")
    return Asked(label, standing.due_on, text)


@require_POST
def start(request: HttpRequest, course: str) -> HttpResponse:
    """Begin the course and open its first lesson; there is no enrolment beside this."""
    row = queries.published_course(course, request.user)
    actions.begin_course(employee=request.user, course=row, now=timezone.now())
    lessons = row.as_course.lessons
    return outbox.onward(request, lessons[0].url if lessons else row.as_course.url)


@require_safe
def session_plan(request: HttpRequest, course: str) -> HttpResponse:
    """The plan of the live session, made to be printed and taken along."""
    row = queries.published_course(course, request.user)
    session = row.as_course.session
    if not session or not session.plan:
        raise Http404(_("This course has no session plan."))
    return render(
        request,
        "courses/session_plan.html",
        {
            "course": row.as_course,
            "session": session,
            "kind_text": session_plan_text(session.kind),
            "plan": mark_safe(session.plan),
        },
    )


def session_plan_text(kind: str) -> str:
    return str(_SESSION_PLANS[SessionKind(kind)])
